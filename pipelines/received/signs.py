"""What a look at the raw bytes rules out: control characters, broken letters, guards, addresses. Reads no cell.

Searching bytes costs a thousandth of searching cells, and nearly no file has any of these.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_BLOCK = 1 << 20
_TAB, _BETWEEN_14_AND_SPACE, _FIRST_FOREIGN = 9, 18, 128
_LOST = "\ufffd".encode()
# What UTF-8 looks like when it was taken for cp1252 and saved again: Ã and Â before a sign, and the start of a quote.
_DOUBLED = tuple(start.encode() for start in ("\u00c3", "\u00c2", "\u00e2\u20ac"))
# Zero-width and direction marks, the byte order mark inside the text, and the soft hyphen.
_INVISIBLE = (b"\xe2\x80", b"\xe2\x81", b"\xef\xbb\xbf", b"\xc2\xad")


@dataclass(frozen=True)
class Signs:
    """Whether some cell may hold it; True where nobody has looked."""

    control: bool = True
    lost: bool = True
    doubled: bool = True
    invisible: bool = True
    equals: bool = True
    apostrophe: bool = True
    at_sign: bool = True


def signs_in(utf8: bytes) -> Signs:
    """Look through the bytes of a text."""
    foreign = b"" if utf8.isascii() else _foreign(utf8)
    return Signs(
        control=has_control(utf8),
        lost=_LOST in foreign,
        doubled=any(sign in foreign for sign in _DOUBLED),
        invisible=any(sign in foreign for sign in _INVISIBLE),
        equals=b"=" in utf8,
        apostrophe=b"'" in utf8,
        at_sign=b"@" in utf8,
    )


def _foreign(utf8: bytes) -> bytes:
    """The bytes that are not ASCII, one behind the other: few, so that searching them is cheap."""
    data = np.frombuffer(utf8, dtype=np.uint8)
    blocks = (data[start : start + _BLOCK] for start in range(0, len(data), _BLOCK))
    return b"".join(block[block >= _FIRST_FOREIGN].tobytes() for block in blocks if block.max() >= _FIRST_FOREIGN)


def has_control(utf8: bytes) -> bool:
    """Whether there is a control character other than tab and line breaks."""
    if any(byte in utf8 for byte in (b"\x0b", b"\x0c", b"\x7f")):
        return True
    data = np.frombuffer(utf8, dtype=np.uint8)
    for start in range(0, len(data), _BLOCK):
        block = data[start : start + _BLOCK]
        # Unsigned bytes wrap around, so that one comparison finds 14 to 31.
        if block.min() < _TAB or (block - np.uint8(14)).min() < _BETWEEN_14_AND_SPACE:
            return True
    return False
