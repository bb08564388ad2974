"""Labelled lines of goals: `项目名称：…`, `产出指标——数量指标：…`, `1.数量指标。…`; what a label names is in the layouts."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from openbudget.model.amount import UNIT_WORDS
from openbudget.recognise.layout import Layouts, Names, ends_with, names, one_of, stands
from openbudget.recognise.sections import Section, Text
from openbudget.recognise.words import body_start, fold, numbering, plain

_LONGEST = 20
_LOOK = 60  # characters, blanks and all, that a label with its mark fits into
_BEHIND = re.compile(rf"(?:\((?P<unit>{UNIT_WORDS})\))?(?P<number>\d{{1,2}}|\(\d{{1,2}}\))?(?P<mark>:|。|-+|$)")
_CUT = re.compile(r"[；;。，,\n][ \t\n\u3000]*|[ \u3000]{2,}|\t+|\u3000")


class Line(NamedTuple):
    """A paragraph or a heading, and the section that it stands in or heads."""

    text: Text
    section: Section
    heading: bool


class Label(NamedTuple):
    """A label as printed at [start, end): the field that it names, `indicators` or `level`; the unit in its brackets."""

    kind: str
    start: int
    end: int
    unit: str | None


class Piece(NamedTuple):
    """A part of a line: its labels, one inside the other, and [start, end) of what they say."""

    line: Line
    labels: tuple[Label, ...]
    start: int
    end: int

    @property
    def printed(self) -> str:
        return self.line.text.printed[self.start : self.end].strip()


@lru_cache(maxsize=4)
def _labels(layouts: Layouts) -> Names:
    markers, codes = layouts["markers"], layouts["codes"]
    levels = [
        word for part in ("indicator_level_1", "indicator_level_2") for words in codes[part].values() for word in words
    ]
    more = {"goal": markers["goal_labels"], "amount": markers["goal_amount"]}
    known = {name: [*words, *more.get(name, ())] for name, words in layouts["forms"].items()}
    return names({**known, "indicators": markers["indicator_labels"], "level": levels})


@lru_cache(maxsize=4)
def _beginnings(layouts: Layouts) -> frozenset[str] | None:
    """The first two characters of every label; None where one is an expression, which may begin anyhow."""
    known = _labels(layouts)
    return None if known.patterns else frozenset(word[:2] for word in known.exact)


def _may_begin(printed: str, layouts: Layouts) -> bool:
    """False where a text certainly begins with no label."""
    beginnings = _beginnings(layouts)
    folded = plain(printed[:_LOOK])
    return beginnings is None or folded[:2] in beginnings or stands(layouts["markers"]["indicator_labels"], folded)


@lru_cache(maxsize=4)
def _other(layouts: Layouts) -> re.Pattern[str]:
    """A level of its own (`师生满意度指标：…`)."""
    return re.compile(rf"[^:。;,\d()]{{2,14}}(?:{one_of(layouts['markers']['indicator_labels'])})(?=:)")


def named(folded: str, layouts: Layouts) -> str | None:
    """The field that a folded text names as a whole, if it is a label."""
    return _labels(layouts).find(folded)


def pieces(line: Line, layouts: Layouts) -> list[Piece]:
    """The parts of a line, each from one label to the next; the first may have none."""
    printed = line.text.printed
    start = body_start(printed)
    found = [(start, *_read(printed, start, layouts))]
    for cut in _CUT.finditer(printed, start):
        strict = cut.group()[0] not in "；;。\n"
        at = cut.end()
        again = numbering(printed[at:]) if not strict else None
        at += again.rest if again else 0
        labels, rest = _read(printed, at, layouts)
        if labels and rest > found[-1][2] and (not strict or printed[rest - 1] in ":："):
            found.append((at, labels, rest))
    ends = [*(at for at, _, _ in found[1:]), len(printed)]
    return [Piece(line, labels, rest, end) for (_, labels, rest), end in zip(found, ends, strict=True)]


def _read(printed: str, at: int, layouts: Layouts) -> tuple[tuple[Label, ...], int]:
    """The labels that the text from `at` begins with, and where it goes on."""
    labels: list[Label] = []
    begin = at
    while True:
        numbered = numbering(printed[begin:]) if labels else None
        start = begin + (numbered.rest if numbered else 0)
        if not _may_begin(printed[start:], layouts):
            return tuple(labels), begin
        folded = fold(printed[start:])
        read = _one(folded.text, layouts)
        if read is None:
            return tuple(labels), begin
        kind, end, mark = read
        first, last = folded.span(0, end)
        labels.append(Label(kind, start + first, start + last, mark["unit"]))
        begin = start + folded.span(0, mark.end())[1]
        if mark["mark"] in ("。", ""):
            return tuple(labels), begin


def _one(text: str, layouts: Layouts) -> tuple[str, int, re.Match[str]] | None:
    """The longest label that a folded text begins with, and the mark that must stand behind it."""
    indicators = layouts["markers"]["indicator_labels"]
    for end in range(min(len(text), _LONGEST), 1, -1):
        kind = _labels(layouts).find(text[:end])
        mark = _BEHIND.match(text, end) if kind is not None else None
        if kind is None or mark is None:
            continue
        if kind == "level" and (mark["mark"] == ":" or ends_with(indicators, text[:end])):
            return kind, end, mark
        if (
            kind != "level"
            and mark["number"] is None
            and mark["mark"] in ((":", "") if kind == "indicators" else (":",))
        ):
            return kind, end, mark
    other = _other(layouts).match(text)
    mark = _BEHIND.match(text, other.end()) if other is not None else None
    return ("level", other.end(), mark) if other is not None and mark is not None and mark["mark"] == ":" else None


def flat(sections: Sequence[Section]) -> Iterator[Line | None]:
    """All lines in document order; None where a table stands between."""
    for section in sections:
        if section.title is not None and section.place is not None:
            yield Line(Text(section.file, section.printed, section.place), section, True)
        for block in section.blocks:
            yield Line(block, section, False) if isinstance(block, Text) else None
