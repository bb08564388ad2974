"""Codes over time: which procurement codes of 2013 and of 2022 mean the same goods.

Only where it is one to one by name: the name stands once in each edition. A code that is not in it has no certain
successor.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping

EDITIONS = ("procurement_catalogue_2013", "procurement_catalogue_2022")
HEAD = "Code_2013,Code_2022,Title_zh\n"


def same_goods(old: Iterable[Mapping[str, str]], new: Iterable[Mapping[str, str]]) -> str:
    """The CSV of the pairs, in the order of the older codes; `old` and `new` are rows of the code lists."""
    first, second = _by_name(old), _by_name(new)
    pairs = [
        (codes[0], second[name][0], name)
        for name, codes in first.items()
        if len(codes) == len(second.get(name, ())) == 1
    ]
    out = io.StringIO(HEAD)
    out.seek(0, io.SEEK_END)
    csv.writer(out, lineterminator="\n").writerows(sorted(pairs))
    return out.getvalue()


def _by_name(rows: Iterable[Mapping[str, str]]) -> Mapping[str, list[str]]:
    """Name → codes; classes of a single letter (goods, works, services) do not count."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if len(row["Code"]) > 1:
            found[row["Title_zh"]].append(row["Code"])
    return found
