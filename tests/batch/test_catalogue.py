"""The catalogue: what it holds, how it grows, that it is whole at every moment, and what it answers."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

pytest.importorskip("duckdb")
pytest.importorskip("pyarrow")

from openbudget import standard
from openbudget.batch import answers, database
from openbudget.batch.catalogue import scan, snapshot, soundness
from openbudget.batch.catalogue.build import build, compact
from openbudget.batch.catalogue.schema import tables
from openbudget.batch.catalogue.soundness import faults
from openbudget.batch.questions import questions
from openbudget.cli import main
from openbudget.errors import UsageError, WriteError
from openbudget.messages import say
from tests.project.conftest import ROOT

SEED = min((ROOT / "datapackages").glob("cn-*"))


def copy(folder: Path, agency: str, year: int = 2021, region: str = "130433", **facts: object) -> Path:
    """The first package as that of another agency, year or place (sources stay what they are)."""
    name = f"cn-{region}-{agency}-{year}-budget"
    target = folder / name
    shutil.copytree(SEED, target)
    change(target, name=name, agency_code=agency, fiscal_year=year, region_code=region, **facts)
    return target


def change(package: Path, name: str | None = None, **facts: object) -> None:
    """Change what a descriptor says."""
    path = package / "datapackage.json"
    said = json.loads(path.read_bytes())
    said["name"] = name or said["name"]
    said["openbudget"].update(facts)
    path.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")


def rewrite(package: Path, table: str, edit: Callable[[str], str]) -> None:
    """Change a table and the descriptor's hash of it."""
    path = package / "data" / f"{table}.csv"
    data = edit(path.read_text(encoding="utf-8")).encode()
    path.write_bytes(data)
    said = json.loads((package / "datapackage.json").read_bytes())
    for part in said["resources"]:
        if part["name"] == table:
            part["hash"] = f"sha256:{hashlib.sha256(data).hexdigest()}"
    (package / "datapackage.json").write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """Packages of two agencies in two years, and of one in another province."""
    folder = tmp_path / "packages"
    folder.mkdir()
    for agency in ("001", "002"):
        for year in (2021, 2022):
            copy(folder, agency, year)
    copy(folder / "deeper" / "still", "009", region="310107")
    return folder


@pytest.fixture
def catalogue(packages: Path, tmp_path: Path) -> Path:
    """Their catalogue."""
    build(packages, tmp_path / "catalogue", jobs=1)
    return tmp_path / "catalogue"


def one(catalogue: Path, sql: str) -> object:
    """The only value of an answer."""
    return database.ask(database.connect(catalogue), sql).rows[0][0]


def names(catalogue: Path) -> list[str]:
    """The packages in a catalogue."""
    return [row[0] for row in database.ask(database.connect(catalogue), "SELECT package FROM packages ORDER BY 1").rows]


