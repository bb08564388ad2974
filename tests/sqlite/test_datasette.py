"""A real Datasette opens the database and shows titles, units, descriptions and the licence."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

pytest.importorskip("datasette")


def fetched(address: str) -> str:
    """What the server answers; on loopback, past any proxy."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(address, timeout=60) as answer:
        return str(answer.read().decode())


@pytest.fixture(scope="module")
def server(database: Path) -> Iterator[str]:
    """The address of a Datasette that serves the database with its metadata."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    described = database.with_name(f"{database.stem}.metadata.json")
    command = [sys.executable, "-m", "datasette", "serve", str(database), "-m", str(described), "-p", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        address = f"http://127.0.0.1:{port}"
        while True:
            try:
                fetched(f"{address}/-/versions.json")
                break
            except OSError:
                assert process.poll() is None, process.stderr and process.stderr.read().decode()
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.communicate()


def rows(server: str, database: Path, table: str, **asked: str) -> list[dict[str, Any]]:
    """Rows of a table or query, as objects."""
    query = "&".join(f"{quote(name)}={quote(value)}" for name, value in {"_shape": "array", **asked}.items())
    answer = json.loads(fetched(f"{server}/{encoded(database.stem)}/{encoded(table)}.json?{query}"))
    assert isinstance(answer, list)
    return answer


def encoded(name: str) -> str:
    """A name in Datasette's addresses (tilde encoding)."""
    from datasette.utils import tilde_encode

    return str(tilde_encode(name))


def test_pages_show_title_licence_units_and_descriptions(server: str, database: Path) -> None:
    home = fetched(server)
    assert "某市预算公开" in home and "CC-BY-4.0" in home
    page = fetched(f"{server}/{encoded(database.stem)}/budget_lines")
    assert "预算（决算）收支 (Budget lines)" in page
    assert "单位：元。" in page and "一个金额一行" in page
    people = fetched(f"{server}/{encoded(database.stem)}/{encoded('预算（决算）收支')}")
    assert "馆陶县人民政府办公室" in people and "单位：元。" in people


def test_rows_keep_their_types(server: str, database: Path) -> None:
    (found,) = rows(server, database, "budget_lines", id="narrative/revenue", package="cn-130433-434-2021-budget")
    assert (found["amount"], found["amount_reported"], found["item_code"]) == (7651400, "765.14", "revenue")
    assert {one["catalogue_edition"] for one in rows(server, database, "procurement")} == {"2013"}


def test_chinese_is_found(server: str, database: Path) -> None:
    found = rows(server, database, "texts", _search="台式计算机")
    assert found and all("台式计算机" in one["text"] for one in found)
    asked = rows(server, database, "查找", 词语="打印")
    assert asked and all("打印" in one["文字"] for one in asked)
    assert rows(server, database, "支出最多的部门")
