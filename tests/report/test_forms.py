"""Every form of a report: well-formed, whole, harmless whatever the source says."""

from __future__ import annotations

import base64
import csv
import hashlib
import html
import io
import json
import os
import re
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import jsonschema
import pytest
from lxml import etree

from openbudget import pipeline, report, standard
from openbudget.errors import UsageError
from openbudget.messages.folding import text_width
from openbudget.model.finding import Finding, Outcome, Report, RuleRun, Severity
from openbudget.model.place import parse_fragment, whole_of
from openbudget.report import write
from openbudget.report.places import place_words
from openbudget.report.sums import sum_of
from openbudget.report.table import harmless
from openbudget.report.wording import reasons

from .samples import HOSTILE, changed, clean, finding, invalid, sample

LANGUAGES = ("zh", "en")
SCHEMAS = Path(__file__).parent / "schemas"


def written(form: str, *reports: Report, language: str = "zh") -> str:
    out = io.StringIO()
    report.write(reports or (sample(),), form, out, language)
    return out.getvalue()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", report.FORMATS)
def test_every_form_is_written_for_none_one_and_many(form: str, language: str) -> None:
    for reports in ((clean(),), (sample(),), (sample(), invalid(), clean())):
        text = written(form, *reports, language=language)
        assert text == "" or text.endswith("\n")
        assert "{" not in re.sub(r"[{}]", "", text)


@pytest.mark.parametrize("form", ["text", "markdown", "html", "github"])
def test_nothing_in_what_people_read_is_unseen(form: str) -> None:
    """Text of others neither commands a terminal nor turns the direction of what follows, nor looks like lines of ours."""
    told = invalid()._replace(name="a\x1b]0;title\x07\u2066")
    message = dict.fromkeys(LANGUAGES, f"{HOSTILE}\nOK: valid")
    text = written(form, told._replace(findings=[one._replace(message=message) for one in told.findings]))
    assert re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", text) is None
    assert "[U+202E]" in text
    assert "OK: valid" in text
    assert form == "html" or not re.search("^OK: valid", text, re.M)


@pytest.mark.parametrize("cell", ["=1", "+1", "@x", "-2+3+cmd|' /C calc'!A0", "-x", "＝1", "－1+2", "\t=1"])
def test_what_a_spreadsheet_would_calculate_is_text(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["-1", "-1,234.50", "－", "1-2", "预算=1", "", 5, "-"])
def test_figures_stay(cell: object) -> None:
    assert harmless(cell) == cell


def test_an_unknown_form_is_a_mistake_of_the_person() -> None:
    with pytest.raises(UsageError, match="no report format"):
        written("pdf")


def test_a_percentage_of_amounts_is_in_no_unit_of_money() -> None:
    amounts, stated = finding().terms[:2], finding().terms[-1]
    percent = stated._replace(field="change_percent", value=Decimal("-1.1"), printed="1.10%")
    told = sum_of(
        finding()._replace(
            field="change_percent", terms=(*amounts, percent), expected="-15.13", actual="-1.1", difference="14.03"
        )
    )
    assert told.unit == "wan_yuan"
    assert [line.figure for line in told.stated] == ["−1.1%"]
    assert (told.expected, told.actual, told.difference) == ("−15.13%", "−1.1%", "14.03%")


def test_json_follows_its_schema() -> None:
    schema = standard.json_schema("report")
    for one in (sample(), invalid(), clean()):
        document = json.loads(written("json", one))
        jsonschema.Draft7Validator(dict(schema)).validate(document)
        assert len(document["findings"]) == len(one.findings)
    assert [one["name"] for one in json.loads(written("json", sample(), clean()))] == [sample().name, "clean"]


def test_json_lines_are_the_findings() -> None:
    lines = [json.loads(line) for line in written("jsonl").splitlines()]
    assert [line["rule"] for line in lines] == ["YOY-001", "DOC-002"]
    assert lines[0]["package"] == sample().name


