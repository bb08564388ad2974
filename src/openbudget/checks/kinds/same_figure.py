"""The same figure, printed in two places, is the same.

    between   `tables`: two statements · `sentence_table`: a sentence and a statement · `sentences`: two sentences

Two cells are the same figure where organisation, year, stage, flow, item, fund source and expenditure type agree, once
what their statement or item code implies is filled in: the total of 一般公共预算支出表 is a column of 财政拨款收支总表;
`expenditure.basic` is the column 基本支出 of 支出总计. A sentence that does not say which funds it speaks of is held
against every statement, and fails only where none of them agrees.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from openbudget.checks.data import Data, Row
from openbudget.checks.expression import side_of
from openbudget.checks.figures import agree
from openbudget.checks.judge import judge, operands
from openbudget.checks.recorder import Recorder
from openbudget.checks.rule import Rule

_SCOPE = {
    "appropriation": "fiscal_appropriation",
    "general_public": "general_public_budget",
    "general_public_basic": "general_public_budget",
    "government_fund": "government_fund",
    "state_capital": "state_capital",
}
_SENTENCES = frozenset({"narrative", "agency_operation", "procurement_total", "state_assets"})
_FUNDLESS = ("three_public", "meeting", "training", "agency_operation", "procurement", "assets")
ANY = "?"  # funds that a sentence does not name

Key = tuple[object, ...]


def run(rule: Rule, data: Data, out: Recorder) -> None:
    """See the module."""
    between = rule.params["between"]
    groups = data.keep("same figures", lambda: _groups(data))
    compared = False
    for key, rows in groups.items():
        if len(rows) == 1 and (between != "sentence_table" or key[-2] != ANY):
            continue
        tables = [row for row in rows if not is_sentence(data, row)]
        sentences = [row for row in rows if is_sentence(data, row)]
        if between == "tables":
            pairs = _to_first(tables, other_statement=True)
        elif between == "sentences":
            pairs = _to_first(sentences, other_statement=False)
        else:
            pairs = [(row, table) for row in sentences for table in _candidates(data, groups, key, tables, row)]
        for left, right in pairs:
            compared = True
            _compare(out, left, right)
    if not compared:
        out.not_applicable("printed_once")


def _compare(out: Recorder, left: Row, right: Row) -> None:
    one, other = operands(out, "budget_lines", [left, right], "amount")
    judge(out, side_of([one]), "=", side_of([other]))


def tell(rule: Rule, out: Recorder, about: int, rows: Sequence[Row]) -> None:
    """How two figures come out that are the same."""
    _compare(out, rows[0], rows[1])


def _to_first(rows: Sequence[Row], other_statement: bool) -> list[tuple[Row, Row]]:
    return [
        (row, rows[0]) for row in rows[1:] if not other_statement or row.get("statement") != rows[0].get("statement")
    ]


def _candidates(
    data: Data, groups: Mapping[Key, list[Row]], key: Key, tables: Sequence[Row], sentence: Row
) -> Sequence[Row]:
    """The one cell to hold a sentence against: of those it may mean, one that agrees, else the nearest."""
    if key[-2] != ANY:
        return tables[:1]
    wide = [row for other, rows in groups.items() if other[:-2] == key[:-2] and other[-1] == key[-1] for row in rows]
    found = [row for row in wide if not is_sentence(data, row) and row.get("amount") is not None]
    own = data.figure("budget_lines", sentence, "amount")
    if own is None or not found:
        return found[:1]

    def distance(row: Row) -> tuple[bool, object]:
        number = data.figure("budget_lines", row, "amount")
        assert number is not None
        return not agree(own, number, True), abs(number.value - own.value)

    return [min(found, key=distance)]


def cells_of(data: Data, sentence: Row) -> Sequence[Row]:
    """The cells of tables that a figure of a sentence may be, however it is funded where it does not say."""
    groups = data.keep("same figures", lambda: _groups(data))
    keys = data.keep("keys of figures", lambda: {row.get("id"): key for key, rows in groups.items() for row in rows})
    key = keys.get(sentence.get("id"))
    if key is None or not is_sentence(data, sentence):
        return ()
    wide = key[-2] == ANY
    found = [
        row
        for other, rows in groups.items()
        if other == key or (wide and other[:-2] == key[:-2] and other[-1] == key[-1])
        for row in rows
    ]
    return [row for row in found if not is_sentence(data, row)]


def is_sentence(data: Data, row: Row) -> bool:
    """Whether a figure stands in a sentence."""
    told = data.in_sentence("budget_lines", row, "amount")
    return row.get("statement") in _SENTENCES if told is None else told


def _groups(data: Data) -> dict[Key, list[Row]]:
    carried = {
        (*_place(data, row), row.get("flow"))
        for row in data.rows("budget_lines")
        if str(row.get("item_code")).endswith(".carryover") and row.get("amount")
    }
    split: dict[Key, set[object]] = {}
    for row in data.rows("budget_lines"):
        if str(row.get("item_code")).endswith(".current"):
            split.setdefault((*_place(data, row), row.get("item_code")), set()).add(row.get("amount"))
    groups: dict[Key, list[Row]] = {}
    for row in data.rows("budget_lines"):
        place = _place(data, row)
        code = row.get("item_code")
        current = split.get((*place, f"{code}.current"))
        if code in ("revenue", "expenditure") and (
            current is None or (is_sentence(data, row) and row.get("amount") in current)
        ):
            code = code if (*place, row.get("flow")) in carried else f"{code}.current"
        key = key_of(data, row, code)
        if key is not None:
            groups.setdefault(key, []).append(row)
    return groups


def _place(data: Data, row: Row) -> Key:
    """Where a total is one with or without what is carried over: a statement; in sentences, what speaks of the same funds
    (there a total that is that of the year is said once more)."""
    fund = row.get("fund_source") if is_sentence(data, row) else None
    return row.get("organization_id"), row.get("stage"), row.get("statement"), fund


def key_of(data: Data, row: Row, code: object) -> Key | None:
    """What must be the same in two cells that are the same figure; None where nothing can be said. `code`: the row's item
    code, that of the current year where it has no carry-over. The last but one is the fund, or `ANY`."""
    base = (row.get("organization_id"), row.get("fiscal_year"), row.get("stage"), row.get("flow"))
    project = row.get("project")
    statement = str(row.get("statement"))
    if statement == "projects":
        return None  # a list of projects need not be all of the project expenditure
    fund, kind = row.get("fund_source"), row.get("expenditure_type")
    if fund in (None, "total") or (fund == "carryover" and str(code).endswith(".carryover")):
        fund = _SCOPE.get(statement, ANY if is_sentence(data, row) else "total")
    if kind in (None, "total"):
        kind = "basic" if statement == "general_public_basic" else "total"
    classified = (row.get("function_code"), row.get("economic_code"))
    if any(classified):
        carried = code if str(code).endswith(".carryover") else None  # for a class that is not its budget of the year
        return (*base, row.get("economic_scheme"), (*classified, carried), project, fund, kind)
    if not isinstance(code, str) or code == "balance" or project:
        return None
    top, _, rest = code.partition(".")
    if top in _FUNDLESS:
        return (*base[:3], None, None, code, None, None, None)
    if top == "revenue" and rest not in ("", "current", "carryover", "surplus_use"):
        code, fund = "revenue.current", rest
    if top == "expenditure" and rest not in ("", "current", "carryover"):
        if rest in ("function", "economic"):
            return None
        code, kind = "expenditure.current", rest.rpartition(".")[2]
    return (*base, None, code, None, fund, kind)
