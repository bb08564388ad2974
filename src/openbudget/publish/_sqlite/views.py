"""Views for people: each table under its Chinese title, with the department before each row, titles in place of codes,
and where the row stands in the source; and the text that is searched."""

from __future__ import annotations

from collections.abc import Iterator

from openbudget import standard

_OF = (
    'p.region_name AS "地区", p.agency AS "部门", p.year AS "年度", '
    "(SELECT title_zh FROM codes WHERE list = 'kind' AND code = p.kind) AS \"类别\""
)
SEARCH = "全文检索"
PACKAGES = "数据包"


def view_name(table: str) -> str:
    """The name of the view of a table."""
    return standard.tables()[table].title["zh"]


def views() -> Iterator[str]:
    """The statements that create the views."""
    yield (
        f'CREATE VIEW "{PACKAGES}" AS SELECT {_OF}, p.title_zh AS "标题", p.province AS "省份", '
        'p.region_code AS "行政区划代码", p.agency_code AS "部门代码", p.findings_error AS "错误", '
        'p.findings_warning AS "警告", p.published AS "发布日期", p.licence AS "许可", p.withdrawn AS "撤回原因", '
        'p.name AS "数据包" FROM packages p ORDER BY p.region_code, p.agency, p.year;'
    )
    for table in standard.tables():
        yield _view(table)
    titles = " ".join(f"WHEN '{name}' THEN '{spec.title['zh']}'" for name, spec in standard.tables().items())
    yield (
        f'CREATE VIEW "{SEARCH}" AS SELECT {_OF}, CASE s."table" {titles} ELSE s."table" END AS "数据表", '
        's.text AS "文字", s.row_id AS "标识", s.package AS "数据包" '
        "FROM texts s JOIN packages p ON p.name = s.package;"
    )


def _view(table: str) -> str:
    spec = standard.tables()[table]
    columns = [f'{_shown(field)} AS "{field.title["zh"]}"' for field in spec.fields]
    if table != "sources":
        columns.append(
            f"(SELECT s.file || ' ' || s.locator FROM sources s WHERE s.package = t.package AND s.\"table\" = '{table}' "
            "AND s.row_id = t.id ORDER BY s.field IN ('amount', 'value', 'target_reported') DESC LIMIT 1) AS \"原文位置\""
        )
    columns.append('t.package AS "数据包"')
    return (
        f'CREATE VIEW "{view_name(table)}" AS SELECT {_OF},\n  '
        + ",\n  ".join(columns)
        + f'\nFROM "{table}" t JOIN packages p ON p.name = t.package;'
    )


def _shown(field: standard.Field) -> str:
    column = f't."{field.name}"'
    if field.type == "boolean":
        return f"CASE {column} WHEN 1 THEN '是' WHEN 0 THEN '否' END"
    if not field.codelists:
        return column
    if field.codelist_by is None:
        return _title(field.codelists[""], column)
    cases = " ".join(f"WHEN '{value}' THEN {_title(name, column)}" for value, name in field.codelists.items())
    return f'CASE t."{field.codelist_by}" {cases} ELSE {column} END'


def _title(listed: str, column: str) -> str:
    """The title of a code; of a classification with the code behind it."""
    first = next(iter(standard.codelist(listed)), "")[:1]
    shown = "title_zh || '（' || code || '）'" if first.isdigit() or first.isupper() else "title_zh"
    return f"coalesce((SELECT {shown} FROM codes WHERE list = '{listed}' AND code = {column}), {column})"
