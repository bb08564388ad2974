"""Runs rules over the tables of a package: one pass over shared indices, four outcomes, nothing vacuously green."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol, cast

from openbudget.checks.data import Data, Other, Row, Tables
from openbudget.checks.recorder import Recorder
from openbudget.checks.reported import ordered
from openbudget.checks.rule import STRUCTURE, Rule, catalogue
from openbudget.model.facts import Facts
from openbudget.model.finding import Finding, RuleRun

if TYPE_CHECKING:
    from openbudget.checks.waivers import Overrides


class Kind(Protocol):
    """A module of openbudget.checks.kinds."""

    def run(self, rule: Rule, data: Data, out: Recorder) -> None:
        """Tells `out` how `rule` goes on `data`, case by case."""

    def tell(self, rule: Rule, out: Recorder, about: int, rows: Sequence[Row | None]) -> None:
        """Tells `out` how one case goes, of which the rows are known (see `proofs.cases.Found`). Only kinds of which `proofs`
        find cases have this."""


@cache
def kind(name: str) -> Kind:
    """The module of a kind."""
    return cast(Kind, importlib.import_module(f"openbudget.checks.kinds.{name}"))


def run(
    tables: Tables,
    facts: Mapping[str, Any] | Facts | None = None,
    *,
    previous: Tables | None = None,
    overrides: Overrides | None = None,
    rules: Sequence[Rule] | None = None,
    structural: Sequence[Finding] = (),
    others: Sequence[Other] = (),
) -> tuple[tuple[Finding, ...], tuple[RuleRun, ...]]:
    """The findings on a package, in the order of the rules, and how each rule went.

    `tables`: rows as plain mappings by table name, `sources` among them; `facts`: of the package (a Facts, or a mapping
    with its fields; `source_files` names the files of the descriptor); `previous`: the tables of last year's
    package; `overrides`: severities and waivers (`waivers.read_overrides`); `rules`: default all of the standard.
    `structural`: what was found before, while the package was opened: it comes first, under the same overrides.
    `others`: tables and facts of packages given together with this one (a department's units).
    """
    data = Data(tables, facts, previous, others)
    findings: list[Finding] = []
    runs: list[RuleRun] = []
    for rule in catalogue() if rules is None else rules:
        if rule.kind == STRUCTURE or rule.id.startswith("WVR"):
            continue
        out = Recorder(rule, data)
        if rule.tables and not any(data.rows(table) for table in rule.tables):
            out.not_applicable("no_rows")
        else:
            kind(rule.kind).run(rule, data, out)
        findings += out.findings
        runs.append(out.run())
    return ordered(findings, runs, structural=structural, overrides=overrides)


__all__ = ["Kind", "kind", "run"]
