"""The share that a row states (`share_percent`) of another row (`share_of_id`), recomputed.

test   `amounts`: the share is what both amounts, as printed, come to (its last place may be cut or rounded)
       `sum`: the shares of rows that make up a whole add up to 100; not told again where a share does not fit its amounts
"""

from collections.abc import Sequence
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

from openbudget.checks.data import Data, Row
from openbudget.checks.figures import NOTHING, Number, agree
from openbudget.checks.kinds.changes import rates
from openbudget.checks.recorder import Recorder
from openbudget.checks.rule import Rule
from openbudget.checks.wording import common_unit, show, unit_names
from openbudget.model.amount import decimals_of, half_place, plain

TABLE, FIELD = "budget_lines", "share_percent"


class _Lack(Enum):
    """Why a share cannot be recomputed."""

    UNKNOWN = "share_of_unknown"
    BLANK = "blank_operand"
    NEGATIVE = "negative_part"
    ZERO = "share_of_zero"


class _Share(NamedTuple):
    """A stated share: its row and that of the whole, both amounts, and what the share can be."""

    row: Row
    whole: Row
    part: Number
    of: Number
    stated: Number
    lowest: Decimal
    highest: Decimal

    @property
    def place(self) -> Decimal:
        """A unit of the last printed place: some publishers cut instead of rounding."""
        return 2 * self.stated.radius

    @property
    def fits(self) -> bool:
        return self.lowest - self.place <= self.stated.value <= self.highest + self.place


def run(rule: Rule, data: Data, out: Recorder) -> None:
    """See the module."""
    rows = [row for row in data.rows(TABLE) if row.get(FIELD) is not None]
    if not rows:
        return out.not_applicable("no_shares")
    found = [_share(row, data) for row in rows]
    if rule.params["test"] == "amounts":
        for share in found:
            _amounts(share, data, out)
    else:
        _sums([share for share in found if isinstance(share, _Share)], data, out)


def _share(row: Row, data: Data) -> _Share | _Lack:
    whole = data.row(TABLE, row.get("share_of_id")) if row.get("share_of_id") is not None else None
    if whole is None:
        return _Lack.UNKNOWN
    part, of = data.figure(TABLE, row, "amount"), data.figure(TABLE, whole, "amount")
    stated = data.figure(TABLE, row, FIELD)
    if part is None or of is None or stated is None:
        return _Lack.BLANK
    if part.value < 0 or of.value < 0:
        return _Lack.NEGATIVE
    if of.value <= of.radius:
        return _Lack.ZERO
    if data.printed(TABLE, row, FIELD) is None:  # as it is in the table
        stated = Number(stated.value, half_place(decimals_of(f"{plain(stated.value):f}") or 0, None))
    return _Share(row, whole, part, of, stated, *rates(part, of))


def _amounts(share: _Share | _Lack, data: Data, out: Recorder) -> None:
    if isinstance(share, _Lack):
        return out.not_evaluable(share.value) if share is _Lack.BLANK else out.not_applicable(share.value)
    if share.fits:
        return out.passed()
    expected = (share.part.value / share.of.value * 100).quantize(Decimal("0.01"))
    unit = common_unit((share.row.get("unit_reported"), share.whole.get("unit_reported")))
    out.failed(
        (TABLE, share.row, FIELD),
        terms=[
            data.term(TABLE, share.row, "amount"),
            data.term(TABLE, share.whole, "amount", "÷"),
            data.term(TABLE, share.row, FIELD, "="),
        ],
        expected=expected,
        actual=share.stated.value,
        difference=share.stated.value - expected,
        tolerance=((share.highest - share.lowest) / 2 + share.place).quantize(Decimal("0.0001")),
        label=data.label(share.row),
        other=data.label(share.whole),
        amount=show(share.part.value, unit),
        whole=show(share.of.value, unit),
        unit=unit_names(unit),
        printed=show(share.stated.value, None),
        expected_shown=show(expected, None),
    )


def _sums(shares: Sequence[_Share], data: Data, out: Recorder) -> None:
    groups: dict[tuple[object, int], list[_Share]] = {}
    for share in shares:
        groups.setdefault((share.whole.get("id"), _breakdown(share)), []).append(share)
    for group in groups.values():
        parts = NOTHING
        for share in group:
            parts = parts.plus(share.part)
        if len(group) < 2 or not agree(parts, group[0].of, False):
            out.not_applicable("shares_not_all")
        elif not all(share.fits for share in group):
            out.not_applicable("told_by_identity")
        else:
            _sum(group, data, out)


def _breakdown(share: _Share) -> int:
    """What divides the whole: classes, funds of the same item, or items."""
    code = share.row.get("item_code")
    return 0 if str(code).endswith(".function") else 1 if code == share.whole.get("item_code") else 2


def _sum(group: Sequence[_Share], data: Data, out: Recorder) -> None:
    total = sum((share.stated.value for share in group), Decimal(0))
    cut = sum((share.place for share in group if share.part.value or share.stated.value), Decimal(0))
    if -cut <= total - 100 <= cut / 2:
        return out.passed(rounded=total != 100)
    first = group[0]
    out.failed(
        (TABLE, first.row, FIELD),
        terms=[data.term(TABLE, share.row, FIELD) for share in group],
        expected=Decimal(100),
        actual=total,
        difference=total - 100,
        tolerance=cut,
        label=data.label(first.row),
        other=data.label(first.whole),
        printed=show(total, None),
    )
