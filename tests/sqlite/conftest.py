"""A database of two packages, published as the command does it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from openbudget.publish.plan import Plan, Request, Withdrawal
from openbudget.publish.release import releases_of
from openbudget.publish.sqlite import plan, send
from tests.site.conftest import PACKAGES

NAME = "cn-130433-434-2021-budget"
DATE = "2026-01-02"
sys.path.insert(0, str(PACKAGES.parent / "benchmarks"))


def run(database: Path, *packages: Path, date: str = DATE, allow_invalid: bool = False, **options: str) -> Plan:
    """Publish packages; the plan."""
    request = Request(releases_of(packages), date=date, allow_invalid=allow_invalid)
    return _carried_out(request, database, options)


def take_back(database: Path, name: str, reason: str, date: str = DATE) -> Plan:
    """Withdraw a package; the plan."""
    return _carried_out(Request(withdrawals=[Withdrawal(name, reason)], date=date), database, {})


def _carried_out(request: Request, database: Path, options: dict[str, str]) -> Plan:
    made = plan(request, str(database), options)
    send(request, made, str(database), options, lambda stage, **args: None)
    return made


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's package and three that vary it (other regions, years and figures)."""
    import shutil

    from portal import variants

    folder = tmp_path_factory.mktemp("packages")
    variants(PACKAGES / NAME, folder, 3)
    shutil.copytree(PACKAGES / NAME, folder / NAME)
    return folder


@pytest.fixture(scope="session")
def database(packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of all of them."""
    path = tmp_path_factory.mktemp("database") / "预算.sqlite"
    run(path, packages, title="某市预算公开", licence="CC-BY-4.0")
    return path
