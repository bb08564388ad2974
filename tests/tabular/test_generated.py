"""Engine against exact checker on tables made by chance: no difference, in as many cells as one likes."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from openbudget.tabular import check_tables
from tests.tabular.checking import source
from tests.tabular.generated import table

pytest.importorskip("numba")

from openbudget.tabular.fast import blocks, cells, engine, hashes, plan, targets


def _compared(chance: Random, monkeypatch: pytest.MonkeyPatch, rows: int) -> tuple[int, Counter[str]]:
    """One table, checked both ways; its cells, and the faults by rule."""
    with monkeypatch.context() as patch:
        patch.setattr(engine, "BLOCK", chance.choice([64, 300, 1500, 1 << 20]))
        if chance.random() < 0.5:
            patch.setattr(blocks, "LARGEST", 2000)
            patch.setattr(cells, "ODD_EVERY", chance.choice([8, 64]))
            patch.setattr(engine, "_FEW", chance.choice([1, 50]))
            patch.setattr(engine, "_MANY", chance.choice([1, 50]))
            patch.setattr(plan, "_REMEMBERED", 3)
            patch.setattr(hashes, "_IN_MEMORY", 50)
            patch.setattr(hashes, "_AT_ONCE", 40)
            patch.setattr(targets, "_FIRST", 2)
        schema, content, encoding, count = table(chance, rows)
        one = source(content, schema, encoding=encoding)
        exact = check_tables([one], large=1 << 60)["t"]
        fast = check_tables([one], large=0)["t"]
        found = list(fast.faults)
        assert sorted(found, key=repr) == sorted(exact.faults, key=repr), (schema, content, encoding)
        assert (fast.faults.counts, fast.n_rows) == (exact.faults.counts, exact.n_rows)
        places = [(fault.number or 0, fault.place) for fault in found]
        assert [number for number, _ in places] == sorted(number for number, _ in places)
    return count, exact.faults.counts


def _run(wanted: int, monkeypatch: pytest.MonkeyPatch, seed: int) -> str:
    chance, done, tables = Random(seed), 0, 0
    rules: Counter[str] = Counter()
    while done < wanted:
        count, found = _compared(chance, monkeypatch, chance.choice([0, 1, 3, 20, 100, 400]))
        done, tables = done + count, tables + 1
        rules += found
    assert {"SCH-001", "SCH-002", "SCH-003", "SCH-004", "SCH-014", "SCH-015", "SCH-016", "STR-017", "STR-020"} <= set(
        rules
    )
    return f"{done:,} cells in {tables:,} tables, {rules.total():,} faults of {len(rules)} rules, no difference"


def test_no_difference_in_some_thousand_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    _run(15_000, monkeypatch, 1)


@pytest.mark.stress
@pytest.mark.parametrize("seed", range(4))
def test_no_difference_in_a_million_cells(
    monkeypatch: pytest.MonkeyPatch, seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    said = _run(250_000, monkeypatch, 100 + seed)
    with capsys.disabled():
        print(f"\n{said}")
