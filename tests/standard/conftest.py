from __future__ import annotations

from pathlib import Path

import pytest

from openbudget.standard.derive.sources import Declarations, load

PROJECT = Path(__file__).resolve().parents[2]
SCHEMA = PROJECT / "schema"


@pytest.fixture(scope="session")
def declared() -> Declarations:
    return load(SCHEMA)
