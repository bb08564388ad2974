"""The output folder: packages at `<region>/<year>/<name>`, put there by one process only.

Children write packages into a hidden folder of the run; the shelf moves each to its place in one step, so a killed
run leaves no half of one. Where two documents give a package of the same name, that with the smaller key has it, in
whatever order they are done; the other is refused. What no document gives any longer is moved away, not deleted.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from openbudget.batch.item import PACKED, Kind, Outcome, Reason
from openbudget.batch.journal import FOLDER, State
from openbudget.errors import WriteError
from openbudget.package.atomic import write_error

_FOREIGN = frozenset({"package.not_ours", "package.strange_files"})


class Shelf:
    """The packages of `out` and whose they are, as far as `state` knows; `force` replaces what is not ours."""

    def __init__(self, out: Path, state: State, force: bool = False) -> None:
        self._out, self._state, self._force = out, state, force
        self._owners = {one.package: key for key, one in state.outcomes.items() if one.package}
        self._latest: dict[str, Outcome] = {}
        self.redo: set[str] = set()  # keys whose package was no longer as the child had seen it

    def place(self, answer: Mapping[str, Any]) -> list[tuple[Outcome, bool]]:
        """Put the package of an answer (see `openbudget.batch.worker.work`) in its place.

        Gives the document's outcome and, where another document thereby loses the name, that one's new outcome,
        flagged. Raises WriteError where the disk refuses.
        """
        outcome = Outcome.from_json(answer["outcome"])
        stage = Path(answer["stage"]) if answer.get("stage") else None
        if stage is None and outcome.package and self._descriptor(outcome.package) != answer.get("descriptor"):
            self.redo.add(outcome.key)
            return []
        former = self._outcome(outcome.key)
        if former is not None and former.package and self._owners.get(former.package) == outcome.key:
            del self._owners[former.package]
        changes = self._settle(outcome, stage)
        if stage is not None:
            shutil.rmtree(stage, ignore_errors=True)
        self._latest.update((one.key, one) for one, _ in changes)
        return changes

    def noted(self) -> None:
        """The journal has all that was placed."""
        self._latest.clear()

    def _outcome(self, key: str) -> Outcome | None:
        return self._latest.get(key) or self._state.outcomes.get(key)

    def _descriptor(self, package: str) -> str | None:
        try:
            return hashlib.sha256((self._out / package / "datapackage.json").read_bytes()).hexdigest()
        except OSError:
            return None

    def _settle(self, outcome: Outcome, stage: Path | None) -> list[tuple[Outcome, bool]]:
        if outcome.kind not in PACKED:
            return [(outcome, False)]
        package = str(outcome.package)
        owner = self._owners.get(package)
        rival = self._outcome(owner) if owner is not None else None
        if rival is not None and rival.key < outcome.key:
            return [(_without_name(outcome, rival), False)]
        if stage is not None:
            try:
                self._install(stage / Path(package).name, self._out / package)
            except WriteError as error:
                if error.key not in _FOREIGN:
                    raise
                reason = Reason(error.key, {name: str(value) for name, value in error.args_by_name.items()})
                return [(_refused(outcome, reason), False)]
        self._owners[package] = outcome.key
        return [(outcome, False)] + ([(_without_name(rival, outcome), True)] if rival is not None else [])

    def _install(self, new: Path, target: Path) -> None:
        from openbudget import package
        from openbudget.package.atomic import install

        if target.is_dir() and not self._force:
            package.may_replace(target, target.name, None)
        make_folder(target.parent)
        install(new, target)

    def withdraw(self) -> int:
        """Move away the packages that documents gave once and none gives now; how many there were."""
        moved = 0
        for package in sorted(self._state.former):
            path = self._out / package
            if package in self._owners or not path.is_dir():
                continue
            away = self._out / FOLDER / "withdrawn" / package
            make_folder(away.parent)
            shutil.rmtree(away, ignore_errors=True)
            os.rename(path, away)
            moved += 1
        return moved

    def tidy(self) -> None:
        """Remove what a killed run has left: hidden folders beside packages, and the folders of earlier runs."""
        from openbudget.package.atomic import recover

        for left in [*self._out.glob("*/*/.*.new-*"), *self._out.glob("*/*/.*.old-*")]:
            recover(left.with_name(left.name[1:].rpartition(".")[0]))
        for stage in (self._out / FOLDER).glob("stage-*"):
            shutil.rmtree(stage, ignore_errors=True)


def _refused(outcome: Outcome, reason: Reason) -> Outcome:
    return replace(outcome, kind=Kind.REFUSED, package=None, reason=reason, counts={}, rows={}, lacks={})


def _without_name(loser: Outcome, winner: Outcome) -> Outcome:
    """The outcome of a document whose package's name another one has."""
    key = "batch.duplicate" if loser.content == winner.content else "batch.same_name"
    args = {
        "other": winner.key,
        "package": str(winner.package),
        "agency": loser.agency or "",
        "other_agency": winner.agency or "",
    }
    return _refused(loser, Reason(key, args))


def make_folder(path: Path) -> None:
    """Make a folder and those above it, durably; nothing where it is there."""
    missing = []
    while not path.is_dir():
        missing.append(path)
        path = path.parent
    for folder in reversed(missing):
        try:
            folder.mkdir()
        except OSError as error:
            if not folder.is_dir():
                raise write_error(folder, error) from error
        handle = os.open(folder.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
