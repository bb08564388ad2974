"""The parts of the standard agree with each other and with the program."""

from __future__ import annotations

import csv
import json
import re
from decimal import Decimal
from itertools import pairwise

import pytest

from openbudget import standard
from openbudget.model import amount, finding
from openbudget.standard.derive.sources import ORDER, Declarations, lists_of
from tests.standard.conftest import SCHEMA

CODELISTS = sorted(path.stem for path in (SCHEMA / "codelists").glob("*.csv"))
HEADER = ["Code", "Title_zh", "Title_en", "Parent", "ValidFrom", "ValidTo", "Description"]
# lists that no field of a table names: those of the descriptor
DESCRIPTOR = {"kind", "level"}


def test_every_field_of_the_dictionary_is_used(declared: Declarations) -> None:
    used = {declared.key(table, name) for table, spec in declared.tables.items() for name in spec["fields"]}
    assert set(declared.fields) == used


def test_every_table_has_its_place_in_the_order(declared: Declarations) -> None:
    assert tuple(declared.tables) == ORDER


def test_no_two_entries_of_the_dictionary_say_the_same(declared: Declarations) -> None:
    def meaning(entry: dict[str, object]) -> str:
        return json.dumps({key: value for key, value in entry.items() if key != "equivalents"}, sort_keys=True)

    said = [meaning(entry) for entry in declared.fields.values()]
    assert len(said) == len(set(said))


def test_tables_have_an_identifier_that_is_their_key(declared: Declarations) -> None:
    for name, spec in declared.tables.items():
        wanted = ["table", "row_id", "field"] if name == "sources" else ["id"]
        assert spec["primary_key"] == wanted
        assert set(wanted) <= set(spec["required"])


def test_rows_that_speak_of_a_body_name_it(declared: Declarations) -> None:
    for spec in declared.tables.values():
        pointing = {name for key in spec["foreign_keys"] for name in key["fields"]}
        assert ("organization_id" in spec["fields"]) == ("organization_id" in pointing)


def test_twins_stand_in_the_same_table(declared: Declarations) -> None:
    for table, spec in declared.tables.items():
        for name in spec["fields"]:
            twin = declared.field(table, name).get("twin")
            if twin:
                assert twin in spec["fields"]
                assert "unit_reported" in spec["fields"]


def test_tables_with_money_say_its_unit(declared: Declarations) -> None:
    for table, spec in declared.tables.items():
        money = [name for name in spec["fields"] if declared.field(table, name).get("unit") == "yuan"]
        assert not money or "unit_reported" in spec["fields"], table


def test_every_codelist_is_registered_and_used(declared: Declarations) -> None:
    used = {name for entry in declared.fields.values() for name in lists_of(entry).values()} | DESCRIPTOR
    assert set(declared.codelists) == set(CODELISTS) == used


@pytest.mark.parametrize("name", CODELISTS)
def test_codelist_is_in_order(name: str, declared: Declarations) -> None:
    raw = (SCHEMA / "codelists" / f"{name}.csv").read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in raw
    rows = list(csv.reader(raw.decode("utf-8").splitlines()))
    assert rows[0] == HEADER
    assert all(len(row) == len(HEADER) for row in rows)
    assert len(rows) == raw.count(b"\n")  # one line an entry, as standard.is_code reads them
    for row in rows[1:]:
        assert set(row[0]).isdisjoint(',"')
        assert standard.is_code(name, row[0])
    assert all(cell == cell.strip() for row in rows for cell in row)
    entry, codes = declared.codelists[name], declared.codes(name)
    parents = {row["Code"] for row in (declared.codes(entry["parents"]) if "parents" in entry else codes)}
    for row in codes:
        assert row["Code"], row
        assert row["Title_zh"], row
        assert not row["Parent"] or row["Parent"] in parents, row
        assert row["Parent"] != row["Code"] or "parents" in entry, row
        assert entry["kind"] == "open" or row["Title_en"], row
        assert entry["kind"] == "closed" or re.fullmatch(entry["pattern"], row["Code"]), row


