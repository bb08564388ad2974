"""One workbook (XLSX, ECMA-376) of all tables, for people: Chinese headings, titles instead of codes, typed cells.

It is written here, and not by a library, so that it has the same bytes whenever it is made, and so that no text can
ever become a formula: the writer has no way to write one. Text is text (inline strings), figures are numbers.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any
from urllib.parse import unquote

from openbudget import standard
from openbudget.site.words import Words

Rows = Sequence[Mapping[str, Any]]
_WHEN = (1980, 1, 1, 0, 0, 0)
_MAX_TEXT = 32_000  # a cell holds 32,767 characters
_MAX_ROWS = 1_000_000
_EPOCH = date(1899, 12, 30).toordinal()
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_SPECIAL = re.compile('[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff&<>"]')
_LINES = re.compile(r"#line=([0-9]{1,12}),([0-9]{1,12})")
_HEAD, _MONEY, _DATE, _WRAP = 1, 2, 3, 4

_OFFICE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_OFFICE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_OFFICE}.styles+xml"/>'
)
_SHEET_TYPE = f"{_OFFICE}.worksheet+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_STYLES = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<styleSheet xmlns="{_MAIN}">'
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFE6EEF0"/></patternFill></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="5"><xf/><xf fontId="1" fillId="2" applyFont="1" applyFill="1"/>'
    '<xf numFmtId="4" applyNumberFormat="1"/><xf numFmtId="164" applyNumberFormat="1"/>'
    '<xf applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def workbook(title: str, notes: Sequence[tuple[str, str]], tables: Mapping[str, Rows]) -> bytes:
    """The workbook: a first sheet with `title` and `notes`, then one sheet a table. The table `sources` is not a sheet
    of its own: each row says in a last column where it stands in the source."""
    places = _places(tables.get("sources", ()))
    tables = {name: rows for name, rows in tables.items() if name in standard.tables() and name != "sources"}
    sheets = [("说明", _notes(title, notes, tables))]
    sheets += [(_sheet_name(name), _table(name, rows, places)) for name, rows in tables.items()]
    return _written(sheets)


def plain_workbook(sheets: Sequence[tuple[str, Sequence[str], Sequence[Sequence[str | int | None]]]]) -> bytes:
    """A workbook of sheets (name, heads, rows) of texts and whole numbers."""
    made = []
    for name, heads, rows in sheets:
        lines = ["<row>" + "".join(_string(head, _HEAD) for head in heads) + "</row>"]
        lines += ["<row>" + "".join(map(_plain, row)) + "</row>" for row in rows[:_MAX_ROWS]]
        made.append((name, _sheet(lines, [24] * len(heads), True)))
    return _written(made)


def _plain(value: str | int | None) -> str:
    if value is None or value == "":
        return "<c/>"
    return f"<c><v>{value}</v></c>" if isinstance(value, int) else _string(value)


def _written(sheets: Sequence[tuple[str, str]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=2) as made:
        for path, content in _parts(sheets):
            info = zipfile.ZipInfo(path, _WHEN)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            made.writestr(info, content)
    return out.getvalue()


def _parts(sheets: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_SHEET_TYPE}"/>'
        for n in range(1, len(sheets) + 1)
    )
    yield "[Content_Types].xml", f"{_TYPES}{overrides}</Types>"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    yield (
        "_rels/.rels",
        (
            f'{head}<Relationships xmlns="{package}"><Relationship Id="rId1" Type="{_RELATION}/officeDocument" '
            f'Target="xl/workbook.xml"/></Relationships>'
        ),
    )
    listed = "".join(
        f'<sheet name="{_text(name)}" sheetId="{n}" r:id="rId{n}"/>' for n, (name, _) in enumerate(sheets, 1)
    )
    yield (
        "xl/workbook.xml",
        f'{head}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATION}"><sheets>{listed}</sheets></workbook>',
    )
    related = "".join(
        f'<Relationship Id="rId{n}" Type="{_RELATION}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    yield (
        "xl/_rels/workbook.xml.rels",
        (
            f'{head}<Relationships xmlns="{package}">{related}<Relationship Id="rId{len(sheets) + 1}" '
            f'Type="{_RELATION}/styles" Target="styles.xml"/></Relationships>'
        ),
    )
    yield "xl/styles.xml", _STYLES
    for n, (_, content) in enumerate(sheets, 1):
        yield f"xl/worksheets/sheet{n}.xml", content


def _sheet(rows: Sequence[str], widths: Sequence[int], frozen: bool) -> str:
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' if frozen else ""
    columns = "".join(
        f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>' for n, width in enumerate(widths, 1)
    )
    filtered = f'<autoFilter ref="A1:{_column(len(widths))}{len(rows)}"/>' if frozen and len(rows) > 1 else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{_MAIN}"><sheetViews>'
        f'<sheetView workbookViewId="0">{pane}</sheetView></sheetViews><cols>{columns}</cols>'
        f"<sheetData>{''.join(rows)}</sheetData>{filtered}</worksheet>"
    )


def _column(number: int) -> str:
    """The letters of a column, counted from 1."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _notes(title: str, notes: Sequence[tuple[str, str]], tables: Mapping[str, Rows]) -> str:
    words = Words("zh")
    rows = [f"<row>{_string(title, _HEAD)}</row>", "<row/>"]
    rows += [f"<row>{_string(name)}{_string(text, _WRAP)}</row>" for name, text in notes]
    rows += [
        "<row/>",
        f"<row>{_string(words('sheet'), _HEAD)}{_string(words('content'), _HEAD)}{_string(words('rows'), _HEAD)}</row>",
    ]
    for name, listed in tables.items():
        spec = standard.tables().get(name)
        if spec:
            rows.append(
                f"<row>{_string(_sheet_name(name))}{_string(spec.description['zh'], _WRAP)}"
                f"<c><v>{len(listed)}</v></c></row>"
            )
    return _sheet(rows, (26, 90, 10), False)


