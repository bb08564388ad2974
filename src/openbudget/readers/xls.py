"""Workbooks of Excel 97-2003 and WPS (.xls, .et: OLE compound files), through xlrd."""

from __future__ import annotations

import io
from typing import Any

from openbudget.errors import UnreadableError
from openbudget.model.document import Document
from openbudget.readers import Reader, describe, limits
from openbudget.readers.sheet import SheetData, Value, blocks_of
from openbudget.readers.sheet_formats import shown, shown_text
from openbudget.readers.sniff import Sample

MEDIA_TYPE = "application/vnd.ms-excel"
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}


def read_xls(name: str, data: bytes) -> Document:
    """The document of a workbook. UnreadableError where it is damaged or encrypted."""
    book = _opened(name, data)
    sheets: list[SheetData] = []
    for index in range(book.nsheets):
        sheets.append(_sheet(book, book.sheet_by_index(index)))
        limits.check_cells(name, sum(len(sheet.values) for sheet in sheets))
        book.unload_sheet(index)
    blocks, diagnostics = blocks_of(sheets)
    return Document(describe(name, data, MEDIA_TYPE, "xls"), blocks, tuple(diagnostics))


def _opened(name: str, data: bytes) -> Any:
    import xlrd  # type: ignore[import-untyped]

    try:
        return xlrd.open_workbook(file_contents=data, formatting_info=True, on_demand=True, logfile=io.StringIO())
    except (xlrd.XLRDError, xlrd.compdoc.CompDocError) as error:
        encrypted = "encrypt" in str(error).lower()
        raise UnreadableError("readers.encrypted" if encrypted else "readers.damaged_workbook", name=name) from error
    except (
        AssertionError,
        IndexError,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        OverflowError,
        LookupError,
    ) as error:
        raise UnreadableError("readers.damaged_workbook", name=name) from error  # xlrd meets damage with any of these


def _sheet(book: Any, sheet: Any) -> SheetData:
    found = SheetData(sheet.name, hidden=sheet.visibility != 0)
    found.merged = [(row, col, last_row - 1, last_col - 1) for row, last_row, col, last_col in sheet.merged_cells]
    found.hidden_rows = {row for row, info in sheet.rowinfo_map.items() if info.hidden}
    found.hidden_cols = {col for col, info in sheet.colinfo_map.items() if info.hidden}
    blank_zeros = not getattr(sheet, "show_zero_values", 1)
    for row in range(sheet.nrows):
        frames = 0
        for col in range(sheet.row_len(row)):
            style = book.xf_list[sheet.cell_xf_index(row, col)]
            border = style.border
            sides = (border.left_line_style, border.right_line_style, border.top_line_style, border.bottom_line_style)
            frames += sum(map(bool, sides)) >= 2
            value = _value(book, sheet.cell(row, col), style)
            if value.text and not (blank_zeros and value.raw == 0 and value.raw is not False):
                found.values[row, col] = value
        if frames:
            found.bordered[row] = frames
    return found


def _value(book: Any, cell: Any, style: Any) -> Value:
    """What a cell shows (cell types of xlrd: 1 text, 2 number, 3 date, 4 truth, 5 error)."""
    kind, value = cell.ctype, cell.value
    if kind not in (1, 2, 3, 4, 5):
        return Value("")
    pattern = getattr(book.format_map.get(style.format_key), "format_str", None) or "General"
    if kind == 1:
        return Value(shown_text(str(value).replace("\r\n", "\n").replace("\r", "\n").strip(), pattern))
    if kind == 4:
        return Value("TRUE" if value else "FALSE", bool(value))
    if kind == 5:
        return Value(_ERRORS.get(value, "#N/A"))
    number = int(value) if float(value).is_integer() and abs(value) < 1e15 else float(value)
    return Value(shown(number, pattern, book.datemode == 1), number)


def _is_xls(sample: Sample) -> bool:
    return sample.format == "xls"


READER = Reader("xls", _is_xls, read_xls, isolated=True)
