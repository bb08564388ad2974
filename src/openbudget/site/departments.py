"""The departments that packages are of.

A package's name leads to its department: region and agency code, or what stands for the name where no code is printed.
Many departments print their code in the budget and not in the final accounts: what is of one body is one department
here, and has one page, at each of its addresses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from openbudget.package.body import Body, body_of
from openbudget.site.entry import Entry


@dataclass(frozen=True, slots=True)
class Department:
    """A department with its packages: (year, kind) → entry. `latest` is the newest; `others` are its further ids."""

    id: str
    entries: Mapping[tuple[int, str], Entry]
    others: tuple[str, ...] = ()

    @property
    def latest(self) -> Entry:
        return self.entries[max(self.entries)]


def departments_of(entries: Iterable[Entry]) -> list[Department]:
    """Departments in the order of their regions and names."""
    entries = list(entries)
    main = _joined(entries)
    found: dict[str, dict[tuple[int, str], Entry]] = {}
    ids: dict[str, set[str]] = {}
    for entry in entries:
        identity = main.get(entry.department, entry.department)
        found.setdefault(identity, {})[(entry.year, entry.kind)] = entry
        ids.setdefault(identity, {identity}).add(entry.department)
    made = [
        Department(identity, listed, tuple(sorted(ids[identity] - {identity}))) for identity, listed in found.items()
    ]
    return sorted(made, key=lambda one: (one.latest.region_code, one.latest.agency, one.id))


def departments_count(entries: Iterable[Entry]) -> int:
    """How many departments the entries are of."""
    entries = list(entries)
    main = _joined(entries)
    return len({main.get(entry.department, entry.department) for entry in entries})


def _joined(entries: Iterable[Entry]) -> dict[str, str]:
    """The ids without a code that stand for the same body as one with a code → that id. Where two packages would be of
    one year and kind, or there are two codes, nothing is joined."""
    bodies: dict[tuple[str, str | None, str], dict[str, tuple[bool, set[tuple[int, str]]]]] = {}
    for entry in entries:
        body = _body(entry.region_code, entry.level, entry.agency, entry.agency_code)
        ids = bodies.setdefault(body[:3], {})
        ids.setdefault(entry.department, (bool(body.code), set()))[1].add((entry.year, entry.kind))
    made: dict[str, str] = {}
    for ids in bodies.values():
        coded = [identity for identity, (has_code, _) in ids.items() if has_code]
        if len(ids) > 1 and len(coded) == 1:
            years = [one for _, held in ids.values() for one in held]
            if len(years) == len({*years}):
                made.update(dict.fromkeys(ids, coded[0]))
    return made


@lru_cache(4096)
def _body(region: str, level: str | None, name: str, code: str | None) -> Body:
    return body_of({"region_code": region, "level": level, "agency_name": name, "agency_code": code})
