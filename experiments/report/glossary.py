"""Explains a word where it first stands: a press on it shows what it means, without a program."""

import re
from dataclasses import dataclass, field

from markupsafe import Markup, escape

from experiments.text.terms import TERMS

SPELT = {
    "Arm": r"[Aa]rms?",
    "Cash kept": r"[Cc]ash kept|cash in hand|as cash",
    "Chance, or luck": r"same luck|[Ll]uck",
    "Core service": r"core services?",
    "Crisis": r"[Cc]risis|[Cc]rises",
    "Established need": r"[Ee]stablished need",
    "Failure demand": r"[Ff]ailure demand",
    "Net present social value": r"(?:[Nn]et present )?[Ss]ocial value",
    "Quality-adjusted life": r"[Qq]uality-adjusted (?:years of )?life(?: lived)?",
    "Services outside the model": r"[Ss]ervices outside the model|other services pay",
    "Freer management": r"[Ff]reer management",
    "Shapley": r"Shapley",
    "Society": r"[Ss]ociety",
    "The cut alone": r"[Tt]he cut alone",
    "VRF": r"VRF|[Gg]ain from pairing",
    "WELLBY": r"WELLBYs?|[Pp]oints? of life satisfaction|[Ww]ellbeing points?(?: and years?)?",
}
"""How each term may stand in a text."""
ANY = re.compile("|".join(rf"(?P<t{k}>\b(?:{spelt})\b)" for k, spelt in enumerate(SPELT.values())))


@dataclass
class Glossary:
    """Marks the first place of every term on one page.

    Attributes:
        used: terms that were marked, by the name of what explains them, with what they mean.
    """

    used: dict[str, tuple[str, str]] = field(default_factory=dict)

    def __call__(self, text: str) -> Markup:
        """The text, escaped, with a button around each term that stands here for the first time."""
        found, end = Markup(), 0
        for hit in ANY.finditer(text):
            term, name = list(SPELT)[int(str(hit.lastgroup)[1:])], f"term_{str(hit.lastgroup)[1:]}"
            if name in self.used:
                continue
            self.used[name] = (term, TERMS[term])
            button = Markup('<button type="button" class="term" popovertarget="{}">{}</button>').format(name, hit[0])
            found, end = found + escape(text[end : hit.start()]) + button, hit.end()
        return found + escape(text[end:])
