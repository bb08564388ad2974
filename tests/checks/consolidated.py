"""Tables of many bodies, as the benchmark makes them."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


@cache
def generator() -> Any:
    """The module `benchmarks/consolidated.py`."""
    spec = importlib.util.spec_from_file_location("consolidated", ROOT / "benchmarks" / "consolidated.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
