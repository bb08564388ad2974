"""Corrections that stand beside the files of their partitions: every reader by catalogue.json sees them, the files in
data/ stay one state, and they are merged when it is worth it, when a package is withdrawn, and by `compact`."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

pytest.importorskip("duckdb")
pytest.importorskip("pyarrow")

import openbudget
from openbudget.batch import database
from openbudget.batch.catalogue import deferred, snapshot
from openbudget.batch.catalogue.build import build, compact
from openbudget.batch.catalogue.schema import tables
from openbudget.batch.catalogue.soundness import faults
from openbudget.cli import main
from openbudget.errors import UsageError
from tests.batch.test_catalogue import change, copy, one, rewrite
from tests.project.conftest import ROOT

FIRST, SECOND = "cn-130433-001-2021-budget", "cn-130433-002-2022-budget"


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """Packages of three agencies in two years, and of one in another province."""
    for agency in ("001", "002", "003"):
        for year in (2021, 2022):
            copy(tmp_path / "packages", agency, year)
    copy(tmp_path / "packages", "009", region="310107")
    return tmp_path / "packages"


@pytest.fixture
def catalogue(packages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Their catalogue, for which no file is small enough to be written at once; two packages are corrected."""
    monkeypatch.setattr(deferred, "ALWAYS", 0)
    monkeypatch.setattr(deferred, "TIMES", 0)
    build(packages, tmp_path / "catalogue", jobs=1)
    rewrite(packages / FIRST, "budget_lines", lambda text: text.replace("7651400", "7651500"))
    change(packages / SECOND, agency_name="新名称")
    built = build(packages, tmp_path / "catalogue", jobs=1)
    assert (built.changed, built.unchanged) == (2, 5)
    return tmp_path / "catalogue"


def content(catalogue: Path) -> dict[str, list[object]]:
    """All rows of all tables, as they are read by catalogue.json."""
    connection = database.connect(catalogue)
    return {
        table: sorted(map(repr, database.ask(connection, f"SELECT * FROM {table}").rows)) for table in tables()
    }  # fmt: skip


def anew(packages: Path) -> dict[str, list[object]]:
    """The same of a catalogue that is built at once."""
    fresh = packages.parent / "fresh"
    shutil.rmtree(fresh, ignore_errors=True)
    build(packages, fresh, jobs=1)
    return content(fresh)


def beside(catalogue: Path) -> set[str]:
    """The files of the changes."""
    return {path.relative_to(catalogue).as_posix() for path in (catalogue / "changes").rglob("*.parquet")}


def test_corrections_stand_beside_and_count(packages: Path, catalogue: Path) -> None:
    now = snapshot.load(catalogue)
    assert now.void == {FIRST, SECOND}
    assert [(each.region, each.packages) for each in now.changes] == [("13", 2)]
    assert now.packages == 7
    assert content(catalogue) == anew(packages)
    assert one(catalogue, "SELECT count(DISTINCT package) FROM budget_lines WHERE amount = 7651500") == 1
    assert faults(catalogue) == []


def test_the_files_in_data_stay_as_they_were(packages: Path, catalogue: Path) -> None:
    polars = pytest.importorskip("polars")
    plain = polars.read_parquet(catalogue / "data/packages/**/*.parquet", hive_partitioning=True)
    assert plain["package"].n_unique() == plain.height == 7
    assert "新名称" not in plain["agency_name"].to_list()
    with pytest.raises(UsageError, match="compact"):
        openbudget.catalogue(catalogue).files("budget_lines")
    assert compact(catalogue, jobs=1).changes == ()
    plain = polars.read_parquet(catalogue / "data/packages/**/*.parquet", hive_partitioning=True)
    assert plain["package"].n_unique() == plain.height == 7
    assert "新名称" in plain["agency_name"].to_list()
    assert beside(catalogue) == set()
    assert content(catalogue) == anew(packages)
    assert openbudget.catalogue(catalogue).files("budget_lines")


@pytest.mark.parametrize(("page", "name"), [("catalogue.en.md", "catalogue"), ("catalogue.md", "目录")])
def test_what_the_docs_say_reads_both(catalogue: Path, page: str, name: str) -> None:
    import duckdb

    text = (ROOT / "docs/how-to" / page).read_text(encoding="utf-8")
    sql = text.partition("```sql\n")[2].partition("```")[0].replace(f"'{name}/", f"'{catalogue}/")
    found = duckdb.sql(f"SELECT package, id, amount, region, year FROM ({sql}) ORDER BY ALL").fetchall()
    ours = "SELECT package, id, amount, region, year FROM budget_lines ORDER BY ALL"
    assert [(*row[:3], str(row[3]), int(row[4])) for row in found] == [
        tuple(row) for row in database.ask(database.connect(catalogue), ours).rows
    ]


def test_a_package_that_is_corrected_again_counts_once(packages: Path, catalogue: Path) -> None:
    before = beside(catalogue)
    rewrite(packages / FIRST, "budget_lines", lambda text: text.replace("7651500", "7651600"))
    change(packages / "cn-310107-009-2021-budget", agency_name="另一名称")
    assert build(packages, catalogue, jobs=1).changed == 2
    assert content(catalogue) == anew(packages)
    assert sorted(each.region for each in snapshot.load(catalogue).changes) == ["13", "31"]
    assert not before & beside(catalogue)
    assert build(packages, catalogue, jobs=1).changed == 0


def test_a_build_merges_where_it_costs_little(packages: Path, catalogue: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deferred, "ALWAYS", 6)
    change(packages / "cn-310107-009-2021-budget", agency_name="另一名称")
    now = build(packages, catalogue, jobs=1).snapshot
    assert [each.region for each in now.changes] == ["13"]
    change(packages / "cn-130433-003-2021-budget", agency_name="又一名称")
    now = build(packages, catalogue, jobs=1).snapshot
    assert (now.changes, now.void) == ((), frozenset())
    assert content(catalogue) == anew(packages)


def test_what_is_withdrawn_is_withdrawn_everywhere(packages: Path, catalogue: Path) -> None:
    shutil.rmtree(packages / SECOND)
    assert build(packages, catalogue, jobs=1).removed == 1
    assert snapshot.load(catalogue).changes == ()
    assert content(catalogue) == anew(packages)
    kept = b"".join(path.read_bytes() for path in catalogue.rglob("*.parquet"))
    assert "新名称".encode() not in kept


def test_a_correction_that_cannot_be_read_is_out_until_it_can(packages: Path, catalogue: Path) -> None:
    path = packages / FIRST / "data/assets.csv"
    sound = path.read_bytes()
    path.write_bytes(sound + b"\n")
    change(packages / FIRST, agency_name="再改")
    built = build(packages, catalogue, jobs=1)
    assert [key for _, key, _ in built.left_out] == ["batch.hash_differs"]
    assert one(catalogue, f"SELECT count(*) FROM packages WHERE package = '{FIRST}'") == 0
    path.write_bytes(sound)
    assert build(packages, catalogue, jobs=1).added == 1
    assert content(catalogue) == anew(packages)
    assert faults(catalogue) == []


def test_the_command_says_what_stands_beside(
    packages: Path, catalogue: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(packages / FIRST, agency_name="再改")
    assert main(["catalogue", "build", str(packages), "-o", str(catalogue), "--jobs", "1", "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert "7 in all" in said
    assert "2 packages that were corrected stand in changes/" in said
    assert main(["catalogue", "compact", str(catalogue), "--lang", "en"]) == 0
    said = json.loads((catalogue / "catalogue.json").read_bytes())
    assert said["changes"] == []
    assert not any(segment["void"] for segment in said["segments"])
