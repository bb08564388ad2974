"""The workbook that a clerk fills in, made from the standard: a first sheet that explains and asks for the facts, a sheet
a table, and the words to choose from. `openbudget.recognise.template` reads it back."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from openbudget.messages import say
from openbudget.standard import field, template

ROWS = 2000  # to which row drop-downs and formats reach
_HEAD, _NEEDED = "FFE6EEF0", "FFFBE9D0"
_HOW = ("facts", "sheets", "money", "lines", "codes", "pack")
_TEXTS = ("code", "date", "body", "goal", "text", "word")


def workbook(organization: str | None = None, year: int | None = None, kind: str | None = None) -> bytes:
    """The form as an .xlsx file, with the facts given filled in."""
    from openpyxl import Workbook

    book = Workbook()
    facts = {
        "organization": organization,
        "year": year,
        "kind": template.words("kind")[kind] if kind else None,
    }
    _guide(book.active, facts)
    ranges = _codes(book)
    for table, name in template.sheets().items():
        _sheet(book.create_sheet(name, len(book.sheetnames) - 1), table, ranges)
    _choices(book[template.GUIDE], ranges)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _guide(sheet: Any, facts: dict[str, Any]) -> None:
    """What to do, and the cells for the facts: labels in the first column, answers in the second."""
    from openpyxl.styles import Alignment, Font

    sheet.title = template.GUIDE
    sheet.column_dimensions["A"].width = 42
    sheet.column_dimensions["B"].width = 60
    sheet.append([_both("template_title")])
    sheet["A1"].font = Font(bold=True, size=14)
    sheet.append([f"{template.MARKER} {template.VERSION}"])
    sheet["A2"].font = Font(color="FF888888", size=8)
    for fact in template.FACTS:
        sheet.append([template.label(fact), facts.get(fact)])
        row = sheet.max_row
        _head(sheet.cell(row, 1), fact in ("organization", "year", "kind", "unit"))
        answer = sheet.cell(row, 2)
        _framed(answer)
        answer.alignment = Alignment(horizontal="left")
        answer.number_format = "General" if fact == "year" else "@"
    sheet.append([])
    for how in _HOW:
        sheet.append([_both(f"template_how_{how}", "\n")])
        row = sheet.max_row
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=2)
        sheet.cell(row, 1).alignment = Alignment(wrap_text=True, vertical="top")
        sheet.row_dimensions[row].height = 62


def _both(key: str, between: str = " ", **args: object) -> str:
    return f"{say(f'package.{key}', 'zh', **args)}{between}{say(f'package.{key}', 'en', **args)}"


def _head(cell: Any, needed: bool) -> None:
    from openpyxl.styles import Font, PatternFill

    cell.font = Font(bold=True)
    cell.fill = PatternFill("solid", fgColor=_NEEDED if needed else _HEAD)
    _framed(cell)


def _framed(cell: Any) -> None:
    from openpyxl.styles import Border, Side

    line = Side(style="thin", color="FFBBBBBB")
    cell.border = Border(left=line, right=line, top=line, bottom=line)


def _codes(book: Any) -> dict[str, str]:
    """The last sheet: a column a code list. Returns the range of each list's words."""
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(template.CODES)
    ranges = {}
    for at, name in enumerate(_lists(), 1):
        letter = get_column_letter(at)
        sheet.column_dimensions[letter].width = 24
        words = list(template.words(name).values())
        sheet.cell(1, at, _list_title(name))
        _head(sheet.cell(1, at), False)
        for row, word in enumerate(words, 2):
            sheet.cell(row, at, word)
        ranges[name] = f"'{template.CODES}'!${letter}$2:${letter}${len(words) + 1}"
    sheet.freeze_panes = "A2"
    return ranges


def _lists() -> Iterator[str]:
    used = [name for name in template.FACTS.values() if name]
    for table in template.sheets():
        used.extend(column.codelist for column in template.columns(table) if column.codelist)
    yield from dict.fromkeys(used)


def _list_title(name: str) -> str:
    from openbudget.standard import codelists

    return codelists()[name].title["zh"]


def _sheet(sheet: Any, table: str, ranges: dict[str, str]) -> None:
    """The sheet of one table: its headings with notes, formats and drop-downs below them."""
    from openpyxl.comments import Comment
    from openpyxl.utils import get_column_letter

    for at, column in enumerate(template.columns(table), 1):
        letter = get_column_letter(at)
        head = sheet.cell(1, at, column.heading + ("*" if column.required else ""))
        _head(head, column.required)
        note = Comment(_note(table, column), "openbudget", width=340, height=170)
        head.comment = note
        sheet.column_dimensions[letter].width = 14 if column.kind in ("money", "number", "integer", "choice") else 24
        if column.kind in _TEXTS:
            for row in range(2, ROWS + 1) if column.kind == "code" else range(2, 202):
                sheet.cell(row, at).number_format = "@"
            sheet.column_dimensions[letter].number_format = "@"
        if column.codelist:
            _choose(sheet, f"{letter}2:{letter}{ROWS}", ranges[column.codelist], column.kind == "choice")
    sheet.freeze_panes = "A2"


def _note(table: str, column: template.Column) -> str:
    described = field(table, column.name).description
    said = [described[language] for language in ("zh", "en")]
    kind = column.kind
    if column.codelist:
        said = [_both("template_note_choice", "\n", list=_list_title(column.codelist)), *said]
    elif kind in ("money", "body", "goal", "code", "date"):
        said = (
            [_both(f"template_note_{kind}", "\n"), *said]
            if kind not in ("body", "goal")
            else [_both(f"template_note_{kind}")]
        )
    return "\n".join(said)


def _choices(guide: Any, ranges: dict[str, str]) -> None:
    for at, name in enumerate(template.FACTS.values(), 3):
        if name:
            _choose(guide, f"B{at}", ranges[name], True)


def _choose(sheet: Any, cells: str, words: str, strict: bool) -> None:
    """A drop-down; where it is strict, Excel takes nothing else."""
    from openpyxl.worksheet.datavalidation import DataValidation

    rule = DataValidation(type="list", formula1=words, allow_blank=True, showErrorMessage=strict)
    rule.error = _both("template_bad_choice")
    sheet.add_data_validation(rule)
    rule.add(cells)