def test_csv_has_a_row_a_finding_and_no_formulas() -> None:
    rows = list(csv.DictReader(io.StringIO(written("csv"))))
    assert rows[0]["expected_value"] == "66700"
    assert rows[0]["source_place_text"] == "第 6–9 字"
    assert rows[1]["value_provided"] == "'=HYPERLINK(1)"
    assert rows[1]["waived"] == "'=已函告"
    assert rows[1]["printed"] == HOSTILE


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_lays_the_sum_out_and_ends_with_the_summary(language: str) -> None:
    text = written("text", language=language)
    assert re.search(r"\+ −109\.30 .*\n.*\+ +115\.97 .*\n.*─+.*\n.*= +6\.67 .*\n +7\.01 .*\n +0\.34 ", text)
    last = text.strip().splitlines()[-1]
    assert last.startswith("数据包合格" if language == "zh" else "The package is valid")
    assert ("不合格" if language == "zh" else "not valid") in written("text", invalid(), language=language)
    assert ("另有 11 条没有列出" if language == "zh" else "11 more") in written("text", invalid(), language=language)


def test_text_is_folded_to_a_terminal_and_only_there() -> None:
    long = finding()._replace(message={"zh": "增减额与各部分之和不符，" * 12, "en": "-"})
    whole, folded = io.StringIO(), io.StringIO()
    write([sample()._replace(findings=(long,))], "text", whole, "zh")
    write([sample()._replace(findings=(long,))], "text", folded, "zh", width=40)
    lines = folded.getvalue().splitlines()
    assert max(text_width(line) for line in whole.getvalue().splitlines()) > 200
    assert max(text_width(line) for line in lines) <= 40
    assert "".join(folded.getvalue().split()) == "".join(whole.getvalue().split())
    start = next(number for number, line in enumerate(lines) if line.startswith("  · "))
    assert lines[start + 1][:4] == "    "
    assert lines[start + 1][4] != " "
    label = next(number for number, line in enumerate(lines) if "7.01" in line)
    assert lines[label].index("印为") == lines[label - 1].index("算得")


def test_a_changed_figure_does_not_hide_the_unit_of_the_others() -> None:
    told = sum_of(changed())
    assert (told.unit, [line.figure for line in told.parts]) == ("wan_yuan", ["0.00", "105.97"])
    only = changed()._replace(terms=changed().terms[1:2])
    assert sum_of(only).unit == "yuan"
    counts = tuple(term._replace(table="assets", field="quantity") for term in changed().terms)
    assert sum_of(changed()._replace(terms=counts)).unit is None


