"""`cleanup new-source`: drafts the YAML of a source from one file, for a person to finish.

What the file seems to be is found by `study_file`, the text is written by `draft_yaml`.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from pipelines.one_file.check_report import plain
from pipelines.one_file.draft_yaml import draft_yaml
from pipelines.one_file.study_file import Draft, study_file
from pipelines.received.refusal import Refused
from schemas.source_model import parse_source
from schemas.states import STATES


def run_new_source(state: str, file: Path, out: Path | None) -> int:
    """Draft a YAML for the file and print or write it, with what a person must decide. Returns the exit code."""
    postal = state.strip().upper()
    if postal not in STATES:
        raise ValueError(f"{state!r} is not the postal code of a state; write for example NC")
    if not file.is_file():
        raise ValueError(f"there is no file at {file}; check the path")
    if out and (out.suffix != ".yml" or not re.fullmatch(r"[a-z][a-z0-9_]*", out.stem)):
        raise ValueError(f"the draft's name is the source's name: write it to {postal.lower()}.yml, not to {out.name}")
    if out and out.exists():
        raise ValueError(f"{out} exists and is never overwritten; give another name to --out")
    try:
        draft = study_file(postal, file, out.stem if out else postal.lower())
    except Refused as refusal:
        print(f"cleanup: {plain(file.name)} cannot be read: {plain(refusal.sentence, 400)}.", file=sys.stderr)
        return 2
    text = draft_yaml(draft)
    parse_source(text, Path(f"{draft.name}.yml"))
    if out is None:
        print(text, end="")
    else:
        out.write_text(text, encoding="utf-8")
    # The draft itself may be piped into a file, so what is for a person goes to the other channel then.
    channel = sys.stdout if out else sys.stderr
    print(_summary(draft, out), file=channel)
    return 1 if draft.decide else 0


def _summary(draft: Draft, out: Path | None) -> str:
    lines = [f"{plain(draft.file)}  ›  draft of a source for {STATES[draft.state].name}", ""]
    for guess in draft.columns:
        taken = f"{guess.target}  ({guess.confidence:.0%}: {guess.why})" if guess.target else ""
        taken = taken or ("not needed" if guess.known_otherwise else "not recognized")
        lines.append(f"  {plain(guess.name) or '(no name)':<32} {taken}")
    lines += ["", "A person must decide:", *(f"  {n}. {said}" for n, said in enumerate(draft.decide, start=1))]
    if not draft.decide:
        lines[-1] = "Nothing is left to decide; look the guesses through all the same."
    place = out or Path(f"{draft.name}.yml")
    year = f" --year {draft.year}" if draft.year else " --year (its school year)"
    return "\n".join([*lines, "", f"Next: cleanup check {plain(draft.file)} --source-file {place}{year}"])
