"""For mutmut's runs: a child process forgets what its parent remembered of the module that is changed.

mutmut forks after a run of the unchanged code, so a cached function would answer as before and its mutants would survive.
"""

from __future__ import annotations

import functools
import os
import sys


def pytest_sessionstart() -> None:
    """Empty every cache of the module under test. (The parent's objects are frozen: the collector does not list them.)"""
    module = sys.modules.get(os.environ.get("MUTANT_UNDER_TEST", "").rpartition(".x")[0])
    for found in list(vars(module).values()) if module else ():
        if isinstance(found, functools._lru_cache_wrapper):
            found.cache_clear()
