"""What rules are to tell: cases that failed, and bodies of which rules are not proved; their lines read again."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from openbudget.checks.proofs import of_changes, proofs_of
from openbudget.checks.proofs.cases import BY_ROWS, Cases
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


class Case(NamedTuple):
    """What one rule (its number) is to tell (see `cases.Found`); `rows` are places among the lines of `Left`."""

    rule: int
    about: int
    rows: tuple[int, ...]


class Left(NamedTuple):
    """What is left of a body: where each of its lines stands and how long it is (only those of the cases, where no rules are
    left), the rules that run on all of it (by number), and cases."""

    at: Array
    size: Array
    rules: tuple[int, ...] = ()
    cases: tuple[Case, ...] = ()


class Texts(NamedTuple):
    """The same with the texts of the lines, in the order of the schema's fields."""

    rows: Sequence[Sequence[str]]
    rules: tuple[int, ...]
    cases: tuple[Case, ...]


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
    found = _found(lines, cases, rules)
    for body in sorted({*np.flatnonzero(table.any(axis=0)).tolist(), *found}):
        open_rules = tuple(np.flatnonzero(table[:, body]).tolist())
        own = found.get(body, [])
        if open_rules:
            start, end = np.searchsorted(lines.body, [body, body + 1]).tolist()
            rows: Sequence[int] = range(start, end)
        else:
            rows = sorted({row for case in own for row in case.rows if row >= 0})
        place = {row: at for at, row in enumerate(rows)}
        told = tuple(case._replace(rows=tuple(place.get(row, -1) for row in case.rows)) for case in own)
        records = lines.records[rows[0] : rows[-1] + 1]
        chosen = np.array(rows) - rows[0]
        yield Left(records["at"][chosen], records["size"][chosen], open_rules, told)


def _found(lines: Lines, cases: Cases, rules: Sequence[Rule]) -> dict[int, list[Case]]:
    """By body: the cases that rules are to tell, in the order in which the rules come to them."""
    numbers = {rule.id: number for number, rule in enumerate(rules)}
    made: dict[int, list[Case]] = {}
    for one in sorted(cases.found, key=lambda one: (numbers[one.rule], one.about, one.order)):
        body = int(lines.body[max(one.rows)])
        if cases.open[one.rule][body]:
            continue
        case, told = Case(numbers[one.rule], one.about, one.rows), made.setdefault(body, [])
        if told and case.about == BY_ROWS and told[-1].rule == case.rule:  # the rule runs on all of them
            told[-1] = case._replace(rows=told[-1].rows + case.rows)
        else:
            told.append(case)
    return made


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
        made.append(Texts(texts, one.rules, one.cases))
    return made