def test_text_says_what_did_not_run_and_why() -> None:
    text = written("text")
    assert "没有运行的规则（2 条）" in text
    assert "没有 基本支出 这个数" in text
    runs = sample().runs
    idle = [run._replace(rule=f"SUM-{number:03}") for run in runs if not run.ran for number in (2, 3, 4)]
    text = written("text", sample()._replace(runs=(*runs, *idle)))
    assert text.count("没有 基本支出 这个数") == 1  # rules with one reason stand together
    assert "SUM-002 SUM-003 SUM-004" in text


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "input", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("language", LANGUAGES)
def test_html_is_one_harmless_file(language: str) -> None:
    page = written("html", sample(), invalid(), language=language)
    elements = _Elements()
    elements.feed(page)
    assert elements.open == []
    assert [tag for tag, _ in elements.tags].count("script") == 1
    assert HOSTILE not in page
    policy = next(attributes["content"] for tag, attributes in elements.tags if attributes.get("http-equiv"))
    for name in ("style", "script"):
        text = re.search(f"<{name}>(.*?)</{name}>", page, re.S)
        assert text is not None
        digest = base64.b64encode(hashlib.sha256(text[1].encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in str(policy)
    targets = [
        value for _, attributes in elements.tags for name, value in attributes.items() if name in ("src", "href")
    ]
    assert all(str(target).startswith("out/pkg/source/") for target in targets)
    for tag, attributes in elements.tags:
        assert not any(name.startswith("on") or name == "style" for name in attributes), tag
    assert ("另有 11 条没有列出" if language == "zh" else "11 more") in page


def test_html_can_be_used_without_sight_or_mouse() -> None:
    page = etree.fromstring(written("html").replace("<!doctype html>", ""), etree.HTMLParser())
    assert page.get("lang") == "zh-Hans"
    assert len(page.findall(".//h1")) == 1
    assert all(field.getparent().tag == "label" for field in page.iter("select", "input"))
    assert page.find(".//*[@role='status']") is not None
    assert all(head.get("scope") in ("col", "row") for head in page.iter("th"))


def test_markdown_shows_text_as_text() -> None:
    text = written("markdown")
    assert "<script>" not in text.replace("\\<script\\>", "")
    assert text.count("```") == 2 + HOSTILE.count("\\`")


def test_characters_of_a_text_are_told_by_their_line(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "a.txt").write_bytes("第一行\r\n增减7.01万元\n".encode("gb18030"))
    for fragment, zh, en in (
        ("char=6,13", "第 2 行第 3–9 字", "line 2, characters 3–9"),
        ("char=2,3", "第 1 行第 3 字", "line 1, character 3"),
        ("char=1,6", "第 1–2 行", "lines 1–2"),
        ("line=1,2", "第 2 行", "line 2"),
    ):
        assert place_words(fragment, "zh", path=str(tmp_path), file="a.txt") == zh
        assert place_words(fragment, "en", path=str(tmp_path / "datapackage.json"), file="a.txt") == en
    assert place_words("char=6,13", "zh", path=str(tmp_path), file="b.txt") == "第 7–13 字"


@pytest.mark.parametrize("name", ["../../outside.txt", "{0}/outside.txt", "link.txt", "pipe"])
def test_a_source_is_not_looked_for_outside_of_the_package(name: str, tmp_path: Path) -> None:
    package = tmp_path / "package"
    (package / "source").mkdir(parents=True)
    (tmp_path / "outside.txt").write_text("外面的文件", encoding="utf-8")
    (package / "source" / "link.txt").symlink_to(tmp_path / "outside.txt")
    os.mkfifo(package / "source" / "pipe")  # to read it would never end
    assert place_words("char=0,3", "zh", path=str(package), file=name.format(tmp_path)) == "第 1–3 字"
    assert place_words("char=6,13", "zh") == "第 7–13 字"


def test_code_hosts_are_told_the_line_of_a_character(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "a.txt").write_text("第一行\n增减7.01万元\n", encoding="utf-8")
    report = sample()._replace(findings=(finding()._replace(place="char=6,13"),), path=str(tmp_path))
    result = json.loads(written("sarif", report))["runs"][0]["results"][0]
    region = result["locations"][0]["physicalLocation"]["region"]
    assert [region[name] for name in ("startLine", "startColumn", "endLine", "endColumn")] == [2, 3, 2, 10]
    assert ",line=2,title=" in written("github", report).splitlines()[0]


@pytest.mark.parametrize("path", ["p", "p/", "./p", "p/datapackage.json", "p/other.json"])
def test_files_are_named_from_the_folder_where_the_program_runs(path: str) -> None:
    report = sample()._replace(findings=(finding()._replace(file="甲.txt", path=None),), path=path)
    assert "file=p/source/甲.txt," in written("github", report).splitlines()[0]
    assert f'href="p/source/{quote("甲.txt")}' in written("html", report)


def test_a_report_is_on_what_people_call_the_package() -> None:
    called = sample()._replace(title={"zh": "某县教育局2021年部门预算", "en": "某县教育局: budget 2021"})
    for form, language, told in (
        ("text", "zh", f"校验报告：某县教育局2021年部门预算（{called.name}）"),
        ("text", "en", f"Report on 某县教育局: budget 2021 ({called.name})"),
        ("html", "zh", f"<title>校验报告：某县教育局2021年部门预算（{called.name}）</title>"),
    ):
        assert told in written(form, called, language=language)
    assert "<title>Report on 2 packages</title>" in written("html", called, sample(), language="en")
    assert written("text", sample(), language="en").startswith(f"Report on {called.name}\n")


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ({}, "The data package is valid: no errors. "),
        ({Severity.NOTE: 1}, "The data package is valid: no errors in what was checked; 1 note on what was not. "),
        ({Severity.ERROR: 1234, Severity.NOTE: 2}, "The data package is not valid: 1,234 errors, 2 notes. "),
    ],
)
def test_the_summary_of_a_package_that_is_no_budget(counts: dict[Severity, int], told: str) -> None:
    foreign = clean()._replace(counts=counts, foreign=True)
    assert told in written("text", foreign, language="en")
    assert "faults of the source" not in written("html", foreign, language="en")


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_rows_that_are_wrong_alike_are_counted_for_people(form: str) -> None:
    def wrong(field: str, line: int) -> Finding:
        message = {"zh": f"第 {line} 行", "en": f"Row {line} of {field} is wrong."}
        return finding()._replace(
            rule="SCH-001", table="t", field=field, line=line, message=message, severity=Severity.ERROR
        )

    findings = tuple(wrong(field, line) for line in range(2, 1500) for field in ("a", "b"))
    many = sample()._replace(findings=(*findings, wrong("c", 9)), counts={Severity.ERROR: len(findings) + 1})
    told = html.unescape(written(form, many, language="en")).replace("\\", "")
    assert [f"Row {line} of a" in told for line in (2, 11, 12)] == [True, True, False]
    assert "Row 9 of c" in told
    assert told.count("1,488 more rows like these: table t, field") == 2
    assert "more are not listed" not in told
    assert written("csv", many).count("SCH-001") == len(findings) + 1


