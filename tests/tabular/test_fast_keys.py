"""Keys of large tables: hashes that stand more than once, keys whose hashes agree though they differ, records read again."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

import pytest

from openbudget.tabular import check_tables
from tests.tabular.checking import fields, source

pytest.importorskip("numba")

import numpy as np

from openbudget.tabular.fast import blocks, cells, engine, hashes, judged, pieces, texts


@pytest.mark.parametrize(("in_memory", "at_once"), [(1 << 22, 1 << 22), (50, 1 << 22), (50, 40)])
@pytest.mark.parametrize("spread", ["even", "low bits", "high bits"])
def test_records_whose_hash_stands_more_than_once(
    monkeypatch: pytest.MonkeyPatch, in_memory: int, at_once: int, spread: str
) -> None:
    """However the hashes are spread, NONE among them."""
    monkeypatch.setattr(hashes, "_IN_MEMORY", in_memory)
    monkeypatch.setattr(hashes, "_AT_ONCE", at_once)
    chance = Random(spread)
    made = {
        "even": lambda: chance.randrange(200) * 0x9E3779B97F4A7C15 % (1 << 64),
        "low bits": lambda: chance.randrange(200),
        "high bits": lambda: chance.randrange(200) << 56,
    }[spread]
    given = [made() for _ in range(300)]
    column = hashes.HashColumn()
    for start in range(0, 300, 60):
        column.append(np.array(given[start : start + 60], np.uint64))
    counts = Counter(given)
    found: dict[int, tuple[int, int]] = {}
    for share, (records, groups) in enumerate(column.repeated()):
        assert records.tolist() == sorted(records.tolist())
        found |= {record: (share, group) for record, group in zip(records.tolist(), groups.tolist(), strict=True)}
    column.close()
    assert sorted(found) == [place for place, one in enumerate(given) if one != texts.NONE and counts[one] > 1]
    by_group = {(found[record], given[record]) for record in found}
    assert len(by_group) == len({group for group, _ in by_group}) == len({one for _, one in by_group})


def test_the_first_record_of_a_key_whose_hash_another_key_has() -> None:
    firsts = pieces._Firsts(2)
    parts = [([0, 0, 1, 0], [7, 8, 7, 7]), ([0, 1, 0, 1], [8, 9, 9, 7]), ([0, 1], [9, 9])]
    found, number = [], 0
    for groups, two in parts:
        numbers = np.arange(number, number + len(groups), dtype=np.int64)
        found += firsts.before(np.array(groups, np.uint32), np.array(two, np.uint64), numbers).tolist()
        number += len(groups)
    assert found == [-1, -1, -1, 0, 1, -1, -1, 2, 6, 5]


@pytest.mark.parametrize("block", [100, 1000, 1 << 20])
@pytest.mark.parametrize("many", [1, 50])
def test_keys_whose_hashes_agree_are_told_apart(monkeypatch: pytest.MonkeyPatch, block: int, many: int) -> None:
    """The first hash has three values only: the second decides."""
    for part in (judged.Judged, judged.Exactly):

        def few(self: Any, names: Any, seed: int, whole: Any = part.hashes) -> Any:
            made = whole(self, names, seed)
            return np.where(made == 0, made, made % np.uint64(3) + np.uint64(1)) if seed == texts.SEEDS[0] else made

        monkeypatch.setattr(part, "hashes", few)
    monkeypatch.setattr(engine, "BLOCK", block)
    monkeypatch.setattr(engine, "_MANY", many)
    chance = Random(block)
    rows = [f"k{chance.randrange(300)},{chance.randrange(9)}" for _ in range(400)]
    rows[5::70] = ["odd"] * len(rows[5::70])
    schema = {**fields("id", "n"), "primaryKey": "id", "uniqueKeys": [["n", "id"]]}
    table = source("id,n\n" + "\n".join(rows) + "\n", schema)
    exact, fast = (check_tables([table], large=large)["t"] for large in (1 << 60, 0))
    assert sorted(fast.faults, key=repr) == sorted(exact.faults, key=repr)
    assert exact.faults.counts["SCH-014"] > 90
    assert exact.faults.counts["SCH-015"] > 5


def test_texts_of_all_lengths_are_copied_whole() -> None:
    """Words are copied, which are longer than the texts: nothing of the next may stay, nothing of the last be missing."""
    chance = Random(3)
    pool = ["".join(chance.choice("ab文é😀") for _ in range(size)) for size in range(30)] + ['q"q', "a,b", "two\nlines"]
    rows = [(chance.choice(pool), f"{number:x}", chance.choice(pool)) for number in range(400)]
    quoted = ['"' + one.replace('"', '""') + '"' if set(one) & set('",\n') else one for row in rows for one in row]
    lines = [",".join(quoted[start : start + 3]) + "\n" for start in range(0, len(quoted), 3)]
    block = cells.cells_of(blocks.raw_of("".join(lines).encode()), 3, ord(","))
    assert block is not None
    wanted = np.array(sorted(chance.sample(range(400), 150)), np.uint32)
    found = block.gather([2, 0, 1], wanted, b"|")
    meant = ["|".join((rows[row][2], *rows[row][:2])) for row in wanted.tolist()]
    assert found.listed() == meant
    order = np.array(chance.sample(range(150), 150))
    assert found.taken(order).listed() == [meant[place] for place in order]
    assert texts.chained([found.some(3, 40), found]).listed() == meant[3:40] + meant


def test_records_are_picked_from_a_block() -> None:
    chance = Random(4)
    lines = [b"x" * chance.randrange(40) + b"\n" for _ in range(200)]
    ends = np.cumsum([len(line) for line in lines]).astype(np.uint64)
    starts = np.concatenate([np.zeros(1, np.uint64), ends[:-1]])
    raw, buffers = blocks.raw_of(b"".join(lines)), blocks.Buffers(100)
    for size in (0, 1, 7, 200):
        wanted = sorted(chance.sample(range(200), size))
        picked = blocks.picked(raw, starts[wanted], ends[wanted], buffers)
        assert picked.data == b"".join(lines[one] for one in wanted)
        buffers.give(picked)
