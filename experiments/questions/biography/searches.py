"""How the citizen whose two lives are told can be searched for: by what, and at which ages."""

import re

SEARCHES = {
    "most_different": "whose two lives differ in most months (an extreme, not a typical life)",
    "typical": "whose two lives differ in as many months as the middle one of those that differ at all",
    "crisis_in_one_arm": "with a crisis in one arm and none in the other, and of those whose lives differ in most months",
}
"""How a citizen can be searched for. Of several alike the one with the lowest row number is taken."""
AGES = re.compile(r"(?:(\d{1,3})?\.\.(\d{1,3})?|(\d{1,3}))")
OLDEST = 999


def ages_of(text: str) -> tuple[int, int] | None:
    """The lowest and highest age of a text as `65..`, `..17`, `18..64` or `40`; none where it is no such text."""
    found = AGES.fullmatch(text.strip())
    if not found or text.strip() == "..":
        return None
    if found[3]:
        return int(found[3]), int(found[3])
    low, high = int(found[1] or 0), int(found[2] or OLDEST)
    return (low, high) if low <= high else None
