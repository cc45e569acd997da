"""Every limit on what may be read, with its reason, and how a child process holds itself to them.

Imports nothing heavy: the child processes that open archives and workbooks import this module.
"""

from __future__ import annotations

import resource

MAX_BYTES = 256 * 1024 * 1024
"""Largest table after unpacking; the largest real one (the national EDGE file) has 14 MB."""
MAX_RATIO = 100
"""Unpacked to packed size; real files reach 15. Not asked of small files, where a ratio says nothing."""
SMALL = 16 * 1024 * 1024
MAX_ROWS = 5_000_000
MAX_COLUMNS = 2_000
MAX_FIELD = 1_000_000
"""Characters in one cell; a survey comment has 10,000, the csv module's own limit of 131,072 refuses real pages."""
MAX_CELLS = 8_000_000
"""Cells of a sheet, blank ones in between counted: a reader keeps 32 bytes for each, filled or not."""
MAX_MEMBERS = 1_000
"""Parts of a workbook or archive; a workbook with 250 sheets has fewer."""
CHILD_MEMORY = 512 * 1024 * 1024
CHILD_SECONDS = 10
"""Of processor time. By the clock the parent waits longer, so that a busy machine refuses nothing it should read."""


def hold_to_limits() -> None:
    """Limit this process's memory and processor time, and let it leave no core file behind."""
    resource.setrlimit(resource.RLIMIT_AS, (CHILD_MEMORY, CHILD_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CHILD_SECONDS, CHILD_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
