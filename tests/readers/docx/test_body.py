"""What Word prints and where it stands in the XML: lists, fields, symbols, merged cells, boxes, notes."""

from __future__ import annotations

import pytest

from openbudget import readers
from openbudget.errors import LimitError, UnreadableError
from openbudget.model.document import Document, Heading, Table
from openbudget.readers.docx_styles import print_number
from tests.readers.build import filled, pack_docx, paragraph, paragraphs, replaced, run

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def read(body: str, **parts: str) -> Document:
    return readers.read("a.docx", pack_docx(body, parts))


def table(*rows: str, widths: tuple[int, ...] = ()) -> str:
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return f"<w:tbl><w:tblGrid>{grid}</w:tblGrid>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(text)}</w:tc>"


def boxes(document: Document) -> list[tuple[int, int, int, int, str]]:
    found = next(block for block in document.blocks if isinstance(block, Table))
    return [(each.row, each.col, each.rowspan, each.colspan, each.text) for each in found.cells]


NUMBERING = f"""<w:numbering {W}><w:abstractNum w:abstractNumId="0">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="%1、"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%3."/></w:lvl>
<w:lvl w:ilvl="3"><w:numFmt w:val="decimal"/><w:isLgl/><w:lvlText w:val="%1.%3"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="●"/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="1"/></w:num></w:numbering>"""


