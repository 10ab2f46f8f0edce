"""Makes pages from templates: every word is escaped, but for the styles, programs and pictures that are our own."""

import base64
import hashlib
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from experiments.text.markdown import as_code, in_markdown

TEMPLATES = Path(__file__).with_name("templates")
LAYOUT: Any = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True, "keep_trailing_newline": True}


def own(file: Path) -> Markup:
    """Reads a style or a program that ships with us, to stand in a page as it is."""
    return Markup(file.read_text(encoding="utf-8"))


HTML = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, **LAYOUT)
HTML.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
MARKDOWN = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=False, finalize=in_markdown, **LAYOUT)
MARKDOWN.filters["code"] = as_code
"""Markdown is no HTML, so what is put into it is made harmless on its way in."""


def allowed(style: str, program: str) -> Markup:
    """What a browser may do for a page: apply this style, run this program, show the pictures inside it, and nothing else."""
    run = f"script-src {_fingerprint(program)}; " if program else ""
    inside = f"img-src data:; style-src {_fingerprint(style)}; {run}"
    return Markup(f"default-src 'none'; {inside}base-uri 'none'; form-action 'none'")


def _fingerprint(own: str) -> str:
    """By which a browser knows a style or a program again, as a Content-Security-Policy names it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(own.encode()).digest()).decode()}'"


def render(template: str, **facts: Any) -> str:
    """Writes a page from its template, by the kind of page that the name of the template ends in.

    Whatever else may have got into a page as a program or a style, a browser leaves it alone.

    Args:
        template: name of a file in `templates/`.
        facts: what the template tells, as plain data.
    """
    pages = MARKDOWN if template.endswith(".md.j2") else HTML
    policy = allowed(str(facts.get("style", "")), str(facts.get("program", "")))
    return pages.get_template(template).render(facts, allowed=policy)
