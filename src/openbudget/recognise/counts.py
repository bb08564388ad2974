"""Assets and staff told in sentences: `共有车辆9辆，其中：…执法执勤用车2辆…；单价100万元（含）以上设备1台（套）`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from openbudget.model.amount import parse_figure
from openbudget.recognise.layout import Layouts, may_stand, one_of, stands
from openbudget.recognise.outline import codes_of
from openbudget.recognise.rows import Fields, Read, Rows, row_key, text_origin
from openbudget.recognise.sections import Section, Text
from openbudget.recognise.staff import StaffReader, as_of
from openbudget.recognise.words import Folded, fold, plain


def read_counts(sections: Sequence[Section], organization: str, layouts: Layouts, rows: Rows) -> None:
    """Adds a row for every kind of asset whose number a sentence of a section on assets states, and for every kind of
    staff. A count that is planned (to be bought) is no stock and gives no row."""
    told = "".join(plain(text.printed) for section in sections for text in section.texts)
    assets = _patterns(layouts, "assets", told)
    staff = StaffReader(organization, layouts, rows)
    for section in sections:
        for text in section.texts:
            folded = fold(text.printed)
            codes = codes_of(text, section, layouts)
            for start, end in _sentences(folded.text):
                if "assets" in codes:
                    _add_assets(text, folded, (start, end), assets, organization, rows, layouts)
                if {"staff", "overview", "organizations"} & set(codes):
                    staff.read(text, folded, start, end)
    staff.write()


def _patterns(layouts: Layouts, part: str, told: str) -> list[tuple[str, re.Pattern[str]]]:
    """Code and pattern for each kind that may be in the text; the number is the group `figure`, the unit `unit`."""
    data = layouts["counts"]
    units, between = one_of(data["units"]), f"(?:{one_of(data['filler'])})*"
    found = []
    for code, words in data[part].items():
        if not may_stand(words, told):
            continue
        found.append(
            (code, re.compile(rf"(?P<label>{one_of(words)}){between}(?P<figure>\d[\d,]*(?:\.\d+)?)(?P<unit>{units})"))
        )
    return found


def _sentences(folded: str) -> list[tuple[int, int]]:
    ends = [match.end() for match in re.finditer(r"[。;]", folded)] + [len(folded)]
    return [(start, end) for start, end in zip([0, *ends], ends, strict=False) if end > start]


def _add_assets(
    text: Text,
    folded: Folded,
    span: tuple[int, int],
    patterns: list[tuple[str, re.Pattern[str]]],
    organization: str,
    rows: Rows,
    layouts: Layouts,
) -> None:
    start, end = span
    found = [(code, match) for code, pattern in patterns if (match := pattern.search(folded.text, start, end))]
    first = min((match.start("figure") for _, match in found), default=end)
    if stands(layouts["counts"]["planned"], folded.text[start:first]):
        return
    for code, match in found:
        known = {row.values.get("category_code"): row.id for row in rows.tables.get("assets", ())}
        if code in known:
            continue  # the table says it already; checks compare the sentence's total elsewhere
        figure = parse_figure(match["figure"])
        label, unit = folded.span(*match.span("label")), folded.span(*match.span("unit"))
        parent = code.rpartition(".")[0]
        fields: Fields = {
            "organization_id": Read(organization),
            "as_of": as_of(text, folded, match.start()),
            "category_code": Read(code, text_origin(text, *label)),
            "item": Read(text.printed[label[0] : label[1]], text_origin(text, *label)),
            "parent_id": Read(known.get(parent)),
            "quantity": Read(figure.value if figure else None, text_origin(text, *folded.span(*match.span("figure")))),
            "quantity_unit": Read(text.printed[unit[0] : unit[1]], text_origin(text, *unit)),
            "origin": Read("sentence"),
        }
        rows.add("assets", code, fields)
    if any(code == "vehicles" for code, _ in found):
        taken = [match.span("figure") for _, match in found]
        _add_other_vehicles(text, folded, span, taken, organization, rows, layouts)


@lru_cache(maxsize=4)
def _own_kinds(layouts: Layouts) -> re.Pattern[str]:
    """A kind of vehicle that has no code, as a list of them tells it."""
    data = layouts["counts"]
    before = "|".join(f"(?<={re.escape(plain(word))})" for word in layouts["sentences"]["parts"])
    label = rf"(?P<label>[^\W\d_是为]{{2,12}}(?:{one_of(data['own_vehicles'])}))"
    return re.compile(rf"(?:(?<=[,、:;(和及])|{before}){label}(?P<figure>\d+)(?P<unit>{one_of(data['units'])})")


def _add_other_vehicles(
    text: Text,
    folded: Folded,
    span: tuple[int, int],
    taken: Sequence[tuple[int, int]],
    organization: str,
    rows: Rows,
    layouts: Layouts,
) -> None:
    """A row without a code for every kind of vehicle that the code list does not have (`一般公务用车1辆`), so that the
    kinds told are whole."""
    for match in _own_kinds(layouts).finditer(folded.text, *span):
        label = match["label"]
        label = next((label[len(word) :] for word in layouts["sentences"]["parts"] if label.startswith(word)), label)
        row_id = row_key(label)
        known = {row.id: row.get("category_code") for row in rows.tables.get("assets", ())}
        if match.span("figure") in taken or row_id in known:
            continue
        named = folded.span(match.end("label") - len(label), match.end("label"))
        unit = folded.span(*match.span("unit"))
        fields: Fields = {
            "organization_id": Read(organization),
            "as_of": as_of(text, folded, match.start()),
            "item": Read(text.printed[slice(*named)], text_origin(text, *named)),
            "parent_id": Read(next((own for own, code in known.items() if code == "vehicles"), None)),
            "quantity": Read(Decimal(match["figure"]), text_origin(text, *folded.span(*match.span("figure")))),
            "quantity_unit": Read(text.printed[slice(*unit)], text_origin(text, *unit)),
            "origin": Read("sentence"),
        }
        rows.add("assets", row_id, fields)
