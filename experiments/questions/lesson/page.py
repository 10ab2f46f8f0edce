"""Writes a lesson's page: one file with its words, its numbers, its style and its program, which asks nothing of any network."""

# Lines of HTML are left whole.
# ruff: noqa: E501

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Any

from experiments.questions.lesson.grid import CODES
from experiments.text.purpose import PURPOSE

ALONE = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
"""What a browser lets the page do: nothing but its own style and program."""
CHANCE = (
    "The spread shows luck alone: the same town with the same people, lived again and again. How well the numbers behind the model "
    "are known is another question, and a bigger one."
)
SIDES = {"lower": "lower", "same": "about the same", "higher": "higher"}
LEGEND = {
    "A": '<line x1="0" y1="8" x2="48" y2="8" stroke="#12436d" stroke-width="4"/>',
    "B": '<line x1="0" y1="8" x2="48" y2="8" stroke="#f46a25" stroke-width="4" stroke-dasharray="9 4"/>',
    "mine": '<line x1="2" y1="8" x2="48" y2="8" stroke="#801650" stroke-width="4" stroke-dasharray="2 7" stroke-linecap="round"/>',
}


def page_of(told: Mapping[str, Any]) -> str:
    """The page of a lesson as HTML."""
    words = told["lesson"]
    title = html.escape(words["title"])
    return "\n".join(
        [
            '<!doctype html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f'<meta http-equiv="Content-Security-Policy" content="{ALONE}">',
            f"<title>{title}</title>\n<style>\n{_file('page.css')}</style>\n</head>\n<body>",
            '<a class="skip" href="#main">To the lesson</a>',
            f"<header>\n<h1>{title}</h1>",
            f'<p class="purpose">A lesson with a model of a town that does not exist: {html.escape(told["place"])}, '
            f"{told['people']:,} people. {html.escape(PURPOSE)}</p>\n</header>",
            '<p id="heard" class="unseen" role="status" aria-live="polite"></p>',
            '<main id="main">',
            "<noscript><p>This page needs JavaScript, which this browser has turned off. It needs no network.</p></noscript>",
            _story(told),
            _predict(told),
            _result(told),
            _explain(words),
            _lose(told) if words["sliders"] else "",
            _cannot(words),
            "</main>",
            _footer(told),
            f'<script type="application/json" id="told">{_data(told)}</script>',
            f"<script>\n{_file('page.js')}</script>\n</body>\n</html>\n",
        ]
    )


def _file(name: str) -> str:
    """A part of the page that is kept in a file of its own."""
    return resources.files("experiments.questions.lesson").joinpath(name).read_text(encoding="utf-8")


