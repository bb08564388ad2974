"""Target texts of performance indicators: `≥98%`, `6月底前完成`, `不高于上年度`, `全员排查`.

The direction words and units are data (`layouts/targets.yaml`).
"""

import calendar
import re
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from openbudget.model.amount import parse_figure
from openbudget.recognise.layout import Layouts, one_of
from openbudget.recognise.words import chinese_number, plain


class Target(NamedTuple):
    """A target text understood. `type` is `quantitative` (value set), `deadline` (deadline set: a date or a
    year-month, ISO 8601) or `qualitative`; `operator` one of >= <= > < = or None."""

    type: str
    operator: str | None = None
    value: Decimal | None = None
    unit: str | None = None
    deadline: str | None = None


class _Patterns(NamedTuple):
    before: tuple[tuple[str, re.Pattern[str]], ...]  # operator, pattern at the head
    after: tuple[tuple[str, re.Pattern[str]], ...]  # operator, pattern at the end
    filler: re.Pattern[str]
    times: re.Pattern[str]  # 万, 亿 … before a unit; the unit is then that of the figure (`万件`)
    rate: re.Pattern[str]  # the name of a rate, printed again before its figure


@lru_cache(maxsize=8)
def _units(layouts: Layouts) -> frozenset[str]:
    return frozenset(plain(word) for word in layouts["targets"]["units"])


def _is_unit(text: str, layouts: Layouts) -> bool:
    """Whether a text is a unit, a unit of units (`元/人·年`) or a multiple of one (`万件`)."""
    units = _units(layouts)
    if text in units:
        return True
    times = _patterns(layouts).times
    starts = [0, *(at for at in range(1, len(text)) if times.fullmatch(text, 0, at))]
    for start in starts:  # grows while it is gone through
        for end in range(start + 1, len(text) + 1):
            if text[start:end] not in units:
                continue
            if end == len(text):
                return True
            if text[end] in "/·每" and end + 1 not in starts:
                starts.append(end + 1)
    return False


@lru_cache(maxsize=8)
def _patterns(layouts: Layouts) -> _Patterns:
    data = layouts["targets"]

    def sided(part: str, form: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
        found = []
        for operator, words in data[part].items():
            found.append((operator, re.compile(form.format(one_of(words)))))
        return tuple(found)

    filler = one_of(data["filler"])
    return _Patterns(
        sided("before", r"^(?:{})"),
        sided("after", r"(?:{})$"),
        re.compile(rf"^(?:{filler})+"),
        re.compile(one_of(data["times"])),
        re.compile(rf"[^\d,;。、≥≤<>=]{{1,16}}?(?:{one_of(data['rates'])})(?:{filler})*(?=\D{{0,6}}\d)"),
    )


_DAY = re.compile(r"(?:(20\d\d)年度?)?(\d{1,2})月(\d{1,2})[日号](?:之?以?前|止|完成)")
_MONTH = re.compile(r"(?:(20\d\d)年度?)?(\d{1,2})月份?(底|末|中旬|上旬|下旬)?(?:之?以?前|完成)")
_IN_MONTH = re.compile(r"(20\d\d)年(\d{1,2})月")
_YEAR = re.compile(r"(?:(20\d\d)年|本年|当年|全年|年)(?:度)?(底|末|终|内|中)(?:之?以?前)?")
_QUARTER = re.compile(r"(?:(20\d\d)年)?第?([一二三四1-4])季度(?:底|末|内)?(?:之?以?前)?")


def parse_target(printed: str, year: int, layouts: Layouts, unit: str | None = None, named: bool = False) -> Target:
    """The target that `printed` states, in fiscal year `year`; `unit` where the unit of measure is printed apart; `named`
    where the name of a rate may be printed again before its figure (in a cell). What is not certainly a figure or a
    deadline is qualitative: nothing is guessed."""
    text = plain(printed).rstrip("。;；,，")
    figure = parse_quantity(printed, layouts, unit)
    if named and figure is None and (name := _patterns(layouts).rate.match(text)) is not None:
        figure = _quantity(text[name.end() :], layouts, None)  # `优良率达95%以上`
        figure = figure if figure is not None and figure.unit == "%" else None
    if figure is not None:
        return figure
    deadline = _deadline(text, year)
    if deadline is not None:
        return Target("deadline", deadline=deadline)
    operator, _ = _operator(text, _patterns(layouts))
    return Target("qualitative", operator if operator != "=" else None)


def parse_quantity(printed: str, layouts: Layouts, unit: str | None = None) -> Target | None:
    """The quantity that `printed` as a whole states; None where it is none, or a year."""
    text = plain(printed).rstrip("。;；,，")
    return None if _YEAR_ALONE.fullmatch(text) else _quantity(text, layouts, unit)


def _operator(text: str, patterns: _Patterns) -> tuple[str | None, str]:
    """The direction that a text states, and the text without it."""
    text = patterns.filler.sub("", text)
    for operator, pattern in patterns.before:
        match = pattern.match(text)
        if match:
            return operator, text[match.end() :]
    return None, text


LONGEST = 200  # characters of a quantity with all its words
_YEAR_ALONE = re.compile(r"20\d\d年度?")
_QUANTITY = re.compile(r"([-+]?[\d,]*\.?\d+)(.*)")


def _quantity(text: str, layouts: Layouts, apart: str | None) -> Target | None:
    if len(text) > LONGEST:
        return None
    patterns = _patterns(layouts)
    unit = plain(apart) if apart else ""
    if unit and text.endswith(unit):
        text = text[: -len(unit)]  # printed in both places
    operator, rest = _operator(text, patterns)
    for after, pattern in patterns.after:
        match = pattern.search(rest)
        if match and match.start() > 0:
            if operator not in (None, "=", after, after[:1]):
                return None
            operator, rest = after, rest[: match.start()]
            break
    match = _QUANTITY.fullmatch(rest)
    if match is None:
        return None
    figure = parse_figure(match[1])
    own = match[2]
    if figure is None or (own and not _is_unit(own, layouts)):
        return None
    if own and unit and patterns.times.fullmatch(own):
        own = unit if unit.startswith(own) else own + unit  # `≥170万`, and `件` in a column of its own
    return Target("quantitative", operator or "=", figure.value, own or unit or None)


def _deadline(text: str, year: int) -> str | None:
    if match := _DAY.search(text):
        return _iso(int(match[1] or year), int(match[2]), int(match[3]))
    if match := _MONTH.search(text):
        at, month = int(match[1] or year), int(match[2])
        if not 1 <= month <= 12:
            return None
        if match[3] in ("底", "末"):
            return _iso(at, month, calendar.monthrange(at, month)[1])
        return f"{at:04d}-{month:02d}"
    if match := _IN_MONTH.fullmatch(text):
        return f"{int(match[1]):04d}-{int(match[2]):02d}" if 1 <= int(match[2]) <= 12 else None
    if match := _QUARTER.search(text):
        quarter = chinese_number(match[2]) or 0
        at = int(match[1] or year)
        return _iso(at, quarter * 3, calendar.monthrange(at, quarter * 3)[1])
    if (match := _YEAR.search(text)) and match[2] in ("底", "末", "终"):
        return f"{int(match[1] or year):04d}-12-31"
    return None


def _iso(year: int, month: int, day: int) -> str | None:
    if not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(year, month)[1]:
        return None
    return f"{year:04d}-{month:02d}-{day:02d}"
