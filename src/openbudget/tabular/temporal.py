"""Dates, times and durations: the lexical forms of XML Schema Part 2 that Table Schema names, and strptime formats.

Every parser takes the text of a cell and gives its value, or INVALID. Only ASCII digits count.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from functools import cache

INVALID = object()

Parser = Callable[[str], object]

_DATE = r"(\d{4})-(\d\d)-(\d\d)"
_ZONE = r"(Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)?"
_CLOCK = r"(\d\d):(\d\d):(\d\d)(?:\.(\d+))?"
_TIME = _CLOCK + _ZONE
_DATETIME = f"{_DATE}T{_TIME}"
_YEAR = r"(?!-0000)-?(?:\d{4}|[1-9]\d{4,8})"
_YEARMONTH = rf"({_YEAR})-(0[1-9]|1[0-2])"
_DURATION = r"(-)?P(?=\d|T\d)(?:(\d+)W|(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?)"


@cache
def _form(pattern: str) -> re.Pattern[str]:
    """Compiled when a table first has a field of that type: most have few types."""
    return re.compile(pattern, re.A)


def date(text: str) -> object:
    """`YYYY-MM-DD`, a day that exists in the Gregorian calendar."""
    if len(text) != 10 or _form(_DATE).fullmatch(text) is None:
        return INVALID
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return INVALID


def time(text: str) -> object:
    """`hh:mm:ss`, with optional fraction and zone (xsd:time); 24:00:00 is midnight."""
    match = _form(_TIME).fullmatch(text)
    if match is None:
        return INVALID
    clock = _clock(*match.groups()[:4])
    if clock is None:
        return INVALID
    return clock[0].replace(tzinfo=_zone(match[5]))


def datetime(text: str) -> object:
    """`YYYY-MM-DDThh:mm:ss`, with optional fraction and zone (xsd:dateTime)."""
    match = _form(_DATETIME).fullmatch(text)
    if match is None:
        return INVALID
    clock = _clock(*match.groups()[3:7])
    if clock is None:
        return INVALID
    try:
        day = dt.date(int(match[1]), int(match[2]), int(match[3])) + dt.timedelta(days=clock[1])
    except (ValueError, OverflowError):
        return INVALID
    return dt.datetime.combine(day, clock[0], _zone(match[8]))


def _clock(hour: str, minute: str, second: str, fraction: str | None) -> tuple[dt.time, int] | None:
    """The time of day and the days to add (24:00:00 is the next day's midnight); None where there is none.
    A fraction finer than a microsecond is valid; its further digits do not take part in comparisons."""
    if hour == "24":
        nought = minute == second == "00" and not (fraction or "").strip("0")
        return (dt.time(0), 1) if nought else None
    try:
        return dt.time(int(hour), int(minute), int(second), int((fraction or "0")[:6].ljust(6, "0"))), 0
    except ValueError:
        return None


def _zone(text: str | None) -> dt.timezone | None:
    if text is None:
        return None
    if text == "Z":
        return dt.UTC
    minutes = int(text[1:3]) * 60 + int(text[4:6])
    return dt.timezone(dt.timedelta(minutes=-minutes if text[0] == "-" else minutes))


def year(text: str) -> object:
    """Four digits, or more; before our era with a minus (xsd:gYear)."""
    return int(text) if _form(_YEAR).fullmatch(text) else INVALID


def yearmonth(text: str) -> object:
    """`YYYY-MM`, as (year, month) (xsd:gYearMonth)."""
    match = _form(_YEARMONTH).fullmatch(text)
    return (int(match[1]), int(match[2])) if match else INVALID


class Duration(tuple[int, Decimal]):
    """Months and seconds (xsd:duration). Two durations are ordered only where every calendar agrees: the least
    and the greatest length that the months can have must be on the same side."""

    __slots__ = ()

    def span(self) -> tuple[Decimal, Decimal]:
        """The least and the greatest number of seconds it can last."""
        months, seconds = self
        days = [_days(start, months) for start in _STARTS]
        return seconds + min(days) * 86400, seconds + max(days) * 86400


# the four reference months of XML Schema Part 2, 3.2.6.2: the order of durations is decided from these
_STARTS = ((1696, 9), (1697, 2), (1903, 3), (1903, 7))


def _days(start: tuple[int, int], months: int) -> int:
    total = start[0] * 12 + start[1] - 1 + months
    return _day_number(total // 12, total % 12 + 1) - _day_number(*start)


def _day_number(year_: int, month: int) -> int:
    """Days from a fixed point to the first of a month, in the Gregorian calendar carried on without end."""
    shifted, place = (year_ - 1, month + 9) if month < 3 else (year_, month - 3)
    return shifted * 365 + shifted // 4 - shifted // 100 + shifted // 400 + (153 * place + 2) // 5


def duration(text: str) -> object:
    """`PnYnMnDTnHnMnS`, or `PnW`, with an optional leading minus."""
    match = _form(_DURATION).fullmatch(text)
    if match is None:
        return INVALID
    try:
        weeks, years, months, days, hours, minutes = (int(part or 0) for part in match.groups()[1:7])
    except ValueError:  # thousands of digits
        return INVALID
    seconds = Decimal(match[8] or 0) + 60 * (minutes + 60 * (hours + 24 * (days + 7 * weeks)))
    sign = -1 if match[1] else 1
    return Duration((sign * (12 * years + months), sign * seconds))


def by_pattern(form: str, kind: str) -> Parser:
    """A parser for a strptime format (as Python's datetime.strptime reads it; ASCII digits only)."""

    def parse(text: str) -> object:
        if not text.isascii() and any(char.isdigit() and not char.isascii() for char in text):
            return INVALID
        try:
            moment = dt.datetime.strptime(text, form)
        except (ValueError, IndexError, re.error):
            return INVALID
        return moment.date() if kind == "date" else moment.timetz() if kind == "time" else moment

    return parse


_LOOSE_DATES = (
    (
        "%Y-%m-%d %Y/%m/%d %Y.%m.%d %Y年%m月%d日 %Y%m%d %m/%d/%Y %d/%m/%Y %d.%m.%Y %m-%d-%Y %d-%m-%Y %d_%b_%Y %d_%B_%Y "
        "%b_%d,_%Y %B_%d,_%Y %b_%d_%Y %B_%d_%Y %d-%b-%Y %a,_%d_%b_%Y"
    )
    .replace(" ", "\n")
    .replace("_", " ")
    .split("\n")
)
_LOOSE_PERIODS = ("%Y-%m", "%Y/%m", "%Y年%m月", "%b %Y", "%B %Y", "%b-%Y", "%Y-%b", "%Y")
_LOOSE_TIMES = (
    "%H:%M:%S",
    "%H:%M",
    "%H:%M:%S.%f",
    "%I:%M %p",
    "%I:%M:%S %p",
    "%H:%M:%S%z",
    "%H:%M:%S.%f%z",
    "%H时%M分%S秒",
)


def anyhow(kind: str) -> Parser:
    """A parser for the format `any`: the default form and the common ways of writing, listed in
    docs/reference/table-semantics.md. A date like 03/04/2024 is read month first; a month or a year stands for its first
    day."""
    strict = {"date": date, "time": time, "datetime": datetime}[kind]
    known: dict[str, list[Parser]] = {}  # by what a text is but for its digits: the forms that it may have

    def parse(text: str) -> object:
        value = strict(text)
        if value is not INVALID:
            return value
        shape = _DIGIT.sub("0", text)
        if shape not in known:
            if len(known) >= _SHAPES:
                known.clear()
            known[shape] = [attempt for outline, attempt in _loose(kind) if outline.fullmatch(shape)]
        return next((value for attempt in known[shape] if (value := attempt(text)) is not INVALID), INVALID)

    return parse


@cache
def _loose(kind: str) -> list[tuple[re.Pattern[str], Parser]]:
    """The forms of `any`, in the order in which they are tried."""
    both = [f"{day}{join}{clock}" for day in _LOOSE_DATES for join in (" ", "T") for clock in _LOOSE_TIMES]
    days = [*_LOOSE_DATES, *_LOOSE_PERIODS]
    forms = {"date": days, "time": [*_LOOSE_TIMES, *both], "datetime": [*both, *days]}[kind]
    return [(re.compile(_outline(form), re.I), by_pattern(form, kind)) for form in forms]


def _outline(form: str) -> str:
    """A pattern of all texts that a strptime format may read, whatever their digits are."""
    parts = re.split(r"(%[A-Za-z]|\s+)", form)
    return "".join(r"\s+" if part.isspace() else _DIRECTIVES.get(part, re.escape(part)) for part in parts)


_DIGIT = re.compile("[0-9]")
_SHAPES = 1000
_DIRECTIVES = {
    "%Y": "0000",
    **dict.fromkeys(("%m", "%d", "%H", "%I", "%M", "%S"), " ?00?"),
    **dict.fromkeys(("%a", "%b", "%B", "%p"), r"[^\W\d_]+\.?"),
    "%f": "0{1,6}",
    "%z": r"(?:Z|[-+][0:.]+)",
}
