"""`sqlite:FILE`: one database of many packages, for SQL, for Datasette and for any program that reads SQLite.

The database is made in a new file beside `FILE` (of what `FILE` holds and of what changed), read back, and renamed into
place: a reader sees the old one or the new one. Packages that are not named in a run stay as they are. Beside it stands
`FILE`'s metadata for Datasette (`x.sqlite` → `x.metadata.json`).
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from glob import escape
from pathlib import Path

from openbudget import standard
from openbudget.errors import PublishError
from openbudget.package.atomic import held, write_error, write_file
from openbudget.publish import Target
from openbudget.publish._sqlite import layout, rows
from openbudget.publish._sqlite.datasette import metadata
from openbudget.publish.metadata.build import licence_of
from openbudget.publish.plan import Action, Plan, Receipt, Release, Request, Verb, difference
from openbudget.publish.release import in_processes, opened, refuse_invalid

_SETTINGS = ("title", "licence")


@dataclass(frozen=True, slots=True)
class _There:
    """What a database holds: package → (fingerprint, hashes), the reasons of withdrawals, its settings, and what tells
    whether the file is still the same."""

    published: Mapping[str, tuple[str, Mapping[str, str]]]
    withdrawn: Mapping[str, str]
    settings: Mapping[str, str]
    mark: tuple[int, int, int] | None


def plan(request: Request, address: str, options: Mapping[str, str]) -> Plan:
    """What a run would change in the database `address`. Reads it; writes nothing."""
    path = Path(address)
    there = _read(path)
    settings = _settled(there, options)
    actions: list[Action] = []
    for release in request.releases:
        old = there.published.get(release.name)
        same = old is not None and old[0] == release.fingerprint
        actions += difference(release.name, release.hashes, old[1] if old else None, same=same)
    for withdrawal in request.withdrawals:
        if withdrawal.name not in there.published and withdrawal.name not in there.withdrawn:
            raise PublishError("publish.not_there", name=withdrawal.name, target=f"sqlite:{address}")
        same = there.withdrawn.get(withdrawal.name) == withdrawal.reason
        actions.append(Action(Verb.UNCHANGED if same else Verb.WITHDRAW, withdrawal.name))
    told = there.mark is not None and {name: there.settings.get(name, "") for name in _SETTINGS} != settings
    lost = there.mark is not None and not _metadata_path(path).is_file()
    if told or lost:
        actions.append(Action(Verb.PATCH, "*"))
    return Plan(f"sqlite:{address}", tuple(actions))


def send(request: Request, plan: Plan, address: str, options: Mapping[str, str], tell: Callable[..., None]) -> Receipt:
    """Do what the plan says. Raises PublishError or WriteError, with nothing changed."""
    path = Path(address)
    places = {release.name: f"{address}#{release.name}" for release in request.releases}
    if not plan.changes:
        return Receipt(plan.target, plan, places)
    there = _read(path)
    settings = _settled(there, options)
    wanted = [release for release in request.releases if plan.of(release.name) is not Verb.UNCHANGED]
    try:
        with _beside(path) as new:
            with closing(_start(new, path if there.mark else None, settings)) as connection:
                contents = in_processes(partial(_content, licence=settings["licence"]), wanted)
                _fill(connection, request, plan, there, contents, tell)
            counts = _verified(new)
            described = metadata(path.stem, settings["title"], licence_of(settings["licence"]))
            with held(new.parent, wait=True):  # two runs that end at once
                if _mark(path) != there.mark:
                    raise PublishError("publish.sqlite_changed", path=address)
                _install(new, Path(os.path.realpath(path)))
                write_file(_metadata_path(path), described, alone=True)
    except sqlite3.Error as error:
        raise PublishError("publish.sqlite_failed", path=address, reason=str(error)) from error
    except OSError as error:
        raise write_error(path, error) from error
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Receipt(plan.target, plan, places, {"sha256": digest, "packages": counts})


def _content(release: Release, licence: str) -> rows.Content:
    """A package read and checked, as rows (made in a process of its own)."""
    package, release = opened(release)
    counts = package.report.get("counts") or {}
    stated = [one for one in package.descriptor.get("licenses") or () if isinstance(one, dict)]
    own = str(stated[0].get("name") or stated[0].get("path") or "") if stated else ""
    return rows.content_of(package, release, {level: int(number) for level, number in counts.items()}, own or licence)


def _fill(
    connection: sqlite3.Connection,
    request: Request,
    plan: Plan,
    there: _There,
    contents: Iterator[rows.Content],
    tell: Callable[..., None],
) -> None:
    total = sum(plan.of(release.name) is not Verb.UNCHANGED for release in request.releases)
    refused: list[Release] = []
    with connection:
        for number, content in enumerate(contents, 1):
            name = content.release.name
            if content.release.errors and not request.allow_invalid:
                refused.append(content.release)
            elif not refused:
                what = "changed" if name in there.published else "restored" if name in there.withdrawn else "created"
                rows.put(connection, content, request.date, what)
            tell("publishing", name=name, done=number, total=total)
        refuse_invalid(refused)
        for withdrawal in request.withdrawals:
            if plan.of(withdrawal.name) is Verb.WITHDRAW:
                rows.withdraw(connection, withdrawal.name, request.date, withdrawal.reason)
    connection.execute("PRAGMA optimize")


def _start(new: Path, old: Path | None, settings: Mapping[str, str]) -> sqlite3.Connection:
    """A connection to the new file: a copy of the old database, or an empty one with all its tables."""
    connection = sqlite3.connect(new)
    if old is not None:
        with closing(_open(old)) as source:
            source.backup(connection)
    connection.execute("PRAGMA journal_mode = MEMORY")
    connection.execute("PRAGMA synchronous = OFF")  # the file is made durable before it is renamed
    if old is None:
        for statement in layout.statements():
            connection.executescript(statement)
        listed = (
            (name, one.code, one.title_zh, one.title_en or None, one.parent or None)
            for name in standard.codelists()
            for one in standard.codelist(name).values()
        )
        connection.executemany("INSERT INTO codes VALUES (?, ?, ?, ?, ?)", listed)
    about = {"layout": layout.digest(), "standard_version": standard.version(), **settings}
    connection.executemany("INSERT OR REPLACE INTO about VALUES (?, ?)", about.items())
    connection.commit()
    return connection


def _verified(path: Path) -> int:
    """Read the new database back: whole, and with as many rows as were put in. How many packages it holds."""
    with closing(_open(path)) as connection:
        said = str(connection.execute("PRAGMA quick_check").fetchone()[0])
        texts = connection.execute("SELECT count(*) FROM texts").fetchone()[0]
        wanted = connection.execute("SELECT coalesce(sum(last_text - first_text + 1), 0) FROM _published").fetchone()[0]
        indexed = connection.execute("SELECT count(*) FROM search_docsize").fetchone()[0]
        if said != "ok" or not texts == wanted == indexed:
            raise PublishError("publish.sqlite_failed", path=str(path), reason=f"{said} {texts}/{wanted}/{indexed}")
        return int(connection.execute("SELECT count(*) FROM _published").fetchone()[0])


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A new file beside the database (beside what a link leads to: it stays a link), gone after the block if it was not
    renamed. What killed runs left there is removed; the file of a run that lives is told by its lock."""
    file = Path(os.path.realpath(path))
    file.parent.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        with held(file.parent, wait=True):
            for left in file.parent.glob(f".{escape(file.name)}.new-*"):
                with held(left) as free:
                    if free:
                        left.unlink(missing_ok=True)
            handle, name = tempfile.mkstemp(prefix=f".{file.name}.new-", dir=file.parent)
            os.close(handle)
            new = Path(name)
            stack.callback(new.unlink, missing_ok=True)
            stack.enter_context(held(new))
        yield new


