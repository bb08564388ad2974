"""Whose a package is, and which packages are held against each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, TypeVar

from openbudget.package.name import normalised

Key = TypeVar("Key")


class Body(NamedTuple):
    """The body that discloses: region, level (department or unit, where the title says so), name as it is compared, and
    agency code, which one document prints and another leaves out."""

    region: str
    level: str | None
    name: str
    code: str | None

    def is_of(self, other: Body) -> bool:
        """Whether the two are one body: names agree, and so do codes where both have one."""
        return self[:3] == other[:3] and (not self.code or not other.code or self.code == other.code)


def body_of(facts: Mapping[str, Any]) -> Body:
    """The body of the object `openbudget` of a descriptor."""
    level, name = facts.get("level"), normalised(str(facts.get("agency_name")))
    code = normalised(str(facts.get("agency_code") or "")).lower()
    return Body(str(facts.get("region_code")), str(level) if level else None, name, code or None)


class Disclosed(NamedTuple):
    """What a package is: whose, of which year, of which kind."""

    body: Body
    year: int
    kind: str


def disclosed(facts: Mapping[str, Any]) -> Disclosed:
    """The same of the object `openbudget` of a descriptor. Raises TypeError or ValueError where the year is none."""
    return Disclosed(body_of(facts), int(facts["fiscal_year"]), str(facts["kind"]))


def bases(packages: Mapping[Key, Disclosed]) -> dict[Key, tuple[Key, ...]]:
    """Which of the packages each is held against: that of its kind of the year before, and for final accounts the
    budget of the year. Where several could be meant, none is."""
    found: dict[tuple[object, ...], list[Key]] = {}
    for key, one in packages.items():
        found.setdefault((one.body[:3], one.year, one.kind), []).append(key)

    def of(one: Disclosed, year: int, kind: str) -> Iterable[Key]:
        here = [key for key in found.get((one.body[:3], year, kind), ()) if packages[key].body.is_of(one.body)]
        exact = [key for key in here if packages[key].body == one.body]
        return here if len(here) == 1 else exact if len(exact) == 1 else ()

    return {
        key: (*of(one, one.year - 1, one.kind), *(of(one, one.year, "budget") if one.kind == "final-accounts" else ()))
        for key, one in packages.items()
    }
