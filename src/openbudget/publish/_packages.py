"""The packages of a site: each is checked and built in a hidden folder, and then swapped in whole."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openbudget.publish._beside import Beside, release_there
from openbudget.publish.plan import Release
from openbudget.publish.release import in_processes, opened, refuse_invalid

if TYPE_CHECKING:
    from openbudget.site.beside import Told
    from openbudget.site.entry import Entry
    from openbudget.site.frame import Site

_WORTH_PROCESSES = 6


@dataclass(frozen=True)
class Work:
    """A package that is to be built: what is there of it, the site and its folder, what the pages are made with, and the
    packages that it is held against, with the places where they are read."""

    release: Release
    old: Entry | None
    site: Site
    builder: str
    folder: Path
    beside: Beside = ()
    places: Mapping[str, Path] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Built:
    """A package that was checked (its errors are counted) and built in a hidden folder."""

    release: Release
    entry: Entry
    folder: Path


def publish_all(
    works: Sequence[Sequence[Work]], folder: Path, unchecked: Collection[str], tell: Callable[..., None]
) -> dict[str, Entry]:
    """Check and build all packages, each in a hidden folder; then, if none is refused, swap them in one by one. Of those
    that are `unchecked` none is refused."""
    from openbudget.package.atomic import install

    built: list[Built] = []
    total = sum(map(len, works))
    try:
        for group in in_processes(build_body, works, 2 if total >= _WORTH_PROCESSES else total + 1):
            for one in group:
                built.append(one)
                tell("publishing", name=one.release.name, done=len(built), total=total)
        refuse_invalid([one.release for one in built if one.release.name not in unchecked])
        for one in built:
            install(one.folder, folder / "packages" / one.release.name, durable=False)
    finally:
        for left in (folder / "packages").glob(".*.new-*"):  # those too that were built ahead when another failed
            shutil.rmtree(left, ignore_errors=True)
    return {one.release.name: one.entry for one in built}


def build_body(works: Sequence[Work]) -> list[Built]:
    """Check the packages of one body and build their folders. What a package is held against is read once."""
    wanted = {name for work in works for name, _ in work.beside}
    known: dict[str, Told] = {}
    return [_build_one(work, known, wanted) for work in works]


def _build_one(work: Work, known: dict[str, Told], wanted: Collection[str]) -> Built:
    """Check one package and build its folder beside where it will stand. `known` gains what the `wanted` packages tell."""
    from openbudget.package import open_package
    from openbudget.package.atomic import stage
    from openbudget.site.entry import describe
    from openbudget.site.package_pages import build, told_of

    package, release = opened(work.release)
    for name, fingerprint in work.beside:
        if name not in known:
            known[name] = told_of(open_package(release_there(work.places[name], name, fingerprint).path))
    own = told_of(package) if work.beside or release.name in wanted else None
    if own is not None:
        known[release.name] = own
    counts = package.report.get("counts") or {}
    findings = {level: int(counts.get(level, 0)) for level in ("error", "warning", "note")}
    entry = describe(package, findings, release.fingerprint, work.builder)
    entry = replace(entry, history=_history(entry, work.old, work.site.date), beside=work.beside)
    prefix = f"packages/{entry.name}/"
    entry, made = build(package, entry, work.site, own, [known[name] for name, _ in work.beside])
    files = {path.removeprefix(prefix): content for path, content in made.items()}
    return Built(release, entry, stage(work.folder / "packages" / entry.name, files))


def _history(entry: Entry, old: Entry | None, date: str) -> tuple[Mapping[str, Any], ...]:
    """The change log with what this run adds to it: nothing where only the pages are made anew."""
    if old is None:
        return ({"date": date, "what": "created", "tables": [], "fingerprint": entry.fingerprint},)
    if old.withdrawn:
        return ({"date": date, "what": "restored", "tables": [], "fingerprint": entry.fingerprint}, *old.history)
    if old.fingerprint == entry.fingerprint:
        return old.history
    tables = sorted(name for name in {*entry.hashes, *old.hashes} if entry.hashes.get(name) != old.hashes.get(name))
    return ({"date": date, "what": "changed", "tables": tables, "fingerprint": entry.fingerprint}, *old.history)


def withdraw(old: Entry, reason: str, site: Site, folder: Path) -> Entry:
    """Put a page with the reason in the place of a package; the entry that stays."""
    from openbudget.package.atomic import write_folder
    from openbudget.site.package_pages import tombstone

    step = {"date": site.date, "what": "withdrawn", "tables": [], "fingerprint": old.fingerprint}
    entry = replace(old, withdrawn=reason, history=(step, *old.history))
    prefix = f"packages/{entry.name}/"
    files = {path.removeprefix(prefix): content for path, content in tombstone(entry, site).items()}
    write_folder(folder / "packages" / entry.name, files, durable=False)
    return entry
