"""A site that holds several years of a department: what their pages say of each other, and when they are made anew."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from openbudget.errors import PublishError
from openbudget.publish._beside import neighbours
from openbudget.publish.plan import Request, Verb, Withdrawal, told
from openbudget.publish.release import releases_of
from openbudget.publish.site import entries_in, plan, send
from openbudget.site.departments import departments_count, departments_of
from openbudget.site.downloads import archive
from openbudget.site.frame import Site
from openbudget.site.shared_pages import department
from tests.site.conftest import DATE, PACKAGES, contents, publish_all
from tests.site.test_pages import ids, tree
from tests.site.years import EARLIER, NAME, OF_2020, packed

THIS = PACKAGES / NAME


def _withdraw(site: Path, name: str) -> None:
    request = Request(withdrawals=[Withdrawal(name, "更正")], date=DATE)
    send(request, plan(request, str(site), {}), str(site), {}, lambda stage, **args: None)


def _text(site: Path, name: str = NAME, language: str = "") -> str:
    page = (site / "packages" / name / language / "index.html").read_text(encoding="utf-8")
    found = re.search(r'<section aria-labelledby="beside">.*?</section>', page, re.S)
    return " ".join(re.sub("<.*?>", " ", found[0]).split()) if found else ""


def test_a_page_says_how_figures_changed_and_what_the_document_says_otherwise(both: Path) -> None:
    found = _text(both)
    assert "支出总计 765.14 758.47 +6.67 +0.9%" in found
    assert "基本支出 507.40 616.70 −109.30 −17.7%" in found
    assert "“三公”经费 1.20 8.40 −7.20 约 −86%" in found  # 1.2 and 8.4 are printed with one decimal
    assert "原文说“预算收支”比 2020 年预算 增加 7.01 万元 ，照此推算 2020 年预算是 758.13 万元" in found
    assert "本站 2020 年预算的数据是 758.47 万元 ，相差 0.34 万元。" in found
    assert "关于 2020 年预算的 3 处说法，与那份数据相符" in found
    english = _text(both, language="en/")
    assert "Basic expenditure 5,074,000 6,167,000 −1,093,000 −17.7%" in english
    assert "would then have been ¥7,581,300" in english
    assert _text(both, EARLIER) == ""
    page = (both / "packages" / NAME / "index.html").read_text(encoding="utf-8")
    assert '<a href="#beside">关于上年的说法有 1 处与本站上年的数据对不上。</a>' in page
    department = (both / "departments" / "cn-130433-434" / "index.html").read_text(encoding="utf-8")
    assert f'<a href="../../packages/{NAME}/index.html#beside">与 2020 年预算</a>' in department


def test_each_figure_leads_to_its_row(both: Path) -> None:
    checked = set()
    for language in ("", "en/"):
        page = both / "packages" / NAME / language / "index.html"
        for link in tree(page).xpath("//section[@aria-labelledby='beside']//tbody//a"):
            file, _, fragment = link.get("href").partition("#")
            target = (page.parent / file).resolve()
            assert fragment in ids(target), link.get("href")
            row = tree(target).get_element_by_id(fragment)
            told = {cell.text_content().replace(",", "") for cell in row.xpath("./td")}
            figure = link.text_content().replace(",", "")
            assert {figure, figure.rstrip("0").rstrip("."), f"{float(figure):.1f}"} & told, (link.get("href"), told)
            checked.add(target.parent.parent.name if not language else target.parents[2].name)
    assert checked == {NAME, EARLIER}


def test_the_order_in_which_years_are_published_makes_no_difference(both: Path, earlier: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    publish_all(site, THIS)
    assert _text(site) == ""
    planned = plan(Request(releases_of([earlier]), date=DATE), str(site), {})
    assert (planned.of(EARLIER), planned.of(NAME)) == (Verb.CREATE, Verb.PATCH)
    assert f"重做 {NAME} 的网页" in told(planned, "zh")
    publish_all(site, earlier)
    assert contents(site) == contents(both)
    assert publish_all(site, earlier, THIS) == {"create": 0, "patch": 0, "upload": 0, "unchanged": 2, "withdraw": 0}


def test_a_page_follows_what_it_is_held_against(both: Path, tmp_path: Path) -> None:
    site = Path(shutil.copytree(both, tmp_path / "site"))
    changed = packed(tmp_path, 2020, {**OF_2020, "8.4万": "9.4万", "1.2万": "9.4万"})
    assert publish_all(site, changed, date="2026-02-03")["patch"] == 2
    assert "“三公”经费 1.20 9.40 −8.20" in _text(site)
    assert "推算 2020 年预算是 8.40 万元" in _text(site)
    history = json.loads((site / "packages" / NAME / "release.json").read_bytes())["history"]
    assert [step["date"] for step in history] == [DATE]  # its own data are what they were
    _withdraw(site, EARLIER)
    assert _text(site) == ""
    assert not plan(Request(releases_of([THIS]), date=DATE), str(site), {}).changes


def test_a_run_that_was_killed_between_two_years_is_finished_by_the_next(
    both: Path, earlier: Path, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    publish_all(site, THIS)
    shutil.copytree(both / "packages" / EARLIER, site / "packages" / EARLIER)  # the first of two was swapped in
    publish_all(site, earlier)
    assert contents(site) == contents(both)


def test_a_page_that_cannot_be_made_anew_is_named_with_the_cure(both: Path, earlier: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    publish_all(site, THIS)
    before = contents(site)
    (site / "packages" / NAME / f"{NAME}.zip").write_bytes(b"no zip")
    with pytest.raises(PublishError) as caught:
        publish_all(site, earlier)
    assert caught.value.key == "publish.kept_damaged"
    assert NAME in caught.value.text("en")
    assert {**contents(site), f"packages/{NAME}/{NAME}.zip": before[f"packages/{NAME}/{NAME}.zip"]} == before
    publish_all(site, earlier, THIS)
    assert contents(site) == contents(both)


def test_what_a_new_page_is_held_against_must_be_what_was_published(both: Path, earlier: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    publish_all(site, earlier)
    kept = site / "packages" / EARLIER / f"{EARLIER}.zip"
    other = packed(tmp_path, 2020, {**OF_2020, "8.4万": "9.4万"})
    for content in (b"no zip", archive(EARLIER, contents(other))):
        kept.write_bytes(content)
        with pytest.raises(PublishError) as caught:
            publish_all(site, THIS)
        assert caught.value.key == "publish.kept_damaged" and str(kept) in caught.value.text("zh")
        assert not (site / "packages" / NAME).exists()
    publish_all(site, earlier, THIS)
    assert _text(site) == _text(both)


@pytest.mark.parametrize(
    "change",
    [{"year": "x"}, {"agency": 5}, {"region_code": None}, {"beside": [["a"]]}, {"history": 3}, {"name": "../x"}],
)
def test_what_a_site_remembers_of_a_package_and_makes_no_sense_counts_as_nothing(
    both: Path, change: dict[str, object], tmp_path: Path
) -> None:
    kept = tmp_path / "packages" / EARLIER / "release.json"
    kept.parent.mkdir(parents=True)
    document = json.loads((both / "packages" / EARLIER / "release.json").read_bytes())
    kept.write_text(json.dumps(document), encoding="utf-8")
    assert list(entries_in(tmp_path)) == [EARLIER]
    kept.write_text(json.dumps({**document, **change}), encoding="utf-8")
    assert entries_in(tmp_path) == {}


def test_a_killed_run_is_finished_also_where_an_earlier_program_made_the_page(both: Path, tmp_path: Path) -> None:
    """The changed package was swapped in, the page that is held against it was not."""
    there = {**entries_in(both), NAME: replace(entries_in(both)[NAME], builder="older")}
    assert neighbours(Request(), there, there[EARLIER].builder).anew == []
    there[EARLIER] = replace(there[EARLIER], fingerprint="0" * 64)
    assert neighbours(Request(), there, there[EARLIER].builder).anew == [NAME]


def test_a_package_published_with_errors_is_not_refused_when_another_changes(earlier: Path, tmp_path: Path) -> None:
    site, copy = tmp_path / "site", Path(shutil.copytree(THIS, tmp_path / NAME))
    descriptor = json.loads((copy / "datapackage.json").read_bytes())
    descriptor["resources"][0]["hash"] = "sha256:" + "0" * 64
    (copy / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    request = Request(releases_of([copy]), date=DATE, allow_invalid=True)
    send(request, plan(request, str(site), {}), str(site), {}, lambda stage, **args: None)
    assert publish_all(site, earlier)["patch"] == 1
    assert "支出总计" in _text(site)


def test_where_nothing_can_be_compared_that_is_said(earlier: Path, tmp_path: Path) -> None:
    empty = tmp_path / EARLIER
    shutil.copytree(earlier, empty)
    lines = empty / "data" / "budget_lines.csv"
    lines.write_text(lines.read_text(encoding="utf-8").replace(",budget,", ",adjusted,"), encoding="utf-8")
    request = Request(releases_of([empty, THIS]), date=DATE, allow_invalid=True)
    site = tmp_path / "site"
    send(request, plan(request, str(site), {}), str(site), {}, lambda stage, **args: None)
    assert "没有能肯定是同一项的数" in _text(site)


def test_what_a_document_does_not_say_of_last_year_is_told_of_the_packages(earlier: Path, tmp_path: Path) -> None:
    silent = packed(tmp_path, 2021, {"较2020年预算增加7.01万元，其中：": "，其中："})
    site = tmp_path / "site"
    publish_all(site, earlier, silent)
    page = (site / "packages" / NAME / "index.html").read_text(encoding="utf-8")
    lead = re.sub("<.*?>", "", page[page.index('<dl class="lead">') : page.index("</dl>")])
    assert "“支出总计”比 2020 年预算增加 6.67 万元（0.9%）。原文没有说，由本站两年的数据算出。" in lead


@pytest.mark.parametrize(
    ("codes", "ids"),
    [
        (("434", None), ["cn-130433-434"]),  # the final accounts print no code
        (("434", "435"), ["cn-130433-434", "cn-130433-435"]),
        ((None, None), ["cn-130433-u1"]),
    ],
)
def test_a_department_that_prints_its_code_in_one_document_only_is_one(
    both: Path, codes: tuple[str | None, str | None], ids: list[str]
) -> None:
    entry = entries_in(both)[NAME]
    made = []
    for code, kind in zip(codes, ("budget", "final-accounts"), strict=True):
        made.append(replace(entry, name=f"cn-130433-{code or 'u1'}-2021-{kind}", kind=kind, agency_code=code))
    found = departments_of(made)
    assert [one.id for one in found] == ids
    assert departments_count(made) == len(ids)
    pages = department(Site({"zh": "t", "en": "t"}), found[0])
    assert {path.split("/")[1] for path in pages} == {found[0].id, *found[0].others}
    twice = [*made, replace(made[1], name="cn-130433-434-2021-final-accounts", agency_code="434")]
    assert len(departments_of(twice)) == len({one.department for one in twice})  # which is meant is not known


def test_two_bodies_of_one_code_or_one_name_are_not_mixed_up(earlier: Path, tmp_path: Path) -> None:
    for facts in ({"agency_name": "馆陶县财政局"}, {"level": "unit"}, {"region_code": "130434"}):
        copy = Path(shutil.copytree(earlier, tmp_path / next(iter(facts)) / EARLIER))
        descriptor = json.loads((copy / "datapackage.json").read_bytes())
        descriptor["openbudget"].update(facts)
        (copy / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
        site = tmp_path / "site" / next(iter(facts))
        request = Request(releases_of([copy, THIS]), date=DATE, allow_invalid=True)
        send(request, plan(request, str(site), {}), str(site), {}, lambda stage, **args: None)
        assert _text(site) == "", facts
