"""Made-up comparisons for tests of briefs, a reader who judges them by plain logic of its own, and how hard a text is to read."""

import math
import re
from functools import cache

import numpy as np
import pandas as pd

from experiments.analysis.statistics.catalogue import load_outcomes
from experiments.analysis.verdicts.answer import Answer
from experiments.analysis.verdicts.facts import Facts

OUTCOMES = load_outcomes()
HEADLINE = [name for name, each in OUTCOMES.items() if each.headline]
PEOPLE = [name for name in HEADLINE if OUTCOMES[name].family != "money" and OUTCOMES[name].better != "neither"]
NAMES = ("radical", "rationing", "wigan_deal", "radical_without_pooling", "null", "status_quo", "ration_then_redesign",
         "no_comparison", "everything_closed_and_nothing_left_open_at_all")  # fmt: skip
HARDEST = ("crises", "need_share")
KINDS = ("up", "down", "unclear", "small", "same")


def gap(rng, kind, level, matters):
    """A difference with its interval, of one kind."""
    size = max(matters, level * rng.choice([0.01, 0.05, 0.2, 0.5])) * rng.uniform(1.5, 3)
    tiny = matters * rng.uniform(0.1, 0.5)
    return {
        "up": (size, size * 0.6, size * 1.4),
        "down": (-size, -size * 1.4, -size * 0.6),
        "unclear": (tiny, -size, size),
        "small": (tiny, tiny * 0.5, tiny * 1.5),
        "same": (0.0, 0.0, 0.0),
    }[kind]


@cache
def made_up(seed):
    """A whole comparison: two arms, perhaps no change and the cut alone beside them, and what it costs."""
    rng = np.random.default_rng(seed)
    first, second = rng.permutation(NAMES)[:2]
    likely = rng.dirichlet(np.full(len(KINDS), 0.5))
    unknown = rng.random() < 0.05
    rows = [_row(rng, name, str(rng.choice(KINDS, p=likely)), first, second, unknown) for name in HEADLINE]
    table = pd.DataFrame(rows)
    bases = [base for base in ("status_quo", "null") if rng.random() < 0.7 or base in (first, second)]
    references = [
        {**_with_verdict(rng, _row(rng, name, str(rng.choice(KINDS)), arm, base, unknown)), "arm": arm, "base": base}
        for base in bases for arm in dict.fromkeys((first, second, *bases)) if arm != base for name in HEADLINE
    ]  # fmt: skip
    levers = {arm: {"envelope": {"cut": "place"}} if rng.random() < 0.8 else {} for arm in (first, second)}
    policies = {
        arm: {"title": arm, "summary": arm, "levers": {} if arm == "status_quo" else levers[arm]} for arm in levers
    }
    facts = Facts(
        economics=_economics(rng, first, second) if rng.random() < 0.8 else None,
        references=pd.DataFrame(references) if references else None,
        components=_components(rng, table, first, second, unknown) if rng.random() < 0.6 else None,
        configuration={"policy": policies},
    )
    return Answer(table, OUTCOMES, facts)


def _row(rng, name, kind, first, second, unknown):
    outcome = OUTCOMES[name]
    level = {"crises": 45.0, "need_share": 23.0}.get(name, 50.0)
    diff, low, high = gap(rng, kind, level, outcome.matters or 1.0)
    low, high = (math.nan, math.nan) if unknown and kind != "same" else (low, high)
    return {
        "outcome": name, "title": outcome.title, "unit": outcome.unit, "better": outcome.better, "horizon": 10,
        "contrast": f"{first} minus {second}", first: level + diff, second: level, "diff": diff, "ci_lo": low,
        "ci_hi": high, "winrate": 0.7, "wins": 21, "ties": 0, "n": 30, "uncertainty_type": "chance",
    }  # fmt: skip


def _with_verdict(rng, row):
    """A row with its verdict; of clear differences some are not clear among so many."""
    way = points(row, OUTCOMES[row["outcome"]].matters or 0.0)
    words = {None: "unknown", 0: "unclear", 1: "higher", -1: "lower"}
    word = "unclear" if way and rng.random() < 0.2 else words[way]
    if word in ("higher", "lower") and row["better"] != "neither":
        word = "better" if word == row["better"] else "worse"
    return {**row, "verdict": "same" if row["diff"] == row["ci_lo"] == row["ci_hi"] == 0 else word}


def _components(rng, table, first, second, unknown):
    """What is left of what is hardest where freer management only costs effort; the pairs that were split may see less."""
    rows = []
    for name in HARDEST:
        whole = table[table["outcome"] == name].to_dict("records")[0]
        if rng.random() < 0.2:
            whole = _row(rng, name, "unclear", first, second, unknown)
        left = _row(rng, name, str(rng.choice(KINDS)), first, second, unknown)
        rows += [{**whole, "part": "whole"}, {**left, "part": "only_effort"}]
    return pd.DataFrame(rows)


