"""Every value leads back to its place in the source.

test   `rows`: every row has a source · `targets`: every source speaks of a value that is there · `files`: its
       file is one of the package's · `figures`: an amount is the printed figure times its unit
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from openbudget.checks.data import Data, Row, label_of
from openbudget.checks.figures import decimal
from openbudget.checks.recorder import Recorder
from openbudget.checks.rule import Rule
from openbudget.checks.wording import show
from openbudget.model.amount import UNITS, plain

_OWN_PLACE = frozenset({"sources", "findings", "diagnostics"})  # their rows hold their place themselves
_NO_ROW: Row = {}
_NO_ROWS: Mapping[object, Row] = {}
_FIGURES = {
    "budget_lines": ("amount", "amount_reported"),
    "performance_goals": ("amount", "amount_reported"),
    "assets": ("value", "value_reported"),
    "comparisons": ("change_amount", "change_reported"),
}


def run(rule: Rule, data: Data, out: Recorder) -> None:
    """See the module."""
    {"rows": _rows, "targets": _targets, "files": _files, "figures": _figures}[rule.params["test"]](data, out)


def tell(rule: Rule, out: Recorder, about: int, rows: Sequence[Row]) -> None:
    """Tell an amount that is not the printed figure times its unit."""
    _tell_figure(out.data, out, "budget_lines", rows[0], _FIGURES["budget_lines"])


def _rows(data: Data, out: Recorder) -> None:
    if not data.rows("sources"):
        return out.not_applicable("no_sources")
    known = data.sourced_rows()
    for table, rows in data.tables.items():
        if table in _OWN_PLACE:
            continue
        missing = [row for row in rows if (table, row.get("id")) not in known and not _prints_nothing(table, row)]
        out.passed(count=len(rows) - len(missing))
        for row in missing:
            out.failed((table, row, None), table=table, row=row.get("id") or "", label=label_of(row))
    return None


def _prints_nothing(table: str, row: Row) -> bool:
    """True for the disclosing body, whose name may have been given and not read, and for the place of a table: it may have
    no caption but the name of its sheet, which stands in no cell."""
    if table == "organizations":
        return row.get("parent_id") is None
    return table == "sections" and row.get("kind") == "table"


def _targets(data: Data, out: Recorder) -> None:
    sources = data.rows("sources")
    rows: dict[object, Mapping[object, Row]] = {
        table: data.by_id(str(table)) for table in {source["table"] for source in sources}
    }
    stray = [
        source
        for source in sources
        if source["field"] not in rows.get(source["table"], _NO_ROWS).get(source["row_id"], _NO_ROW)
    ]
    out.passed(count=len(sources) - len(stray))
    absent = {source.get("table"): source for source in reversed(stray) if source.get("table") not in data.tables}
    for table in sorted(absent, key=str):  # told once: its file may be missing
        count = sum(source.get("table") == table for source in stray)
        out.failed(
            ("sources", absent[table], None),
            key=[str(table)],
            actual=str(table),
            message="provenance_no_table",
            table=table,
            count=count,
        )
    for source in stray:
        if source.get("table") in absent:
            continue
        table, row_id, field = source.get("table"), source.get("row_id"), source.get("field")
        known = row_id in rows.get(str(table), _NO_ROWS)
        out.failed(
            ("sources", source, None),
            actual=f"{table}/{row_id}/{field}",
            message="provenance_no_value" if known else "provenance_no_row",
            table=table,
            row=row_id,
            field=field,
            printed=source.get("printed") or "",
        )


def _files(data: Data, out: Recorder) -> None:
    files = data.facts.get("source_files")
    if files is None:
        return out.not_applicable("no_descriptor")
    sources = data.rows("sources")
    strange = [source for source in sources if source.get("file") not in files]
    out.passed(count=len(sources) - len(strange))
    firsts = {source.get("file"): source for source in reversed(strange)}
    for file in dict.fromkeys(source.get("file") for source in strange):
        source = firsts[file]
        out.failed(("sources", source, "file"), key=[str(file)], actual=str(file), file=file or "")
    return None


def _figures(data: Data, out: Recorder) -> None:
    for table, (exact, reported) in _FIGURES.items():
        for row in data.rows(table):
            value, printed, unit = decimal(row.get(exact)), decimal(row.get(reported)), row.get("unit_reported")
            if value is None or printed is None or unit not in UNITS:
                out.not_evaluable("blank_operand")
                continue
            due = printed * UNITS[str(unit)][1]
            if value == due or (table == "comparisons" and abs(value) == abs(due)):
                out.passed()
            else:
                _tell_figure(data, out, table, row, (exact, reported))
    for row in data.rows("procurement"):
        for field in row:
            if field.startswith("amount") or field in ("project_funds", "unit_price"):
                _printed_figure(data, out, row, field)


def _tell_figure(data: Data, out: Recorder, table: str, row: Row, fields: tuple[str, str]) -> None:
    value, printed, unit = decimal(row.get(fields[0])), decimal(row.get(fields[1])), str(row.get("unit_reported"))
    assert value is not None
    assert printed is not None
    due = plain(printed * UNITS[unit][1])
    out.failed(
        (table, row, fields[0]),
        terms=[data.term(table, row, fields[0])],
        expected=due,
        actual=value,
        difference=value - due,
        tolerance=due - due,
        label=label_of(row),
        value=show(value, None),
        printed=str(row.get(fields[1])),
        due=show(due, None),
        unit=UNITS[unit][0],
    )


def _printed_figure(data: Data, out: Recorder, row: Row, field: str) -> None:
    value, unit = decimal(row.get(field)), row.get("unit_reported")
    source = data.source("procurement", row.get("id"), field)
    printed = None if source is None else decimal(str(source.get("printed") or ""))
    if value is None:
        return
    if printed is None or unit not in UNITS:
        return out.not_evaluable("blank_operand")
    due = plain(printed * UNITS[str(unit)][1])
    if value == due:
        return out.passed()
    return out.failed(
        ("procurement", row, field),
        terms=[data.term("procurement", row, field)],
        expected=due,
        actual=value,
        difference=value - due,
        tolerance=due - due,
        label=label_of(row),
        value=show(value, None),
        printed=str(source.get("printed") if source else ""),
        due=show(due, None),
        unit=UNITS[str(unit)][0],
    )
