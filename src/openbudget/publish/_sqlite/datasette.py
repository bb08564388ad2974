"""Metadata for Datasette (`datasette FILE.sqlite -m FILE.metadata.json`): titles, what each column is and in which unit,
the licence, full-text search, and questions that are ready to be asked.

Units stand in the descriptions of the columns. Datasette has a setting `units` of its own, which would show 7,651,400 as
“7.6514 M元”.
"""

from __future__ import annotations

import json
from typing import Any

from openbudget import standard
from openbudget.messages import say
from openbudget.publish._sqlite.views import PACKAGES, SEARCH, view_name
from openbudget.publish.metadata.model import Licence

_UNITS = {"yuan": "元", "percent": "%"}


def metadata(database: str, title: str, licence: Licence | None) -> bytes:
    """The file. `database` is the name of the database file without its suffix, as Datasette calls it."""
    found = say("publish.sqlite_search", "zh")
    tables: dict[str, Any] = {
        "packages": {
            "title": PACKAGES,
            "description": say("publish.sqlite_packages", "zh"),
            "label_column": "title_zh",
        },
        "texts": {
            "title": say("publish.sqlite_texts", "zh"),
            "description": found,
            "fts_table": "search",
            "fts_pk": "id",
        },
        SEARCH: {"description": found},
        "search": {"hidden": True},
        "_published": {"hidden": True},
    }
    for name, spec in standard.tables().items():
        tables[name] = {
            "title": f"{spec.title['zh']} ({spec.title['en']})",
            "description": spec.description["zh"],
            "columns": {field.name: _column(field) for field in spec.fields},
        }
        tables[view_name(name)] = {
            "description": spec.description["zh"],
            "columns": {field.title["zh"]: _column(field) for field in spec.fields},
        }
    made: dict[str, Any] = {"title": title, "description": say("publish.sqlite_about", "zh")}
    if licence:
        made |= {"license": licence.name, "license_url": licence.url}
    made["databases"] = {database: {"title": title, "tables": tables, "queries": _queries()}}
    return (json.dumps(made, ensure_ascii=False, indent=1) + "\n").encode()


def _column(field: standard.Field) -> str:
    unit = _UNITS.get(field.unit or "")
    told = f"{field.title['zh']}：{field.description['zh']}"
    return f"{told} 单位：{unit}。" if unit else told


def _queries() -> dict[str, Any]:
    return {
        "查找": {
            "title": say("publish.sqlite_query_find", "zh"),
            "sql": f'SELECT * FROM "{SEARCH}" WHERE "文字" LIKE \'%\' || :词语 || \'%\' ORDER BY "年度" DESC LIMIT 200',
        },
        "支出最多的部门": {
            "title": say("publish.sqlite_query_biggest", "zh"),
            "sql": (
                "SELECT p.region_name AS 地区, p.agency AS 部门, p.year AS 年度, max(b.amount) AS 支出总计（元）, "
                "p.name AS 数据包 FROM budget_lines b JOIN packages p ON p.name = b.package "
                "WHERE b.item_code = 'expenditure' GROUP BY p.name ORDER BY 4 DESC LIMIT 100"
            ),
        },
    }