@pytest.mark.parametrize(("count", "told"), [(0, "0 notes"), (1, "1 note"), (2, "2 notes")])
def test_words_go_with_their_number(count: int, told: str) -> None:
    report = clean()._replace(counts={**clean().counts, Severity.NOTE: count})
    assert f"0 faults of the source, {told}." in written("text", report, language="en")


def test_sarif_holds_rules_results_places_and_suppressions() -> None:
    log = json.loads(written("sarif", sample(), clean()))
    first, second = log["runs"]
    assert log["version"] == "2.1.0"
    rules = first["tool"]["driver"]["rules"]
    result, waived = first["results"]
    assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == "YOY-001"
    assert result["level"] == "warning"
    assert result["partialFingerprints"] == {"openbudget/v1": "0" * 16}
    location = result["locations"][0]["physicalLocation"]
    assert location["artifactLocation"] == {"uri": "out/pkg/source/a.txt"}  # from the current folder, as hosts read it
    assert location["region"]["charOffset"] == 5
    assert [one["physicalLocation"]["region"]["startLine"] for one in result["relatedLocations"][:2]] == [11, 12]
    assert waived["suppressions"] == [{"kind": "external", "justification": "=已函告"}]
    assert waived["locations"][0]["physicalLocation"]["region"] == {"startLine": 7}
    assert len(first["invocations"][0]["toolExecutionNotifications"]) == 2
    assert second["results"] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_sarif_and_junit_follow_their_schemas(language: str) -> None:
    """Ours always (see schemas/README.md), the official ones where they are at hand."""
    given = [os.environ.get(f"OPENBUDGET_{form}_SCHEMA") for form in ("SARIF", "JUNIT")]
    sarif = [SCHEMAS / "sarif.schema.json", *([Path(given[0])] if given[0] else [])]
    junit = [SCHEMAS / "junit.xsd", *([Path(given[1])] if given[1] else [])]
    real = pipeline.validate(next(Path(__file__).parents[2].glob("datapackages/cn-*")))
    for reports in ((sample(),), (clean(), sample(), invalid()), (real,)):
        log = json.loads(written("sarif", *reports, language=language))
        for path in sarif:
            schema = json.loads(path.read_bytes())
            jsonschema.validators.validator_for(schema)(schema).validate(log)
        for path in junit:
            document = etree.fromstring(written("junit", *reports, language=language).encode())
            etree.XMLSchema(etree.parse(path)).assertValid(document)


def test_the_schemas_of_reports_refuse_what_is_wrong() -> None:
    schema = json.loads((SCHEMAS / "sarif.schema.json").read_bytes())
    for change in ({"level": "none"}, {"ruleIndex": -1}, {"fingerprints": {}}, {"relatedLocations": []}):
        log = json.loads(written("sarif", sample()))
        log["runs"][0]["results"][0] |= change
        assert list(jsonschema.Draft7Validator(schema).iter_errors(log)), change
    document = etree.fromstring(written("junit", sample()).encode())
    document[0].set("tests", "-1")
    assert not etree.XMLSchema(etree.parse(SCHEMAS / "junit.xsd")).validate(document)