def _economics(rng, first, second):
    measures = ("public_cost", "cash_kept", "received", "account_outside", "households_cost", "social_value")
    rows = []
    for measure in measures:
        value, low, high = gap(rng, str(rng.choice(KINDS)), 400.0, 50.0)
        rows.append({"horizon": 10, "comparison": f"{first} minus {second}", "measure": measure,
                     "value": value, "lo": low, "hi": high, "n": 30})  # fmt: skip
    return pd.DataFrame(rows)


# -- the reader ------------------------------------------------------------------------------------------------------


def points(row, matters):
    """Where a difference points: 1 up, -1 down, 0 nowhere that is sure or matters; None where nothing is known."""
    low, high = row["ci_lo"], row["ci_hi"]
    if low != low:
        return None
    if low <= 0 <= high or (abs(low) < matters and abs(high) < matters):
        return 0
    return 1 if low > 0 else -1


def judged(frame, names=None):
    """For every outcome about people: 1 good, -1 bad, 0 neither, None unknown."""
    found = {}
    for row in frame.to_dict("records"):
        if row["outcome"] in (names or PEOPLE):
            way = points(row, OUTCOMES[row["outcome"]].matters or 0.0)
            found[row["outcome"]] = way if way is None else way * (1 if row["better"] == "higher" else -1)
    return found


def told(frame, names):
    """The same of arms held against a third, by the verdicts that allow for so many being looked at together."""
    ways = {"better": 1, "worse": -1, "unknown": None}
    return {row["outcome"]: ways.get(row["verdict"], 0) for row in frame.to_dict("records") if row["outcome"] in names}


def complaints(answer):
    """Everything that a headline and its lines claim and the tables do not bear out."""
    said, lines = (
        answer.brief.headline[:1].lower() + answer.brief.headline[1:],
        {line.label: line.text for line in answer.brief.lines},
    )
    last = answer.table[answer.table["horizon"] == answer.table["horizon"].max()]
    rows, ways = last.set_index("outcome").to_dict("index"), judged(last)
    good, bad = list(ways.values()).count(1), list(ways.values()).count(-1)
    unknown = None in ways.values()
    mixed = "in some ways" in said or "some better, some worse" in said or "some things better" in said
    claims = {
        "better": bool(re.search(r"better than|beats|is better", said)) and not mixed,
        "worse": bool(re.search(r"worse than|trails|is worse", said)) and not mixed,
        "mixed": mixed,
    }
    wrong = []

    def must(holds, words):
        if not holds:
            wrong.append(words)

    must(len(said.split()) <= 14, "too long")
    must(not claims["better"] or (good and not bad), "better")
    must(not claims["worse"] or (bad and not good), "worse")
    must(not mixed or (good and bad), "mixed")
    must(
        any(claims.values()) == bool(good or bad),
        "says of a clear difference that there is none, or the other way round",
    )
    must(("too few" in said) == unknown, "too few")
    must("the same" not in said or all(rows[name]["diff"] == 0 for name in PEOPLE), "same")
    must(("too little to matter" not in said and "hardly differ" not in said) or all(
        max(abs(rows[n]["ci_lo"]), abs(rows[n]["ci_hi"])) < OUTCOMES[n].matters for n in PEOPLE), "too little")  # fmt: skip
    second = answer.contrast[1]
    large = max((abs(rows[n]["diff"]) / rows[n][second] for n in ("crises", "need_share") if ways[n]), default=None)
    must(
        not re.search("a little better|a little worse|slightly", said) or (large is not None and large < 0.1),
        "a little",
    )
    must(not re.search("a lot|by far", said) or (large is not None and large >= 0.3), "a lot")
    must("crises or need" not in said or not (ways["crises"] or ways["need_share"]), "not in crises or need")
    wrong += _about_money(answer, said, rows) + _about_the_cut(answer, said)
    must("Nothing that is counted" not in lines["What got worse"] or not bad, "nothing got worse")
    for name in ("crises", "need_share"):
        told = {"crises": r"(fewer|more) crises begin", "need_share": r"(fewer|more) have an established"}[name]
        hit = re.search(told, re.split(r"\. \S.* against ", lines["What people feel"])[0])
        if hit and ways[name] is not None:
            must((hit[1] == "fewer") == (rows[name]["diff"] < 0), f"{name}: {hit[1]}")
    must("never tried" in lines["How sure"], "never tried")
    must(not unknown or not re.search("nothing clearly|Nothing that", lines["What got worse"]), "too few, as none")
    must(not unknown or "oo few runs to" in lines["What people feel"], "too few, and not said")
    wrong += _about_management(answer, said, lines["How sure"], ways)
    return wrong + _figures(answer)


