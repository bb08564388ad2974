"""Figures as printed, and funds that are spent (see `kinds.provenance`, `kinds.fund_lines`)."""

from __future__ import annotations

import numpy as np

from openbudget.checks.proofs.cases import NOT_EVALUABLE, PASS, UNPROVED, Cases
from openbudget.checks.proofs.lines import AGREES, STATED, Lines
from openbudget.checks.rule import Rule


def prove_printed(rule: Rule, lines: Lines, cases: Cases) -> None:
    """An amount is the printed figure times its unit."""
    same = np.where(lines.flagged(AGREES), PASS, UNPROVED)
    cases.take(rule.id, lines.body, np.where(lines.flagged(STATED), same, NOT_EVALUABLE))


def prove_funds(rule: Rule, lines: Lines, cases: Cases) -> None:
    """Revenue from a fund is spent somewhere."""
    code = lines.coded["item_code"]
    is_revenue = np.array([str(value).startswith("revenue") for value in code.values], bool)[code.codes]
    bodies = np.arange(lines.bodies)
    for fund, statement in rule.params["funds"].items():
        of_fund = lines.has("fund_source", fund)
        revenue = lines.has("flow", "revenue") & (lines.has("item_code", f"revenue.{fund}") | (of_fund & is_revenue))
        received = np.zeros(lines.bodies, bool)
        received[lines.body[revenue & lines.known & (lines.value != 0)]] = True
        spent = np.zeros(lines.bodies, bool)
        spending = lines.has("flow", "expenditure") & (of_fund | lines.has("statement", statement))
        spent[lines.body[spending]] = True
        cases.not_applicable(rule.id, "no_fund_revenue", bodies[~received])
        cases.take(rule.id, bodies[received], np.where(spent, PASS, UNPROVED)[received])


def prove_no_shares(rule: Rule, lines: Lines, cases: Cases) -> None:
    """No share is stated (see `kinds.shares`): other bodies are left to the rules."""
    cases.not_applicable(rule.id, "no_shares", np.arange(lines.bodies))
