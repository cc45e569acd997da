"""`dictionary.html` of a release: the data dictionary as a page to read and search. Reads no data, loads nothing from outside.

Says the same as `dictionary.md` and `dictionary.csv`, which are made from the same declarations.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from pipelines.published.dictionary import TYPES, allowed_values, is_required
from schemas.since import since
from schemas.table_model import Column, Table
from schemas.verdicts import CODES, WORDS

STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --line: #c9d1d9; --soft: #f3f5f7; --quiet: #4a5561; --link: #0b5cad; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ecf0; --paper: #14181d; --line: #3a434d; --soft: #1e242b; --quiet: #b2bcc6; --link: #8cc2ff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1rem 1.25rem 4rem; font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
a { color: var(--link); }
h2 { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: 1rem; }
label { display: block; font-weight: 600; margin-top: 1.5rem; }
input { font: inherit; width: min(30rem, 100%); padding: .5rem; border: 1px solid var(--quiet); border-radius: .3rem; color: inherit; background: var(--paper); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid var(--line); }
thead th { background: var(--soft); }
tbody th { font-weight: 600; font-family: ui-monospace, monospace; overflow-wrap: anywhere; min-width: 11rem; }
td.what { min-width: 18rem; }
.quiet { color: var(--quiet); }
@media print { input, label, #found { display: none; } }
"""
SCRIPT = """
const box = document.getElementById("find"), said = document.getElementById("found");
box.addEventListener("input", () => {
  const wanted = box.value.trim().toLowerCase();
  let count = 0;
  for (const section of document.querySelectorAll("section[data-table]")) {
    let shown = 0;
    for (const row of section.querySelectorAll("tbody tr")) {
      row.hidden = wanted !== "" && !(section.dataset.table + " " + row.textContent).toLowerCase().includes(wanted);
      if (!row.hidden) shown += 1;
    }
    section.hidden = shown === 0;
    count += shown;
  }
  document.getElementById("answers-part").hidden = wanted !== "";
  said.textContent = wanted === "" ? "" : count + (count === 1 ? " column" : " columns");
});
"""
HEADINGS = ("Column", "Meaning", "Type and unit", "Allowed values", "Empty?", "Who may see it", "Since")


def dictionary_page(tables: Iterable[Table], version: str) -> str:
    """A whole HTML page: one section per table, anchored by its name, with a search box over all columns."""
    listed = list(tables)
    links = " · ".join(f'<a href="#{t.name}">{t.name}</a>' for t in listed)
    answers = "".join(f"<tr><th scope=row>{code}</th><td>{escape(WORDS[code])}</td></tr>" for code in CODES)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Data dictionary, release {escape(version)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>Data dictionary</h1>\n<p>Release {escape(version)} of cs-access. Every table and column, what it means and what it "
        "cannot say. An empty cell means not known or not applicable: never zero, and never no. Ids are text and keep "
        f"their leading zeros. School years are written 2018-19.</p>\n<nav aria-label=Tables>{links}</nav>\n"
        '<label for="find">Find a column or a word</label>\n<input id="find" type="search" autocomplete="off">\n'
        '<p id="found" role="status" class="quiet"></p>\n'
        f'<section id="answers-part">\n<h2 id="answers">Answers</h2>\n<div class="scroll" tabindex="0" role="region" aria-label="Answers"><table><thead><tr>'
        f"<th scope=col>Code</th><th scope=col>Meaning</th></tr></thead><tbody>{answers}</tbody></table></div>\n</section>\n"
        + "".join(_section(declared) for declared in listed)
        + f"</main>\n<script>{SCRIPT}</script>\n</body>\n</html>\n"
    )


def _section(declared: Table) -> str:
    key = f"<li>Key: {', '.join(f'<code>{name}</code>' for name in declared.key)}.</li>" if declared.key else ""
    caveats = "".join(f"<li>Caveat: {escape(caveat)}</li>" for caveat in declared.caveats)
    head = "".join(f"<th scope=col>{heading}</th>" for heading in HEADINGS)
    rows = "\n".join(_row(declared, column) for column in declared.columns)
    return (
        f'<section data-table="{declared.name}">\n<h2 id="{declared.name}">{declared.name}</h2>\n'
        f"<p>{escape(declared.title)}</p>\n<ul><li>One row is {escape(declared.grain)}.</li>{key}{caveats}</ul>\n"
        f'<div class="scroll" tabindex="0" role="region" aria-label="Columns of {declared.name}"><table>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody></table></div>\n</section>\n"
    )


def _row(declared: Table, column: Column) -> str:
    allowed = '<a href="#answers">answers</a>' if column.allowed == CODES else escape(allowed_values(column))
    unit = f"<br><span class=quiet>{escape(column.unit)}</span>" if column.unit else ""
    empty = "never" if is_required(declared, column.name) else "may be"
    return (
        f"<tr><th scope=row>{column.name}</th><td class=what>{escape(column.meaning)}</td><td>{TYPES[column.type]}{unit}</td>"
        f"<td>{allowed}</td><td>{empty}</td><td>{column.tier}</td><td>{since(declared.name, column.name)}</td></tr>"
    )
