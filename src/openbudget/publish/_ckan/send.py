"""Making a dataset what it is to be, in steps that can each be done again.

A new dataset is private until all of its files were read back and found whole; one that is public stays so while single
files are replaced. Every step tells the portal which state of the dataset it was made for (`package_revise` with
`match`), so that a change by somebody else in between is noticed.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from openbudget.errors import PublishError
from openbudget.package.container import open_container, read_whole
from openbudget.publish._ckan import datastore
from openbudget.publish._ckan.compare import (
    INCOMPLETE,
    RECEIPT,
    WITHDRAWN,
    Difference,
    Receipt,
    There,
    ours,
    part_digest,
    receipt_of,
    short,
    tabular,
)
from openbudget.publish._ckan.dataset import DESCRIPTOR, RELEASE, Dataset, Part, download, file_name, part_id, plain
from openbudget.publish._ckan.portal import AbsentError, DeniedError, InvalidError, Portal
from openbudget.publish.plan import Release


@dataclass
class Work:
    """One package at one portal while it is being published. `there` is the dataset as it was last shown."""

    portal: Portal
    package: str
    name: str
    there: There | None
    sent: list[str] = field(default_factory=list)

    def revise(
        self, update: Mapping[str, Any], files: Mapping[str, Any] | None = None, *, remove: tuple[str, ...] = ()
    ) -> There:
        """Change the dataset, if it is still as it was last shown; if only what the portal does by itself changed (its
        DataStore, its counts), try again. Raises PublishError where others changed it."""
        assert self.there is not None
        before = self.there
        for _ in range(10):
            try:
                self.there = self._revised(before, update, files, remove)
                return self.there
            except DeniedError as error:
                raise PublishError("publish.ckan_denied", address=self.portal.address, what=self.name) from error
            except AbsentError:
                break
            except InvalidError as error:
                if "match" not in error.fields:
                    raise _refused(self.package, error) from error
            now = show(self.portal, self.name)
            if now is None or _looked_after(now) != _looked_after(before):
                break
            before = now
        raise PublishError("publish.changed_meanwhile", package=self.package, target=f"ckan:{self.portal.address}")

    def _revised(
        self, before: There, update: Mapping[str, Any], files: Mapping[str, Any] | None, remove: tuple[str, ...]
    ) -> There:
        known = {"id": before.shown["id"], "metadata_modified": before.shown["metadata_modified"]}
        data: dict[str, Any] = {"match": known, **update}
        lists = [key for key in ("extras", "tags") if key in data.get("update", {})]  # else merged, entry by entry
        if remove or lists:
            data["filter"] = [*(f"-{key}" for key in lists), *(f"-resources__{one}" for one in remove)]
        if files:  # a form: every value is text
            data = {key: json.dumps(value, ensure_ascii=False) for key, value in data.items()}
            files = {key: (name, io.BytesIO(content)) for key, (name, content) in files.items()}
        return There(self.portal.once("package_revise", data, files)["package"])


def show(portal: Portal, name: str) -> There | None:
    """The dataset as the portal shows it; None where there is none. Raises PublishError where it may not be seen."""
    try:
        return There(portal.ask("package_show", id=name))
    except AbsentError:
        return None
    except DeniedError as error:
        raise PublishError("publish.ckan_denied", address=portal.address, what=name) from error


def publish(portal: Portal, release: Release, wanted: Dataset, change: Difference, store: bool) -> list[str]:
    """Do what `change` says; the names of the parts that were sent. Raises PublishError."""
    work = Work(portal, release.name, wanted.name, change.there)
    _begin(work, wanted, change)
    assert work.there is not None
    left = work.there.receipt(release.name)
    for part in wanted.parts:
        _put(work, release, part)
    gone = tuple(key for name, key in ours(release.name, work.there).items() if name in change.gone)
    for key in gone:
        datastore.drop(portal, key)
    if gone:
        _steadily(
            work, "package_revise", lambda: work.revise({}, remove=gone), lambda there: not set(gone) & set(there.parts)
        )
    stored = _stored(work, release, wanted, left, store)
    _verify(work, release, wanted, left)
    _complete(work, wanted, stored)
    return work.sent


def _begin(work: Work, wanted: Dataset, change: Difference) -> None:
    """Make the dataset, or bring its fields up to date; mark that it is not complete."""
    hidden = change.there is None or change.restored or plain(change.there.shown.get("private")) == "true"

    def once(failed: int) -> None:
        if failed:
            work.there = show(work.portal, work.name)
        if work.there is None:
            data = {"name": work.name, "private": True, **_as_sent(wanted, None, INCOMPLETE)}
            try:
                work.there = There(work.portal.once("package_create", data))
            except InvalidError as error:
                raise _refused(work.package, error) from error
            except DeniedError as error:
                raise PublishError("publish.ckan_denied", address=work.portal.address, what=work.name) from error
        elif work.there.release != INCOMPLETE or _differs(work.there, wanted):
            work.revise({"update": {**_as_sent(wanted, work.there, INCOMPLETE), "private": hidden, "state": "active"}})

    work.portal.attempt(once, "package_create")


def _differs(there: There, wanted: Dataset) -> bool:
    seen = there.fields(wanted.fields)
    return any(seen[name] != value for name, value in wanted.fields.items() if name != "private")


def _as_sent(wanted: Dataset, there: There | None, release: str) -> dict[str, Any]:
    """The fields of a dataset as CKAN takes them. Extras of others are kept."""
    extras = {**(there.extras if there else {}), RELEASE: release}
    made: dict[str, Any] = {}
    for name, value in wanted.fields.items():
        if name.startswith("extras."):
            extras[name[7:]] = value
        elif name == "tags":
            made["tags"] = [{"name": one} for one in value.split("; ") if one]
        elif name not in ("private", "state"):
            made[name] = value
    return {**made, "extras": [{"key": key, "value": value} for key, value in extras.items() if value]}


def _steadily(work: Work, what: str, send: Callable[[], object], done: Callable[[There], bool]) -> None:
    """Send something; when it has to be sent again, look first whether it got there."""

    def once(failed: int) -> None:
        if failed:
            now = show(work.portal, work.name)
            if now is not None:
                work.there = now
                if done(now):
                    return
        send()

    work.portal.attempt(once, what)


def _put(work: Work, release: Release, part: Part, *, again: bool = False) -> None:
    """Send a part, if its file or its metadata are others than those there."""
    assert work.there is not None
    shown = work.there.parts.get(part.id)
    if shown is not None and _is_there(shown, part) and not again:
        return
    files = None
    if again or shown is None or plain(shown.get("hash")) != part.sha256:
        content = bytes_of(release, part)
        files = {f"update__resources__{part.id}__upload": (file_name(part.path), content)}
        work.sent.append(part.name)
    fields = {key: value for key, value in part.fields.items() if value or shown is not None}
    update: dict[str, Any]
    if shown is None:
        update = {"update__resources__extend": [{"id": part.id, "url": file_name(part.path), **fields}]}
    else:
        update = {f"update__resources__{part.id}": fields}
    _steadily(
        work, part.name, lambda: work.revise(update, files),
        lambda there: not again and part.id in there.parts and _is_there(there.parts[part.id], part),
    )  # fmt: skip


def _is_there(shown: Mapping[str, Any], part: Part) -> bool:
    return all(plain(shown.get(name)) == value for name, value in part.fields.items())


def bytes_of(release: Release, part: Part) -> bytes:
    """The bytes of a part."""
    return part.content if part.content is not None else read_whole(open_container(release.path)[0], part.path)


def _stored(work: Work, release: Release, wanted: Dataset, left: Receipt, store: bool) -> dict[str, str]:
    """Bring the DataStore up to date; part → what it holds of it."""
    if not store:
        return {}
    assert work.there is not None
    made = {}
    for part in tabular(wanted):
        mark = part.sha256[:16]
        if left.stored.get(part.id) != mark or not work.there.parts.get(part.id, {}).get("datastore_active"):
            content = bytes_of(release, part)
            try:
                count = datastore.store(work.portal, part, content)
            except (InvalidError, DeniedError, AbsentError) as error:
                raise PublishError(
                    "publish.datastore_refused", package=work.package, part=part.name, reason=str(error)[:300]
                ) from error
            expected = sum(1 for _ in datastore.rows(part.schema or {}, content))
            if count != expected:
                raise PublishError(
                    "publish.rows_differ", package=work.package, part=part.name, wanted=expected, found=count
                )
        made[part.id] = mark
    return made


def _verify(work: Work, release: Release, wanted: Dataset, left: Receipt) -> None:
    """Read every file back that is not known to be whole, and compare; one that differs is sent once more."""
    assert work.there is not None
    for part in wanted.parts:
        if left.parts.get(part.id) == part_digest(work.there.parts.get(part.id, {})):
            continue
        address = f"{work.portal.address}/{download(release.name, part)}"
        if work.portal.digest(address) != part.sha256:
            _put(work, release, part, again=True)
            if work.portal.digest(address) != part.sha256:
                raise PublishError("publish.differs", package=work.package, part=part.name, url=address)


def _complete(work: Work, wanted: Dataset, stored: Mapping[str, str]) -> None:
    """Say which release is there, make the dataset public, and see that it is what was wanted."""
    there = show(work.portal, work.name)
    if there is None or (work.there is not None and _looked_after(there) != _looked_after(work.there)):
        raise PublishError("publish.changed_meanwhile", package=work.package, target=f"ckan:{work.portal.address}")
    work.there = there
    descriptor = part_id(work.package, DESCRIPTOR)
    receipt = receipt_of(wanted, there, stored).text()
    update = {
        "update": {**_as_sent(wanted, there, wanted.release), "private": False, "state": "active"},
        f"update__resources__{descriptor}": {RECEIPT: receipt},
    }
    _steadily(work, "package_revise", lambda: work.revise(update), lambda now: now.release == wanted.release)
    now = show(work.portal, work.name)
    seen = now.fields(wanted.fields) if now else {}
    wrong = [name for name, value in wanted.fields.items() if seen.get(name) != value]
    if wrong or now is None or now.parts.get(descriptor, {}).get(RECEIPT) != receipt:
        raise PublishError("publish.fields_differ", package=work.package, names=", ".join(wrong) or RECEIPT)


def withdraw(portal: Portal, package: str, there: There, reason: str, date: str) -> None:
    """Leave a tombstone: the dataset with its title, the reason and the day; its files and tables are removed."""
    work = Work(portal, package, str(there.shown["name"]), there)
    gone = tuple(ours(package, there).values())
    for one in gone:
        datastore.drop(portal, one)
    work.there = show(portal, work.name) or there
    extras = {**work.there.extras, RELEASE: WITHDRAWN, "withdrawn_on": date, "withdrawn_reason": reason}
    update = {
        "notes": f"**已撤回 · Withdrawn**（{date}）\n\n{_escaped(reason)}",
        "extras": [{"key": key, "value": value} for key, value in extras.items() if value],
    }
    _steadily(
        work, "package_revise", lambda: work.revise({"update": update}, remove=gone),
        lambda now: now.release == WITHDRAWN and not ours(package, now),
    )  # fmt: skip
    now = show(portal, work.name)
    if now is None or now.release != WITHDRAWN or ours(package, now):
        raise PublishError("publish.fields_differ", package=package, names=RELEASE)


def _escaped(text: str) -> str:
    """A text that Markdown shows as it is."""
    return "".join(f"\\{char}" if char in "\\`*_{}[]()#+-!|<>~" else char for char in text)


def _looked_after(there: There) -> str:
    """The digest of what this program looks after in a dataset; what the portal changes by itself is not in it."""
    names = ("title", "notes", "author", "license_id", "owner_org", "private", "state", "tags")
    fields = there.fields(dict.fromkeys(names))
    parts = sorted((key, part_digest(one)) for key, one in there.parts.items())
    return short(fields, sorted(there.extras.items()), parts)


def _refused(package: str, error: InvalidError) -> PublishError:
    said = "; ".join(f"{key}: {value}" for key, value in error.fields.items())
    return PublishError("publish.refused", package=package, reason=said[:500])
