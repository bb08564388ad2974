"""What proofs say of bodies is what the rules say, whatever the lines are like; and most of sound bodies are proved."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from openbudget import standard
from openbudget.checks import bodies, proofs
from openbudget.model.finding import RuleRun
from openbudget.tabular import TableSource, check_tables, read_schema
from openbudget.tabular.rowtexts import row_texts
from tests.checks.consolidated import ROOT, generator
from tests.tabular.checking import source

pytest.importorskip("llvmlite")

from openbudget.checks.proofs import left, store
from openbudget.checks.proofs.lines import plain_table
from openbudget.checks.proofs.records import SCALE
from openbudget.tabular.fast import engine

FIELDS = tuple(standard.tables()["budget_lines"].columns)
SCHEMA = standard.table_schema("budget_lines")
Line = dict[str, str]


def _real() -> list[Line]:
    """The lines of a real disclosure, for the body `@`."""
    (path,) = ROOT.glob("datapackages/*/data/budget_lines.csv")
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    keys = ("id", "parent_id", "share_of_id")
    return [{**row, "organization_id": "@", **{key: row[key] and f"@/{row[key]}" for key in keys}} for row in rows]


TEMPLATES: list[list[Line]] = [_real(), _real(), *([dict(row) for row in generator()._body(seed)] for seed in (1, 2))]


def _table(given: Sequence[Sequence[Line]]) -> TableSource:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(FIELDS)
    for number, lines in enumerate(given):
        for line in lines:
            writer.writerow([line.get(name, "").replace("@", f"o{number}") for name in FIELDS])
    text = file.getvalue()
    return source(text, SCHEMA, "budget_lines")._replace(size=len(text.encode()))


Change = Callable[[random.Random, list[Line]], None]


def _set(name: str, *values: str, every: int = 1) -> Change:
    def change(chance: random.Random, lines: list[Line]) -> None:
        for line in chance.sample(lines, min(len(lines), chance.randint(1, every))):
            line[name] = chance.choice(values)

    return change


def _copy(name: str) -> Change:
    """A line takes a value of another one."""

    def change(chance: random.Random, lines: list[Line]) -> None:
        one, other = chance.choice(lines), chance.choice(lines)
        one[name] = other.get(name, "")

    return change


def _add(chance: random.Random, lines: list[Line]) -> None:
    """A line comes twice, under another id, with something changed."""
    line = dict(chance.choice(lines))
    line["id"] += "/again"
    name = chance.choice(("statement", "expenditure_type", "fund_source", "amount", "item_code", "function_code"))
    line[name] = chance.choice(lines).get(name, "")
    lines.insert(chance.randrange(len(lines)), line)


def _near(chance: random.Random, lines: list[Line]) -> None:
    """A figure is changed by about what rounding explains."""
    line = chance.choice([line for line in lines if line.get("amount")] or lines)
    try:
        line["amount"] = str(int(float(line["amount"] or 0)) + chance.choice((-150, -100, -50, -1, 1, 49, 50, 51, 100)))
    except ValueError:
        return


def _orphans(chance: random.Random, lines: list[Line]) -> None:
    """A statement declares no parents."""
    statement = chance.choice(lines).get("statement")
    for line in lines:
        if line.get("statement") == statement:
            line["parent_id"] = ""


def _of_which(chance: random.Random, lines: list[Line]) -> None:
    """Of some columns, and of some other parts, only part is meant."""
    column = chance.choice(lines).get("expenditure_type")
    for line in lines:
        if line.get("parent_id") and (line.get("expenditure_type") == column or chance.random() < 0.02):
            line["of_which"] = "true"
    for line in chance.sample(lines, 3):  # two columns that overlap
        for fund in ("general_public_budget", "government_fund"):
            more = {"parent_id": line["id"], "of_which": "true", "fund_source": fund}
            lines.append({**line, "id": f"{line['id']}/{fund}", **more})


def _column_of_which(chance: random.Random, lines: list[Line]) -> None:
    """A statement gets a column of which only part is meant; one line of it says so."""
    statement = chance.choice(lines).get("statement")
    whole = [line for line in lines if line.get("statement") == statement and line.get("amount")]
    for number, line in enumerate(whole):
        amount = chance.choice((line["amount"], "0", "1"))
        more = {"parent_id": line["id"], "of_which": "true"} if number == 0 else {"parent_id": ""}
        column = {"fund_source": "fiscal_appropriation", "amount": amount, "amount_reported": ""}
        lines.append({**line, "id": f"{line['id']}/which", **column, **more})


def _shares(chance: random.Random, lines: list[Line]) -> None:
    """Lines state their shares of their wholes, nearly all of them rightly."""
    amounts = {line["id"]: line.get("amount") for line in lines}
    for line in lines:
        whole, part = amounts.get(line.get("parent_id", "")), line.get("amount")
        try:
            share = 100 * float(part or "") / float(whole or "")
        except (ValueError, ZeroDivisionError):
            continue
        line["share_of_id"], line["share_percent"] = line["parent_id"], f"{share + chance.choice((0, 0, 0, 0, 3)):.2f}"


CODES = list(standard.codelist("items"))
CHANGES: list[Change] = [
    _near, _near, _add, _add, _orphans, _copy("parent_id"), _copy("item_code"), _copy("statement"), _copy("amount"),
    _copy("function_code"), _copy("economic_code"), _copy("item"), _copy("expenditure_type"), _copy("id"),
    _set("item_code", *CODES, every=3), _set("amount", "", "0", "0.00", "-5", "12.345", "NaN", "1e3", "1234567890123"),
    _set("amount_reported", "", "0", "1.5", "1,234.50", "x", "12.3456789", "０.5"),
    _set("unit_reported", "", "yuan", "yi_yuan", "qian_yuan", "斤", every=20), _set("is_total", "true", "false", "", "1"),
    _set("of_which", "true", "false", "", "yes"), _set("share_percent", "12.5", "", "x"),
    _set("item", "其中：一项", "　其中: x", " 其中", ""), _set("fund_source", "", "government_fund", "total", "carryover", every=5),
    _set("project", "", "某项目", every=4), _set("statement", *standard.codelist("statement"), every=5),
    _set("stage", "final", "adjusted", ""), _set("fiscal_year", "2024", "20x5", ""), _set("flow", "revenue", "balance"),
    _set("function_name", "教育支出", "", "办公费"), _set("economic_name", "办公费", "咨询费"),
    _set("economic_scheme", "", "government"), _set("amount_reported", "", every=30),
    _of_which, _column_of_which, _shares, _copy("share_of_id"), _copy("share_percent"),
]  # fmt: skip


def _spoiled(chance: random.Random) -> list[Line]:
    lines = [dict(line) for line in chance.choice(TEMPLATES)]
    for _ in range(chance.choice((0, 1, 1, 2, 3, 6))):
        chance.choice(CHANGES)(chance, lines)
    return lines


def _told(tally: bodies.Tally) -> tuple[dict[str, Any], list[tuple[str, str, str]]]:
    def filled(counts: Any) -> dict[str, int]:
        return {str(name): count for name, count in counts.items() if count}

    runs: dict[str, RuleRun] = {one.rule: one for one in tally.runs()}
    went = {rule: (filled(one.outcomes), filled(one.reasons), one.rounded) for rule, one in sorted(runs.items())}
    return went, sorted((one.rule, one.fingerprint, one.message["en"]) for one in tally.findings)


def _both(table: TableSource, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any]:
    with monkeypatch.context() as patch:
        patch.setattr(proofs, "available", lambda: False)
        by_rows = _told(bodies.check_bodies(table, {}, {}, jobs=1))
    return _told(bodies.check_bodies(table, {}, {}, jobs=1)), by_rows


@pytest.mark.parametrize("seed", range(6))
def test_proofs_and_rules_say_the_same(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(seed)
    (proved, found), (by_rows, faults) = _both(_table([_spoiled(chance) for _ in range(60)]), monkeypatch)
    assert found == faults
    assert len(faults) > 20
    assert proved == by_rows


@pytest.mark.parametrize("change", [_of_which, _column_of_which, _shares])
def test_what_stands_in_few_bodies_is_told_as_by_the_rules(change: Change, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines “of which” and shares, with figures changed or not; only rules about them run on more than what failed."""
    chance = random.Random(change.__name__)
    given = [[dict(line) for line in TEMPLATES[number % len(TEMPLATES)]] for number in range(24)]
    for number, lines in enumerate(given):
        change(chance, lines)
        for _ in range(number % 3):
            _near(chance, lines)
    proved, by_rows = _both(_table(given), monkeypatch)
    assert proved == by_rows
    rules = {"_of_which": ["SUM-012"], "_column_of_which": ["SUM-015"], "_shares": ["SUM-016", "SUM-017"]}
    for rule in rules[change.__name__]:
        assert proved[0][rule][0]["pass"] > 10