def _install(new: Path, path: Path) -> None:
    os.chmod(new, 0o644)
    handle = os.open(new, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    os.replace(new, path)


def _metadata_path(path: Path) -> Path:
    return path.with_name(f"{path.stem}.metadata.json")


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)


def _mark(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise write_error(path, error) from error
    return found.st_ino, found.st_size, found.st_mtime_ns


def _read(path: Path) -> _There:
    """What the database holds. Raises PublishError where the file is something else, or of another layout."""
    mark = _mark(path)
    if mark is None:
        return _There({}, {}, {}, None)
    try:
        with closing(_open(path)) as connection:
            settings = dict(connection.execute("SELECT name, value FROM about").fetchall())
            published = connection.execute("SELECT package, fingerprint, hashes FROM _published").fetchall()
            gone = connection.execute("SELECT name, withdrawn FROM packages WHERE withdrawn IS NOT NULL").fetchall()
    except sqlite3.Error as error:
        raise PublishError("publish.sqlite_foreign", path=str(path)) from error
    if settings.get("layout") != layout.digest():
        raise PublishError("publish.sqlite_layout", path=str(path))
    held = {name: (fingerprint, json.loads(hashes)) for name, fingerprint, hashes in published}
    return _There(held, dict(gone), settings, mark)


def _settled(there: _There, options: Mapping[str, str]) -> dict[str, str]:
    """The settings of a run: those given, and for others those that the database remembers. Raises UsageError."""
    from openbudget.messages import say

    found = {name: options.get(name, there.settings.get(name, "")) for name in _SETTINGS}
    if not found["title"]:
        found["title"] = say("site.site_title", "zh")
    licence_of(found["licence"])
    return found


TARGET = Target("sqlite", {"title": "publish.sqlite_title", "licence": "publish.site_licence"}, plan, send, checks=True)
