"""What is to be published, what that would change, and what was done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any

from openbudget.messages import say
from openbudget.package.body import Disclosed

SHARED = "*"  # in place of a package: what is about all of them


class Verb(StrEnum):
    """What happens to a package or to one of its resources."""

    CREATE = "create"
    PATCH = "patch"
    UPLOAD = "upload"
    UNCHANGED = "unchanged"
    WITHDRAW = "withdraw"


@dataclass(frozen=True)
class Release:
    """A package that is to be published. `fingerprint` is the SHA-256 of what identifies its content: the descriptor
    (which has the hash of every data and source file) and the report; the descriptor itself is not held, so that many
    packages take little memory. `hashes` are those of its resources by name;
    `errors` the number of findings of severity error, None where they were not counted yet; `disclosed` what it is: whose,
    of which year, of which kind."""

    name: str
    path: Path
    fingerprint: str
    hashes: Mapping[str, str]
    errors: int | None = None
    disclosed: Disclosed | None = None


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A package that is to be withdrawn, and why; a tombstone with the reason stays."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Network:
    """How long to wait for a server (seconds without an answer), and how often to try again what may succeed later."""

    timeout: float = 60.0
    retries: int = 5


@dataclass(frozen=True)
class Request:
    """What a run is asked to do. `date` (ISO) is the day that changes are dated with; `allow_invalid` publishes
    packages with errors too; `overwrite` replaces what others changed at the target."""

    releases: Sequence[Release] = ()
    withdrawals: Sequence[Withdrawal] = ()
    date: str = ""
    allow_invalid: bool = False
    overwrite: bool = False
    network: Network = Network()


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that would be done: to a package, or (`resource`) to one part of it."""

    verb: Verb
    package: str
    resource: str | None = None
    sha256: str | None = None

    def document(self) -> dict[str, str]:
        """The action as plain values; what is blank is left out."""
        made = {"verb": str(self.verb), "package": self.package, "resource": self.resource, "sha256": self.sha256}
        return {name: value for name, value in made.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Conflict:
    """Something of a package that others changed at the target since it was published there (`what`: fields, files)."""

    package: str
    what: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        """The conflict as plain values."""
        return {"package": self.package, "what": list(self.what)}


@dataclass(frozen=True)
class Plan:
    """The actions of a run against one target, in the order in which they would be done; and what others changed there,
    which is not overwritten unless the request says so."""

    target: str
    actions: tuple[Action, ...] = ()
    conflicts: tuple[Conflict, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether anything would be done at all."""
        return any(action.verb is not Verb.UNCHANGED for action in self.actions)

    def counts(self) -> dict[str, int]:
        """Packages by verb."""
        return {
            str(verb): sum(one.verb is verb and one.resource is None and one.package != SHARED for one in self.actions)
            for verb in Verb
        }

    def of(self, package: str) -> Verb:
        """What happens to a package."""
        return self._verbs.get(package, Verb.UNCHANGED)

    @cached_property
    def _verbs(self) -> Mapping[str, Verb]:
        """What happens to each package: of several actions for one, the first."""
        return {one.package: one.verb for one in reversed(self.actions) if one.resource is None}

    def document(self) -> dict[str, Any]:
        """The plan as plain values."""
        made = {"target": self.target, "counts": self.counts(), "actions": [one.document() for one in self.actions]}
        return made | ({"conflicts": [one.document() for one in self.conflicts]} if self.conflicts else {})


@dataclass(frozen=True)
class Receipt:
    """What a run did. `places` are where the packages are now, by name; `detail` is the target's own."""

    target: str
    plan: Plan
    places: Mapping[str, str] = field(default_factory=dict)
    detail: Mapping[str, Any] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """The receipt as plain values."""
        return {**self.plan.document(), "places": dict(self.places), "detail": dict(self.detail)}


def difference(
    package: str, new: Mapping[str, str], old: Mapping[str, str] | None, *, same: bool
) -> tuple[Action, ...]:
    """The actions for one package: its resources (name → hash) against those that are there (None: nothing is). `same`
    says that the package as a whole is unchanged."""
    if same:
        return (Action(Verb.UNCHANGED, package),)
    verb = Verb.CREATE if old is None else Verb.PATCH
    actions = [Action(verb, package)]
    for name, digest in new.items():
        if old is None or old.get(name) != digest:
            actions.append(Action(Verb.UPLOAD, package, name, digest.removeprefix("sha256:") or None))
        else:
            actions.append(Action(Verb.UNCHANGED, package, name))
    actions += [Action(Verb.WITHDRAW, package, name) for name in old or {} if name not in new]
    return tuple(actions)


def told(plan: Plan, language: str | None = None) -> str:
    """The plan for people: what would change, package by package; what stays is only counted."""
    lines = []
    parts: dict[str, list[Action]] = {}
    for action in plan.actions:
        if action.resource is not None and action.verb is not Verb.UNCHANGED:
            parts.setdefault(action.package, []).append(action)
    whole = {action.package for action in plan.actions if action.resource is not None}
    for action in plan.actions:
        if action.resource is None and action.verb is not Verb.UNCHANGED:
            key = "shared" if action.package == SHARED else str(action.verb)
            key = "pages" if key == "patch" and action.package not in whole else key
            lines.append(say(f"publish.plan_{key}", language, package=action.package))
            named = [
                f"{'−' if one.verb is Verb.WITHDRAW else ''}{one.resource}" for one in parts.get(action.package, ())
            ]
            if named:
                lines.append("    " + ", ".join(named))
    if not any(action.package == SHARED and action.resource is None for action in plan.actions):
        lines += [say("publish.plan_part", language, part=action.resource) for action in parts.get(SHARED, ())]
    for conflict in plan.conflicts:
        lines.append(say("publish.plan_conflict", language, package=conflict.package, what=", ".join(conflict.what)))
    counts = plan.counts()
    lines.append(say("publish.plan_counts", language, target=plan.target, **counts))
    return "\n".join(lines)
