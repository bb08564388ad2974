"""Proofs that rules hold: the lines of many bodies at once, column by column. The extra `fast`.

A proof accepts narrowly: what it says of a body (which rule met how many cases, and how each came out) is certainly what
the rules say when they run on the lines of that body one by one. A body of which anything is not proved, a fault above
all, is left to the rules themselves. Arithmetic is on whole numbers (see `lines.SCALE`), so nothing is rounded.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING

from openbudget.checks.rule import Rule

if TYPE_CHECKING:
    import polars as pl

    from openbudget.checks.proofs.cases import Cases
    from openbudget.checks.proofs.lines import Lines
    from openbudget.model.finding import RuleRun
    from openbudget.tabular.schema import Schema

Proof = Callable[[Rule, "Lines", "Cases"], None]
LIBRARIES = ("polars", "numpy")
_LARGE = 1 << 30  # bytes: for tables of many bodies kernels are always worth it


def available() -> bool:
    """Whether the libraries that proofs need are installed."""
    from openbudget.tabular.fast import available as kernels_are

    return all(find_spec(name) is not None for name in LIBRARIES) and kernels_are(_LARGE)


def proofs_of(rules: Sequence[Rule]) -> Mapping[str, Proof] | None:
    """The proof of each rule, by its id; None where one of them has none."""
    found: dict[str, Proof] = {}
    for rule in rules:
        proof = _proof(rule)
        if proof is None:
            return None
        found[rule.id] = proof
    return found


def proved(
    texts: pl.DataFrame, schema: Schema, rules: Sequence[Rule], changed: Collection[object]
) -> tuple[list[Sequence[str]], list[RuleRun]]:
    """The rows of the bodies that are left to the rules, and how each rule went on all others. `changed`: the ids of lines
    of which changes are known: their bodies are left."""
    import polars as pl

    from openbudget.checks.proofs.cases import Cases
    from openbudget.checks.proofs.lines import lines_of

    blank = [
        pl.when(pl.all_horizontal(pl.col(field.name) != text for text in field.missing))
        .then(pl.col(field.name))
        .alias(field.name)
        for field in schema.fields
    ]
    lines = lines_of(texts.select(blank))
    cases = Cases(lines.odd, [rule.id for rule in rules])
    if changed:
        has_changes = texts.get_column("id").is_in(sorted(map(str, changed))).to_numpy()
        cases.proved[lines.body[has_changes]] = False
    if "of_which" in texts.columns:  # what is only part of a whole is left to the rules
        some = lines.texts.get_column("of_which").is_not_null() & (lines.texts.get_column("of_which") != "false")
        cases.proved[lines.body[some.to_numpy()]] = False
    proofs = proofs_of(rules) or {}
    for rule in rules:
        proofs[rule.id](rule, lines, cases)
    rest = texts.filter(pl.Series(~cases.proved[lines.body])).fill_null("").rows() if not cases.proved.all() else []
    return list(rest), list(cases.runs())


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
        "columns_of_which": columns.prove_none_of_which,
        "code_name": names.prove,
        "fund_lines": figures.prove_funds,
        "provenance": figures.prove_printed,
    }
    proof = by_kind.get(rule.kind)
    checked = {identity.prove: identity.provable, columns.prove: columns.provable}
    return proof if proof is None or proof not in checked or checked[proof](rule) else None
