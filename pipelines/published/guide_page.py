"""`use-the-data.html` of a release: the guide of the project as a page beside the data. Knows no figure and no other guide.

Reads the few forms of Markdown that the guide is written in. A link that leads out of the release becomes plain text,
because the project is not where the release is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

from pipelines.published.dictionary_page import STYLE

_FENCE, _LIST = "```", re.compile(r"(- |\d+\. )")
_LINK = re.compile(r"\[([^\]]+)\]\(([^)]+)\)")
_MARKS = ((re.compile(r"\*\*(.+?)\*\*"), "strong"), (re.compile(r"(?<!\*)\*([^*]+)\*"), "em"))
OWN_STYLE = "main { max-width: 50rem; } pre { background: var(--soft); padding: .7rem; overflow-x: auto; } code { overflow-wrap: anywhere; } tbody th { font-family: inherit; }"


def guide_page(text: str, version: str) -> str:
    """The guide as a whole HTML page that loads nothing from outside. Raises ValueError for a form it cannot read."""
    body = "\n".join(_blocks(text.splitlines()))
    title = re.sub(r"<[^>]+>", "", re.findall(r"<h1>(.*?)</h1>", body)[0])
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<link rel="icon" href="data:,">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{STYLE}{OWN_STYLE}</style>\n</head>\n<body>\n<main>\n"
        f'<p class="quiet"><a href="index.html">Which US schools teach computer science?</a> · release {escape(version)}</p>\n'
        f"{body}\n</main>\n</body>\n</html>\n"
    )


def _blocks(lines: list[str]) -> list[str]:
    out, at = [], 0
    while at < len(lines):
        line = lines[at]
        end = at + 1
        if not line.strip():
            pass
        elif line.startswith(_FENCE):
            end = next((n for n in range(at + 1, len(lines)) if lines[n].startswith(_FENCE)), len(lines)) + 1
            out.append(f'<pre tabindex="0"><code>{escape(chr(10).join(lines[at + 1 : end - 1]))}</code></pre>')
        elif line.startswith("#"):
            level = len(line) - len(line.lstrip("#"))
            out.append(f"<h{level}>{_words(line.lstrip('#').strip())}</h{level}>")
        elif line.startswith("|"):
            end = _end(lines, at, lambda text: text.startswith("|"))
            out.append(_table(lines[at:end]))
        elif _LIST.match(line):
            end = _end(lines, at, lambda text: bool(_LIST.match(text)) or text.startswith("  "))
            out.append(_list(lines[at:end]))
        else:
            end = _end(
                lines,
                at,
                lambda text: bool(text.strip()) and not text.startswith(("#", "|", _FENCE)) and not _LIST.match(text),
            )
            out.append(f"<p>{_words(' '.join(lines[at:end]))}</p>")
        at = end
    return out


def _end(lines: list[str], at: int, belongs: Callable[[str], bool]) -> int:
    return next((n for n in range(at + 1, len(lines)) if not belongs(lines[n])), len(lines))


def _list(lines: list[str]) -> str:
    items: list[str] = []
    for line in lines:
        if found := _LIST.match(line):
            items.append(line[found.end() :])
        else:
            items[-1] += " " + line.strip()
    first = lines[0].split(".")[0]
    tag, start = ("ol", f' start="{first}"') if first.isdigit() else ("ul", "")
    return f"<{tag}{start}>" + "".join(f"<li>{_words(item)}</li>" for item in items) + f"</{tag}>"


def _table(lines: list[str]) -> str:
    head, rule, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)
    if any(set(cell) - set("-:") for cell in rule):
        raise ValueError(f"a table of the guide has no line of dashes below its head: {lines[0]}")
    heads = "".join(f"<th scope=col>{_words(cell)}</th>" for cell in head)
    body = "".join("<tr>" + "".join(f"<td>{_words(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(_plain(head[0]))}"><table><thead><tr>{heads}</tr>'
        f"</thead><tbody>{body}</tbody></table></div>"
    )


def _words(text: str) -> str:
    """A line with its marks as HTML; what stands between backticks is taken as it is."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        raise ValueError(f"a line of the guide has a backtick without its partner: {text}")
    told = []
    for n, part in enumerate(parts):
        told.append(f"<code>{escape(part)}</code>" if n % 2 else escape(part, quote=False))
    out = _LINK.sub(_link, "".join(told))
    for pattern, tag in _MARKS:
        out = pattern.sub(rf"<{tag}>\1</{tag}>", out)
    return out


def _link(found: re.Match[str]) -> str:
    words, target = found[1], found[2]
    inside = not target.startswith(("http", "..")) and not target.endswith(".md")
    return f'<a href="{escape(target)}">{words}</a>' if inside else words


def _plain(text: str) -> str:
    return re.sub(r"[`*]", "", text)
