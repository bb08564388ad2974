"""What the workbook that a clerk fills in has: its sheets, its columns, the words that stand for codes.

The one declaration that whoever writes the form (`openbudget.package.template`) and whoever reads it back
(`openbudget.recognise.template`) share. Headings are the titles of the standard's fields; what is worked out (ids, parents,
totals, yuan) has no column.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from openbudget.messages import say
from openbudget.standard import codelist, field, tables

MARKER = "openbudget-template"
VERSION = "1"
GUIDE = "说明"
CODES = "代码表"

# What the first sheet asks for: name of the fact → the code list that its answer is chosen from.
FACTS: Mapping[str, str | None] = {
    "organization": None,
    "agency": None,
    "region": None,
    "year": None,
    "kind": "kind",
    "level": "level",
    "unit": "units",
    "disclosed_on": None,
}

# Table → its columns: `name` of a field, then what is filled in (`text` where nothing is said), `!` where it must be.
# `money`: a figure in the unit of the row; `choice`: a title of the field's code list; `word`: a text for which the
# list only makes suggestions; `code`: a code, kept as text.
_COLUMNS: Mapping[str, str] = {
    "organizations": "name! agency_code:code organization_type_reported:word administrative_rank "
    "funding_mode_reported:word region_code:code credit_code:code",
    "responsibilities": "organization_id:body number text!",
    "budget_lines": "organization_id:body statement:choice! stage:choice flow:choice item! item_code:choice "
    "fund_source:choice expenditure_type:choice function_code:code function_name economic_code:code economic_name "
    "project amount_reported:money! unit_reported:choice",
    "comparisons": "item_code:choice! base_year:integer base_stage:choice base_amount:money direction:choice! "
    "change_reported:money unit_reported:choice change_percent:number reason",
    "performance_goals": "organization_id:body scope:choice! number title goal amount_reported:money "
    "amount_fiscal:money amount_carryover:money amount_other:money unit_reported:choice indicator_text",
    "performance_indicators": "goal_id:goal level_1:word level_2:word level_3 definition target_reported "
    "weight:number score_rule basis remark",
    "procurement": "organization_id:body project project_funds:money item! catalogue_code:code category:choice "
    "mode:choice unit_of_measure quantity:number unit_price:money amount:money amount_general_public_budget:money "
    "amount_government_fund:money amount_state_capital:money amount_special_account:money amount_unit_funds:money "
    "amount_carryover:money unit_reported:choice",
    "assets": "organization_id:body as_of:date category_code:choice item! quantity:number quantity_unit "
    "value_reported:money unit_reported:choice",
    "staff": "organization_id:body as_of:date category:choice item! quota:integer actual:integer",
    "glossary": "term! definition!",
}
_WORDS = {
    "organization_type_reported": "organization_type",
    "funding_mode_reported": "funding_mode",
    "level_1": "indicator_level_1",
    "level_2": "indicator_level_2",
}
_BEHIND = re.compile(r"（(?:元|原文)）$")


class Column(NamedTuple):
    """One column: the field that it gives, its heading, what is filled in, the code list that its words come from."""

    name: str
    heading: str
    kind: str
    required: bool
    codelist: str | None


@cache
def columns(table: str) -> tuple[Column, ...]:
    """The columns of a table's sheet, in order. The unit that a title names is left out of the heading, since the form has
    its own; and `原文` is where the heading stays one of its kind."""
    made = []
    for declared in _COLUMNS[table].split():
        name, _, kind = declared.rstrip("!").partition(":")
        spec = field(table, name)
        lists = spec.codelists if kind == "choice" else None
        made.append(
            Column(
                name,
                spec.title["zh"],
                kind or "text",
                declared.endswith("!"),
                next(iter(lists.values())) if lists else _WORDS.get(name),
            )
        )
    short = [_BEHIND.sub("", _OWN.get((table, column.name), column.heading)) for column in made]
    bare = [_BEHIND.sub("", column.heading) for column in made]
    return tuple(
        column._replace(heading=title if bare.count(title) < 2 else column.heading)
        for column, title in zip(made, short, strict=True)
    )


# Headings for columns that point to another sheet by name, where the standard's title speaks of an id or of a code.
_OWN = {(table, "organization_id"): "单位" for table in _COLUMNS} | {
    ("budget_lines", "item_code"): "项目类别",
    ("comparisons", "item_code"): "项目类别",
    ("assets", "category_code"): "资产类别",
    ("organizations", "name"): "单位名称",
}


def sheets() -> Mapping[str, str]:
    """Table → the name of its sheet."""
    return {table: tables()[table].title["zh"] for table in _COLUMNS}


def label(fact: str) -> str:
    """What the first sheet calls a fact, in Chinese and in English."""
    return f"{say(f'standard.template_{fact}', 'zh')} {say(f'standard.template_{fact}', 'en')}"


@cache
def words(name: str) -> Mapping[str, str]:
    """Code → the word that stands for it in the form: its Chinese title, with that of what it is part of where the list
    has the title twice. Units stand as they are printed."""
    if name == "units":
        from openbudget.model.amount import UNITS

        return {code: printed for code, (printed, _) in UNITS.items()}
    entries = codelist(name)
    titles = [entry.title_zh for entry in entries.values()]
    return {
        code: entry.title_zh
        if titles.count(entry.title_zh) == 1 or entry.parent not in entries
        else f"{entry.title_zh}（{entries[entry.parent].title_zh}）"
        for code, entry in entries.items()
    }


def code_of(name: str, word: str) -> str | None:
    """The code that a word of the form, or the code itself, stands for."""
    found = words(name)
    if word in found:
        return word
    return next((code for code, title in found.items() if title == word), None)
