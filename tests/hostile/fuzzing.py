"""A small coverage-guided fuzzer: mutates files, and keeps those that reach lines of the readers no file reached before.

Knows no format; it is given seeds, a function that must not fail, and words that are worth putting in.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

READERS = str(Path(__file__).parents[2] / "pipelines" / "received")
MAX_SIZE = 20_000


def fuzz(
    seeds: Sequence[bytes],
    check: Callable[[bytes], object],
    seconds: float,
    *,
    words: Sequence[bytes] = (),
    start: int = 0,
) -> int:
    """Mutate and check for so many seconds; returns how many inputs were tried. What `check` raises names the input."""
    chance = random.Random(start)
    corpus = list(seeds)
    seen: set[tuple[str, int]] = set()
    for seed in seeds:
        seen |= _lines_of(check, seed)
    tried, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        data = mutated(chance, corpus, words)
        reached = _lines_of(check, data)
        tried += 1
        if not reached <= seen:
            seen |= reached
            corpus.append(data)
    return tried


def mutated(chance: random.Random, corpus: Sequence[bytes], words: Sequence[bytes]) -> bytes:
    """One to four changes of a file of the corpus: bits, runs, words, cuts, and pieces of another file."""
    data = bytearray(chance.choice(corpus))
    for _ in range(chance.randint(1, 4)):
        at = chance.randint(0, len(data))
        to = min(at + chance.choice((1, 2, 4, 16, 256)), len(data))
        match chance.randint(0, 6):
            case 0 if data:
                data[at % len(data)] ^= 1 << chance.randint(0, 7)
            case 1:
                data[at:to] = chance.randbytes(chance.randint(0, 4))
            case 2 if words:
                data[at:at] = chance.choice(words)
            case 3:
                del data[at:to]
            case 4:
                data[at:at] = data[at:to] * chance.choice((1, 2, 20))
            case 5:
                other = chance.choice(corpus)
                data[at:] = other[min(at, len(other)) :]
            case _:
                data[at:to] = bytes([chance.choice((0, 10, 13, 34, 44, 60, 127, 255))]) * (to - at)
    return bytes(data[:MAX_SIZE])


def _lines_of(check: Callable[[bytes], object], data: bytes) -> set[tuple[str, int]]:
    lines: set[tuple[str, int]] = set()

    def trace_line(frame: FrameType, event: str, _: Any) -> Any:
        if event == "line":
            lines.add((frame.f_code.co_filename, frame.f_lineno))
        return trace_line

    def trace_call(frame: FrameType, _event: str, _: Any) -> Any:
        return trace_line if frame.f_code.co_filename.startswith(READERS) else None

    before = sys.gettrace()
    sys.settrace(trace_call)
    try:
        check(data)
    except BaseException as error:
        raise AssertionError(f"{type(error).__name__} for the input {data!r}") from error
    finally:
        sys.settrace(before)
    return lines
