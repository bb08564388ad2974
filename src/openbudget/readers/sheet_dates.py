"""Dates of spreadsheets: serial numbers → moments → the text of a date format."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DAYS = "一二三四五六日"


def moment(value: float, epoch_1904: bool) -> datetime.datetime | None:
    """The moment that a serial number stands for (day 60 of the 1900 system, which never was, is 28 February);
    None where it is out of range."""
    if not 0 <= value < 2_958_466:
        return None
    days = value + 1462 if epoch_1904 else value
    if days < 61 and not epoch_1904:
        days += 1 if days < 60 else 0
    seconds = round(days * 86_400)
    return datetime.datetime(1899, 12, 30) + datetime.timedelta(seconds=seconds)


def date_text(tokens: Sequence[tuple[str, str]], value: float, epoch_1904: bool) -> str | None:
    """The text of a date format's tokens (kind, text); None where the number is no date."""
    when = moment(value, epoch_1904)
    if when is None:
        return None
    noon = any(kind == "clock" for kind, _ in tokens)
    parts: list[str] = []
    for index, (kind, text) in enumerate(tokens):
        if kind == "date":
            parts.append(_part(text.lower(), when, value, noon, _is_minute(tokens, index)))
        elif kind == "clock":
            parts.append(
                ("AM" if when.hour < 12 else "PM") if text.isascii() else ("上午" if when.hour < 12 else "下午")
            )
        elif kind in ("literal", "/", ".", ",", "%"):
            parts.append(text)
        elif kind == "digit":
            parts.append("0")
    return "".join(parts).strip()


def _is_minute(tokens: Sequence[tuple[str, str]], index: int) -> bool:
    """`m` is a minute behind an hour or before a second, else a month."""
    dates = [(i, text.lower()) for i, (kind, text) in enumerate(tokens) if kind == "date"]
    here = next(n for n, (i, _) in enumerate(dates) if i == index)
    before = dates[here - 1][1] if here else ""
    after = dates[here + 1][1] if here + 1 < len(dates) else ""
    return "h" in before or after.startswith(("s", "[s"))


def _part(code: str, when: datetime.datetime, value: float, noon: bool, minute: bool) -> str:
    if code.startswith("["):
        total = {"h": value * 24, "m": value * 1440, "s": value * 86_400}[code[1]]
        return str(int(total + 1e-9)).rjust(len(code) - 2, "0")
    letter, width = code[0], len(code)
    if letter in "ye":
        return f"{when.year % 100:02d}" if letter == "y" and width <= 2 else str(when.year)
    if letter == "m" and not minute:
        if width >= 3:
            return _MONTHS[when.month - 1][: 3 if width == 3 else 1 if width == 5 else None]
        return f"{when.month:0{min(width, 2)}d}"
    if letter == "d" and width < 3:
        return f"{when.day:0{width}d}"
    if letter in "da":
        return ("星期" if width != 3 or letter == "d" else "") + _DAYS[when.weekday()]
    number = {"h": (when.hour - 1) % 12 + 1 if noon else when.hour, "m": when.minute, "s": when.second}.get(letter)
    return "" if number is None else f"{number:0{min(width, 2)}d}"
