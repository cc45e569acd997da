"""What holds for every test. Fixtures of one folder are in its own conftest."""

from __future__ import annotations

import os

# A release is built dozens of times, and starting Hyper takes a second; tests of the extract switch it on themselves.
os.environ.setdefault("CS_ACCESS_TABLEAU", "off")