def listed(text: str, level: int = 0, number: int = 1) -> str:
    return paragraph(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def test_labels_of_lists_are_text() -> None:
    body = [
        listed("职责"), listed("甲", 1), listed("乙", 1), listed("丙", 2), listed("预算"), listed("丁", 1),
        listed("戊", 3), listed("再起", 0, 2), listed("点", 0, 3), listed("无", 0, 0), listed("", 0, 2),
    ]  # fmt: skip
    assert paragraphs(read("".join(body), numbering=NUMBERING)) == [
        "一、职责", "（一）甲", "（二）乙", "1.丙", "二、预算", "（一）丁", "2.1 戊", "一、再起", "点", "无", "二、",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("count", "kind", "printed"),
    [
        (10, "chineseCounting", "十"), (12, "chineseCounting", "十二"), (21, "japaneseCounting", "二十一"),
        (105, "chineseCountingThousand", "一百〇五"), (11, "chineseLegalSimplified", "壹拾壹"),
        (20, "ideographDigital", "二〇"), (3, "decimalEnclosedCircle", "③"), (21, "decimalEnclosedCircle", "21"),
        (2, "ideographTraditional", "乙"), (4, "lowerRoman", "iv"), (27, "upperLetter", "AA"),
        (7, "decimalZero", "07"), (15, "decimalFullWidth", "１５"), (5, "thaiNumbers", "5"),
    ],
)  # fmt: skip
def test_number_formats(count: int, kind: str, printed: str) -> None:
    assert print_number(count, kind) == printed


def test_headings_by_style_and_outline_level() -> None:
    styles = (
        f'<w:styles {W}><w:style w:type="paragraph" w:styleId="a"><w:name w:val="heading 2"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="b"><w:name w:val="x"/><w:basedOn w:val="a"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="c"><w:basedOn w:val="c"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr>'
        "</w:style></w:styles>"
    )
    body = "".join(paragraph(name, f'<w:pStyle w:val="{name}"/>') for name in "abc")
    body += paragraph("d", '<w:outlineLvl w:val="2"/>') + paragraph("e", '<w:outlineLvl w:val="9"/>')
    blocks = read(body, styles=styles).blocks
    assert [block.level if isinstance(block, Heading) else None for block in blocks] == [2, 2, 1, 3, None]


def field(code: str, result: str) -> str:
    char = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    return (
        f"{char.format('begin')}<w:r><w:instrText>{code}</w:instrText></w:r>{char.format('separate')}"
        f"{result}{char.format('end')}"
    )


def test_fields_give_results_and_contents_lists_are_left_out() -> None:
    contents = f"<w:p>{field('TOC', '@')}</w:p>".replace(
        "@", f"{run('一、职责 1')}</w:p>{paragraph('二、预算 3')}<w:p>{run('三、 5')}"
    )
    document = read(contents + f"<w:p>{run('合计')}{field('=SUM(ABOVE)', run('765.14'))}</w:p>")
    assert paragraphs(document) == ["合计765.14"]
    assert [(each.key, each.args) for each in document.diagnostics] == [("readers.contents_list", {"count": "3"})]


def test_a_field_without_an_end_loses_nothing() -> None:
    body = f'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>{run("765.14")}</w:p>{paragraph("后")}'
    assert paragraphs(read(body)) == ["765.14", "后"]


def test_signs_tabs_breaks_and_hidden_text() -> None:
    body = (
        '<w:p><w:r><w:sym w:font="Symbol" w:char="F0B3"/><w:t>90%</w:t><w:tab/><w:t>甲</w:t><w:br/></w:r>'
        '<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐</w:t></w:r><w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>见</w:t></w:r>'
        '<w:r><w:rPr><w:rFonts w:ascii="Symbol"/></w:rPr><w:t>\uf0a3</w:t></w:r><w:r><w:noBreakHyphen/></w:r></w:p>'
    )
    document = read(body)
    assert paragraphs(document) == ["≥90%\t甲\n见≤-"]
    assert [each.key for each in document.diagnostics] == ["readers.hidden_text"]


def test_merged_cells_across_and_down() -> None:
    found = boxes(
        read(
            table(
                cell("项目", '<w:vMerge w:val="restart"/>') + cell("预算数", '<w:gridSpan w:val="2"/>'),
                cell("", "<w:vMerge/>") + cell("上年") + cell("本年"),
                cell("旧式", '<w:hMerge w:val="restart"/>') + cell("不显示", "<w:hMerge/>") + cell("1"),
            )
        )
    )
    assert found == [
        (0, 0, 2, 1, "项目"), (0, 1, 1, 2, "预算数"), (1, 1, 1, 1, "上年"), (1, 2, 1, 1, "本年"),
        (2, 0, 1, 2, "旧式"), (2, 2, 1, 1, "1"),
    ]  # fmt: skip


def test_a_grid_drawn_by_hand_has_only_the_columns_that_are_seen() -> None:
    rows = (
        cell("甲") + cell("乙", '<w:gridSpan w:val="2"/>') + cell("丙"),
        cell("一", '<w:gridSpan w:val="2"/>') + cell("二") + cell("三"),
    )
    assert [each[1:4] for each in boxes(read(table(*rows, widths=(2000, 30, 2000, 2000))))] == [
        (0, 1, 1), (1, 1, 1), (2, 1, 1), (0, 1, 1), (1, 1, 1), (2, 1, 1),
    ]  # fmt: skip
    assert len({each[1] for each in boxes(read(table(*rows, widths=(2000, 900, 2000, 2000))))}) == 4


def test_rows_that_begin_further_right() -> None:
    before = '<w:trPr><w:gridBefore w:val="1"/></w:trPr>'
    assert boxes(read(table(cell("甲") + cell("乙"), before + cell("二")))) == [
        (0, 0, 1, 1, "甲"), (0, 1, 1, 1, "乙"), (1, 1, 1, 1, "二"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "marked", ['<w:cellDel w:id="1" w:author="a"/>', '<w:gridSpan w:val="1"/><w:cellDel w:id="1"/>']
)
def test_a_deleted_cell_is_blank_and_its_neighbours_stay_in_their_columns(marked: str) -> None:
    document = read(table(cell("科目") + cell("上年") + cell("本年"), cell("甲") + cell("9.00", marked) + cell("8.00")))
    assert boxes(document)[3:] == [(1, 0, 1, 1, "甲"), (1, 1, 1, 1, ""), (1, 2, 1, 1, "8.00")]
    assert [each.key for each in document.diagnostics] == ["readers.tracked_deletions"]


def test_an_inserted_cell_is_read_as_accepted() -> None:
    document = read(table(cell("甲") + cell("8.00", '<w:cellIns w:id="1" w:author="a"/>')))
    assert [box[4] for box in boxes(document)] == ["甲", "8.00"]
    assert not document.diagnostics


def test_a_part_in_another_format_is_told_as_not_read() -> None:
    document = read(paragraph("正文") + f'<w:altChunk {W} r:id="rId9" xmlns:r="http://x"/>')
    assert [each.key for each in document.diagnostics] == ["readers.embedded_object"]


def test_deleted_rows_are_left_out() -> None:
    document = read(table(cell("甲") + cell("1"), "<w:trPr><w:del/></w:trPr>" + cell("乙") + cell("2")))
    assert [each[4] for each in boxes(document)] == ["甲", "1"]
    assert [each.key for each in document.diagnostics] == ["readers.tracked_deletions"]


def test_a_table_in_a_cell_stays_in_its_cell() -> None:
    inner = table(cell("指标") + cell("值"))
    document = read(table(cell("绩效") + f"<w:tc>{paragraph('如下')}{inner}<w:p/></w:tc>"))
    outer = next(block for block in document.blocks if isinstance(block, Table))
    assert [each.text for each in outer.cells] == ["绩效", "如下"]
    nested = outer.cells[1].nested[0]
    assert [each.text for each in nested.cells] == ["指标", "值"]
    assert nested.cells[1].place.fragment == "/body/tbl[1]/tr[1]/tc[2]/tbl[1]/tr[1]/tc[2]"


def test_notes_follow_and_page_headers_are_only_reported() -> None:
    notes = (
        f'<w:footnotes {W}><w:footnote w:type="separator"><w:p/></w:footnote>'
        f"<w:footnote>{paragraph('注：单位万元')}</w:footnote></w:footnotes>"
    )
    header = f"<w:hdr {W}>{paragraph('某局预算公开')}{paragraph('1')}</w:hdr>"
    document = read(paragraph("正文"), footnotes=notes, header=header)
    assert [(block.text, block.place.fragment) for block in document.pieces()] == [
        ("正文", "/body/p[1]"), ("注：单位万元", "/footnotes/footnote[2]/p[1]"),
    ]  # fmt: skip
    assert [(each.key, each.args) for each in document.diagnostics] == [
        ("readers.page_furniture", {"text": "某局预算公开"})
    ]


def test_strict_files_and_renamed_ones_are_read() -> None:
    address = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
    made = pack_docx(paragraph("正文"))
    strict = replaced(made, "word/document.xml", lambda xml: xml.replace(W.split('"')[1].encode(), address))
    assert strict != made
    assert paragraphs(readers.read("a.wps", strict)) == ["正文"]


def test_prompts_of_content_controls_are_no_content() -> None:
    prompt = f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{paragraph('单击此处')}</w:sdtContent></w:sdt>"
    assert paragraphs(read(prompt + paragraph("正文"))) == ["正文"]


def test_a_document_of_pictures_only_asks_for_ocr() -> None:
    with pytest.raises(UnreadableError) as caught:
        read("<w:p><w:r><w:drawing/></w:r></w:p>")
    assert caught.value.key == "readers.no_text"


def test_deep_content_controls_are_refused() -> None:
    deep = "<w:sdt><w:sdtContent>" * 2000 + paragraph("1") + "</w:sdtContent></w:sdt>" * 2000
    with pytest.raises(LimitError):
        read(deep)


def test_struck_out_and_raised_digits_and_styles_that_hide() -> None:
    """`12` with a struck 345, a note 1 or hidden digits behind it is never 12345 or 121."""
    styles = f'<w:styles {W}><w:style w:type="character" w:styleId="H"><w:rPr><w:vanish/></w:rPr></w:style></w:styles>'

    def line(properties: str, text: str) -> str:
        return f"<w:p>{run('12')}<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r></w:p>"

    body = (
        line("<w:strike/>", "345") + line('<w:strike w:val="0"/>', "345") + line('<w:rStyle w:val="H"/>', "345")
        + line('<w:vertAlign w:val="superscript"/>', "1") + line('<w:rStyle w:val="Other"/>', "3")
    )  # fmt: skip
    document = readers.read("a.docx", pack_docx(body, {"styles": styles}))
    assert paragraphs(document) == ["12", "12345", "12", "12^1", "123"]
    assert [each.key for each in document.diagnostics] == ["readers.tracked_deletions", "readers.hidden_text"]


def test_looks_are_cut_and_words_are_not() -> None:
    """A part written as Word writes it reads the same as one in which nothing can be cut."""
    looks = '<w:rPr><w:rFonts w:ascii="宋体"/><w:sz w:val="21"/></w:rPr>'
    cell = f'<w:tc><w:tcPr><w:tcW w:w="900" w:type="dxa"/><w:gridSpan w:val="2"/><w:tcBorders><w:top w:val="single"/></w:tcBorders></w:tcPr><w:p><w:pPr><w:jc w:val="center"/></w:pPr><w:r>{looks}<w:t>1 &lt; 2</w:t></w:r></w:p></w:tc>'  # fmt: skip
    body = f"<w:tbl><w:tr>{cell}{cell}</w:tr><w:tr>{cell}{cell}</w:tr></w:tbl>"
    plain, kept = (readers.read("a.docx", pack_docx(each)) for each in (body, f"<!-- -->{body}"))
    assert filled(plain) == filled(kept) == [[["1 < 2"] * 2] * 2]


@pytest.mark.parametrize(
    "properties",
    [
        '<w:pPr><w:jc w:val="left"/></w:pPr>',
        '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr><w:jc w:val="left"/></w:pPr>',
        '<w:pPr><w:jc w:val="left"/><w:pPrChange><w:pPr><w:jc w:val="right"/></w:pPr></w:pPrChange></w:pPr>',
        '<w:pPr><w:rPr><w:b/></w:rPr><w:outlineLvl w:val="0"/></w:pPr>',
        "<w:pPr><w:rPr></w:rPr></w:pPr>",
    ],
)
@pytest.mark.parametrize("run", ["", "<w:rPr></w:rPr>", "<w:rPr><w:b/></w:rPr>", "<w:rPr><w:vanish/></w:rPr>"])
def test_cutting_looks_changes_nothing(properties: str, run: str) -> None:
    line = f"<w:p>{properties}<w:r>{run}<w:t> 一 </w:t></w:r></w:p>"
    body = (
        line
        + line
        + f"<w:p>{properties}<w:r><w:rPr><w:strike/></w:rPr><w:t>二</w:t></w:r><w:r><w:t>三</w:t></w:r></w:p>"
    )
    plain, kept = (readers.read("a.docx", pack_docx(each)) for each in (body, f"<!-- -->{body}"))
    assert (plain.blocks, plain.diagnostics) == (kept.blocks, kept.diagnostics)
