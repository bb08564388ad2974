"""Figures as printed, and funds that are spent (see `kinds.provenance`, `kinds.fund_lines`)."""

from __future__ import annotations

import numpy as np

from openbudget.checks.proofs.cases import FAILED, NOT_EVALUABLE, PASS, Cases, rows_of
from openbudget.checks.proofs.lines import AGREES, STATED, Lines
from openbudget.checks.rule import Rule


def prove_printed(rule: Rule, lines: Lines, cases: Cases) -> None:
    """An amount is the printed figure times its unit."""
    same = np.where(lines.flagged(AGREES), PASS, FAILED)
    every = np.arange(len(lines.body))
    outcome = np.where(lines.flagged(STATED), same, NOT_EVALUABLE)
    cases.take(rule.id, lines.body, outcome, operands=rows_of(every[:, None]))


def prove_funds(rule: Rule, lines: Lines, cases: Cases) -> None:
    """Revenue from a fund is spent somewhere."""
    code = lines.coded["item_code"]
    is_revenue = np.array([str(value).startswith("revenue") for value in code.values], bool)[code.codes]
    bodies = np.arange(lines.bodies)
    for about, (fund, statement) in enumerate(rule.params["funds"].items()):
        of_fund = lines.has("fund_source", fund)
        revenue = lines.has("flow", "revenue") & (lines.has("item_code", f"revenue.{fund}") | (of_fund & is_revenue))
        first = np.full(lines.bodies, -1)
        rows = np.flatnonzero(revenue & lines.known & (lines.value != 0))
        first[lines.body[rows[::-1]]] = rows[::-1]
        received = first >= 0
        spent = np.zeros(lines.bodies, bool)
        spending = lines.has("flow", "expenditure") & (of_fund | lines.has("statement", statement))
        spent[lines.body[spending]] = True
        cases.not_applicable(rule.id, "no_fund_revenue", bodies[~received])
        outcome = np.where(spent, PASS, FAILED)[received]
        cases.take(rule.id, bodies[received], outcome, operands=rows_of(first[received][:, None]), about=about)


def prove_shares(rule: Rule, lines: Lines, cases: Cases) -> None:
    """Shares are stated of few rows: the rule runs on these, and on the rows that they are shares of."""
    stated = np.flatnonzero(lines.codes("share_percent"))
    wanted = lines.records["share_of"][stated]
    rows = stated
    if wanted.any():
        near = np.flatnonzero(np.isin(lines.body, lines.body[stated]))
        rows = np.union1d(stated, near[np.isin(lines.records["id"][near], wanted[wanted != 0])])
    cases.run_on(rule.id, lines.body[rows], rows, "no_shares")
