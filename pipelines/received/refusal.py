"""Why a file is refused: the one exception of this stage, which never leaves it. Holds no reader and no check."""

from __future__ import annotations


class Refused(Exception):  # noqa: N818 - a refusal is an outcome of reading, not an error of the program
    """A file cannot be read. `rule_id` is in schemas/rules.py, `sentence` says what, where, expected and found.

    The sentence never quotes cells, because what a column holds is not known before the header is found.
    `progress` (0 to 1) says how much of a layout was recognised, to report the layout that came closest.
    """

    def __init__(self, rule_id: str, sentence: str, *, column: str | None = None, progress: float = 0.0) -> None:
        super().__init__(sentence)
        self.rule_id = rule_id
        self.sentence = sentence
        self.column = column
        self.progress = progress
