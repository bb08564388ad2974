"""A site that knows its address, licence and contact, and one that knows nothing of the kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.site.conftest import PACKAGES, publish

NAME = "cn-130433-434-2021-budget"
URL = "https://open.example.cn/budget"
OPTIONS = {"url": URL, "contact": "data@example.cn", "licence": "CC-BY-4.0", "publisher": "某县财政局"}


@pytest.fixture(scope="session")
def placed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as published with its address."""
    folder = tmp_path_factory.mktemp("placed") / "site"
    publish(PACKAGES, folder, **OPTIONS)
    return folder


@pytest.fixture(scope="session")
def unplaced(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as published without options."""
    folder = tmp_path_factory.mktemp("unplaced") / "site"
    publish(PACKAGES, folder)
    return folder
