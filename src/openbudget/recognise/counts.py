"""Assets and staff told in sentences: `共有车辆9辆，其中：…执法执勤用车2辆…；单价100万元（含）以上设备1台（套）`."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import NamedTuple

from openbudget.model.amount import parse_figure
from openbudget.recognise.layout import Layouts, may_stand, one_of, stands
from openbudget.recognise.outline import codes_of
from openbudget.recognise.rows import Fields, Read, Rows, row_key, text_origin
from openbudget.recognise.sections import Section, Text
from openbudget.recognise.staff import StaffReader, as_of
from openbudget.recognise.words import Folded, fold, plain

_Span = tuple[int, int]  # in a folded text


class _Sentence(NamedTuple):
    text: Text
    folded: Folded
    span: _Span


class _Count(NamedTuple):
    """Where a sentence says what is counted, how many of it, and in which unit."""

    label: _Span
    figure: _Span
    unit: _Span


def read_counts(sections: Sequence[Section], organization: str, layouts: Layouts, rows: Rows) -> None:
    """Adds a row for every kind of asset whose number a sentence of a section on assets states, and for every kind of
    staff. A count that is planned (to be bought) is no stock and gives no row."""
    told = "".join(plain(text.printed) for section in sections for text in section.texts)
    assets = _AssetReader(organization, layouts, rows, told)
    staff = StaffReader(organization, layouts, rows)
    for section in sections:
        for text in section.texts:
            folded = fold(text.printed)
            codes = codes_of(text, section, layouts)
            for start, end in _sentences(folded.text):
                if "assets" in codes:
                    assets.read(_Sentence(text, folded, (start, end)))
                if {"staff", "overview", "organizations"} & set(codes):
                    staff.read(text, folded, start, end)
    staff.write()


def _sentences(folded: str) -> list[_Span]:
    ends = [match.end() for match in re.finditer(r"[。;]", folded)] + [len(folded)]
    return [(start, end) for start, end in zip([0, *ends], ends, strict=False) if end > start]


@lru_cache(maxsize=4)
def _number(layouts: Layouts) -> re.Pattern[str]:
    """What stands behind the words for a kind: words that say nothing more, the number, its unit."""
    data = layouts["counts"]
    return re.compile(rf"(?:{one_of(data['filler'])})*(?P<figure>\d[\d,]*(?:\.\d+)?)(?P<unit>{one_of(data['units'])})")


@lru_cache(maxsize=4)
def _own_kinds(layouts: Layouts) -> re.Pattern[str]:
    """A kind of vehicle that has no code, as a list of them tells it."""
    data = layouts["counts"]
    before = "|".join(f"(?<={re.escape(plain(word))})" for word in layouts["sentences"]["parts"])
    label = rf"(?P<label>[^\W\d_是为]{{2,12}}(?:{one_of(data['own_vehicles'])}))"
    return re.compile(rf"(?:(?<=[,、:;(和及])|{before}){label}(?P<figure>\d+)(?P<unit>{one_of(data['units'])})")


class _AssetReader:
    """Writes the assets that sentences count; `told` is the whole text, which names few of the kinds there are."""

    def __init__(self, organization: str, layouts: Layouts, rows: Rows, told: str) -> None:
        self.organization, self.layouts, self.rows = organization, layouts, rows
        kinds = layouts["counts"]["assets"].items()
        self.labels = [(code, re.compile(one_of(words))) for code, words in kinds if may_stand(words, told)]

    def read(self, sentence: _Sentence) -> None:
        """Adds a row for each kind that a sentence counts and no table has."""
        counts = {code: self._count(label, sentence) for code, label in self.labels}
        found = {code: count for code, count in counts.items() if count is not None}
        start, end = sentence.span
        first = min((count.figure[0] for count in found.values()), default=end)
        if stands(self.layouts["counts"]["planned"], sentence.folded.text[start:first]):
            return
        for code, count in found.items():
            known = {row.get("category_code"): row.id for row in self.rows.tables.get("assets", ())}
            if code not in known:  # else the table says it already; checks compare the sentence's total elsewhere
                self._add(code, sentence, count, code, known.get(code.rpartition(".")[0]))
        if "vehicles" in found:
            self._add_others(sentence, [count.figure for count in found.values()])

    def _count(self, label: re.Pattern[str], sentence: _Sentence) -> _Count | None:
        text, (start, end) = sentence.folded.text, sentence.span
        for match in label.finditer(text, start, end):
            number = _number(self.layouts).match(text, match.end(), end)
            if number is not None:
                return _Count(match.span(), number.span("figure"), number.span("unit"))
        return None

    def _add_others(self, sentence: _Sentence, taken: Collection[_Span]) -> None:
        """A row without a code for every kind of vehicle that the code list does not have (`一般公务用车1辆`), so that the
        kinds told are whole."""
        for match in _own_kinds(self.layouts).finditer(sentence.folded.text, *sentence.span):
            label, parts = match["label"], self.layouts["sentences"]["parts"]
            label = next((label[len(word) :] for word in parts if label.startswith(word)), label)
            known = {row.id: row.get("category_code") for row in self.rows.tables.get("assets", ())}
            if match.span("figure") in taken or row_key(label) in known:
                continue
            count = _Count(
                (match.end("label") - len(label), match.end("label")), match.span("figure"), match.span("unit")
            )
            parent = next((own for own, code in known.items() if code == "vehicles"), None)
            self._add(row_key(label), sentence, count, None, parent)

    def _add(self, key: str, sentence: _Sentence, count: _Count, code: str | None, parent: str | None) -> None:
        text, folded, _ = sentence
        label, number, unit = (folded.span(*span) for span in count)
        figure = parse_figure(folded.text[slice(*count.figure)])
        kind: Fields = {"category_code": Read(code, text_origin(text, *label))} if code is not None else {}
        fields: Fields = {
            "organization_id": Read(self.organization),
            "as_of": as_of(text, folded, count.label[0]),
            **kind,
            "item": Read(text.printed[slice(*label)], text_origin(text, *label)),
            "parent_id": Read(parent),
            "quantity": Read(figure.value if figure else None, text_origin(text, *number)),
            "quantity_unit": Read(text.printed[slice(*unit)], text_origin(text, *unit)),
            "origin": Read("sentence"),
        }
        self.rows.add("assets", key, fields)
