"""Temporary files of what was never closed: they go with it, without a word, also where it stands in a ring."""

from __future__ import annotations

import gc
import os
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from openbudget.tabular import faults
from openbudget.tabular.faults import Fault, FaultStore


def spilled_faults() -> object:
    store = FaultStore()
    store.extend([Fault("TAB-001", number, number, 0, "a", "x", "") for number in range(3)])
    assert len(list(store)) == 3
    return store


def column_of_hashes() -> object:
    np = pytest.importorskip("numpy")
    pytest.importorskip("numba")
    from openbudget.tabular.fast.hashes import _IN_MEMORY, HashColumn

    column = HashColumn()
    column.append(np.zeros(_IN_MEMORY + 1, np.uint64))
    return column


def records_of_lines() -> object:
    np = pytest.importorskip("numpy")
    pytest.importorskip("numba")
    from openbudget.checks.proofs.store import Store

    store = Store(np.dtype([("at", np.uint64), ("body", np.uint64)]))
    store.add(np.zeros(1, store.dtype), b"text")
    return store


@pytest.mark.parametrize("made", [spilled_faults, column_of_hashes, records_of_lines])
def test_a_temporary_file_goes_with_its_owner(
    made: Callable[[], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files: list[int] = []
    real = tempfile.TemporaryFile

    def noted(**how: Any) -> Any:
        file = real(dir=tmp_path, **how)
        files.append(file.fileno())
        return file

    monkeypatch.setattr(tempfile, "TemporaryFile", noted)
    monkeypatch.setattr(faults, "_IN_MEMORY", 1)
    gc.collect()
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        ring: list[object] = [made()]
        ring.append(ring)
        assert len(files) == 1
        os.fstat(files[0])
        del ring
        gc.collect()
    assert not told
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(files[0])
