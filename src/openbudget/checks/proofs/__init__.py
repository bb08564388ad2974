"""Proofs that rules hold: the lines of many bodies at once, column by column. The extra `fast`.

A proof accepts narrowly: what it says of a body (which rule met how many cases, and how each came out) is certainly what
the rule says when it runs on the lines of that body one by one. Where a rule is not proved of a body, above all where
there is a fault, the rule itself runs on that body. Arithmetic is on whole numbers (see `records.SCALE`), so nothing is
rounded.

The lines are gathered (`gather`) while the structural pass has them as cells, kept as records (`store`), and proved
some bodies at a time (`lines`, and a module for each kind of rule).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING

from openbudget.checks.rule import Rule

if TYPE_CHECKING:
    from openbudget.checks.proofs.cases import Cases
    from openbudget.checks.proofs.gather import Gatherer
    from openbudget.checks.proofs.lines import Lines
    from openbudget.tabular import TableSource

Proof = Callable[[Rule, "Lines", "Cases"], None]
_LARGE = 1 << 30  # bytes: for tables of many bodies kernels are always worth it


def available() -> bool:
    """Whether the libraries that proofs need are installed."""
    from openbudget.tabular.fast import available as kernels_are

    return find_spec("numpy") is not None and kernels_are(_LARGE)


def gatherer_of(source: TableSource, rules: Sequence[Rule]) -> Gatherer | None:
    """What gathers the lines of a table; None where nothing of it can be proved."""
    if not available() or proofs_of(rules) is None:
        return None
    from openbudget.checks.proofs.gather import Gatherer
    from openbudget.checks.proofs.lines import plain_table

    if not plain_table(source.with_null()):
        return None
    return Gatherer(source, [rule for rule in rules if rule.kind == "code_name"])


def proofs_of(rules: Sequence[Rule]) -> Mapping[str, Proof] | None:
    """The proof of each rule, by its id; None where one of them has none."""
    found: dict[str, Proof] = {}
    for rule in rules:
        proof = _proof(rule)
        if proof is None:
            return None
        found[rule.id] = proof
    return found


def of_changes(rule: Rule) -> bool:
    """Whether a rule speaks of changes."""
    return "comparisons" in rule.tables


def _proof(rule: Rule) -> Proof | None:
    from openbudget.checks.proofs import columns, figures, identity, names, parts, same_figure

    if (
        "budget_lines" not in rule.tables
        or rule.kind in ("changes", "changes_in_tables")
        or rule.params.get("table") == "comparisons"
    ):
        return names.without_rows
    by_kind: dict[str, Proof] = {
        "identity": identity.prove,
        "parts": parts.prove,
        "code_levels": parts.prove_levels,
        "same_figure": same_figure.prove,
        "columns": columns.prove,
        "columns_of_which": columns.prove_of_which,
        "shares": figures.prove_shares,
        "code_name": names.prove,
        "fund_lines": figures.prove_funds,
        "provenance": figures.prove_printed,
    }
    proof = by_kind.get(rule.kind)
    checked = {identity.prove: identity.provable, columns.prove: columns.provable}
    return proof if proof is None or proof not in checked or checked[proof](rule) else None
