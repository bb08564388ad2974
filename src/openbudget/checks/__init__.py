"""Checks: the rules of schema/checks, run over the tables of one package.

`run` gives findings and how each rule went; `report_of` makes a Report of them. Rules are declarations
(`openbudget.standard.checks()`); their kinds are the modules of openbudget.checks.kinds, found by name.
`check_bodies` runs them on budget lines that are too many to be held.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openbudget.checks.engine import report_of, run
from openbudget.checks.rule import Rule, catalogue

if TYPE_CHECKING:
    from openbudget.checks.bodies import check_bodies, gathering, rules_besides

__all__ = ["Rule", "catalogue", "check_bodies", "gathering", "report_of", "rules_besides", "run"]


def __getattr__(name: str) -> Any:
    """What only large tables need is loaded when it is asked for."""
    if name not in ("check_bodies", "gathering", "rules_besides"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from openbudget.checks import bodies

    return getattr(bodies, name)
