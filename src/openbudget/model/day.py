"""Days as people write them."""

from __future__ import annotations

import datetime
import re

_DAY = re.compile(r"(\d{4})\s*(?:[-/.年])\s*(\d{1,2})\s*(?:[-/.月])\s*(\d{1,2})\s*日?|(\d{4})(\d{2})(\d{2})")


def day(text: str) -> datetime.date | None:
    """The day that `2024-03-05`, `2024/3/5`, `2024年3月5日` or `20240305` names; None where it is none."""
    found = _DAY.fullmatch(text.strip())
    if found is None:
        return None
    try:
        return datetime.date(*(int(part) for part in found.groups() if part is not None))
    except ValueError:
        return None
