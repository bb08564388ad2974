"""What is kept of each line: a record of fixed size."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

SCALE_PLACES = 5
SCALE = 10**SCALE_PLACES  # amounts and radii are counted in hundred-thousandths of a yuan
TABLE, BODY = "budget_lines", "organization_id"
CODED = (
    "fiscal_year", "stage", "statement", "flow", "item_code", "fund_source", "expenditure_type", "function_code",
    "economic_code", "economic_scheme", "is_total", "of_which",
    "share_percent", "unit_reported",
)  # fmt: skip
HASHED = {BODY: "body", "id": "id", "parent_id": "parent", "item": "item", "project": "project",
          "share_of_id": "share_of"}  # fmt: skip
KNOWN, STATED, AGREES, PART, ODD = (
    1,
    2,
    4,
    8,
    16,
)  # flags, as the kernel `amounts` has them (PART: the label begins with 其中)
ASIDE = 1 << 63  # of a place: the text does not stand in the file as it is, but in the store


def offset(records: np.dtype, name: str) -> int:
    """Where a column stands in a record."""
    at: int = records.fields[HASHED.get(name, name)][1]  # type: ignore[index]
    return at


def layout(verdicts: Iterable[str]) -> np.dtype:
    """A record: hashes, the place of the line's text, its amount, the numbers of texts and of `verdicts`, the power of ten
    of the last printed digit, flags."""
    return np.dtype(
        [
            *((name, np.uint16) for name in (*CODED, *verdicts)),  # in front: kernels read words of 8 bytes
            *((name, np.uint64) for name in (*HASHED.values(), "at")),
            ("value", np.int64),
            ("size", np.uint32),
            ("left", np.uint8),
            ("flags", np.uint8),
        ]
    )