@pytest.mark.parametrize("name", CODELISTS)
def test_codes_have_one_title_in_each_year(name: str, declared: Declarations) -> None:
    by_code: dict[str, list[dict[str, str]]] = {}
    for row in declared.codes(name):
        by_code.setdefault(row["Code"], []).append(row)
        for bound in (row["ValidFrom"], row["ValidTo"]):
            assert re.fullmatch(r"(\d{4})?", bound), row
    for rows in by_code.values():
        for earlier, later in pairwise(rows):
            assert earlier["ValidTo"], earlier
            assert int(earlier["ValidTo"]) < int(later["ValidFrom"]), later


def test_parents_of_dotted_codes_are_there(declared: Declarations) -> None:
    for name in ("items", "asset_category", "staff_category", "organization_type"):
        codes = {row["Code"] for row in declared.codes(name)}
        assert all(code.rpartition(".")[0] in codes for code in codes if "." in code)


def test_items_has_a_line_for_every_fund_source(declared: Declarations) -> None:
    sources = {row["Code"] for row in declared.codes("fund_source")} - {"total"}
    assert {f"revenue.{source}" for source in sources} <= {row["Code"] for row in declared.codes("items")}


def test_the_money_units_are_those_of_the_program(declared: Declarations) -> None:
    listed = {row["Code"]: row["Title_zh"] for row in declared.codes("units")}
    assert listed == {code: printed for code, (printed, _) in amount.UNITS.items()}
    assert all(factor >= Decimal(1) for _, factor in amount.UNITS.values())


@pytest.mark.parametrize(("name", "enum"), [("severity", finding.Severity), ("outcome", finding.Outcome)])
def test_codes_of_findings_are_those_of_the_program(name: str, enum: type, declared: Declarations) -> None:
    codes = [row["Code"] for row in declared.codes(name)]
    assert codes == [member.value for member in enum]  # type: ignore[attr-defined]
    assert standard.json_schema("report")["definitions"]["finding"]["properties"][name]["enum"] == codes


def test_the_descriptor_knows_the_kinds(declared: Declarations) -> None:
    codes = [row["Code"] for row in declared.codes("kind")]
    descriptor = standard.json_schema("datapackage")
    assert descriptor["definitions"]["openbudget"]["properties"]["kind"]["enum"] == codes
    assert f"({'|'.join(codes)})$" in descriptor["properties"]["name"]["pattern"]


@pytest.mark.parametrize(
    ("definition", "value"), [("finding", finding.Finding), ("term", finding.Term), ("run", finding.RuleRun)]
)
def test_the_report_has_the_fields_of_the_program(definition: str, value: type) -> None:
    properties = standard.json_schema("report")["definitions"][definition]["properties"]
    assert set(properties) == set(value._fields)


def test_editions_of_the_procurement_catalogue_are_kept_apart() -> None:
    old, new = standard.codelist("procurement_catalogue_2013"), standard.codelist("procurement_catalogue_2022")
    assert old["A02010104"].title_zh == "台式计算机"
    assert new["A02010104"].title_zh == "服务器"
    assert old["A060299"].title_zh == "其他台、桌类"
    assert old["A060205"].title_zh == "木制台、桌类"
    assert old["A0201060199"].title_zh == "其他打印设备"
    assert old["A060399"].title_zh == "其他椅凳类"
    assert len(new) == 4304


def test_what_people_know_of_the_classifications() -> None:
    departments = standard.codelist("economic_department")
    assert "30210" not in departments  # printed by one unit, but the national list has no such code
    assert departments["30217"].title_zh == "公务接待费"
    assert standard.codelist("economic_government")["50206"].title_zh == "公务接待费"
    assert standard.codelist("regions")["130433"].title_zh == "馆陶县"


def test_versions_agree() -> None:
    number = standard.version()
    assert re.fullmatch(r"\d+\.\d+\.\d+", number)
    assert f"## {number}" in (SCHEMA / "CHANGELOG.md").read_text(encoding="utf-8")
    assert json.loads((SCHEMA / "derived/standard.json").read_bytes())["version"] == number


@pytest.mark.parametrize(
    "name", ["function", "economic_department", "economic_government", "procurement_catalogue_2013", "section"]
)
def test_short_open_lists_have_english_titles(name: str, declared: Declarations) -> None:
    assert not [row["Code"] for row in declared.codes(name) if not row["Title_en"]]
