"""Runs in a process of its own: reads a zip archive from standard input and writes its one file to standard output.

Nothing is extracted by name, so that a name can only be refused.
"""

from __future__ import annotations

import io
import json
import stat
import sys
import zipfile
import zlib

from pipelines.received import limits
from pipelines.received.refusal import Refused

_LINK = stat.S_IFLNK


def main() -> int:
    """Write the bytes of the only member, or refuse on standard error (see run_child)."""
    limits.hold_to_limits()
    try:
        for part in only_member(sys.stdin.buffer.read()):
            sys.stdout.buffer.write(part)
    except Refused as refusal:
        print(json.dumps({"refused": [refusal.rule_id, refusal.sentence]}), file=sys.stderr)
    return 0


def only_member(data: bytes) -> list[bytes]:
    """The bytes of the only file of the archive, in parts. Raises Refused F03, F04 or F21."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            check_names(archive.infolist())
            members = [m for m in archive.infolist() if not m.is_dir() and not m.filename.startswith("__MACOSX/")]
            if len(members) != 1:
                raise Refused("F04", f"the zip archive holds {len(members):,} files; send one table per file")
            if members[0].flag_bits & 1:
                raise Refused("F03", "the zip archive is protected by a password")
            with archive.open(members[0]) as stream:
                budget = Budget(members[0].compress_size)
                while part := stream.read(1 << 20):
                    budget.add(part)
                return budget.parts
    except EOFError as error:
        raise Refused("F21", "the zip archive is cut off") from error
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, OSError) as error:
        raise Refused("F21", "the file begins like a zip archive and cannot be unpacked; it seems cut off") from error


def check_names(members: list[zipfile.ZipInfo]) -> None:
    """Refuse too many members, and names that are doubled, absolute, lead out of the archive or are links."""
    if len(members) > limits.MAX_MEMBERS:
        raise Refused("F04", f"the archive has {len(members):,} members, more than the limit of {limits.MAX_MEMBERS:,}")
    names = [member.filename for member in members]
    if len({name.casefold() for name in names}) != len(names):
        raise Refused("F03", "two members of the archive have the same name")
    for member in members:
        parts = member.orig_filename.replace("\\", "/").split("/")
        if parts[0] == "" or parts[0].endswith(":") or ".." in parts or "\0" in member.orig_filename:
            raise Refused("F03", "a member of the archive has a name that leads out of it")
        if stat.S_IFMT(member.external_attr >> 16) == _LINK:
            raise Refused("F03", "a member of the archive is a link")


class Budget:
    """The parts unpacked so far; refuses the next one once the budget is spent. Sizes written in an archive can lie."""

    def __init__(self, packed: int) -> None:
        self.packed = packed
        self.total = 0
        self.parts: list[bytes] = []

    def add(self, part: bytes) -> None:
        """Keep a part. Raises Refused F04."""
        self.total += len(part)
        self.parts.append(part)
        ratio = limits.MAX_RATIO * max(self.packed, 1)
        if self.total > limits.MAX_BYTES or (self.total > limits.SMALL and self.total > ratio):
            raise Refused(
                "F04",
                f"the archive of {self.packed:,} bytes holds more than {self.total:,}; the limits are "
                f"{limits.MAX_BYTES:,} bytes and {limits.MAX_RATIO} times the packed size",
            )


if __name__ == "__main__":
    sys.exit(main())
