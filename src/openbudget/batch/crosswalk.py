"""Codes over time, as the standard has them in schema/derived/same_goods.csv (made from the two code lists)."""

from __future__ import annotations

import csv
from functools import cache

from openbudget import standard


@cache
def same_goods() -> tuple[tuple[str, str, str], ...]:
    """(code of 2013, code of 2022, name) of procurement codes that mean the same goods, in the order of the older."""
    with (standard.root() / "derived" / "same_goods.csv").open(encoding="utf-8", newline="") as stream:
        return tuple((row["Code_2013"], row["Code_2022"], row["Title_zh"]) for row in csv.DictReader(stream))


@cache
def series_codes() -> dict[str, str]:
    """Code of either edition → the code of 2022 under which a series runs; only for codes of `same_goods`.

    The same code may mean something else in the other edition, so the key is `2013:A02010104` or `2022:…`."""
    made: dict[str, str] = {}
    for old, new, _ in same_goods():
        made[f"2013:{old}"] = new
        made[f"2022:{new}"] = new
    return made


@cache
def titles() -> tuple[tuple[str, str, str, int | None, int | None], ...]:
    """(list, code, title, first year, last year) of every title that a code of a classification ever had."""
    found = []
    for name in ("function", "economic_department", "economic_government"):
        for row in csv.reader(standard.codelist_file(name).splitlines()[1:]):
            years = [int(year) if year else None for year in row[4:6]]
            found.append((name, row[0], row[1], years[0], years[1]))
    return tuple(found)
