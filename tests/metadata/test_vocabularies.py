"""schema.org, CSVW, Croissant and the package itself, each judged by software of others: extruct, csvw, mlcroissant,
frictionless. Each test plants a fault as well and sees that it is found."""

from __future__ import annotations

import json
import shutil
import warnings
from pathlib import Path
from typing import Any

import pytest

from openbudget.publish.metadata import schema_org
from openbudget.publish.metadata.build import dataset_of, portal_of
from openbudget.publish.site import entries_in
from tests.metadata.conftest import NAME, URL

NEEDED = {"name", "description", "creator", "license", "distribution", "temporalCoverage", "identifier", "url"}


def package(site: Path, folder: Path) -> Path:
    """A copy of the published package, to plant faults in."""
    return Path(shutil.copytree(site / "packages" / NAME, folder / NAME))


def plant(path: Path, old: str, new: str) -> None:
    """Change a text in a file; it must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def described(page: str) -> list[dict[str, Any]]:
    """The JSON-LD that extruct finds in a page."""
    extruct = pytest.importorskip("extruct")
    found: list[dict[str, Any]] = extruct.extract(page, syntaxes=["json-ld"])["json-ld"]
    return found


@pytest.mark.parametrize("language", ["", "en/"])
def test_pages_describe_the_dataset(placed: Path, language: str) -> None:
    (found,) = described((placed / "packages" / NAME / language / "index.html").read_text(encoding="utf-8"))
    assert found["@type"] == "Dataset"
    assert found.keys() >= NEEDED
    assert 50 <= len(found["description"]) <= 5000
    for part in found["distribution"]:
        assert (placed / part["contentUrl"].removeprefix(f"{URL}/")).is_file()


@pytest.mark.parametrize("language", ["", "en/"])
def test_without_an_address_links_are_relative_to_the_page(unplaced: Path, language: str) -> None:
    page = unplaced / "packages" / NAME / language / "index.html"
    (found,) = described(page.read_text(encoding="utf-8"))
    for part in found["distribution"]:
        assert (page.parent / part["contentUrl"]).resolve().is_file(), part
    assert "license" not in found  # nobody stated one


def test_a_page_without_its_description_is_noticed(placed: Path) -> None:
    page = (placed / "packages" / NAME / "index.html").read_text(encoding="utf-8")
    assert not described(page.replace("application/ld+json", "text/plain"))


def test_no_text_can_end_the_description(placed: Path) -> None:
    from dataclasses import replace

    portal = portal_of({})
    one = replace(dataset_of(entries_in(placed)[NAME], portal), agency="</script><script>alert(1)</script><!--")
    text = schema_org.embedded(schema_org.dataset(portal, one))
    assert "<" not in text
    (found,) = described(f'<html><script type="application/ld+json">{text}</script></html>')
    assert found["creator"]["name"] == one.agency


def csvw_accepts(path: Path) -> bool:
    """Whether csvw finds the tables as described; strictly, as its command line does."""
    csvw = pytest.importorskip("csvw")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return bool(csvw.CSVW(str(path), validate=True).is_valid)
        except ValueError:  # how it tells of cells and keys
            return False


def test_csvw_accepts_the_tables(unplaced: Path) -> None:
    folder = unplaced / "packages" / NAME
    for path in ("csvw.json", "data/budget_lines.csv", "data/assets.csv-metadata.json"):
        assert csvw_accepts(folder / path), path
    assert len(list(folder.glob("data/*.csv"))) == len(list(folder.glob("data/*.csv-metadata.json")))


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("data/budget_lines.csv", ",7651400,", ",很多,"),  # no number
        ("data/budget_lines.csv", "narrative/revenue.government_fund,", "narrative/revenue,"),  # a key twice
        ("data/procurement.csv", ",馆陶县人民政府办公室,", ",某局,"),  # refers to nothing
    ],
)
def test_csvw_finds_a_planted_fault(unplaced: Path, tmp_path: Path, path: str, old: str, new: str) -> None:
    copy = package(unplaced, tmp_path)
    plant(copy / path, old, new)
    assert not csvw_accepts(copy / "csvw.json")


def croissant(path: Path) -> Any:
    """The dataset as mlcroissant reads it; its warnings are about what is recommended."""
    mlcroissant = pytest.importorskip("mlcroissant")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return mlcroissant.Dataset(jsonld=str(path))


def test_croissant_gives_the_rows(unplaced: Path) -> None:
    dataset = croissant(unplaced / "packages" / NAME / "croissant.json")
    rows = list(dataset.records("budget_lines"))
    assert len(rows) == 22
    assert rows[0]["budget_lines/amount"] == 7651400
    assert rows[0]["budget_lines/item"].decode() == "预算收入"
    codes = {row["procurement/catalogue_edition"] for row in dataset.records("procurement")}
    assert codes == {b"2013"}  # a code is no number


def test_croissant_with_address_and_licence_has_no_warning(placed: Path) -> None:
    issues = croissant(placed / "packages" / NAME / "croissant.json").metadata.ctx.issues
    assert not issues.errors and not issues.warnings


def test_croissant_finds_a_planted_fault(unplaced: Path, tmp_path: Path) -> None:
    mlcroissant = pytest.importorskip("mlcroissant")
    copy = package(unplaced, tmp_path)
    plant(copy / "croissant.json", '"@id": "data/budget_lines.csv",', '"@id": "data/other.csv",')
    with pytest.raises(mlcroissant.ValidationError):
        croissant(copy / "croissant.json")


def test_frictionless_accepts_what_is_published(unplaced: Path, tmp_path: Path) -> None:
    frictionless = pytest.importorskip("frictionless")
    copy = package(unplaced, tmp_path)
    assert frictionless.validate(str(copy / "datapackage.json")).valid
    plant(copy / "data/budget_lines.csv", ",7651400,", ",很多,")
    assert not frictionless.validate(str(copy / "datapackage.json")).valid


def test_the_published_folder_is_still_a_package(unplaced: Path) -> None:
    from openbudget.package import open_package

    found = open_package(unplaced / "packages" / NAME).findings
    assert not [finding for finding in found if finding.severity == "error" or finding.rule == "STR-008"]
    assert json.loads((unplaced / "packages" / NAME / "csvw.json").read_bytes())["tables"]
