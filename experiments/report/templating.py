"""Makes pages from templates: every word is escaped, but for the styles, programs and pictures that are our own."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

TEMPLATES = Path(__file__).with_name("templates")
LAYOUT: Any = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True, "keep_trailing_newline": True}
IN_MARKDOWN = str.maketrans({"<": "&lt;", "|": "\\|"})


def own(file: Path) -> Markup:
    """Reads a style or a program that ships with us, to stand in a page as it is."""
    return Markup(file.read_text(encoding="utf-8"))


def _in_markdown(value: Any) -> str:
    """Writes a value so that it can neither begin markup of a page nor end a cell of a table."""
    return str(value).translate(IN_MARKDOWN)


HTML = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, **LAYOUT)
HTML.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
MARKDOWN = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=False, finalize=_in_markdown, **LAYOUT)
"""Markdown is no HTML, so what is put into it is made harmless on its way in."""


def render(template: str, **facts: Any) -> str:
    """Writes a page from its template, by the kind of page that the name of the template ends in.

    Args:
        template: name of a file in `templates/`.
        facts: what the template tells, as plain data.
    """
    pages = MARKDOWN if template.endswith(".md.j2") else HTML
    return pages.get_template(template).render(facts)
