"""Names and words of anybody's in pages of Markdown: read by whoever shows the page, they are the words and nothing else."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from experiments.questions.patterns import page
from experiments.text.markdown import as_code, in_markdown

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
HOSTILE = [
    "[read this](javascript:alert(1))",
    "![seen](https://x.example/seen.png)",
    "<img src=x onerror=alert(1)>",
    "<!-- never closed",
    "a | b | c",
    "`code` and ``more``",
    "**bold** _slanted_ ~~struck~~",
    "# a heading",
    "- a list",
    "+ another",
    "7. a seventh",
    "7) another",
    "> said",
    "--- \n# below a line\n\n| a | b |\n|---|---|\n",
    "    set in",
    "[a]: https://x.example",
    "<https://x.example>",
    "&lt;b&gt; &#42;",
    "\\[a](b)",
    "```\nunended",
    "{include}`/etc/passwd`",
    "$x$ % a note",
    "= = =",
    "***",
]


def said(markdown):
    """The text of a page as a reader shows it, once it is certain that there is nothing but text in it."""
    kinds, words = [], []
    for token in READER.parse(markdown):
        for inner in token.children or []:
            kinds.append(inner.type)
            words.append(inner.content)
        kinds += [token.type] if not token.children else []
    return set(kinds) - {"paragraph_open", "paragraph_close", "text", "inline", "text_special"}, "".join(words)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_in_a_paragraph_is_that_text(text):
    others, words = said(str(in_markdown(text)))
    assert others == set()
    assert words == " ".join(text.split())


@given(st.text(st.sampled_from("[]()<>!`*_~|\\#-+=:&;{}$%.1a \n\t\"'/"), max_size=30))
def test_any_text_in_a_paragraph_is_that_text(text):
    others, words = said(str(in_markdown(text)))
    assert others == set()
    assert words == " ".join(text.split())


@given(st.text(st.sampled_from("[]()<>!`*_~|\\#-+=:&;a \n"), max_size=30))
def test_any_text_in_a_cell_leaves_the_table_as_it_is(text):
    rows = f"| a | b |\n|---|---|\n| {in_markdown(text)} | {as_code(text + 'x')} |\n"
    tokens = READER.parse(rows)
    assert [each.type for each in tokens].count("td_open") == 2
    assert tokens[-1].type == "table_close"


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_as_code_is_one_piece_of_code(text):
    (line,) = [each for each in READER.parse(f"x {as_code(text)} y") if each.type == "inline"]
    assert [each.type for each in line.children] == ["text", "code_inline", "text"]


def row(text):
    """A number of a pattern of which every word is somebody's."""
    words = dict.fromkeys(
        ("title", "use", "measure_title", "observed_words", "unit", "grade", "source", "indicts", "place_title", "place",
         "beside_arm"), text
    )  # fmt: skip
    numbers = dict.fromkeys(
        ("observed", "observed_low", "observed_high", "model", "ci_low", "ci_high", "met_low", "met_high", "partly_low",
         "partly_high", "scale", "beside"), 1.5
    )  # fmt: skip
    fixed = {
        "pattern": "p",
        "number": 1,
        "verdict": "failed",
        "pattern_verdict": "failed",
        "certain": True,
        "met_by": "input",
    }
    return {**words, **numbers, **fixed, "years": 2, "replications": 3}


@pytest.mark.parametrize("text", HOSTILE)
def test_a_page_of_patterns_holds_no_more_than_its_own_markup(text):
    """The same links, pictures, headings and cells as with words that mean nothing."""

    def shape(words):
        facts = dict.fromkeys(("purpose", "day", "commit", "sizes"), words) | {"dirty": False, "seed": 1}
        about = {"p": dict.fromkeys(("summary", "fed_in", "why", "note"), words)}
        made = page.page(pd.DataFrame([row(words)]), facts, about)
        tokens = [inner for token in READER.parse(made) for inner in (token, *(token.children or []))]
        plain = ("text", "text_special", "softbreak")
        return [each.type for each in tokens if each.type not in plain]

    assert shape(text) == shape("words that mean nothing")