def test_every_row_is_there_exact_and_with_its_place(catalogue: Path) -> None:
    with (SEED / "data/budget_lines.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert one(catalogue, "SELECT count(*) FROM budget_lines") == 5 * len(rows)
    total = sum(Decimal(row["amount"]) for row in rows if row["amount"])
    assert one(catalogue, "SELECT sum(amount) FROM budget_lines WHERE package = 'cn-130433-001-2021-budget'") == total
    placed = "SELECT count(*) FROM budget_lines WHERE amount IS NOT NULL AND source_place IS NULL"
    assert one(catalogue, placed) == 0
    found = database.ask(
        database.connect(catalogue),
        "SELECT source_file, source_place, region, year, kind FROM budget_lines WHERE id = 'narrative/revenue' "
        "AND package = 'cn-130433-001-2021-budget'",
    ).rows[0]
    with (SEED / "data/sources.csv").open(encoding="utf-8", newline="") as stream:
        place = next(
            row for row in csv.DictReader(stream) if row["row_id"] == "narrative/revenue" and row["field"] == "amount"
        )
    assert found == (place["file"], place["locator"], "13", 2021, "budget")
    assert faults(catalogue) == []


def test_it_is_partitioned_by_province_and_year_and_readable_by_others(catalogue: Path) -> None:
    folders = {path.parent.relative_to(catalogue / "data").as_posix() for path in catalogue.rglob("*.parquet")}
    assert "budget_lines/region=13/year=2022" in folders
    assert "budget_lines/region=31/year=2021" in folders
    pandas = pytest.importorskip("pandas")
    frame = pandas.read_parquet(catalogue / "data" / "budget_lines")
    assert len(frame) == one(catalogue, "SELECT count(*) FROM budget_lines")
    assert isinstance(frame["amount"].dropna().iloc[0], Decimal)


def test_nothing_new_changes_nothing(packages: Path, catalogue: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in catalogue.rglob("*") if path.is_file() and path.name != ".lock"}
    built = build(packages, catalogue, jobs=1)
    assert (built.added, built.changed, built.removed, built.unchanged) == (0, 0, 0, 5)
    after = {path: path.stat().st_mtime_ns for path in catalogue.rglob("*") if path.is_file() and path.name != ".lock"}
    assert before == after


def test_only_what_changed_is_read(packages: Path, catalogue: Path) -> None:
    copy(packages, "003")
    change(packages / "cn-130433-001-2021-budget", agency_name="新名称")
    shutil.rmtree(packages / "cn-130433-002-2022-budget")
    untouched = snapshot.load(catalogue).segments[-1]
    built = build(packages, catalogue, jobs=1)
    assert (built.added, built.changed, built.removed, built.unchanged) == (1, 1, 1, 3)
    assert untouched in built.snapshot.segments
    assert names(catalogue) == [
        "cn-130433-001-2021-budget", "cn-130433-001-2022-budget", "cn-130433-002-2021-budget",
        "cn-130433-003-2021-budget", "cn-310107-009-2021-budget",
    ]  # fmt: skip
    renamed = "SELECT count(DISTINCT agency_name) FROM budget_lines WHERE package = 'cn-130433-001-2021-budget'"
    assert one(catalogue, renamed) == 1
    assert faults(catalogue) == []
    fresh = catalogue.parent / "fresh"
    build(packages, fresh, jobs=2)
    content = "SELECT * FROM budget_lines ORDER BY package, id"
    ask = database.ask
    assert ask(database.connect(catalogue), content) == ask(database.connect(fresh), content)


def test_descriptors_that_nobody_touched_are_not_read_again(
    packages: Path, catalogue: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan, "_SETTLED", -(10**12))  # as if all were seen long after they were written
    build(packages, catalogue, jobs=1)
    real, read = scan._read, []
    monkeypatch.setattr(scan, "_read", lambda path, place: read.append(place) or real(path, place))
    assert build(packages, catalogue, jobs=1).unchanged == 5
    assert read == []
    change(packages / "cn-130433-001-2021-budget", agency_name="新名称")
    assert build(packages, catalogue, jobs=1).changed == 1
    assert read == ["cn-130433-001-2021-budget"]


def test_a_change_right_after_a_build_is_seen(packages: Path, catalogue: Path) -> None:
    path = packages / "cn-130433-001-2021-budget/datapackage.json"
    before = path.stat()
    path.write_bytes(path.read_bytes().replace(b"2021", b"2021", 1) + b" ")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert build(packages, catalogue, jobs=1).changed == 1


def test_small_segments_are_merged(packages: Path, catalogue: Path) -> None:
    content = "SELECT * FROM performance_indicators ORDER BY package, id"
    for agency in ("003", "004", "005"):
        copy(packages, agency)
        build(packages, catalogue, jobs=1)
    before = database.ask(database.connect(catalogue), content)
    assert len(snapshot.load(catalogue).segments) == 6
    after = compact(catalogue, jobs=1)
    assert len(after.segments) == 3
    assert database.ask(database.connect(catalogue), content) == before
    assert len(list((catalogue / "data/packages").rglob("*.parquet"))) == 3
    assert faults(catalogue) == []


def test_a_build_that_dies_before_its_commit_changes_nothing(
    packages: Path, catalogue: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy(packages, "003")
    before = names(catalogue)
    real = os.replace

    def fail(source: object, target: object) -> None:
        if str(target).endswith("catalogue.json"):
            raise OSError(28, "No space left on device")
        real(source, target)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(WriteError):
        build(packages, catalogue, jobs=1)
    monkeypatch.undo()
    assert names(catalogue) == before
    assert build(packages, catalogue, jobs=1).added == 1
    valid = {file.path for segment in snapshot.load(catalogue).segments for file in segment.files.values()}
    assert {path.relative_to(catalogue).as_posix() for path in catalogue.rglob("*.parquet")} == valid


def files_of(catalogue: Path) -> dict[str, str]:
    """The path of each table's file in the partition 13/2021."""
    (segment,) = (one for one in snapshot.load(catalogue).segments if (one.region, one.year) == ("13", 2021))
    return {table: file.path for table, file in segment.files.items()}


def test_a_correction_writes_only_the_tables_whose_rows_it_changes(packages: Path, catalogue: Path) -> None:
    before, package = files_of(catalogue), packages / "cn-130433-001-2021-budget"
    content = {path: path.read_bytes() for path in catalogue.rglob("*.parquet")}
    rewrite(package, "budget_lines", lambda text: text.replace("7651400", "7651500"))
    assert build(packages, catalogue, jobs=1).changed == 1
    after = files_of(catalogue)
    assert {table for table in before if before[table] != after[table]} == {"packages", "budget_lines"}
    assert all((catalogue / place).read_bytes() == content[catalogue / place] for place in after.values()
               if place in before.values())  # fmt: skip
    change(package, agency_name="新名称")  # stands in every row
    build(packages, catalogue, jobs=1)
    renamed = files_of(catalogue)
    assert not {*after.values()} & {*renamed.values()}
    fresh = catalogue.parent / "fresh"
    build(packages, fresh, jobs=1)
    for table in ("budget_lines", "assets", "sections", "packages", "printed_figures"):
        sql = f"SELECT * FROM {table} ORDER BY ALL"
        assert database.ask(database.connect(catalogue), sql) == database.ask(database.connect(fresh), sql)
    assert faults(catalogue) == []


def test_who_opened_the_catalogue_before_an_update_is_told_to_open_it_again(packages: Path, catalogue: Path) -> None:
    opened = database.connect(catalogue)
    change(packages / "cn-130433-001-2021-budget", agency_name="新名称")
    build(packages, catalogue, jobs=1)
    with pytest.raises(UsageError) as told:
        database.ask(opened, "SELECT sum(amount) FROM budget_lines")
    assert told.value.key == "batch.catalogue_moved_on"
    assert one(catalogue, "SELECT count(*) FROM packages") == 5


def test_places_that_move_are_brought_up_to_date_in_their_table_alone(packages: Path, catalogue: Path) -> None:
    before = files_of(catalogue)
    with (SEED / "data/sources.csv").open(encoding="utf-8", newline="") as stream:
        place = next(row["locator"] for row in csv.DictReader(stream) if row["table"] == "glossary")
    rewrite(
        packages / "cn-130433-001-2021-budget",
        "sources",
        lambda text: "\n".join(
            line.replace(place, "/elsewhere") if line.startswith("glossary,") else line for line in text.split("\n")
        ),
    )
    build(packages, catalogue, jobs=1)
    after = files_of(catalogue)
    assert {table for table in before if before[table] != after[table]} == {"packages", "glossary"}
    moved = "SELECT count(*) FROM glossary WHERE source_place = '/elsewhere' AND package = 'cn-130433-001-2021-budget'"
    assert one(catalogue, moved)


def test_a_catalogue_of_an_older_format_stays_until_it_is_built_anew(
    packages: Path, catalogue: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = json.loads((catalogue / "catalogue.json").read_bytes())
    (catalogue / "catalogue.json").write_text(json.dumps({**said, "format": 1}), encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        database.connect(catalogue)
    assert caught.value.key == "batch.catalogue_format"
    held = set(catalogue.rglob("*.parquet"))
    monkeypatch.setattr("openbudget.batch.catalogue.build.commit", lambda *_: (_ for _ in ()).throw(WriteError("x")))
    with pytest.raises(WriteError):
        build(packages, catalogue, jobs=1)
    assert held <= set(catalogue.rglob("*.parquet"))
    monkeypatch.undo()
    built = build(packages, catalogue, jobs=1)
    assert (built.added, built.snapshot.number) == (5, said["number"] + 1)
    assert {path.relative_to(catalogue).as_posix() for path in catalogue.rglob("*.parquet")} == {
        file.path for segment in built.snapshot.segments for file in segment.files.values()
    }
    (catalogue / "catalogue.json").write_text(json.dumps({**said, "format": 99}), encoding="utf-8")
    with pytest.raises(UsageError):
        build(packages, catalogue, jobs=1)


def test_what_cannot_be_taken_is_named(packages: Path, tmp_path: Path) -> None:
    (packages / "cn-130433-001-2021-budget/data/assets.csv").write_text("changed after packing", encoding="utf-8")
    rewrite(packages / "cn-130433-002-2021-budget", "budget_lines", lambda text: text.replace("7651400", "1e99"))
    change(packages / "cn-130433-001-2022-budget", standard_version="9.0.0")
    copy(packages / "again", "002", 2022)
    built = build(packages, tmp_path / "catalogue", jobs=1)
    assert {path: key for path, key, _ in built.left_out} == {
        "cn-130433-001-2021-budget": "batch.hash_differs",
        "cn-130433-002-2021-budget": "batch.not_for_catalogue",
        "cn-130433-001-2022-budget": "package.newer_standard",
        "cn-130433-002-2022-budget": "batch.package_twice",
    }
    assert len(names(tmp_path / "catalogue")) == 2
    assert len(build(packages, tmp_path / "catalogue", jobs=1).left_out) == 4


@pytest.mark.parametrize(
    ("file", "content"),
    [("datapackage.json", "{"), ("datapackage.json", "[]"), ("report.json", "{}"), ("report.json", '{"counts": {"error": null}}'),
     ("report.json", "null")],
)  # fmt: skip
def test_what_is_not_as_the_standard_says_is_not_taken(packages: Path, tmp_path: Path, file: str, content: str) -> None:
    """A report without numbers above all: it would count as one without errors."""
    (packages / "cn-130433-001-2021-budget" / file).write_text(content, encoding="utf-8")
    ((path, key, args),) = build(packages, tmp_path / "catalogue", jobs=1).left_out
    assert (path, key) == ("cn-130433-001-2021-budget", "batch.not_for_catalogue")
    assert args["reason"] == say("batch.not_as_standard")
    assert path not in names(tmp_path / "catalogue")


@pytest.mark.parametrize(
    "facts",
    [{"fiscal_year": 10**400}, {"fiscal_year": 0}, {"region_code": "../../x"}, {"region_code": 130433},
     {"agency_name": "\ud800"}, {"title": ["a"]}, {"coverage": {"total": "many"}}, {"coverage": 3}],
)  # fmt: skip
def test_facts_that_fit_no_column_cost_their_package_alone(
    packages: Path, tmp_path: Path, facts: dict[str, object]
) -> None:
    name = "cn-130433-001-2021-budget"
    path = packages / name / "datapackage.json"
    said = json.loads(path.read_bytes())
    said |= {key: facts[key] for key in facts if key == "title"}
    said["openbudget"] |= facts
    path.write_text(json.dumps(said), encoding="ascii")
    built = build(packages, tmp_path / "catalogue", jobs=1)
    assert [(path, key) for path, key, _ in built.left_out] == [(name, "batch.not_for_catalogue")]
    assert len(names(tmp_path / "catalogue")) == 4


@pytest.mark.parametrize("path", ["/dev/zero", "../../secret.csv", "data/pipe", "data/link"])
def test_nothing_outside_a_package_is_read_for_a_catalogue(packages: Path, tmp_path: Path, path: str) -> None:
    name = "cn-130433-001-2021-budget"
    secret = packages / "secret.csv"
    secret.write_text("x", encoding="utf-8")
    os.mkfifo(packages / name / "data/pipe")
    (packages / name / "data/link").symlink_to(secret)
    file = packages / name / "datapackage.json"
    said = json.loads(file.read_bytes())
    for part in said["resources"]:
        if part["name"] == "assets":
            part.update(path=path, hash=f"sha256:{hashlib.sha256(b'x').hexdigest()}")
    file.write_text(json.dumps(said), encoding="utf-8")
    built = build(packages, tmp_path / "catalogue", jobs=1)
    assert [(path, key) for path, key, _ in built.left_out] == [(name, "batch.not_for_catalogue")]


def test_one_package_that_cannot_be_taken_costs_no_other_and_changes_no_value(packages: Path, tmp_path: Path) -> None:
    together, alone = tmp_path / "together", tmp_path / "alone"
    build(packages, together, jobs=1)
    spoilt = copy(packages, "003")
    rewrite(spoilt, "assets", lambda text: text + ",,,1e99\n")
    assert [key for _, key, _ in build(packages, alone, jobs=1).left_out] == ["batch.not_for_catalogue"]
    for table in standard.tables().keys() - {"sources"}:
        content = f"SELECT * FROM {table} ORDER BY ALL"
        first, second = (database.ask(database.connect(place), content).rows for place in (together, alone))
        assert first == second


def test_line_ends_within_quotes_and_other_line_ends_are_read(packages: Path, tmp_path: Path) -> None:
    name = "cn-130433-001-2021-budget"
    with (SEED / "data/glossary.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    told = rows[0]["definition"]
    rewrite(packages / name, "glossary", lambda text: text.replace(told, '"one\n""two""\n\nthree"', 1))
    rewrite(packages / "cn-130433-002-2021-budget", "glossary", lambda text: text.replace("\n", "\r\n"))
    build(packages, tmp_path / "catalogue", jobs=1)
    asked = f"SELECT definition FROM glossary WHERE package = '{name}' ORDER BY id"
    connection = database.connect(tmp_path / "catalogue")
    found = {row[0] for row in database.ask(connection, asked).rows}
    assert 'one\n"two"\n\nthree' in found
    count = "SELECT count(*) FROM glossary WHERE package = 'cn-130433-002-2021-budget'"
    assert one(tmp_path / "catalogue", count) == len(rows)
    assert one(tmp_path / "catalogue", "SELECT count(*) FROM glossary") == 5 * len(rows)


def test_a_file_that_was_touched_is_found(catalogue: Path) -> None:
    path = next(catalogue.rglob("data/assets/**/*.parquet"))
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert [key for key, _ in faults(catalogue)] == ["batch.catalogue_file_differs"]


def test_values_are_held_against_the_standard_over_all(packages: Path, tmp_path: Path) -> None:
    package = packages / "cn-130433-001-2021-budget"
    rewrite(
        package, "budget_lines", lambda text: text.replace(",wan_yuan,", ",wen,", 2).replace(",expenditure,", ",,", 1)
    )
    build(packages, tmp_path / "catalogue", jobs=1)
    found = {args["field"]: args for key, args in faults(tmp_path / "catalogue") if key == "batch.catalogue_value"}
    assert (found["unit_reported"]["constraint"], found["unit_reported"]["count"]) == ("units", 2)
    assert found["unit_reported"]["example"] == package.name
    assert found["flow"]["constraint"] == "required"


@pytest.mark.parametrize("rows", [1, 1_000_000])
def test_keys_and_references_are_checked_over_all(
    packages: Path, tmp_path: Path, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(soundness, "_ROWS", rows)  # each province by itself, all together
    for name in ("cn-130433-001-2021-budget", "deeper/still/cn-310107-009-2021-budget"):
        rewrite(packages / name, "assets", lambda text: text + text.splitlines()[-1] + "\n")
        rewrite(packages / name, "comparisons", lambda text: text.replace(",narrative/balance,", ",nobody,", 1))
    build(packages, tmp_path / "catalogue", jobs=1)
    found = dict(faults(tmp_path / "catalogue"))
    assert (found["batch.catalogue_key_twice"]["table"], found["batch.catalogue_key_twice"]["count"]) == ("assets", 2)
    assert str(found["batch.catalogue_key_twice"]["example"]).startswith("cn-130433-001-2021-budget ")
    broken = found["batch.catalogue_reference"]
    assert (broken["field"], broken["count"], broken["example"]) == ("line_id", 2, "cn-130433-001-2021-budget nobody")


def test_a_table_without_rows_has_every_column(catalogue: Path) -> None:
    connection = database.connect(catalogue)
    for table in tables():
        assert database.ask(connection, f"SELECT package, region, year FROM {table} WHERE year = 2099").rows == []
    assert one(catalogue, "SELECT count(*) FROM staff") == 0


@pytest.mark.parametrize("name", sorted(questions()))
def test_every_question_has_an_answer(catalogue: Path, name: str) -> None:
    question = questions()[name]
    given = {one.name: "2023" for one in question.parameters if one.required}
    answer = database.ask(database.connect(catalogue), question.sql, question.values(given))
    assert answer.columns
    assert question.title["zh"]
    assert question.says["en"]


def test_what_the_questions_find(catalogue: Path) -> None:
    connection = database.connect(catalogue)

    def ask(name: str, **given: str) -> list[dict[str, object]]:
        question = questions()[name]
        answer = database.ask(connection, question.sql, question.values(given))
        return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]

    three = ask("three-public", year="2022")
    assert [(row["package"], row["three_public"]) for row in three] == [
        ("cn-130433-001-2022-budget", 12000), ("cn-130433-002-2022-budget", 12000),
    ]  # fmt: skip
    assert {row["package"] for row in ask("do-not-add-up", region="31")} == {"cn-310107-009-2021-budget"}
    desk = next(row for row in ask("prices", code="A02010105") if row["item"] == "台式计算机")
    assert (desk["purchases"], desk["lowest"], desk["highest"]) == (5, 5000, 5000)
    assert any("电子政务外网" in str(row["project"]) for row in ask("it-projects"))
    with pytest.raises(UsageError):
        ask("three-public", colour="red")
    with pytest.raises(UsageError):
        ask("missing-disclosures")
    with pytest.raises(UsageError):
        ask("three-public", year="last")


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/passwd')", "COPY packages TO '{data}/x.parquet'", "DROP VIEW packages",
        "SELECT 1; SELECT 2", "SET enable_external_access = true", "ATTACH 'x.db'", "SELEC 1", "",
    ],
)  # fmt: skip
def test_a_query_can_only_read_the_catalogue(catalogue: Path, sql: str) -> None:
    with pytest.raises(UsageError):
        database.ask(database.connect(catalogue), sql.format(data=catalogue / "data"))


def test_answers_in_every_form(catalogue: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sql = "SELECT '=1+1' AS word, CAST(12.50 AS DECIMAL(18,4)) AS amount, NULL AS nothing, DATE '2021-01-02' AS day"
    answer = database.ask(database.connect(catalogue), sql)
    assert answers.as_csv(answer) == b"word,amount,nothing,day\n=1+1,12.5,,2021-01-02\n"
    assert json.loads(answers.as_json(answer)) == [
        {"word": "=1+1", "amount": 12.5, "nothing": None, "day": "2021-01-02"}
    ]
    from openpyxl import load_workbook
    from pyarrow import parquet

    sheet = load_workbook(io.BytesIO(answers.as_xlsx(answer))).active
    assert sheet["A2"].data_type == "s"
    assert sheet["A2"].value == "=1+1"
    assert parquet.read_table(io.BytesIO(answers.as_parquet(answer))).to_pylist()[0]["amount"] == Decimal("12.5")
    out = tmp_path / "answer.csv"
    command = ["query", sql, "-c", str(catalogue), "-o", str(out), "--lang", "en"]
    assert main(command) == 0
    assert out.read_bytes() == answers.as_csv(answer)
    assert main(command) == 2
    assert "is there already" in capsys.readouterr().err


def test_the_commands(packages: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = str(tmp_path / "catalogue")
    assert main(["catalogue", "build", str(packages), "-o", out, "--jobs", "2", "--lang", "en"]) == 0
    assert "5 added" in capsys.readouterr().out
    assert main(["catalogue", "check", out, "--lang", "en"]) == 0
    assert "is sound" in capsys.readouterr().out
    assert main(["catalogue", "compact", out]) == 0
    capsys.readouterr()
    assert main(["query", "three-public", "-c", out, "--param", "year=2021", "--format", "csv"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 4
    assert main(["query", "nobody", "-c", out, "--lang", "en"]) == 2
    assert "three-public" in capsys.readouterr().err
    assert main(["query", "SELECT 1", "-c", str(packages), "--lang", "en"]) == 2
    assert "is no catalogue" in capsys.readouterr().err
    assert main(["query", "--lang", "en"]) == 0
    assert "Prices of the same goods" in capsys.readouterr().out
