"""Assets and staff told in sentences: `共有车辆9辆，其中：…执法执勤用车2辆…；单价100万元（含）以上设备1台（套）`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from openbudget.model.amount import parse_figure
from openbudget.recognise.layout import Layouts, finds, word_pattern
from openbudget.recognise.outline import Section, Text
from openbudget.recognise.rows import Fields, Read, Rows, text_origin
from openbudget.recognise.words import Folded, fold

_DATE = re.compile(r"(20\d\d)年(\d{1,2})月(\d{1,2})日")


def read_counts(sections: Sequence[Section], organization: str, layouts: Layouts, rows: Rows) -> None:
    """Adds a row for every kind of asset whose number a sentence of a section on assets states, and for every kind of
    staff. A count that is planned (to be bought) is no stock and gives no row."""
    found: dict[str, Fields] = {}
    assets, staff = _patterns(layouts, "assets"), _patterns(layouts, "staff")
    for section in sections:
        for text in section.texts:
            folded = fold(text.printed)
            for start, end in _sentences(folded.text):
                sentence = folded.text[start:end]
                if "assets" in section.codes and not finds(layouts["counts"]["planned"], sentence):
                    _add_assets(text, folded, start, end, assets, organization, rows)
                if {"staff", "overview", "organizations"} & set(section.codes):
                    _add_staff(text, folded, start, end, staff, organization, found)
    for category, fields in found.items():
        rows.add("staff", category, fields)


def _patterns(layouts: Layouts, part: str) -> list[tuple[str, re.Pattern[str]]]:
    """Code and pattern for each kind; the number is the group `figure`, the unit `unit`."""
    data = layouts["counts"]
    units = "|".join(sorted(map(word_pattern, data["units"]), key=len, reverse=True))
    between = "(?:" + "|".join(sorted(map(word_pattern, data["filler"]), key=len, reverse=True)) + ")*"
    found = []
    for code, words in data[part].items():
        label = "|".join(sorted(map(word_pattern, words), key=len, reverse=True))
        found.append((code, re.compile(rf"(?P<label>{label}){between}(?P<figure>\d[\d,]*(?:\.\d+)?)(?P<unit>{units})")))
    return found


def _sentences(folded: str) -> list[tuple[int, int]]:
    ends = [match.end() for match in re.finditer(r"[。;]", folded)] + [len(folded)]
    return [(start, end) for start, end in zip([0, *ends], ends, strict=False) if end > start]


def _as_of(text: Text, folded: Folded, end: int) -> Read:
    """The last date that the paragraph states up to there."""
    dates = list(_DATE.finditer(folded.text, 0, end))
    if not dates:
        return Read(None)
    try:
        day = date(*map(int, dates[-1].groups()))
    except ValueError:
        return Read(None)
    return Read(day, text_origin(text, *folded.span(*dates[-1].span())))


def _add_assets(
    text: Text,
    folded: Folded,
    start: int,
    end: int,
    patterns: list[tuple[str, re.Pattern[str]]],
    organization: str,
    rows: Rows,
) -> None:
    for code, pattern in patterns:
        match = pattern.search(folded.text, start, end)
        if match is None:
            continue
        known = {row.values.get("category_code"): row.id for row in rows.tables.get("assets", ())}
        if code in known:
            continue  # the table says it already; checks compare the sentence's total elsewhere
        figure = parse_figure(match["figure"])
        label, unit = folded.span(*match.span("label")), folded.span(*match.span("unit"))
        parent = code.rpartition(".")[0]
        fields: Fields = {
            "organization_id": Read(organization),
            "as_of": _as_of(text, folded, match.start()),
            "category_code": Read(code, text_origin(text, *label)),
            "item": Read(text.printed[label[0] : label[1]], text_origin(text, *label)),
            "parent_id": Read(known.get(parent)),
            "quantity": Read(figure.value if figure else None, text_origin(text, *folded.span(*match.span("figure")))),
            "quantity_unit": Read(text.printed[unit[0] : unit[1]], text_origin(text, *unit)),
            "origin": Read("sentence"),
        }
        rows.add("assets", code, fields)


def _add_staff(
    text: Text,
    folded: Folded,
    start: int,
    end: int,
    patterns: list[tuple[str, re.Pattern[str]]],
    organization: str,
    staff: dict[str, Fields],
) -> None:
    for code, pattern in patterns:
        match = pattern.search(folded.text, start, end)
        if match is None:
            continue
        category, _, measure = code.rpartition(".")
        figure = parse_figure(match["figure"])
        label = folded.span(*match.span("label"))
        fields = staff.setdefault(
            category,
            {
                "organization_id": Read(organization),
                "as_of": _as_of(text, folded, match.start()),
                "item": Read(text.printed[label[0] : label[1]], text_origin(text, *label)),
                "category": Read(category, text_origin(text, *label)),
                "origin": Read("sentence"),
            },
        )
        fields.setdefault(
            measure, Read(figure.value if figure else None, text_origin(text, *folded.span(*match.span("figure"))))
        )
