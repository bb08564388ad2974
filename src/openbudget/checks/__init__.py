"""Checks: the rules of schema/checks, run over the tables of one package.

`run` gives findings and how each rule went; `report_of` makes a Report of them. Rules are declarations
(`openbudget.standard.checks()`); their kinds are the modules of openbudget.checks.kinds, found by name.
"""

from __future__ import annotations

from openbudget.checks.engine import report_of, run
from openbudget.checks.rule import Rule, catalogue

__all__ = ["Rule", "catalogue", "report_of", "run"]