def test_junit_counts_what_it_holds() -> None:
    text = written("junit", sample(), invalid())
    document = etree.fromstring(text.encode())
    for suite in document.iter("testsuite"):
        cases = suite.findall("testcase")
        assert int(suite.get("tests", "")) == len(cases)
        assert int(suite.get("failures", "")) == len(suite.findall("testcase/failure"))
        assert int(suite.get("skipped", "")) == len(suite.findall("testcase/skipped"))
        order = [child.tag for child in suite if child.tag != "testcase"]
        assert order == ["properties", "system-out", "system-err"]
        assert all({"name", "classname", "time"} <= set(case.attrib) for case in cases)
    failures = document.findall(".//failure")
    assert [failure.get("type") for failure in failures] == ["warning", "error"]
    assert "115.97" in (failures[0].text or "")


def test_github_annotations_are_one_line_each() -> None:
    lines = written("github", sample(), invalid()).splitlines()
    assert all(line.startswith(("::error ", "::warning ", "::notice")) for line in lines)
    assert lines[0].startswith("::warning file=out/pkg/source/a.txt,title=YOY-001 ")
    assert lines[0].endswith("增减额与各部分之和不符。%0A位置：第 6–9 字")
    by_line = sample()._replace(findings=(finding()._replace(place="#line=9,11"),), path="out/pkg.zip")
    assert written("github", by_line).startswith("::warning file=out/pkg.zip,line=10,title=")
    assert any("11" in line for line in lines[-1:])


@pytest.mark.parametrize(
    ("fragment", "zh", "en"),
    [
        ("#/body/tbl[7]/tr[1]/tc[2]", "第 7 张表第 1 行第 2 格", "table 7, row 1, cell 2"),
        ("#/html/body[1]/table[2]/tr[3]/td[1]&char=0,2", "第 2 张表第 3 行第 1 格", "table 2, row 3, cell 1"),
        ("#/body/tbl[7]/tr[1]", "第 7 张表第 1 行", "table 7, row 1"),
        ("#/body/tbl[7]", "第 7 张表", "table 7"),
        ("#/body/p[12]", "第 12 段", "paragraph 12"),
        ("#/body/tbl[1]/tr[1]/tc[1]/tbl[2]/tr[1]/tc[1]", "/body/tbl[1]/tr[1]/tc[1]/tbl[2]/tr[1]/tc[1]", None),
    ],
)
def test_a_cell_of_a_document_is_told_by_its_table(fragment: str, zh: str, en: str | None) -> None:
    assert place_words(fragment, "zh") == zh
    assert place_words(fragment, "en") == en or zh


@pytest.mark.parametrize(
    ("cell", "table"),
    [
        ("page=3&table=2&cell=R4C1&bbox=1.0,2.0,3.0,4.0", "page=3&table=2&bbox=0.0,0.0,0.0,0.0"),
        ("page=3&bbox=1.0,2.0,3.0,4.0", "page=3&bbox=1.0,2.0,3.0,4.0"),
        ("sheet=a&cell=B4", "sheet=a&cell="),
        ("/body/tbl[3]/tr[4]/tc[2]", "/body/tbl[3]"),
        ("/body/tbl[1]/tr[1]/tc[1]/tbl[2]/tr[3]/tc[1]", "/body/tbl[1]/tr[1]/tc[1]/tbl[2]"),
        ("/body/p[7]", "/body/p[7]"),
        ("line=3,4", "line=3,4"),
    ],
)
def test_the_table_of_a_cell(cell: str, table: str) -> None:
    assert whole_of(parse_fragment(cell)).fragment == table


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", "没有 部门收支总表·收入总计 这个数"),
        ("en", "there is no figure for Revenue and expenditure of the department·Revenue, total"),
    ],
)
def test_a_figure_that_must_stand_in_a_statement_is_named_with_it(language: str, said: str) -> None:
    run = RuleRun("TXT-006", {Outcome.NOT_APPLICABLE: 1}, {"missing_operand:revenue_expenditure/revenue": 1})
    assert reasons(run, language) == said
