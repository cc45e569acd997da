"""`python -m tests.world [DIR]` writes the sample season anew, into raw/ or DIR."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.world.files import write_raw
from tests.world.season import season

RAW = Path(__file__).parents[2] / "raw"


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else RAW
    sent = season()
    write_raw(folder, sent)
    print(f"{len(sent)} files, {sum(len(file.data) for file in sent):,} bytes, in {folder}")


if __name__ == "__main__":
    main()
