"""Puts a page together: head and style, figures with their words and numbers, and the program that lets some answer.

The page is one file and asks nothing of any network.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from typing import Any

from experiments.report import tables

FOUND_IN_DATA_URL = re.compile(r"[%#'\n]")
INSTEAD = {"%": "%25", "#": "%23", "'": "%27", "\n": " "}
Link = tuple[str, str]


def document(title: str, head: str, links: Sequence[Link], body: str, answers: bool) -> str:
    """Writes a whole page.

    Args:
        title: of the page.
        head: what stands above everything: the answer and the caveat.
        links: places on the page and their headings.
        body: all the rest.
        answers: whether there are figures that answer to the reader, which need a program.
    """
    name = html.escape(title)
    items = "".join(f'<li><a href="#{where}">{html.escape(words)}</a></li>\n' for where, words in links)
    program = f"<script>\n{_file('vega.js')}\n{_file('page.js')}</script>\n" if answers else ""
    return (
        '<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{name}</title>\n<style>\n{_file('page.css')}</style>\n</head>\n<body>\n"
        '<a class="skip" href="#results">Skip to the results</a>\n'
        f"<header>\n<h1>{name}</h1>\n{head}\n</header>\n"
        f'<nav aria-label="On this page">\n<ul>\n{items}</ul>\n</nav>\n'
        f'<main id="results">\n{body}\n</main>\n{program}</body>\n</html>\n'
    )


def _file(name: str) -> str:
    """Reads a file that ships beside this one."""
    return resources.files("experiments.report").joinpath(name).read_text(encoding="utf-8")


def figure(
    name: str, title: str, svg: str, alt: str, numbers: str, caption: str = "", spec: Mapping[str, Any] | None = None
) -> str:
    """Shows a figure: its picture, how to read it, what it shows in words, and its numbers.

    Where there is a specification, a reader with a program sees a figure that answers; on paper and without a program
    the picture stands there.
    """
    live = ""
    if spec is not None:
        content = json.dumps(spec, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
        live = (
            f'<script type="application/json" id="spec_{name}">{content}</script>\n'
            f'<div class="live" data-spec="spec_{name}" hidden></div>\n'
        )
    label = html.escape(title, quote=True)
    told = f"<figcaption>{html.escape(caption)}</figcaption>\n" if caption else ""
    return (
        f"<figure>\n{live}"
        f'<div class="wide still" role="region" tabindex="0" aria-label="{label}">'
        f'<img src="{_as_url(svg)}" alt="{html.escape(alt, quote=True)}"></div>\n{told}</figure>\n'
        f"<details>\n<summary>The figure in words</summary>\n<p>{html.escape(alt)}</p>\n</details>\n"
        f'<details class="numbers">\n<summary>The numbers in the figure</summary>\n{numbers}\n'
        f"<p>Also in figures/{name}.csv; the picture is in figures/{name}.svg and figures/{name}.png.</p>\n</details>"
    )


def _as_url(svg: str) -> str:
    """Writes a drawing as an address that holds it; a third smaller than in base 64."""
    bare = svg[svg.index("<svg") :].replace('"', "'")
    return "data:image/svg+xml," + FOUND_IN_DATA_URL.sub(lambda hit: INSTEAD[hit[0]], bare)


def section(name: str, heading: str, parts: Iterable[str]) -> str:
    """Writes one question of the reader with what answers it."""
    return "\n".join([f'<h2 id="{name}">{html.escape(heading)}</h2>', *parts])


def making(command: str, facts: Mapping[str, str]) -> str:
    """Says how to make the same results again and what they were made with."""
    return section(
        "making",
        "How to reproduce it",
        [
            "<p>The same command with the same version gives the same numbers to the last digit:</p>",
            f"<pre><code>{html.escape(command)}</code></pre>",
            tables.facts(facts),
            "<p>The whole configuration and every file's fingerprint are in manifest.json beside this page. This page itself is "
            "made anew from the stored files, without simulating anything, by redesign report and the name of the folder.</p>",
        ],
    )
