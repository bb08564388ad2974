"""The last character of a unified social credit code follows from the seventeen before it (GB 32100-2015)."""

from __future__ import annotations

from openbudget.checks.data import Data
from openbudget.checks.recorder import Recorder
from openbudget.checks.rule import Rule

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def run(rule: Rule, data: Data, out: Recorder) -> None:
    """See the module."""
    for row in data.rows("organizations"):
        code = row.get("credit_code")
        if code is None:
            out.not_applicable("no_credit_code")
            continue
        code = str(code)
        due = _check_character(code)
        if len(code) == 18 and due == code[-1]:
            out.passed()
        else:
            out.failed(
                ("organizations", row, "credit_code"),
                terms=[data.term("organizations", row, "credit_code")],
                expected=code[:17] + due if due else None,
                actual=code,
                message=None if due else "check_digit_malformed",
                code=code,
                name=row.get("name") or "",
            )


def _check_character(code: str) -> str | None:
    """The character that must end a code; None where the code is not well-formed."""
    if len(code) != 18 or any(char not in _ALPHABET for char in code):
        return None
    total = sum(_ALPHABET.index(char) * weight for char, weight in zip(code, _WEIGHTS, strict=False))
    return _ALPHABET[(31 - total % 31) % 31]
