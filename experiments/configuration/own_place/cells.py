"""Reads the cells of a column as what the column is: people, or deprivation as the place among all small areas."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from experiments.configuration.files.place_tables import MOST_PEOPLE
from experiments.configuration.own_place.columns import ALL_ENGLAND, Column
from experiments.configuration.own_place.spreadsheet import Sheet, numbers
from experiments.errors import Fault, first_few

Doubles = NDArray[np.float64]
EDGE = 0.0005
"""Of a percentile: nobody is beyond the most deprived."""


def column_of(sheet: Sheet, column: Column, where: str) -> Doubles:
    """A column's numbers, deprivation as the place among all areas from 0 to 1."""
    cells = sheet.column(column.heading)
    values, how = numbers(cells, whole=column.what in ("age", "people"))
    if how:
        sheet.notes.append(f"{how} in '{column.heading}'")
    faults = []
    highest, wanted = _highest(column, values)
    for (line, _), cell, value in zip(sheet.rows, cells, values, strict=True):
        low = 1 if column.scale in ("rank", "decile") else 0
        if not low <= value <= highest:
            wrong = f"is '{cell}'; {wanted} is wanted"
            faults.append(Fault(f"{where}, line {line}, {column.heading}", wrong, "correct that cell"))
    if faults:
        raise first_few(faults)
    return _scaled(column, np.array(values))


def _highest(column: Column, values: Sequence[float]) -> tuple[float, str]:
    """The highest number that a column may hold, and what is wanted in words."""
    if column.what in ("age", "people"):
        return MOST_PEOPLE, f"a number of people from 0 to {MOST_PEOPLE:,}"
    if column.scale == "decile":
        return 10, "a decile from 1 to 10"
    if column.scale == "rank":
        return ALL_ENGLAND, f"a rank from 1 to {ALL_ENGLAND:,} (England's small areas of 2011)"
    most = 1 if max((v for v in values if v <= 100), default=0) <= 1 else 100
    return most, f"a percentile from 0 to {most}, the highest the most deprived,"


def _scaled(column: Column, values: Doubles) -> Doubles:
    """Deprivation as the place among all areas, 1 = most deprived; people as they are."""
    if column.what in ("age", "people"):
        return values
    if column.scale == "rank":
        values = 1 - (values - 0.5) / ALL_ENGLAND
    elif column.scale == "decile":
        values = 1 - (values - 0.5) / 10
    elif values.max(initial=0) > 1:
        values = values / 100
    return np.clip(values, EDGE, 1 - EDGE)
