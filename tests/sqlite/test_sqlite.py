"""`sqlite:FILE`: what is in the database, and that it is written whole, only where something changed."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from openbudget import standard
from openbudget.errors import PublishError, UsageError
from openbudget.package import open_package
from openbudget.package.atomic import held
from openbudget.publish import sqlite as target
from openbudget.publish.plan import Verb
from tests.site.conftest import PACKAGES
from tests.sqlite.conftest import DATE, NAME, run, take_back

SHORT = "DELETE FROM search_docsize WHERE id = (SELECT max(id) FROM search_docsize)"


def ask(database: Path, sql: str, *values: object) -> list[Any]:
    """The rows that a query gives."""
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
        return connection.execute(sql, values).fetchall()


def check_search(database: Path) -> None:
    """The search index fits its texts: SQLite looks through both and raises where it does not."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("INSERT INTO search (search, rank) VALUES ('integrity-check', 1)")


def dump(database: Path) -> list[str]:
    """Everything that a database holds, as SQL, but for statistics and the parts of the index."""

    def lines() -> Iterator[str]:
        with closing(sqlite3.connect(database)) as connection:
            yield from (line for line in connection.iterdump() if "search_" not in line and "sqlite_stat" not in line)

    return sorted(lines())


def test_every_row_is_there_as_it_was(database: Path) -> None:
    package = open_package(PACKAGES / NAME)
    for name, rows in package.tables.items():
        columns = ", ".join(f'"{one}"' for one in standard.tables()[name].columns)
        found = ask(database, f'SELECT {columns} FROM "{name}" WHERE package = ? ORDER BY rowid', NAME)
        assert len(found) == len(rows) == package.rows[name]
        for made, row in zip(found, rows, strict=True):
            for value, field in zip(made, standard.tables()[name].fields, strict=True):
                old = row.get(field.name)
                if isinstance(old, Decimal):
                    assert Decimal(str(value)) == old
                else:
                    assert value == (str(old) if field.type == "date" and old else old), (name, field.name)
    assert ask(database, "SELECT count(*) FROM packages") == [(4,)]


def test_codes_stay_text_and_money_is_a_number(database: Path) -> None:
    assert ask(database, "SELECT DISTINCT typeof(region_code) FROM packages") == [("text",)]
    assert ask(database, "SELECT DISTINCT typeof(catalogue_edition) FROM procurement") == [("text",)]
    kinds = ask(database, "SELECT DISTINCT typeof(amount) FROM budget_lines WHERE amount IS NOT NULL")
    assert {kind for (kind,) in kinds} <= {"integer", "real"}


def test_keys_hold(database: Path) -> None:
    assert ask(database, "PRAGMA foreign_key_check") == []
    keys = ask(database, 'SELECT "table", "from", "to" FROM pragma_foreign_key_list(\'budget_lines\')')
    assert ("organizations", "organization_id", "id") in keys and ("packages", "package", "name") in keys


@pytest.mark.parametrize(
    ("word", "how"),
    [("政务公开", "MATCH"), ("台式计算机", "MATCH"), ("打印", "LIKE"), ("椅", "LIKE")],
)
def test_search_finds_words_of_any_length(database: Path, word: str, how: str) -> None:
    if how == "MATCH":
        wanted = "id IN (SELECT rowid FROM search WHERE search MATCH ?)"
        found = ask(database, f"SELECT text FROM texts WHERE {wanted} AND package = ?", f'"{word}"', NAME)
    else:
        found = ask(database, "SELECT text FROM texts WHERE text LIKE ? AND package = ?", f"%{word}%", NAME)
    assert found and all(word in text for (text,) in found)


def test_two_characters_are_not_found_by_match_which_is_why_there_is_like(database: Path) -> None:
    assert ask(database, "SELECT count(*) FROM search WHERE search MATCH ?", "打印") == [(0,)]


@pytest.mark.parametrize("table", list(standard.tables()))
def test_every_table_has_a_view_for_people(database: Path, table: str) -> None:
    spec = standard.tables()[table]
    with closing(sqlite3.connect(database)) as connection:
        found = connection.execute(f'SELECT * FROM "{spec.title["zh"]}"')
        heads = [column[0] for column in found.description]
        assert heads[:4] == ["地区", "部门", "年度", "类别"]
        assert [field.title["zh"] for field in spec.fields] == heads[4 : 4 + len(spec.fields)]
        assert len(set(heads)) == len(heads)
        assert len(found.fetchall()) == ask(database, f'SELECT count(*) FROM "{table}"')[0][0]


