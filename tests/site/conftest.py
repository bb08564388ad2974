"""A site built once from the project's own package, and tools to look at its pages."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from openbudget.publish.plan import Request
from openbudget.publish.release import releases_of
from openbudget.publish.site import plan, send

PACKAGES = Path(__file__).parents[2] / "datapackages"
DATE = "2026-01-02"


def publish(packages: Path, site: Path, date: str = DATE, **options: str) -> dict[str, int]:
    """Publish a package or a folder of packages; the counts of the plan."""
    return publish_all(site, packages, date=date, **options)


def publish_all(site: Path, *packages: Path, date: str = DATE, **options: str) -> dict[str, int]:
    """The same of several."""
    request = Request(releases_of(packages), date=date)
    planned = plan(request, str(site), options)
    send(request, planned, str(site), options, lambda stage, **args: None)
    return planned.counts()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the packages in datapackages/."""
    folder = tmp_path_factory.mktemp("portal") / "site"
    publish(PACKAGES, folder)
    return folder


@pytest.fixture(scope="session")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package of 2020 of the department whose package of 2021 the project holds."""
    from tests.site.years import OF_2020, packed

    return packed(tmp_path_factory.mktemp("earlier"), 2020, OF_2020)


@pytest.fixture(scope="session")
def both(earlier: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of both years, published in one run."""
    folder = tmp_path_factory.mktemp("both") / "site"
    publish_all(folder, earlier, PACKAGES)
    return folder


def pages(folder: Path) -> Iterator[Path]:
    """All pages of a site."""
    for root, _, names in os.walk(folder):
        yield from (Path(root) / name for name in sorted(names) if name.endswith(".html"))


def contents(folder: Path) -> dict[str, bytes]:
    """All files of a folder: relative path → bytes."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
