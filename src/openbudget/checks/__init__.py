"""Checks: the rules of schema/checks, run over the tables of one package.

`run` gives findings and how each rule went; `report_of` makes a Report of them. Rules are declarations
(`openbudget.standard.checks()`); their kinds are the modules of openbudget.checks.kinds, found by name.
`check_package` checks all of a package that was opened, with budget lines that are too many to be held.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openbudget.checks.engine import run
    from openbudget.checks.opened import check_package, gathering, last_year
    from openbudget.checks.reported import report_of
    from openbudget.checks.rule import Rule, catalogue

_ROOMS = {
    "run": "engine",
    "check_package": "opened",
    "gathering": "opened",
    "last_year": "opened",
    "report_of": "reported",
    "Rule": "rule",
    "catalogue": "rule",
}

__all__ = ["Rule", "catalogue", "check_package", "gathering", "last_year", "report_of", "run"]


def __getattr__(name: str) -> Any:
    """Load a part when it is first asked for: a package of any other kind needs no engine of rules."""
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)
