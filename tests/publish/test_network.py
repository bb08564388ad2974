"""Waiting, secrets and names: what needs no server."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from openbudget.errors import PublishError, UsageError
from openbudget.publish import _network as network
from openbudget.publish._ckan.dataset import dataset_of, file_name, licence_of, name_of, part_id, tags_of
from openbudget.publish._ckan.datastore import columns, rows
from openbudget.publish.plan import Network
from openbudget.publish.release import release_of
from tests.publish.packages import SOURCE, changed, package

REGISTER = [
    {"id": "notspecified"},
    {"id": "cc-by"},
    {"id": "odc-odbl"},
    {"id": "MIT"},
    {"id": "x", "legacy_ids": ["CC0-1.0"]},
]


def test_waits_grow_and_differ() -> None:
    for failed, longest in ((1, 1), (2, 2), (3, 4), (20, network.LONGEST_WAIT)):
        waits = {network.pause(failed, None) for _ in range(50)}
        assert len(waits) > 10
        assert longest / 2 <= min(waits) <= max(waits) <= longest
    assert network.pause(1, 17) == 17


def test_a_server_may_ask_to_wait_in_seconds_or_until_a_time() -> None:
    assert network.retry_after("120") == 120
    later = network.retry_after(format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True))
    assert later is not None
    assert 3000 < later <= 3600
    assert network.retry_after(format_datetime(datetime.now(UTC) - timedelta(hours=1), usegmt=True)) == 0
    assert [network.retry_after(text) for text in ("", None, "soon")] == [None, None, None]


def test_what_fails_for_now_is_tried_again_as_often_as_asked() -> None:
    slept: list[float] = []

    def work(failed: int) -> int:
        if failed < 3:
            raise network.TransientError("busy", 7.0 if failed == 0 else None)
        return failed

    assert network.attempted(work, Network(1, 3), "x", sleep=slept.append) == 3
    assert slept[0] == 7
    assert len(slept) == 3
    with pytest.raises(PublishError) as caught:
        network.attempted(work, Network(1, 2), "x", sleep=slept.append)
    assert caught.value.key == "publish.gave_up"
    assert caught.value.exit_code == 5


def test_nobody_waits_for_hours() -> None:
    def work(failed: int) -> None:
        raise network.TransientError("busy", 7200.0)

    def never(seconds: float) -> None:
        raise AssertionError(seconds)

    with pytest.raises(PublishError):
        network.attempted(work, Network(1, 9), "x", sleep=never)


def test_tokens_of_files_and_of_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "token"
    file.write_text("from-file\n", encoding="utf-8")
    monkeypatch.setenv("A_TOKEN", "from-environment")
    assert network.secret({"token-file": str(file)}, "A_TOKEN") == "from-file"
    assert network.secret({}, "A_TOKEN") == "from-environment"
    for options, value in (({"token-file": str(tmp_path / "none")}, ""), ({}, " "), ({}, "密码"), ({}, "a\nb")):
        monkeypatch.setenv("A_TOKEN", value)
        with pytest.raises(UsageError):
            network.secret(options, "A_TOKEN")


def test_work_in_threads_keeps_its_order_and_its_errors() -> None:
    assert list(network.in_threads(lambda item: item * 2, range(20), 4)) == list(range(0, 40, 2))
    with pytest.raises(ZeroDivisionError):
        list(network.in_threads(lambda item: 1 // item, [1, 0, 1], 2))


def test_names_of_datasets_files_and_parts() -> None:
    assert name_of("cn-130433-434-2021-budget") == "cn-130433-434-2021-budget"
    assert name_of("cn-130433-4.1-2021-budget") != name_of("cn-130433-4-1-2021-budget")
    assert len(name_of("a" * 150)) == 100
    assert file_name("source/公开 情况.DOCX") == "document.docx"
    assert file_name("source/2021年预算.tar.gz") == "2021-.tar.gz"
    assert file_name("source/公开") == "document"
    assert file_name("data/budget_lines.csv") == "budget_lines.csv"
    assert part_id("a", "b") == part_id("a", "b") != part_id("a", "c")


def test_tags_are_those_that_ckan_takes() -> None:
    assert tags_of(["预算公开", "（县）政府,办公室", "a", "x" * 200, "预算公开", "1.2-b_c"]) == [
        "1.2-b_c", "x" * 100, "县 政府 办公室", "预算公开",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("spdx", "wanted"),
    [("CC-BY-4.0", "cc-by"), ("ODbL-1.0", "odc-odbl"), ("MIT", "MIT"), ("CC0-1.0", "x"), ("", "notspecified"),
     ("CC-BY-SA-4.0", "notspecified")],
)  # fmt: skip
def test_licences_in_the_words_of_the_portal(spdx: str, wanted: str) -> None:
    assert licence_of(spdx, REGISTER) == wanted


def test_a_changed_figure_changes_one_part(tmp_path: Path) -> None:
    old = dataset_of(release_of(package(tmp_path / "a", "301")), "https://x", "o", "", REGISTER)
    path = changed(package(tmp_path / "b", "301"), "budget_lines", "7651400", "7651401")
    new = dataset_of(release_of(path), "https://x", "o", "", REGISTER)
    assert [one.name for one, other in zip(new.parts, old.parts, strict=True) if one != other] == ["budget_lines"]
    assert new.fields == old.fields
    assert new.release != old.release


def test_columns_and_rows_of_the_datastore() -> None:
    about = json.loads((SOURCE / "datapackage.json").read_bytes())
    schema = next(one["schema"] for one in about["resources"] if one["name"] == "budget_lines")
    types = {one["id"]: one["type"] for one in columns(schema)}
    assert (types["function_code"], types["amount"], types["is_total"]) == ("text", "numeric", "bool")
    content = "id,amount,is_total,function_code\n甲,1234567890123.45,true,0201\n乙,,false,\n丙,x,maybe,\n".encode()
    assert list(rows(schema, content)) == [
        {"id": "甲", "amount": "1234567890123.45", "is_total": True, "function_code": "0201"},
        {"id": "乙", "amount": None, "is_total": False, "function_code": None},
        {"id": "丙", "amount": "x", "is_total": "maybe", "function_code": None},
    ]