def _data(told: Mapping[str, Any]) -> str:
    """The numbers as the program reads them; no word in them can end the script."""
    text = json.dumps({**told, "codes_to": CODES}, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _paragraphs(texts: Iterable[str]) -> str:
    """Texts as paragraphs."""
    return "\n".join(f"<p>{html.escape(text)}</p>" for text in texts)


def _items(texts: Iterable[str]) -> str:
    """Texts as a list."""
    return "<ul>\n" + "\n".join(f"<li>{html.escape(text)}</li>" for text in texts) + "\n</ul>"


def _chosen(name: str, choices: Mapping[str, str]) -> str:
    """Radio buttons."""
    return "\n".join(
        f'<label class="choice"><input type="radio" name="{name}" value="{value}"> {html.escape(words)}</label>'
        for value, words in choices.items()
    )


def _legend(told: Mapping[str, Any], both: bool, drawing: bool) -> str:
    """Which line is whose."""
    first, second = (html.escape(arm["title"]) for arm in told["arms"])

    def line(key: str, words: str, more: str = "") -> str:
        return f'<li{more}><svg viewBox="0 0 50 16" aria-hidden="true">{LEGEND[key]}</svg>{words}</li>'

    parts = [line("A", f"A: {first}"), line("B", f"B: {second}") if both else ""]
    if drawing:
        parts.append(line("mine", "your drawing", ' id="drawn-key"' if both else ""))
    return f'<ul class="legend">{"".join(parts)}</ul>'


def _story(told: Mapping[str, Any]) -> str:
    """What happened, and the two policies."""
    arms = "\n".join(
        f"<div><p><strong>{letter}: {html.escape(arm['title'])}</strong></p><p>{html.escape(arm['summary'])}.</p></div>"
        for letter, arm in zip("AB", told["arms"], strict=True)
    )
    return (
        f"<section>\n<h2>1. What happened</h2>\n{_paragraphs(told['lesson']['story'])}\n"
        f"<p>Two ways to go on from April 2011, in the same town with the same people and the same luck:</p>\n"
        f'<div class="policies">\n{arms}\n</div>\n</section>'
    )


def _predict(told: Mapping[str, Any]) -> str:
    """The prediction, which unlocks the result."""
    outcome = next(iter(told["outcomes"].values()))
    first, second = (html.escape(arm["title"]) for arm in told["arms"])
    question = html.escape(told["lesson"]["question"].replace("{years}", str(told["years"])))
    return f"""<section>
<h2>2. Predict</h2>
<p class="question">{question}</p>
<p>Here that is counted as <strong>{html.escape(outcome["title"])}</strong> ({html.escape(outcome["unit"])}). {html.escape(outcome["about"])}</p>
<fieldset>
<legend>In year {told["years"]}, compared with A ({first}), under B ({second}) this will be</legend>
{_chosen("side", SIDES)}
</fieldset>
<p>Or draw it. The line is A. Drag the circles to where you think B will go, or move to a circle with Tab and push it with the arrow keys.</p>
<div class="wide-chart chart" id="sketch"></div>
{_legend(told, both=False, drawing=True)}
<p class="buttons"><button id="clear" type="button">Clear my prediction</button></p>
<p><button id="reveal" type="button" class="main" disabled aria-describedby="locked">Show what the model says</button></p>
<p id="locked" role="status">Predict first. Then this unlocks.</p>
</section>"""


def _result(told: Mapping[str, Any]) -> str:
    """The result, laid over the prediction."""
    claim = told["lesson"]["claim"]
    return f"""<section id="result" hidden>
<h2 id="result-head" tabindex="-1">3. See</h2>
<p class="said" id="verdict"></p>
<div class="chart" id="lines"></div>
{_legend(told, both=True, drawing=True)}
<p class="quiet">Thin lines: the town lived {told["replications"]} times, each time with other luck, once under A and once under B. We call them
{told["replications"]} towns. Thick lines: their average.</p>
<h3>Town by town</h3>
<div class="chart" id="towns"></div>
<p class="quiet">Each dot is one town: B minus A with the same people and the same luck. The diamond is the average; its bar shows
how far luck could move it. Shaded: what you predicted.</p>
<p id="spread"></p>
<p>{html.escape(CHANCE)}</p>
<details><summary>The numbers as a table</summary><div class="wide" id="numbers" tabindex="0" role="region" aria-label="The numbers, year by year"></div></details>
<h3>What was expected</h3>
<p>“{html.escape(claim["words"])}” <span class="quiet">({html.escape(claim["source"])})</span></p>
<p class="said" id="claimed"></p>
</section>"""


def _explain(words: Mapping[str, Any]) -> str:
    """Questions, with room for answers that are kept nowhere."""
    asks = "\n".join(
        f'<div class="ask"><label for="why-{k}">{html.escape(text)}</label><textarea id="why-{k}" rows="3"></textarea></div>'
        for k, text in enumerate(["Why did it come out like that?", *words["explain"]])
    )
    return f"""<section id="explain" hidden>
<h2>4. Explain</h2>
<p>In your own words. What you write stays in this window and is kept nowhere; print the page to keep it.</p>
{asks}
</section>"""


def _lose(told: Mapping[str, Any]) -> str:
    """The last task: settings under which the policy one likes does worse."""
    first, second = (arm["title"] for arm in told["arms"])
    options = "\n".join(
        f'<option value="{name}">{html.escape(each["title"])} ({html.escape(each["unit"])})</option>'
        for name, each in told["outcomes"].items()
    )
    return f"""<section id="lose" hidden>
<h2>5. Make your favourite lose</h2>
<p>A good test of what you believe: find settings where the policy you like does worse.
If no setting does it, that is an answer too: say what it means.</p>
<fieldset>
<legend>Your favourite</legend>
{_chosen("favourite", {"first": f"A: {first}", "second": f"B: {second}"})}
</fieldset>
<p class="ask"><label for="judge">Judge by</label><select id="judge">
{options}
</select></p>
{"".join(_slider(told, k) for k in range(len(told["lesson"]["sliders"])))}
<p class="said" id="now" role="status" aria-live="polite"></p>
<p class="buttons"><button id="note" type="button">Write this setting down</button></p>
<div class="wide" id="noted" tabindex="0" role="region" aria-label="Settings you wrote down"></div>
<div class="chart" id="lines-now"></div>
{_legend(told, both=True, drawing=False)}
<h3>Town by town</h3>
<div class="chart" id="towns-now"></div>
<details><summary>The numbers as a table</summary><div class="wide" id="numbers-now" tabindex="0" role="region" aria-label="The numbers at this setting"></div></details>
<details id="all"><summary>All settings at once (look only when you have searched)</summary>
<p id="all-words"></p>
<div class="wide" id="all-table" tabindex="0" role="region" aria-label="All settings"></div></details>
</section>"""


def _slider(told: Mapping[str, Any], k: int) -> str:
    """One slider: its words, its positions, where its range comes from."""
    slider, labels = told["lesson"]["sliders"][k], told["labels"][k]
    marks = "".join(
        f"<span>{html.escape(label)}{' *' if place == told['used'][k] else ''}</span>"
        for place, label in enumerate(labels)
    )
    return f"""<div class="slider">
<label for="slider-{k}">{html.escape(slider["title"])}: <output id="value-{k}" for="slider-{k}"></output></label>
<input type="range" id="slider-{k}" min="0" max="{len(labels) - 1}" step="1" value="{told["used"][k]}" aria-describedby="about-{k}">
<div class="ticks" aria-hidden="true">{marks}</div>
<p class="quiet" id="about-{k}">{html.escape(slider["about"])} The policy's own value, marked *, is {html.escape(labels[told["used"][k]])}.
Range: {html.escape(slider["source"])}.</p>
</div>
"""


def _cannot(words: Mapping[str, Any]) -> str:
    """What the model leaves out."""
    always = [
        "It is not a forecast. It shows what follows from rules and numbers that people chose; other rules can give other answers.",
        "The average is not everyone: some towns and some people do worse where the average does better.",
    ]
    return f"<section>\n<h2>What this page cannot tell</h2>\n{_items([*words['cannot'], *always])}\n</section>"


def _footer(told: Mapping[str, Any]) -> str:
    """How the page was made, so that somebody else can make it again."""
    number = len(told["positions"])
    return f"""<footer>
<p class="buttons"><button id="print" type="button">Print this page</button></p>
<p class="quiet">Every number was worked out beforehand by the model Redesign ({told["replications"]} pairs of runs at each of {number}
setting{"s" * (number > 1)}, seed {told["seed"]}, version {html.escape(told["model"])}). This page asks nothing of any network and keeps nothing.
To make it again: <code>{html.escape(told["command"])}</code></p>
</footer>"""
