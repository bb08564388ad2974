"""Codes over time: which procurement codes of 2013 and of 2022 mean the same goods.

Only where it is one to one by name: the name stands once in each edition. The list is compiled from the code lists
of the standard, so it changes with them; a code that is not in it has no certain successor.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from openbudget import standard


@cache
def same_goods() -> tuple[tuple[str, str, str], ...]:
    """(code of 2013, code of 2022, name), in the order of the older codes."""
    old, new = (_by_name(f"procurement_catalogue_{edition}") for edition in ("2013", "2022"))
    pairs = [(codes[0], new[name][0], name) for name, codes in old.items() if len(codes) == len(new.get(name, ())) == 1]
    return tuple(sorted(pairs))


def _by_name(codelist: str) -> dict[str, list[str]]:
    """Name → codes; classes of a single letter (goods, works, services) do not count."""
    found: dict[str, list[str]] = defaultdict(list)
    for entry in standard.codelist(codelist).values():
        if len(entry.code) > 1:
            found[entry.title_zh].append(entry.code)
    return found


@cache
def series_codes() -> dict[str, str]:
    """Code of either edition → the code of 2022 under which a series runs; only for codes of `same_goods`.

    The same code may mean something else in the other edition, so the key is `2013:A02010104` or `2022:…`."""
    made: dict[str, str] = {}
    for old, new, _ in same_goods():
        made[f"2013:{old}"] = new
        made[f"2022:{new}"] = new
    return made
