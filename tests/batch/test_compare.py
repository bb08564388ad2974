"""Two packages side by side: what changed, what was renamed or recoded, what is new or gone."""

from __future__ import annotations

import csv
import io
import json
import shutil
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest

from openbudget.batch import comparison_forms as forms
from openbudget.batch.compare import Change, Match, compare
from openbudget.batch.crosswalk import same_goods, series_codes
from openbudget.cli import main
from openbudget.errors import PackageError, UsageError
from tests.batch.test_catalogue import SEED, change, rewrite


def find(changes: tuple[Change, ...], part: str, label: str) -> Change:
    """The only change of a name in a part."""
    (found,) = [one for one in changes if one.part == part and one.label == label]
    return found


@pytest.fixture
def later(tmp_path: Path) -> Path:
    """The first package a year later, with some things different."""
    target = tmp_path / "cn-130433-434-2023-budget"
    shutil.copytree(SEED, target)
    change(target, name=target.name, fiscal_year=2023)
    rewrite(target, "budget_lines", lambda text: text.replace("7651400,765.14", "8000000,800"))
    rewrite(
        target,
        "performance_goals",
        lambda text: text.replace("《馆陶年鉴2021卷》编纂出版经费", "《馆陶年鉴2023卷》编纂出版经费").replace(
            "外事工作经费", "完全不同的新项目"
        ),
    )
    rewrite(
        target,
        "procurement",
        lambda text: text.replace("A02010104,2013", "A02010105,2022").replace("25000,25000", "30000,30000"),
    )
    return target


def test_a_package_does_not_differ_from_itself() -> None:
    found = compare(SEED, SEED)
    assert found.changes
    assert {one.match for one in found.changes} == {Match.SAME}
    assert forms.changed(found) == []


def test_amounts_by_how_much_and_how_many_per_cent(later: Path) -> None:
    revenue = find(compare(SEED, later).changes, "narrative", "预算收入")
    assert (revenue.before, revenue.after) == (Decimal(7651400), Decimal(8000000))
    assert revenue.difference == Decimal(348600)
    assert revenue.percent == Decimal("4.6")
    assert revenue.before_row == revenue.after_row == "narrative/revenue"


def test_renamed_added_and_dropped_projects(later: Path) -> None:
    changes = compare(SEED, later).changes
    yearbook = next(one for one in changes if one.part == "projects" and "年鉴2023" in one.label)
    assert yearbook.match is Match.RENAMED
    assert yearbook.former is not None
    assert "年鉴2021" in yearbook.former
    assert find(changes, "projects", "完全不同的新项目").match is Match.ADDED
    assert find(changes, "projects", "外事工作经费").match is Match.DROPPED


def test_the_same_goods_in_two_editions_of_the_catalogue(later: Path) -> None:
    desktop = find(compare(SEED, later).changes, "procurement", "台式计算机")
    assert desktop.match is Match.SAME
    assert desktop.difference == Decimal(5000)


def test_a_code_that_means_something_else_is_another_series() -> None:
    codes = series_codes()
    assert codes["2013:A02010104"] == codes["2022:A02010105"] == "A02010105"
    assert "2022:A02010104" not in codes or codes["2022:A02010104"] != codes["2013:A02010104"]
    names = [name for _, _, name in same_goods()]
    assert len(set(names)) == len(names)


def test_recoded_lines_are_matched_by_name(later: Path) -> None:
    def with_line(package: Path, code: str) -> None:
        line = (
            "general_public/{0}/basic,馆陶县人民政府办公室,2021,budget,general_public,expenditure,统计管理,"
            "expenditure.function,,false,false,general_public_budget,basic,{0},统计管理,,,,,100000,10,wan_yuan,,\n"
        )
        rewrite(package, "budget_lines", lambda text: text + line.format(code))

    before = later.parent / SEED.name
    shutil.copytree(SEED, before)
    with_line(before, "2010506")
    with_line(later, "2010599")
    found = next(one for one in compare(before, later).changes if one.part == "general_public")
    assert found.match is Match.RECODED
    assert found.former == "2010506 统计管理"
    assert (found.fund, found.kind) == ("general_public_budget", "basic")


def test_every_form(later: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = compare(SEED, later)
    rows = list(csv.DictReader(io.StringIO(forms.as_csv(found).decode())))
    assert len(rows) == len(found.changes)
    said = json.loads(forms.as_json(found))
    assert said["after"]["year"] == 2023
    assert len(said["changes"]) == len(rows)
    ElementTree.fromstring(forms.as_svg(found))
    page = forms.as_html(found).decode()
    assert "<script" not in page
    assert "+34.86" in page
    assert main(["compare", str(SEED), str(later), "--lang", "en"]) == 0
    text = capsys.readouterr().out
    first = text.split("\n\n")[1].splitlines()
    assert first[0] == "Key figures, changed or not"
    assert first[2].split() == ["Revenue,", "total", "765.14", "800", "+34.86", "+4.6%"]
    assert page.index("主要数字") < page.index("<svg")
    assert "+34.86" in text
    assert "was: 《馆陶年鉴2021卷》编纂出版经费" in text
    out = tmp_path / "page.html"
    assert main(["compare", str(SEED), str(later), "-o", str(out), "--lang", "zh"]) == 0
    assert out.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert main(["compare", str(SEED), str(SEED), "--lang", "en"]) == 0
    assert "do not differ" in capsys.readouterr().out


def test_a_strange_package_is_refused(tmp_path: Path) -> None:
    (tmp_path / "datapackage.json").write_text('{"name": "x", "resources": []}', encoding="utf-8")
    with pytest.raises(UsageError):
        compare(tmp_path, SEED)


@pytest.mark.parametrize("spoil", ["file", "content", "statement", "quote"])
def test_a_package_that_lost_figures_is_not_compared_as_if_they_were_dropped(tmp_path: Path, spoil: str) -> None:
    shutil.copytree(SEED, tmp_path / "p")
    table = tmp_path / "p" / "data" / "budget_lines.csv"
    text = table.read_text(encoding="utf-8")
    changed = {
        "content": "",
        "statement": text.replace(",narrative,", ",,", 1),
        "quote": text.replace(",budget,", ',"budget,', 1),
    }
    assert text not in changed.values()
    if spoil == "file":
        table.unlink()
    else:
        table.write_text(changed[spoil], encoding="utf-8")
    with pytest.raises(PackageError) as caught:
        compare(SEED, tmp_path / "p")
    assert caught.value.key == "batch.compare_faulty"


def test_a_catalogue_of_no_sound_package_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(SEED, tmp_path / "in" / "p")
    (tmp_path / "in" / "p" / "data" / "budget_lines.csv").unlink()
    assert main(["catalogue", "build", str(tmp_path / "in"), "-o", str(tmp_path / "out"), "--lang", "en"]) == 3
    assert "0 in all" in capsys.readouterr().out
