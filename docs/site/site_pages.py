"""How pages of the site are written: one frame around all, and the documentation from its Markdown."""

import base64
import itertools
import mimetypes
import os
import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import ChoiceLoader, FileSystemLoader
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from experiments.report.templating import HTML, allowed, own
from experiments.text.purpose import PURPOSE

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = Path(__file__).with_name("templates")
PAGES = HTML.overlay(loader=ChoiceLoader([FileSystemLoader(TEMPLATES), HTML.loader]))
MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
REMARK = re.compile(r"^[ \t]*<!--.*?-->[ \t]*\n?", flags=re.MULTILINE | re.DOTALL)
POLICY = re.compile(r'http-equiv="Content-Security-Policy" content="default-src \'none\'')
MENU = (
    ("index.html", "Home"),
    ("sliders.html", "What if?"),
    ("index.html#lessons", "Lessons"),
    ("index.html#reports", "Reports"),
    ("map.html", "Map of England"),
    ("documents/docs/README.html", "Documents"),
)


class Frame(NamedTuple):
    """What stands around every page.

    Attributes:
        made: which version of the model is here, a sentence each.
        warnings: what a reader must know of how the numbers were made.
        absent: addresses that the site does without.
    """

    made: Sequence[str] = ()
    warnings: Sequence[str] = ()
    absent: Collection[str] = ()


class Unsafe(Exception):  # noqa: N818 - it is a verdict on a page
    """A page would let a browser ask others for something."""


def page(template: str, frame: Frame, here: str, program: str = "", **facts: Any) -> str:
    """Writes a page of the site.

    Args:
        template: name of its file.
        frame: what stands around it.
        here: its address in the site, which its links start from.
        program: name of the file of the program that it runs.
        facts: what the template tells.
    """
    style, ran = own(TEMPLATES / "site.css"), own(TEMPLATES / program) if program else Markup("")
    menu = [(address, words) for address, words in MENU if address not in frame.absent]
    around = {"menu": menu, "here": here, "root": "../" * here.count("/"), "purpose": PURPOSE}
    told = {**around, **frame._asdict(), **facts, "style": style, "program": ran}
    return PAGES.get_template(template).render(told, allowed=allowed(str(style), str(ran)))


def write(path: Path, text: str) -> None:
    """Writes a page.

    Raises:
        Unsafe: it does not tell the browser to ask nobody for anything.
    """
    if not POLICY.search(text):
        raise Unsafe(
            f"{path.name} has no content policy that begins with default-src 'none': it is no page for this site"
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def documents() -> list[Path]:
    """The pages of the documentation, from the root of the project."""
    found = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "benchmarks").glob("*.md")]
    return sorted(path.relative_to(ROOT) for path in found if not path.name.endswith(".head.md"))


def address_of(document: Path) -> str:
    """Where a page of the documentation lies in the site."""
    return f"documents/{document.with_suffix('.html').as_posix()}"


def document_page(document: Path, known: Collection[Path], frame: Frame) -> str:
    """Writes a page of the documentation; pictures stand inside it, and links to files that the site lacks are plain words.

    Args:
        document: from the root of the project.
        known: all documents of the site.
        frame: what stands around it.
    """
    tokens = MARKDOWN.parse(REMARK.sub("", (ROOT / document).read_text(encoding="utf-8")))
    _name_headings(tokens)
    _turn_links(tokens, document, known)
    _turn_pictures(tokens, document)
    _name_cells(tokens)
    title = next((after.content for token, after in itertools.pairwise(tokens) if token.tag == "h1"), document.stem)
    html = str(MARKDOWN.renderer.render(tokens, MARKDOWN.options, {}))
    wide = '<div class="wide cards" role="region" tabindex="0" aria-label="A table"><table>'
    html = html.replace("<table>", wide).replace("</table>", "</table></div>").replace("<pre>", '<pre tabindex="0">')
    return page("document.html.j2", frame, address_of(document), title=title, content=Markup(html))


def _name_headings(tokens: Sequence[Token]) -> None:
    """Gives headings the names that links within the documentation use."""
    seen: dict[str, int] = {}
    for token, after in itertools.pairwise(tokens):
        if token.type == "heading_open":
            name = re.sub(r"[^\w\- ]", "", after.content.lower()).strip().replace(" ", "-")
            seen[name] = seen.get(name, -1) + 1
            token.attrSet("id", f"{name}-{seen[name]}" if seen[name] else name)


def _name_cells(tokens: Sequence[Token]) -> None:
    """Gives each cell of a table the words that stand over it: on a phone its rows are cards, and each line says what it is."""
    heads: list[str] = []
    at = 0
    for token, after in itertools.pairwise(tokens):
        if token.type == "table_open":
            heads = []
        elif token.type == "tr_open":
            at = 0
        elif token.type == "th_open":
            words = "".join(each.content for each in after.children or ())
            heads.append(f"{words}: " if words else "")
        elif token.type == "td_open":
            token.attrSet("data-head", heads[at])
            at += 1


def _inside(tokens: Sequence[Token]) -> list[Token]:
    """All tokens of running text."""
    return [child for token in tokens for child in token.children or ()]


def _turn_links(tokens: Sequence[Token], document: Path, known: Collection[Path]) -> None:
    """Links between documents lead to their pages; of others that are in the project only the words stay."""
    for token in _inside(tokens):
        if token.type != "link_open":
            continue
        target, _, part = str(token.attrGet("href")).partition("#")
        if not target or ":" in target:
            continue
        file = Path(os.path.normpath(document.parent / target))
        if file in known:
            turned = os.path.relpath(address_of(file), Path(address_of(document)).parent)
            token.attrSet("href", f"{Path(turned).as_posix()}{'#' if part else ''}{part}")
        else:
            token.attrs = {"class": "quiet"}


def _turn_pictures(tokens: Sequence[Token], document: Path) -> None:
    """Pictures are put into the page itself; one that is elsewhere is left to its words."""
    for token in _inside(tokens):
        if token.type == "image":
            file = ROOT / document.parent / str(token.attrGet("src"))
            token.attrSet("src", picture(file) if file.is_file() else "data:,")


def picture(file: Path) -> str:
    """A picture as an address that holds it."""
    kind = mimetypes.guess_type(file.name)[0] or "image/png"
    return f"data:{kind};base64,{base64.b64encode(file.read_bytes()).decode('ascii')}"


SAME_NUMBERS = {
    "3695ce787de0e633": (
        "eb1d304f5cc8",
        "5885fbd2144e",
        "8307a9cc4373",
        "706035e7d897",
        "d6bace092be8",
        "34b7ba4328b5",
        "cee54730af75",
        "43be74532641",
        "08ea03790c23",
        "baa0f309dde8",
    )
}
"""Versions of the model that give the same numbers to the last bit, by the hash of three years that they live alike."""


def unlike(made_by: Mapping[str, str], today: str) -> list[str]:
    """What to say where kept numbers are of another version of the model than the one that is here, and may be other numbers.

    Args:
        made_by: the version that made each kept table, by what it is called.
        today: the version that is here.
    """
    same = next((versions for versions in SAME_NUMBERS.values() if today in versions), (today,))
    by_model: dict[str, list[str]] = {}
    for name, model in made_by.items():
        if model not in same:
            by_model.setdefault(model, []).append(name)
    return [
        f"{'; '.join(names)}: made by version {model} of the model. The model is now version {today}, and may say something "
        "else. To make them anew: python docs/remake.py"
        for model, names in by_model.items()
    ]
