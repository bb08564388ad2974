"""Checks: the rules of schema/checks, run over the tables of one package.

`run` gives findings and how each rule went; `report_of` makes a Report of them. Rules are declarations
(`openbudget.standard.checks()`); their kinds are the modules of openbudget.checks.kinds, found by name.
`check_package` checks all of a package that was opened, with budget lines that are too many to be held.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openbudget.checks.engine import report_of, run
from openbudget.checks.rule import Rule, catalogue

if TYPE_CHECKING:
    from openbudget.checks.opened import check_package, gathering, last_year

__all__ = ["Rule", "catalogue", "check_package", "gathering", "last_year", "report_of", "run"]


def __getattr__(name: str) -> Any:
    """What packing does not need is loaded when it is asked for."""
    if name not in ("check_package", "gathering", "last_year"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from openbudget.checks import opened

    return getattr(opened, name)
