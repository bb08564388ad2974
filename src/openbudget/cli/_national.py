"""`openbudget validate CATALOGUE`: the rules over all packages of a catalogue."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from openbudget.errors import UsageError
from openbudget.messages import say

if TYPE_CHECKING:
    from openbudget.batch.catalogue.national import Checked


_RULES = 8


def is_catalogue(path: str) -> bool:
    """Whether a path is a catalogue, and not a package."""
    there = [os.path.exists(os.path.join(path, name)) for name in ("catalogue.json", "datapackage.json")]
    return there == [True, False]


def validated(paths: Sequence[str], *others: object) -> Checked:
    """What was found in the one catalogue. UsageError where more is given, or options that are about one package."""
    if len(paths) > 1 or any(others):
        raise UsageError("cli.catalogue_alone")
    from pathlib import Path

    from openbudget.batch.catalogue.national import validate
    from openbudget.cli._progress import Progress

    with Progress() as progress:
        return validate(Path(paths[0]), tell=progress.tell)


def last_words(checked: Checked) -> str:
    """How many packages there are, how many have faults, and which rules are broken most."""
    levels = {str(level): f"{checked.counts.get(level, 0):,}" for level in checked.counts}
    levels = dict.fromkeys(("error", "warning", "note"), "0") | levels
    said = say(
        "batch.catalogue_validated", None, packages=f"{checked.packages:,}", faulty=f"{checked.faulty:,}", **levels
    )
    most = sorted(checked.rules.items(), key=lambda one: (-one[1], one[0]))[:_RULES]
    listed = sum(len(report.findings) for report in checked.reports)
    lines = [said]
    if most:
        lines.append(say("batch.catalogue_rules", None, rules=", ".join(f"{rule} {count:,}" for rule, count in most)))
    if listed < sum(checked.counts.values()):
        lines.append(say("batch.catalogue_listed", None, count=f"{listed:,}"))
    return "\n".join(lines)
