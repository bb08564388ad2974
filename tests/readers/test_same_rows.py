"""One disclosure, whatever its format: the same rows in every table, and every line accounted for."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from openbudget import readers
from openbudget.model.disclosure import Disclosure
from openbudget.readers import legacy
from openbudget.recognise import Given, recognise
from tests.readers import build

needs_soffice = pytest.mark.skipif(legacy.find_soffice() is None, reason="LibreOffice is not installed")


def converted(format: str) -> Callable[[], bytes]:  # noqa: A002
    return lambda: legacy.convert("seed.docx", build.docx(), "docx", ".docx", format)


FORMATS: dict[str, Callable[[], bytes]] = {
    "GB18030 text": lambda: build.seed_path().read_text("utf-8").encode("gb18030"),
    "CRLF text": lambda: build.seed_path().read_bytes().replace(b"\n", b"\r\n"),
    "docx": build.docx,
    "docx with controls, changes and boxes": lambda: build.docx("hard"),
    "docx with split and nested tables": lambda: build.docx("split"),
    "html": build.html,
    "html of an old editor": lambda: build.html("old"),
    "doc": converted("doc"),
    "odt": converted("odt"),
    "rtf": converted("rtf"),
    "html of an office suite": converted("html"),
}


@cache
def expected() -> Disclosure:
    return disclosed(build.seed_path().read_bytes())


def disclosed(data: bytes) -> Disclosure:
    return recognise([readers.read("seed", data)], Given())


def rows(disclosure: Disclosure) -> dict[str, list[tuple[str, dict[str, Any]]]]:
    """Values by table, runs of blanks as one (HTML may write two blanks as one)."""
    return {name: [(row.id, plain(dict(row.values))) for row in table] for name, table in disclosure.tables.items()}


def plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: re.sub(" +", " ", value) if isinstance(value, str) else value for name, value in values.items()}


CONVERTED = ("doc", "odt", "rtf", "html of an office suite")


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=needs_soffice) if name in CONVERTED else name for name in FORMATS]
)
def test_same_rows_in_every_format(name: str) -> None:
    disclosure = disclosed(FORMATS[name]())
    assert rows(disclosure) == rows(expected())
    assert disclosure.coverage == expected().coverage
