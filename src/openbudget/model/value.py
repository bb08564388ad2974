"""What a field of a row can hold."""

from __future__ import annotations

import datetime
from decimal import Decimal

Value = str | int | Decimal | bool | datetime.date | None
