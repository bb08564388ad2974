"""`pytest --update-golden` writes golden files anew; continuous integration refuses it."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

# a busy machine is no fault of the code; `make stress` takes the second
settings.register_profile("usual", deadline=None)
settings.register_profile("stress", deadline=None, max_examples=5000)
settings.load_profile("usual")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write golden files anew from what the code gives")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--update-golden") and os.environ.get("CI"):
        raise pytest.UsageError("golden files are changed by a person who looks at the difference, never in CI")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be written instead of compared."""
    return bool(request.config.getoption("--update-golden"))