def _table(name: str, rows: Rows, places: Mapping[tuple[str, str], tuple[str, str]]) -> str:
    fields = standard.tables()[name].fields
    plans = [(field.name, field, field.unit == "yuan", bool(field.codelists)) for field in fields]
    placed = any((name, str(row.get("id"))) in places for row in rows)
    heads = [field.title["zh"] for field in fields] + ([Words("zh")("place")] if placed else [])
    made = ["<row>" + "".join(_string(head, _HEAD) for head in heads) + "</row>"]
    for row in rows[:_MAX_ROWS]:
        cells = [_cell(row.get(key), field, money, coded, row) for key, field, money, coded in plans]
        if placed:
            cells.append(_string(_told(*places.get((name, str(row.get("id"))), ("", "")))))
        made.append(f"<row>{''.join(cells)}</row>")
    widths = [18 if field.type in ("number", "integer", "date", "year", "boolean") else 24 for field in fields]
    return _sheet(made, [*widths, 30][: len(heads)], True)


def _places(sources: Rows) -> dict[tuple[str, str], tuple[str, str]]:
    """(table, row) → the file and the place in it where the row's amount, or else its first value, stands."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for row in sources:
        key = (str(row.get("table")), str(row.get("row_id")))
        if key not in found or row.get("field") in ("amount", "value", "target_reported"):
            found[key] = str(row.get("file")), str(row.get("locator"))
    return found


def _told(file: str, locator: str) -> str:
    """A place for people: `表.xlsx 工作表“收支总表”C6`, `文.pdf 第 3 页`, `文.txt 第 83 行`; other locators as they are."""
    if locator.startswith("#sheet="):
        sheet, _, cell = locator[7:].partition("&cell=")
        return f"{file} 工作表“{_unquoted(sheet)}”{cell.partition('&')[0]}"
    if locator.startswith("#page="):
        return f"{file} 第 {locator[6:].partition('&')[0]} 页"
    if found := _LINES.fullmatch(locator):
        first, last = int(found[1]) + 1, int(found[2])
        return f"{file} 第 {first} 行" if first == last else f"{file} 第 {first}–{last} 行"
    return f"{file} {locator}"


@lru_cache(1024)
def _unquoted(name: str) -> str:
    return unquote(name)


def _cell(value: Any, field: standard.Field, money: bool, coded: bool, row: Mapping[str, Any]) -> str:
    if value is None:
        return "<c/>"
    if coded:
        return _coded(field.codelist_for(row), str(value))
    if type(value) is str:
        return _string(value)
    if isinstance(value, bool):
        return f'<c t="b"><v>{int(value)}</v></c>'
    if isinstance(value, Decimal):
        return f'<c s="{_MONEY}"><v>{value:f}</v></c>' if money else f"<c><v>{value:f}</v></c>"
    if isinstance(value, int):
        return f"<c><v>{value}</v></c>"
    if isinstance(value, date):
        return f'<c s="{_DATE}"><v>{value.toordinal() - _EPOCH}</v></c>'
    return _string(str(value))


def _string(text: str, style: int = 0) -> str:
    kept = ' xml:space="preserve"' if text.strip() != text or "\n" in text else ""
    look = f' s="{style}"' if style else ""
    return f'<c{look} t="inlineStr"><is><t{kept}>{_text(text[:_MAX_TEXT])}</t></is></c>'


def _text(text: str) -> str:
    if _SPECIAL.search(text) is None:
        return text
    text = _ILLEGAL.sub(lambda match: f"[U+{ord(match[0]):04X}]", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


@lru_cache(8192)
def _coded(listed: str | None, code: str) -> str:
    title = Words("zh").code(listed, code) if listed else code
    return _string(f"{title}（{code}）" if title != code and (code[:1].isdigit() or code[:1].isupper()) else title)


@cache
def _sheet_name(table: str) -> str:
    return re.sub(r"[\[\]:*?/\\]", " ", standard.tables()[table].title["zh"])[:31]
