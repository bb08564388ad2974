"""Staff told in sentences: `行政编制28人，实有26人；事业编制28人，实有27人；离退休人员33人`."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache

from openbudget.model.amount import parse_figure
from openbudget.model.value import Value
from openbudget.recognise.layout import Layouts, Names, names, one_of
from openbudget.recognise.rows import Fields, Read, Rows, text_origin
from openbudget.recognise.sections import Text
from openbudget.recognise.words import Folded

_DATE = re.compile(r"(20\d\d)年(\d{1,2})月(\d{1,2})日")
_YEAR_END = re.compile(r"(20\d\d)年(?:年底|年末|底|末)")


def as_of(text: Text, folded: Folded, end: int) -> Read:
    """The last date that the paragraph states up to there."""
    dates = list(_DATE.finditer(folded.text, 0, end))
    if dates:
        try:
            day = date(*map(int, dates[-1].groups()))
        except ValueError:
            return Read(None)
        return Read(day, text_origin(text, *folded.span(*dates[-1].span())))
    ends = list(_YEAR_END.finditer(folded.text, 0, end))
    if ends:
        return Read(date(int(ends[-1][1]), 12, 31), text_origin(text, *folded.span(*ends[-1].span())))
    return Read(None)


@lru_cache(maxsize=4)
def _people(layouts: Layouts) -> re.Pattern[str]:
    return re.compile(rf"\d(?:{one_of(layouts['counts']['people'])})")


@lru_cache(maxsize=4)
def _counts(layouts: Layouts) -> tuple[re.Pattern[str], Names]:
    """The pattern of a count of people, and the kinds and measures by their words."""
    data = layouts["counts"]
    every = one_of(word for words in data["staff"].values() for word in words)
    figure = rf"(?P<figure>\d{{1,3}}(?:,\d{{3}})+|\d+)(?P<unit>{one_of(data['people'])})"
    return re.compile(rf"(?P<label>{every})(?:{one_of(data['filler'])})*{figure}"), names(data["staff"])


class StaffReader:
    """Collects the counts of a disclosure; what is said again, and differently, keeps the first figure and is told."""

    def __init__(self, organization: str, layouts: Layouts, rows: Rows) -> None:
        self.organization, self.layouts, self.rows = organization, layouts, rows
        self.found: dict[str, Fields] = {}

    def read(self, text: Text, folded: Folded, start: int, end: int) -> None:
        """The counts of one sentence. A kind named without a measure (`其中行政18人`) is counted by the measure spoken of
        before it; a measure without a kind (`实有26人`) counts the kind before it."""
        if _people(self.layouts).search(folded.text, start, end) is None:
            return
        pattern, kinds = _counts(self.layouts)
        measure = last = None
        for match in pattern.finditer(folded.text, start, end):
            code = kinds.find(match["label"]) or ""
            category, _, own = code.rpartition(".")
            if own == "any":
                own = measure or ""
            elif category == "same":
                category = last or ""
            else:
                measure = own
            if not own or not category:
                continue
            last = category
            self._keep(category, own, text, folded, match)

    def _keep(self, category: str, measure: str, text: Text, folded: Folded, match: re.Match[str]) -> None:
        figure = parse_figure(match["figure"])
        label = folded.span(*match.span("label"))
        origin = text_origin(text, *folded.span(*match.span("figure")))
        fields = self.found.setdefault(
            category,
            {
                "organization_id": Read(self.organization),
                "as_of": as_of(text, folded, match.start()),
                "item": Read(text.printed[label[0] : label[1]], text_origin(text, *label)),
                "category": Read(category, text_origin(text, *label)),
                "origin": Read("sentence"),
            },
        )
        value: Value = figure.value if figure else None
        if measure not in fields:
            fields[measure] = Read(value, origin)
        elif fields[measure].value != value:
            first = fields[measure].origin
            self.rows.say(
                "recognise.said_differently",
                origin.place,
                origin.file,
                label=text.printed[label[0] : label[1]],
                printed=origin.printed,
                first=first.printed if first else str(fields[measure].value),
            )

    def write(self) -> None:
        """Adds the rows, each under the nearest kind above it that was told too; a kind that a table has is left to it."""
        tabled = {row.get("category") for row in self.rows.tables.get("staff", ())}
        self.found = {category: fields for category, fields in self.found.items() if category not in tabled}
        for category, fields in self.found.items():
            parent = category.rpartition(".")[0]
            while parent and parent not in self.found:
                parent = parent.rpartition(".")[0]
            if not parent and category != "total" and "total" in self.found and not self._beside_the_total(category):
                parent = "total"
            if parent in self.found:
                fields["parent_id"] = Read(parent)
        for category, fields in self.found.items():
            self.rows.add("staff", category, fields)

    def _beside_the_total(self, category: str) -> bool:
        """Students are no staff; those retired are not in a total that those in service make up by themselves
        (`实有人数91人，其中在职91人；退休57人`)."""
        root = category.partition(".")[0]
        return root == "students" or (root == "retired" and self._actual("total") == self._in_service())

    def _actual(self, category: str) -> Value:
        read = self.found.get(category, {}).get("actual")
        return read.value if read is not None else None

    def _in_service(self) -> Value:
        """How many are in service: as told, or all the kinds of them that were told."""
        told = self._actual("in_service")
        kinds = [self._actual(name) for name in self.found if name.startswith("in_service.") and name.count(".") == 1]
        counted = [count for count in kinds if isinstance(count, (int, Decimal))]
        return told if told is not None or not counted else sum(counted, Decimal(0))
