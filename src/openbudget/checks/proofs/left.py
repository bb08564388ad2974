"""What is not proved: the bodies, each with the rules that are left, and their lines read again."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from openbudget.checks.proofs import of_changes, proofs_of
from openbudget.checks.proofs.cases import Cases
from openbudget.checks.proofs.dictionary import Array
from openbudget.checks.proofs.lines import lines_of
from openbudget.checks.proofs.records import ASIDE
from openbudget.tabular.fast.blocks import skip
from openbudget.tabular.fast.texts import SEEDS, texts_of
from openbudget.tabular.records import MAX_CELL

if TYPE_CHECKING:
    from openbudget.checks.proofs.gather import Gatherer
    from openbudget.checks.proofs.lines import Lines
    from openbudget.checks.rule import Rule
    from openbudget.model.finding import RuleRun

_TOGETHER = 4 << 20  # bytes of text that are read at once
Claim = tuple[int, ...]


class Left(NamedTuple):
    """A body: where each of its lines stands and how long it is, the rules that are left (by number), and the lines (by
    place) that equations have added up, each a whole and its parts."""

    at: Array
    size: Array
    rules: tuple[int, ...]
    claims: tuple[Claim, ...]


class Texts(NamedTuple):
    """The same with the texts of the lines, in the order of the schema's fields."""

    rows: Sequence[Sequence[str]]
    rules: tuple[int, ...]
    claims: tuple[Claim, ...]


def prove(
    gatherer: Gatherer, rules: Sequence[Rule], changed: Iterable[str]
) -> Iterator[tuple[list[RuleRun], list[Left]]]:
    """Some bodies at a time: how each rule went where it is proved, and what is left. `changed`: the ids of lines of which
    changes are known."""
    assert gatherer.store is not None
    proofs = proofs_of(rules) or {}
    changes = texts_of([text.replace('"', '""') for text in changed]).hashes(SEEDS[0])
    for records in gatherer.store.batches():
        lines = lines_of(records, gatherer)
        cases = Cases(lines.odd, [rule.id for rule in rules])
        for rule in rules:
            proofs[rule.id](rule, lines, cases)
        if len(changes):
            with_changes = lines.body[np.isin(records["id"], changes)]
            for rule in filter(of_changes, rules):
                cases.open[rule.id][with_changes] = True
        yield list(cases.runs()), list(_left(lines, cases, rules))


def _left(lines: Lines, cases: Cases, rules: Sequence[Rule]) -> Iterator[Left]:
    table = np.stack([cases.open[rule.id] for rule in rules])
    bodies = np.flatnonzero(table.any(axis=0))
    if not len(bodies):
        return
    bounds = np.searchsorted(lines.body, [bodies, bodies + 1])
    claims = _claims(lines, bodies)
    for body, start, end in zip(bodies.tolist(), *bounds.tolist(), strict=True):
        own = lines.records[start:end]
        left = tuple(np.flatnonzero(table[:, body]).tolist())
        added = () if len(left) == len(rules) else tuple(
            tuple(row - start for row in claim) for claim in claims.get(body, ())
        )  # fmt: skip
        yield Left(own["at"].copy(), own["size"].copy(), left, added)


def _claims(lines: Lines, bodies: Array) -> dict[int, list[list[int]]]:
    """By body: the rows of each equation that has one row as the parent of all others."""
    wanted = np.zeros(lines.bodies, bool)
    wanted[bodies] = True
    found: dict[int, list[list[int]]] = {}
    for whole, parts in lines.claims:
        for at in np.flatnonzero(wanted[lines.body[whole]]).tolist():
            rows = [int(whole[at]), *(row for row in parts[at].tolist() if row >= 0)]
            found.setdefault(int(lines.body[whole[at]]), []).append(rows)
    return found


def texts_of_left(gatherer: Gatherer, left: Sequence[Left]) -> Iterator[list[Texts]]:
    """The bodies with their texts, some at a time, in the order of their first lines."""
    with ExitStack() as stack:
        stream = stack.enter_context(gatherer.source.opened())
        done = 0
        for some in _some(sorted(left, key=lambda one: int(one.at[0]))):
            places = np.concatenate([one.at for one in some])
            sizes = np.concatenate([one.size for one in some]).tolist()
            order = np.argsort(places, kind="stable")
            pieces: list[bytes] = [b""] * len(sizes)
            starts = places.tolist()
            for index in order.tolist():
                if starts[index] >= ASIDE:
                    assert gatherer.store is not None
                    pieces[index] = gatherer.store.aside(starts[index] - ASIDE, sizes[index])
                    continue
                if starts[index] < done and not stream.seekable():
                    stream = stack.enter_context(gatherer.source.opened())
                    done = 0
                if starts[index] != done:
                    skip(stream, starts[index], done)
                pieces[index] = stream.read(sizes[index])
                done = starts[index] + len(pieces[index])
            yield _parsed(gatherer, some, pieces)


def _some(left: Sequence[Left]) -> Iterator[list[Left]]:
    some: list[Left] = []
    size = 0
    for one in left:
        some.append(one)
        size += int(one.size.sum())
        if size > _TOGETHER:
            yield some
            some, size = [], 0
    if some:
        yield some


def _parsed(gatherer: Gatherer, some: Sequence[Left], pieces: Sequence[bytes]) -> list[Texts]:
    text = b"\n".join(pieces).decode("utf-8", "replace")
    limit = csv.field_size_limit(MAX_CELL)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=gatherer.source.dialect.delimiter))
    finally:
        csv.field_size_limit(limit)
    if len(rows) != len(pieces):
        raise RuntimeError(f"{len(pieces)} lines are {len(rows)} rows")
    columns = gatherer.columns
    made, start = [], 0
    for one in some:
        own = rows[start : start + len(one.at)]
        start += len(one.at)
        texts = [["" if at is None else row[at] for at in columns] for row in own]
        made.append(Texts(texts, one.rules, one.claims))
    return made
