"""One document of a batch, and the one outcome that it has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What became of a document. `refused`: it cannot be read, or a mandatory fact is missing. `crashed`: its
    process died, ran out of time or memory, or met a fault of the program."""

    PACKED = "packed"
    FINDINGS = "packed_with_findings"
    REFUSED = "refused"
    CRASHED = "crashed"


PACKED = frozenset({Kind.PACKED, Kind.FINDINGS})
LOST_NAME = frozenset({"batch.same_name", "batch.duplicate"})  # reasons: another document has the package's name


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a document was refused or crashed: a message of the catalogue and its arguments, as text."""

    key: str
    args: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Item:
    """One disclosure to pack. `key` names it in journal and reports and never changes with the machine (a path
    relative to the source); `files` are paths; `given` says what the documents do not say; `size` in bytes. With
    a `refusal` it is not given to anybody: it is known why it cannot be packed."""

    key: str
    files: tuple[str, ...]
    given: Mapping[str, Any] = field(default_factory=dict)
    size: int = 0
    refusal: Reason | None = None

    def to_json(self) -> dict[str, Any]:
        """As plain JSON values, for those who pack (so without a refusal)."""
        return {"key": self.key, "files": list(self.files), "given": dict(self.given), "size": self.size}

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Item:
        """The inverse of `to_json`."""
        return cls(record["key"], tuple(record["files"]), record["given"], record["size"])


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one document.

    `content` is the SHA-256 of what was read, `given` that of what was given, `tool` what read it: a document with
    the same three need not be read again. `package` is the path of the package in the output folder, `lacks` what
    was not recognised: message key → the pieces, shortened. `seconds` is not part of what is compared.
    """

    key: str
    kind: Kind
    content: str = ""
    given: str = ""
    tool: str = ""
    package: str | None = None
    agency: str | None = None
    reason: Reason | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)
    lacks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    size: int = 0
    seconds: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """As plain JSON values, without what is blank."""
        made = asdict(self)
        made["kind"] = str(self.kind)
        return {name: value for name, value in made.items() if value not in (None, "", {}, 0, 0.0)}

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Outcome:
        """The inverse of `to_json`; unknown names (of a later version) are ignored."""
        known = {name: record[name] for name in cls.__dataclass_fields__ if name in record}
        known["kind"] = Kind(record["kind"])
        if known.get("reason"):
            known["reason"] = Reason(known["reason"]["key"], known["reason"].get("args", {}))
        if known.get("lacks"):
            known["lacks"] = {key: tuple(pieces) for key, pieces in known["lacks"].items()}
        return cls(**known)
