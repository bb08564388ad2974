"""Rules as declared in schema/checks, in the form the engine reads."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

from openbudget.model.finding import Severity

STRUCTURE = "structure"  # kind of the rules that are found while a package is opened, not by the engine


class Rule(NamedTuple):
    """One declaration. `kind` is a module of openbudget.checks.kinds (`identity` for rules with an equation),
    `params` what it is to check, `blank` what a blank operand means (`skip`, `zero`, `fail`)."""

    id: str
    version: int
    severity: Severity
    title: Mapping[str, str]
    says: Mapping[str, str]
    basis: tuple[Mapping[str, Mapping[str, str]], ...]
    tables: tuple[str, ...]
    kind: str
    params: Mapping[str, Any]
    blank: str
    cure: Mapping[str, str]
    message: Mapping[str, str] | None = None

    @property
    def group(self) -> str:
        """The three letters that begin the id."""
        return self.id[:3]


def rule_of(declared: Mapping[str, Any]) -> Rule:
    """The rule that one entry of schema/checks declares."""
    identity = declared.get("identity")
    return Rule(
        id=declared["id"],
        version=declared["version"],
        severity=Severity(declared["severity"]),
        title=declared["title"],
        says=declared["says"],
        basis=tuple(declared["basis"]),
        tables=tuple(declared["tables"]),
        kind="identity" if identity else declared["kind"],
        params=identity or declared.get("params", {}),
        blank=declared["blank"],
        cure=declared["cure"],
        message=declared.get("message"),
    )


def rules_of(declared: Iterable[Mapping[str, Any]]) -> tuple[Rule, ...]:
    """All rules of some declarations, in the order in which they run: `parts` last, since it leaves alone what
    an identity has already added up."""
    return tuple(sorted((rule_of(entry) for entry in declared), key=lambda rule: (rule.kind == "parts", rule.id)))


@cache
def catalogue() -> tuple[Rule, ...]:
    """The rules of the standard."""
    from openbudget import standard

    return rules_of(standard.checks())
