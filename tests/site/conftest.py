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
    request = Request(releases_of([packages]), date=date)
    planned = plan(request, str(site), options)
    send(request, planned, str(site), options, lambda stage, **args: None)
    return planned.counts()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the packages in datapackages/."""
    folder = tmp_path_factory.mktemp("portal") / "site"
    publish(PACKAGES, folder)
    return folder


def pages(folder: Path) -> Iterator[Path]:
    """All pages of a site."""
    for root, _, names in os.walk(folder):
        yield from (Path(root) / name for name in sorted(names) if name.endswith(".html"))


def contents(folder: Path) -> dict[str, bytes]:
    """All files of a folder: relative path → bytes."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
