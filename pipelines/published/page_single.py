"""Puts a whole page into one file that opens by double-click. Builds no page and bundles only the page's own modules.

Browsers let a page opened from a folder neither load modules nor read files beside it, so both are put inside.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping

from pipelines.published.page_columns import to_json

ENTRY = "app.js"
STYLES = ("verdicts.css", "page.css")
_IMPORT = re.compile(r'^import \{([^}]*)\} from "\./([\w.]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?function |const )", re.MULTILINE)
_EXPORTED = re.compile(r"^export (?:async function|function|const) (\w+)", re.MULTILINE)
_POLICY = re.compile(r'(<meta http-equiv="Content-Security-Policy" content=")[^"]*(">)')


def one_file(files: Mapping[str, bytes]) -> str:
    """The page of `build_page` as one HTML text. The same files give the same text.

    Raises ValueError when a module holds what would end its script element, or modules import each other in a circle.
    """
    style = "\n".join(files[name].decode() for name in STYLES)
    script = bundle({name: body.decode() for name, body in files.items() if name.endswith(".js")})
    if "</" in script or "<!--" in script:
        raise ValueError(
            "a module of page/ holds </ or <!--, which would end the script of a one-file page; write it otherwise"
        )
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; img-src data:; base-uri 'none'"
    )
    html = _POLICY.sub(lambda found: f"{found[1]}{policy}{found[2]}", files["index.html"].decode())
    html = re.sub(r'<link rel="stylesheet" href="verdicts.css">\n', "", html)
    html = html.replace('<link rel="stylesheet" href="page.css">', f"<style>{style}</style>")
    inside = "\n".join(
        _embed(name, body) for name, body in files.items() if name.startswith("data/") or name.endswith(".json")
    )
    return html.replace(
        f'<script type="module" src="{ENTRY}"></script>', f'{inside}\n<script type="module">{script}</script>'
    )


def bundle(modules: Mapping[str, str]) -> str:
    """All modules that ENTRY needs as one module text: each in a function of its own that returns what it exports."""
    parts: list[str] = []
    done: set[str] = set()

    def add(name: str, asked_by: tuple[str, ...]) -> None:
        if name in asked_by:
            raise ValueError(f"modules of page/ import each other in a circle: {' -> '.join((*asked_by, name))}")
        if name in done:
            return
        text = modules[name]
        for _, needed in _IMPORT.findall(text):
            add(needed, (*asked_by, name))
        done.add(name)
        exported = ", ".join(_EXPORTED.findall(text))
        body = _IMPORT.sub(lambda found: f"const {{{found[1]}}} = {_variable(found[2])};\n", text)
        parts.append(f"const {_variable(name)} = (() => {{\n{_EXPORT.sub('', body)}return {{ {exported} }};\n}})();\n")

    add(ENTRY, ())
    return "\n" + "".join(parts)


def _variable(name: str) -> str:
    return "module_" + re.sub(r"\W", "_", name)


def _embed(name: str, body: bytes) -> str:
    if name.endswith(".json"):
        kind, text = "application/json", body.decode()
    elif name.endswith(".txt"):
        kind, text = "application/json", to_json(body.decode()).decode()
    else:
        kind, text = "application/octet-stream", base64.b64encode(body).decode()
    return f'<script type="{kind}" id={json.dumps(f"file:{name}")}>{text}</script>'


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