def test_views_say_titles_and_places(database: Path) -> None:
    sql = 'SELECT "资金来源", "是否合计", "原文位置" FROM "预算（决算）收支" WHERE "标识" = ? AND "数据包" = ?'
    ((source, total, place),) = ask(database, sql, "narrative/revenue.general_public_budget", NAME)
    assert (source, total) == (standard.codelist("fund_source")["general_public_budget"].title_zh, "否")
    assert place.startswith("guantao-government-office-2021.txt #")
    sql = 'SELECT "政府采购品目编码" FROM "政府采购预算" WHERE "数据包" = ? LIMIT 1'
    assert ask(database, sql, NAME) == [("台式计算机（A02010104）",)]


def test_the_same_packages_give_the_same_bytes(packages: Path, database: Path, tmp_path: Path) -> None:
    again = tmp_path / database.name
    run(again, packages, title="某市预算公开", licence="CC-BY-4.0")
    assert again.read_bytes() == database.read_bytes()


def test_publishing_again_writes_nothing(database: Path, packages: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in database.parent.iterdir()}
    assert not run(database, packages, date="2027-01-01").changes
    assert {path: path.stat().st_mtime_ns for path in database.parent.iterdir()} == before


def test_one_package_after_another_is_the_same_as_all_at_once(packages: Path, database: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite"
    for package in sorted(packages.iterdir(), reverse=True):
        run(path, package, title="某市预算公开", licence="CC-BY-4.0")
    old, new = (
        [line for line in dump(one) if "_published" not in line and 'INTO "texts"' not in line]
        for one in (database, path)
    )
    assert old == new
    assert ask(path, "SELECT count(*) FROM texts") == ask(database, "SELECT count(*) FROM texts")
    check_search(path)


def changed(folder: Path) -> Path:
    """The package with another figure in one table, and hashes to match."""
    import hashlib

    copy = Path(shutil.copytree(PACKAGES / NAME, folder / NAME))
    path = copy / "data" / "glossary.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("一般公共", "寻常公共"), encoding="utf-8")
    descriptor = json.loads((copy / "datapackage.json").read_bytes())
    for part in descriptor["resources"]:
        if part["name"] == "glossary":
            content = path.read_bytes()
            part |= {"hash": f"sha256:{hashlib.sha256(content).hexdigest()}", "bytes": len(content)}
    (copy / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    return copy


def test_a_changed_package_replaces_its_own_rows_only(database: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(database, tmp_path / "x.sqlite"))
    made = run(path, changed(tmp_path), date="2026-02-03", allow_invalid=True)
    uploads = [one.resource for one in made.actions if one.verb is Verb.UPLOAD]
    assert uploads == ["glossary"]
    assert ask(path, "SELECT count(*) FROM search WHERE search MATCH '寻常公共'")[0][0] > 0
    assert ask(path, "SELECT count(*) FROM budget_lines") == ask(database, "SELECT count(*) FROM budget_lines")
    assert ask(path, "SELECT count(*) FROM texts") == ask(database, "SELECT count(*) FROM texts")
    check_search(path)
    log = ask(path, "SELECT date, what FROM changes WHERE package = ? ORDER BY number", NAME)
    assert log == [(DATE, "created"), ("2026-02-03", "changed")]


def test_withdrawal_takes_the_rows_and_keeps_the_reason(database: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(database, tmp_path / "x.sqlite"))
    assert take_back(path, NAME, "原文件已更正", "2026-03-04").counts()["withdraw"] == 1
    for table in [*standard.tables(), "texts"]:
        assert ask(path, f'SELECT count(*) FROM "{table}" WHERE package = ?', NAME) == [(0,)]
    assert ask(path, "SELECT published, withdrawn FROM packages WHERE name = ?", NAME) == [
        ("2026-03-04", "原文件已更正")
    ]
    assert ask(path, "SELECT count(*) FROM search WHERE search MATCH '台式计算机'")[0][0] > 0  # of the others
    assert not take_back(path, NAME, "原文件已更正").changes
    assert run(path, PACKAGES / NAME).counts()["create"] == 1
    log = ask(path, "SELECT what FROM changes WHERE package = ? ORDER BY number", NAME)
    assert [what for (what,) in log] == ["created", "withdrawn", "restored"]


def test_what_is_not_there_cannot_be_withdrawn(tmp_path: Path) -> None:
    with pytest.raises(PublishError):
        take_back(tmp_path / "x.sqlite", NAME, "x")


def test_a_package_with_errors_is_refused_and_nothing_changes(database: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(database, tmp_path / "x.sqlite"))
    bad = changed(tmp_path)  # its disclosure.json says something else
    before = path.read_bytes()
    with pytest.raises(PublishError) as caught:
        run(path, bad)
    assert caught.value.key == "publish.invalid"
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.glob(".*")] == []


@pytest.mark.parametrize("content", [b"", b"not a database", None])
def test_a_file_of_somebody_else_is_not_touched(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "x.sqlite"
    if content is None:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE mine (a)")
    else:
        path.write_bytes(content)
    before = path.read_bytes()
    with pytest.raises(PublishError) as caught:
        run(path, PACKAGES / NAME)
    assert caught.value.key == "publish.sqlite_foreign"
    assert path.read_bytes() == before


def test_a_database_that_changed_meanwhile_is_not_overwritten(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(shutil.copy(database, tmp_path / "x.sqlite"))
    real = target._verified

    def meanwhile(new: Path) -> int:
        path.write_bytes(database.read_bytes() + b"\0")
        return real(new)

    monkeypatch.setattr(target, "_verified", meanwhile)
    with pytest.raises(PublishError) as caught:
        take_back(path, NAME, "x")
    assert caught.value.key == "publish.sqlite_changed"
    assert path.read_bytes() == database.read_bytes() + b"\0"


@pytest.mark.parametrize("fault", ["DELETE FROM texts WHERE id = (SELECT max(id) FROM texts)", SHORT, "page"])
def test_what_was_not_written_whole_takes_the_place_of_nothing(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """A row lost, a row not in the index, a page of the file overwritten: each is found when it is read back."""
    path = Path(shutil.copy(database, tmp_path / "x.sqlite"))
    before = path.read_bytes()
    real = target._verified

    def after(new: Path) -> int:
        if fault == "page":
            ((root,),) = ask(new, "SELECT rootpage FROM sqlite_schema WHERE name = 'codes'")  # which nobody counts
            ((size,),) = ask(new, "PRAGMA page_size")
            with new.open("r+b") as stream:
                stream.seek((root - 1) * size)
                stream.write(b"\xff" * size)
        else:
            with closing(sqlite3.connect(new)) as connection, connection:
                connection.execute(fault)
        return real(new)

    monkeypatch.setattr(target, "_verified", after)
    with pytest.raises(PublishError) as caught:
        take_back(path, NAME, "x")
    assert (caught.value.key, caught.value.exit_code) == ("publish.sqlite_failed", 5)
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["x.sqlite"]


def test_a_link_stays_and_what_it_leads_to_is_replaced(database: Path, tmp_path: Path) -> None:
    real = tmp_path / "disk" / "real.sqlite"
    real.parent.mkdir()
    shutil.copy(database, real)
    link = tmp_path / "x.sqlite"
    link.symlink_to(real)
    take_back(link, NAME, "原文件已更正")
    assert link.is_symlink()
    assert ask(real, "SELECT withdrawn FROM packages WHERE name = ?", NAME) == [("原文件已更正",)]
    assert (tmp_path / "x.metadata.json").is_file()
    assert [path.name for path in real.parent.iterdir()] == ["real.sqlite"]


def test_a_database_of_another_layout_is_refused(database: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(database, tmp_path / "x.sqlite"))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE about SET value = 'old' WHERE name = 'layout'")
    with pytest.raises(PublishError) as caught:
        run(path, PACKAGES / NAME)
    assert caught.value.key == "publish.sqlite_layout"


def test_settings_are_remembered_and_checked(database: Path, packages: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(database, tmp_path / "x.sqlite"))
    assert run(path, packages).changes  # its metadata is not beside it yet
    said = json.loads((tmp_path / "x.metadata.json").read_bytes())
    assert (said["title"], said["license"]) == ("某市预算公开", "CC-BY-4.0")
    assert not run(path, packages).changes
    assert run(path, packages, title="别的名字").changes
    assert json.loads((tmp_path / "x.metadata.json").read_bytes())["title"] == "别的名字"
    with pytest.raises(UsageError):
        run(path, packages, licence="free")


def test_rows_without_a_key_are_refused(tmp_path: Path) -> None:
    from openbudget.publish._sqlite import rows
    from openbudget.publish.release import opened, releases_of

    package, release = opened(releases_of([PACKAGES / NAME])[0])
    twice = rows.content_of(package, release, {}, None)
    doubled = {**twice.rows, "glossary": [*twice.rows["glossary"], twice.rows["glossary"][0]]}
    made = target._start(tmp_path / "x.sqlite", None, {"title": "x", "licence": ""})
    with closing(made) as connection, pytest.raises(PublishError) as caught:
        rows.put(connection, rows.Content(release, twice.facts, doubled, twice.texts), DATE, "created")
    assert caught.value.key == "publish.sqlite_key"


def test_what_killed_runs_left_is_removed_and_living_ones_are_let_be(database: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(database, tmp_path / "x.sqlite"))
    left, living, other = (tmp_path / name for name in (".x.sqlite.new-a", ".x.sqlite.new-b", ".y.sqlite.new-c"))
    for file in (left, living, other):
        file.write_bytes(b"half")
    with held(living):
        take_back(path, NAME, "原文件已更正")
    assert {one.name for one in tmp_path.iterdir() if one.name.startswith(".")} == {living.name, other.name}
