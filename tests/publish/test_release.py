"""Packages on their way out: one of each name, and none with errors, whoever found them."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from openbudget import publish
from openbudget.errors import PublishError
from openbudget.publish import release as release_module
from openbudget.publish.plan import Release, Request
from openbudget.publish.release import beside, opened, refuse_invalid, release_of, releases_of
from tests.publish.packages import SOURCE, changed, package


def report_says(path: Path, **changes: Any) -> Path:
    """The package with other things said in its own report."""
    report = json.loads((path / "report.json").read_bytes())
    (path / "report.json").write_text(json.dumps({**report, **changes}), encoding="utf-8")
    return path


def release(number: int, errors: int) -> Release:
    """A release with errors."""
    return Release(f"cn-1-{number}-2021-budget", Path("x"), "", {}, errors)


def test_the_first_of_those_with_errors_are_named_and_the_others_counted() -> None:
    refuse_invalid([])
    refuse_invalid([release(1, 0), release(2, 0)])
    with pytest.raises(PublishError) as told:
        refuse_invalid([release(1, 0), release(2, 1)])
    assert (told.value.key, told.value.exit_code) == ("publish.invalid", 5)
    assert told.value.args_by_name["names"] == "cn-1-2-2021-budget (1)"
    with pytest.raises(PublishError) as told:
        refuse_invalid([release(number, number) for number in range(9)])
    assert str(told.value.args_by_name["names"]).startswith("cn-1-1-2021-budget (1), cn-1-2-2021-budget (2), ")
    assert str(told.value.args_by_name["names"]).endswith("cn-1-5-2021-budget (5) … +3")


def test_two_packages_of_one_name_are_refused_and_copies_of_one_are_one(tmp_path: Path) -> None:
    one, copy = package(tmp_path / "a", "301"), package(tmp_path / "b", "301")
    other = package(tmp_path / "a", "302")
    assert [each.name for each in releases_of([other, one, copy])] == [one.name, other.name]
    changed(copy, "budget_lines", "7651400", "7651401")
    with pytest.raises(PublishError) as told:
        releases_of([tmp_path / "a", copy])
    assert told.value.key == "publish.same_name"
    assert told.value.args_by_name == {"name": one.name, "one": str(one), "other": str(copy)}


def test_many_packages_are_read_in_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [package(tmp_path, number) for number in ("301", "302", "303")]
    alone = releases_of([tmp_path])
    monkeypatch.setattr(release_module, "_WORTH_ANOTHER", 2)
    assert releases_of([tmp_path]) == alone
    (made[1] / "datapackage.json").write_text("{}", encoding="utf-8")
    with pytest.raises(PublishError) as told:
        releases_of([tmp_path])
    assert told.value.args_by_name == {"path": str(made[1])}


def test_another_report_makes_another_release(tmp_path: Path) -> None:
    one, copy = package(tmp_path / "a", "301"), package(tmp_path / "b", "301")
    assert release_of(one).fingerprint == release_of(copy).fingerprint
    report_says(copy, valid=False)
    assert release_of(one).fingerprint != release_of(copy).fingerprint
    (copy / "report.json").unlink()
    assert release_of(one).fingerprint != release_of(copy).fingerprint


@pytest.mark.parametrize("target", ["site", "sqlite"])
def test_errors_in_a_package_of_its_own_report_are_refused(tmp_path: Path, target: str) -> None:
    bad = Path(shutil.copytree(SOURCE, tmp_path / SOURCE.name))
    counts = json.loads((bad / "report.json").read_bytes())["counts"]
    report_says(bad, valid=False, counts={**counts, "error": 3})
    assert opened(release_of(SOURCE))[1].errors == 0
    assert opened(release_of(bad))[1].errors >= 3
    one, address = publish.target(f"{target}:{tmp_path / 'out'}")
    for allowed in (False, True):
        request = Request(releases_of([bad]), date="2026-01-02", allow_invalid=allowed)
        planned = one.plan(request, address, {})
        if allowed:
            one.send(request, planned, address, {}, silent)
            break
        for refuse in (publish.check, lambda *given: one.send(given[0], given[1], address, {}, given[2])):
            with pytest.raises(PublishError) as told:
                refuse(request, planned, silent)
            assert told.value.key == "publish.invalid"
        assert not (tmp_path / "out").exists()
    assert left(tmp_path / "out")


def rewritten(path: Path, table: str, change: Callable[[list[dict[str, str]]], None]) -> Path:
    """The package with other rows in a table, and its descriptor with it."""
    file = path / "data" / f"{table}.csv"
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    old = file.read_text(encoding="utf-8")
    change(rows)
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return changed(path, table, old, out.getvalue())


def blanked(rows: list[dict[str, str]]) -> None:
    rows[1]["definition"] = ""


def without_column(rows: list[dict[str, str]]) -> None:
    for row in rows:
        del row["definition"]


@pytest.mark.parametrize("target", ["site", "sqlite"])
@pytest.mark.parametrize("change", [blanked, without_column])
def test_what_the_standard_requires_is_there_or_nothing_is_published(
    tmp_path: Path, target: str, change: Callable[[list[dict[str, str]]], None]
) -> None:
    bad = rewritten(package(tmp_path, "301"), "glossary", change)
    one, address = publish.target(f"{target}:{tmp_path / 'out'}")
    request = Request(releases_of([bad]), date="2026-01-02", allow_invalid=True)
    with pytest.raises(PublishError) as told:
        one.send(request, one.plan(request, address, {}), address, {}, silent)
    assert told.value.key == "publish.not_built"
    assert "glossary" in told.value.text("en")
    assert not (tmp_path / "out").exists()


def test_other_columns_may_be_lacking(tmp_path: Path) -> None:
    def drop(rows: list[dict[str, str]]) -> None:
        for row in rows:
            for name in ("amount_reported", "parent_id", "fund_source"):
                del row[name]

    bad = rewritten(package(tmp_path, "301"), "budget_lines", drop)
    assert {row["fund_source"] for row in opened(release_of(bad))[0].tables["budget_lines"]} == {None}
    for target in ("site", "sqlite"):
        one, address = publish.target(f"{target}:{tmp_path / target}")
        request = Request(releases_of([bad]), date="2026-01-02", allow_invalid=True)
        one.send(request, one.plan(request, address, {}), address, {}, silent)
        assert left(tmp_path / target)


def left(path: Path) -> list[Path]:
    """The files at a place."""
    return [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file()]


def silent(stage: str, **args: object) -> None:
    """Tell nobody."""


def _asked(number: int, *, more: int = 0) -> tuple[int, int]:
    if number < 0:
        raise ValueError(number)
    return os.getpid(), number + more


def test_great_work_is_done_beside() -> None:
    with beside(_asked, 10, 1, more=2) as result:
        assert result() == (os.getpid(), 3)
    with beside(_asked, 1000, 1, more=2) as result:
        process, number = result()
    assert (process != os.getpid(), number) == (True, 3)
    with pytest.raises(ValueError, match="-1"), beside(_asked, 1000, -1) as result:
        result()


@pytest.mark.parametrize("content", ["[" * 100_000, '{"name": ' + "9" * 10_000 + "}"])
def test_a_descriptor_that_no_parser_takes_is_told(tmp_path: Path, content: str) -> None:
    path = package(tmp_path, "301")
    (path / "datapackage.json").write_text(content, encoding="utf-8")
    with pytest.raises(PublishError) as told:
        release_of(path)
    assert told.value.key == "publish.not_standard"
