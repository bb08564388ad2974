"""Small disclosures for the tests of recognising, made of a few lines of text."""

from __future__ import annotations

from openbudget.model.disclosure import Disclosure, Row
from openbudget.readers import read
from openbudget.recognise import Given, recognise

HEAD = "邯郸市测试局2025年部门预算公开情况说明\n按照预算法规定，现将部门预算收入、支出、基本支出、项目支出、三公经费公开如下。\n"


def disclosure(body: str, head: str = HEAD, **given: object) -> Disclosure:
    """The disclosure of a text with `body` under a title of its own."""
    document = read("说明.txt", (head + body).encode())
    return recognise([document], Given(**given))  # type: ignore[arg-type]


def lines(body: str, head: str = HEAD, **given: object) -> dict[str, str]:
    """id → figure and unit as printed, of all budget lines."""
    rows: tuple[Row, ...] = disclosure(body, head, **given).tables.get("budget_lines", ())
    return {row.id: f"{row.values['amount_reported']} {row.values['unit_reported']}" for row in rows}


def changes(body: str, head: str = HEAD) -> dict[str, tuple[str, str | None, str | None]]:
    """id → direction, change and percent of all comparisons."""
    rows = disclosure(body, head).tables.get("comparisons", ())

    def text(row: Row, name: str) -> str | None:
        return str(row.values[name]) if name in row.values else None

    return {
        row.id: (str(row.values["direction"]), text(row, "change_amount"), text(row, "change_percent")) for row in rows
    }