def _about_money(answer, said, rows):
    wrong, deficit = [], points(rows["deficit"], OUTCOMES["deficit"].matters)
    table = answer.facts.economics
    if table is not None:
        asked = (table["comparison"] == " minus ".join(answer.contrast)) & (table["horizon"] == table["horizon"].max())
        table = table[asked]
    sums = {} if table is None else table.set_index("measure").to_dict("index")
    if sums:
        low, high = (sums["received"][end] for end in ("lo", "hi"))
        outside = sums["account_outside"]
        paid = outside["hi"] < 0 and outside["value"] <= -50
        gained = outside["lo"] > 0 and outside["value"] >= 50
    else:
        low, high = (rows["public_spend_total"][end] for end in ("ci_lo", "ci_hi"))
        paid = gained = False
    checks = {
        "borrowed": deficit == 1,
        "for more money": low > 0,
        "for less money": high < 0,
        "for equal money": abs(low) < 50 and abs(high) < 50,
        "other services pay": paid,
        "other services gain": gained,
    }
    wrong += [words for words, holds in checks.items() if words in said and not holds]
    called = {"null": "the cut alone", "status_quo": "no change"}
    short = sum(len(called.get(arm, arm.replace("_", " ")).split()) for arm in answer.contrast) <= 5
    warned = any(words in said for words in ("borrowed", "for more", "other services pay", "other services gain"))
    if short and (deficit == 1 or paid or gained) and not warned:
        wrong.append("keeps silent of who pays")
    return wrong


def _about_management(answer, said, sure, ways):
    """Whether it is said what is left without freer management, and that a gain rests on it."""
    name = next((each for each in HARDEST if ways[each]), None)
    if answer.facts.components is None or name is None:
        return ["speaks of management that nobody tried"] * bool("reer management" in said + sure)
    table = answer.facts.components
    left, whole = (judged(table[table["part"] == part], HARDEST)[name] for part in ("only_effort", "whole"))
    left = left if ways[name] in (left, whole) else None  # too few pairs to see even the whole
    wrong = ["says nothing of management"] * ("Freer management is a judgement" not in sure)
    if left == ways[name]:
        wrong += ["says that less is left"] * ("would still be" not in sure)
    elif left is not None:
        wrong += ["says that the gap stays"] * ("would still be" in sure)
    sides = {way for way in ways.values() if way}
    hangs = len(sides) == 1 and left is not None and left not in sides
    if "unless freer management backfires" in said and not hangs:
        wrong.append("makes the finding hang on management, which it does not")
    names = sum(len(arm.split("_")) for arm in answer.contrast)
    if hangs and names <= 2 and "unless freer management backfires" not in said:
        wrong.append("keeps silent of what it hangs on")
    return wrong


def _about_the_cut(answer, said):
    table, wrong = answer.facts.references, []

    def held(arm, base):
        part = table[(table["arm"] == arm) & (table["base"] == base)]
        return list(told(part, HARDEST).values())

    arms = [arm for arm in answer.contrast if arm != "null"]
    if "undo" in said and not all(-1 in held(arm, "status_quo") for arm in arms):
        wrong.append("undoes the cut")
    if "both beat the cut" in said and not all(1 in held(a, "null") and -1 not in held(a, "null") for a in arms):
        wrong.append("both beat the cut alone")
    if "neither clearly beats" in said and any(1 in held(arm, "null") for arm in arms):
        wrong.append("neither beats the cut alone")
    return wrong


def _figures(answer):
    """Numbers with more than two figures that are no years, thousands of people or counted runs."""
    texts = [line.text for line in answer.brief.lines if line.label != "How sure"]
    known = {"1,000", "100,000"}
    found = [hit for text in texts for hit in re.findall(r"\d[\d,.]*\d|\d", text) if hit not in known]
    return [f"{hit}: too many figures" for hit in found if len(hit.replace(",", "").replace(".", "").strip("0")) > 2]


# -- how hard it is to read ------------------------------------------------------------------------------------------


def grade(text):
    """The grade of school at which a text is read: J. P. Kincaid and others (1975), Research Branch Report 8-75, US Navy."""
    sentences = [part for part in re.split(r"[.!?](?:\s|$)", text) if re.search("[a-z]", part)]
    words = re.findall(r"[A-Za-z]+(?:['-][A-Za-z]+)*", text)
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(_syllables, words)) / len(words) - 15.59


def _syllables(word):
    """How many a word has, about: groups of vowels, less a silent e at its end."""
    word = word.lower()
    groups = len(re.findall(r"[aeiouy]+", word))
    silent = bool(re.search(r"[^aeiouyl]e$|[^aeiouytd]ed$", word))
    return max(1, groups - silent)
