"""A dataset as the portal shows it, against what was sent last and what is to be there now.

Three sides are compared, field by field: what is there, what this program left there (its receipt, digests kept with
the resource of the descriptor), and what is wanted. What is there and was neither left by this program nor is wanted was
changed by somebody else: a conflict. What others added (resources, extras) is left alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from openbudget.publish._ckan.dataset import DESCRIPTOR, RELEASE, Dataset, Part, part_id, plain
from openbudget.publish.plan import Action, Conflict, Verb

RECEIPT = "openbudget_receipt"
INCOMPLETE, WITHDRAWN = "incomplete", "withdrawn"  # in place of a release
_PART_FIELDS = ("name", "description", "format", "mimetype", "package_resource", "schema", "hash", "hash_algorithm")


@dataclass(frozen=True)
class Receipt:
    """What this program left at the portal, by digests: fields of the dataset, resources, tables of the DataStore."""

    release: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)
    stored: Mapping[str, str] = field(default_factory=dict)

    def text(self) -> str:
        """As it is kept with a resource."""
        made = {"release": self.release, "fields": self.fields, "parts": self.parts, "stored": self.stored}
        return json.dumps(made, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True)
class There:
    """A dataset as the portal shows it."""

    shown: Mapping[str, Any]

    @property
    def release(self) -> str | None:
        """The release that is there, `incomplete`, `withdrawn`, or None where this program did not make the dataset."""
        found = self.extras.get(RELEASE)
        return found if found else None

    @property
    def extras(self) -> dict[str, str]:
        """The dataset's extras."""
        return {str(one["key"]): plain(one["value"]) for one in self.shown.get("extras") or ()}

    @property
    def parts(self) -> dict[str, Mapping[str, Any]]:
        """The resources, by identifier."""
        return {str(one["id"]): one for one in self.shown.get("resources") or ()}

    def fields(self, names: Mapping[str, object]) -> dict[str, str]:
        """The dataset's values of the named fields."""
        extras = self.extras
        values = {**self.shown, "tags": "; ".join(sorted(str(one["name"]) for one in self.shown.get("tags") or ()))}
        return {
            name: extras.get(name[7:], "") if name.startswith("extras.") else plain(values.get(name)) for name in names
        }

    def receipt(self, package: str) -> Receipt:
        """What this program left here; empty where it never finished."""
        kept = self.parts.get(part_id(package, DESCRIPTOR), {}).get(RECEIPT)
        try:
            made = json.loads(kept or "{}")
            return Receipt(str(made["release"]), dict(made["fields"]), dict(made["parts"]), dict(made["stored"]))
        except (ValueError, KeyError, TypeError, RecursionError):
            return Receipt()


@dataclass(frozen=True)
class Difference:
    """What has to be done to a dataset. `fields` and `patched` are about metadata, `uploaded` about files, `stored`
    about tables of the DataStore, `gone` about resources that are no more; `strange` is what others changed."""

    there: There | None
    fields: tuple[str, ...] = ()
    uploaded: tuple[Part, ...] = ()
    patched: tuple[Part, ...] = ()
    stored: tuple[Part, ...] = ()
    gone: tuple[str, ...] = ()
    restored: bool = False
    complete: bool = False
    strange: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        """Whether there is nothing to do."""
        return self.complete and not (self.fields or self.uploaded or self.patched or self.stored or self.gone)

    def actions(self, package: str, wanted: Dataset) -> tuple[Action, ...]:
        """As the actions of a plan."""
        if self.same:
            return (Action(Verb.UNCHANGED, package),)
        new = self.there is None or self.restored
        made = [Action(Verb.CREATE if new else Verb.PATCH, package)]
        for part in wanted.parts:
            upload, patch = part in self.uploaded, part in self.patched or part in self.stored
            verb = Verb.UPLOAD if upload else Verb.PATCH if patch else Verb.UNCHANGED
            made.append(Action(verb, package, part.name, part.sha256 if upload else None))
        return (*made, *(Action(Verb.WITHDRAW, package, name) for name in self.gone))

    def conflicts(self, package: str) -> tuple[Conflict, ...]:
        """As the conflicts of a plan."""
        return (Conflict(package, self.strange),) if self.strange else ()


def short(*values: object) -> str:
    """A digest that tells values apart."""
    return hashlib.sha256("\0".join(map(str, values)).encode()).hexdigest()[:16]


def part_digest(shown: Mapping[str, Any]) -> str:
    """The digest of a resource as the portal shows it: its metadata, and when its file was sent."""
    return short(*(plain(shown.get(name)) for name in _PART_FIELDS), shown.get("last_modified"), shown.get("size"))


def difference(
    package: str, wanted: Dataset, there: There | None, datastore: bool, digest_of: Callable[[Part], str | None]
) -> Difference:
    """How a dataset has to change. `datastore`: the portal has a DataStore, which is to hold the tables. `digest_of`
    reads a file of the portal; it is asked only where a resource was touched since it was left."""
    if there is None:
        return Difference(None, uploaded=wanted.parts, stored=tabular(wanted) if datastore else ())
    receipt = there.receipt(package)
    seen = there.fields(wanted.fields)
    fields = tuple(name for name, value in wanted.fields.items() if seen[name] != value)
    tombstone = there.release == WITHDRAWN
    complete = there.release == wanted.release and receipt.release == wanted.release
    uploaded, patched, strange = [], [], [] if there.release else [RELEASE]
    for part in wanted.parts:
        shown = there.parts.get(part.id, {})
        left = receipt.parts.get(part.id)
        touched = left is not None and part_digest(shown) != left
        as_wanted = all(plain(shown.get(name)) == value for name, value in part.fields.items())
        replaced = touched and as_wanted and digest_of(part) != part.sha256
        if replaced or plain(shown.get("hash")) != part.sha256:
            uploaded.append(part)
        elif not as_wanted:
            patched.append(part)
        if touched and (not as_wanted or (replaced and complete)):  # else: sent by a run that was broken off
            strange.append(part.name)
        complete = complete and not touched
    if receipt.fields and not tombstone:
        strange += [name for name in fields if short(seen[name]) != receipt.fields.get(name, short(""))]
    stored = tuple(part for part in tabular(wanted) if datastore and _unstored(part, there, receipt))
    ids = {part.id for part in wanted.parts}
    gone = tuple(name for name, one in ours(package, there).items() if one not in ids)
    return Difference(
        there, fields, tuple(uploaded), tuple(patched), stored, gone, tombstone, complete, tuple(strange)
    )  # fmt: skip


def _unstored(part: Part, there: There, receipt: Receipt) -> bool:
    shown = there.parts.get(part.id, {})
    return receipt.stored.get(part.id) != part.sha256[:16] or not shown.get("datastore_active")


def tabular(wanted: Dataset) -> tuple[Part, ...]:
    """The parts that are tables."""
    return tuple(part for part in wanted.parts if part.schema and part.schema.get("fields"))


def ours(package: str, there: There) -> dict[str, str]:
    """The resources that this program made: name in the package → identifier."""
    found = {str(one.get("package_resource") or ""): key for key, one in there.parts.items()}
    return {name: key for name, key in found.items() if name and key == part_id(package, name)}


def receipt_of(wanted: Dataset, there: There, stored: Mapping[str, str]) -> Receipt:
    """The receipt of a dataset that is as it is to be."""
    ids = [part.id for part in wanted.parts]
    shown = there.parts
    return Receipt(
        wanted.release,
        {name: short(value) for name, value in wanted.fields.items() if value},
        {one: part_digest(shown.get(one, {})) for one in ids},
        dict(stored),
    )
