"""What every package must know of itself."""

import datetime
from typing import NamedTuple


class Facts(NamedTuple):
    """Who discloses, for which year, of which kind, where. `kind` is `budget` or `final-accounts`; codes are text.
    `level` is `department` or `unit` where the title says so: a department's own office (本级) discloses as a unit, beside
    the department that it heads under the same name."""

    agency_name: str
    fiscal_year: int
    kind: str
    region_code: str
    region_name: str
    agency_code: str | None = None
    title: str | None = None
    disclosed_on: datetime.date | None = None
    language: str = "zh-Hans"
    level: str | None = None