def test_a_sentence_is_held_against_the_nearest_figure_that_agrees(monkeypatch: pytest.MonkeyPatch) -> None:
    printed = [("narrative", "100.03"), ("expenditure", "100.05"), ("general_public", "100"), ("government_fund", "99")]
    lines = [
        {
            "id": f"@/{statement}", "organization_id": "@", "fiscal_year": "2025", "stage": "budget", "item": "支出",
            "statement": statement, "flow": "expenditure", "item_code": "expenditure", "unit_reported": "wan_yuan",
            "amount": str(round(float(figure) * 10000)), "amount_reported": figure, "is_total": "true",
        }
        for statement, figure in printed
    ]  # fmt: skip
    without = [line for line in lines if line["statement"] != "general_public"]
    proved, by_rows = _both(_table([lines, without]), monkeypatch)
    assert proved == by_rows
    assert proved[0]["TXT-001"][0] == {"pass": 1, "fail": 1}
    assert "100.05" in next(message for rule, _, message in proved[1] if rule == "TXT-001")


@pytest.mark.parametrize("every", [0, 7, 2])
def test_faulty_bodies_are_told_as_by_the_rules(every: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many they are; where not all faults are listed, all are counted."""
    given = [[dict(line) for line in TEMPLATES[2 + number % 2]] for number in range(28)]
    for lines in given[every // 2 :: every] if every else ():
        lines[8]["amount"] += "00"
    table = _table(given)
    proved, by_rows = _both(table, monkeypatch)
    assert proved == by_rows
    assert bool(proved[1]) == bool(every)
    monkeypatch.setattr(bodies, "LISTED", 5)
    cut = bodies.check_bodies(table, {}, {}, jobs=1)
    assert _told(cut)[0] == by_rows[0]
    assert cut.counts.total() == len(by_rows[1])
    assert len(cut.findings) == min(5, len(by_rows[1]))


def test_of_sound_bodies_all_is_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    table = _table([body for body in TEMPLATES if body[0]["statement"] == "revenue_expenditure"] * 3)
    monkeypatch.setattr(bodies, "_check_texts", _nothing_left)
    runs = {one.rule: one for one in bodies.check_bodies(table, {}, {}, jobs=1).runs()}
    assert runs["SUM-012"].outcomes["pass"] > 100  # type: ignore[index]
    assert runs["XTB-001"].ran
    assert runs["TXT-001"].ran


def _nothing_left(rows: Sequence[object], *_: object) -> None:
    assert not rows


def test_tables_that_are_not_plain_are_left_to_the_rules() -> None:
    assert plain_table(read_schema(SCHEMA, "budget_lines"))
    for change in ({"groupChar": ","}, {"decimalChar": ","}, {"type": "string"}):
        fields = [{**field, **change} if field["name"] == "amount" else field for field in SCHEMA["fields"]]
        assert not plain_table(read_schema({"fields": fields}, "budget_lines"))
    assert not plain_table(read_schema({"fields": SCHEMA["fields"][:-1]}, "budget_lines"))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\n\n", 3),
        lambda text: text.replace("o1/", '"o1"/', 1),
        lambda text: text.replace("合计", '"合""计"', 9).replace("支出", '"支""出"', 3),
        lambda text: text.replace("合计", '"合\r计"', 1),
        lambda text: "".join([text.splitlines(True)[0], *sorted(text.splitlines(True)[1:], key=lambda row: row[::-1])]),
        lambda text: text.replace(",wan_yuan\n", "\n", 2).replace(",wan_yuan\n", ",wan_yuan,more\n", 1),
        lambda text: text + '"never closed,',
        lambda text: text.replace("合计", "合\n计", 2).replace("合\n计", '"合\n计"'),
        lambda text: text.encode("gb18030"),
    ],
)
def test_lines_are_gathered_whatever_the_file_is_like(
    spoil: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is gathered while the structure is checked, and read again where rules want it, is what the exact checker reads."""
    table = _table([TEMPLATES[0], TEMPLATES[2]] * 4)
    spoilt = spoil(table.opened().read().decode())
    data = spoilt if isinstance(spoilt, bytes) else spoilt.encode()
    table = source(data, SCHEMA, "budget_lines")._replace(size=len(data))
    monkeypatch.setattr(engine, "BLOCK", 4000)
    monkeypatch.setattr(store, "_HELD", 20_000)
    gatherer = bodies.gathering(table)
    assert gatherer is not None
    check_tables([table], large=0, gatherers={"budget_lines": gatherer})
    assert not gatherer.lost
    assert gatherer.store is not None
    whole = [left.Left(batch["at"], batch["size"]) for batch in gatherer.store.batches(100)]
    read = [tuple(row) for some in left.texts_of_left(gatherer, whole) for one in some for row in one.rows]
    assert sorted(read) == sorted(tuple(cell or "" for cell in row) for row in row_texts(table))
    told = _told(bodies.check_bodies(table, {}, {}, jobs=1, gathered=gatherer))
    with monkeypatch.context() as patch:
        patch.setattr(proofs, "available", lambda: False)
        assert told == _told(bodies.check_bodies(table, {}, {}, jobs=1))


def test_amounts_are_counted_in_whole_units() -> None:
    assert SCALE == 100_000  # a change of it must fit the largest sums: see `lines._MOST`
