"""Pages turned, lines hidden, texts askew, files damaged or locked."""

from __future__ import annotations

import pytest

from openbudget import readers
from openbudget.errors import LimitError, UnreadableError
from openbudget.model.document import Document, Paragraph, Table
from openbudget.readers import limits, ocr_engine
from openbudget.readers.pdf import read_pdf
from tests.readers.pdf.sketch import grid, line, pdf, text

CELLS = text("Item", 25, 165) + text("Sum", 125, 165) + text("Pay", 25, 135) + text("12.50", 125, 135)
RULED = grid((20, 120, 220), (120, 150, 180)) + CELLS


def only_table(document: Document) -> list[list[str]]:
    found = next(block for block in document.blocks if isinstance(block, Table))
    return [["" if cell is None else cell.text for cell in row] for row in found.rows()]


EXPECTED = [["Item", "Sum"], ["Pay", "12.50"]]


def test_upright() -> None:
    document = read_pdf("a.pdf", pdf([RULED]))
    assert only_table(document) == EXPECTED
    table = next(block for block in document.blocks if isinstance(block, Table))
    assert table.place.fragment == "page=1&table=1&bbox=20.0,20.0,220.0,80.0"


@pytest.mark.parametrize("rotate", [90, 180, 270])
def test_page_that_says_it_is_turned(rotate: int) -> None:
    """The page is displayed turned, and so is its text: the reader turns it upright and gives places as displayed."""
    document = read_pdf("a.pdf", pdf([RULED], rotate=rotate))
    assert only_table(document) == EXPECTED
    corner = {90: (120.0, 20.0, 180.0, 220.0), 180: (80.0, 120.0, 280.0, 180.0), 270: (20.0, 80.0, 80.0, 280.0)}[rotate]
    table = next(block for block in document.blocks if isinstance(block, Table))
    assert table.place.fragment == "page=1&table=1&bbox=" + ",".join(f"{edge:.1f}" for edge in corner)


def test_table_set_sideways() -> None:
    document = read_pdf("a.pdf", pdf([f"q 0 1 -1 0 200 0 cm {RULED} Q"], box=(200, 300)))
    assert only_table(document) == EXPECTED


def test_white_lines_do_not_part_cells() -> None:
    hidden = "1 1 1 RG " + line(20, 165, 220, 165) + line(170, 120, 170, 180) + "0 0 0 RG "
    assert only_table(read_pdf("a.pdf", pdf([hidden + RULED]))) == EXPECTED


def test_lines_may_be_filled_boxes() -> None:
    boxes = "".join(f"20 {y} 200 0.8 re f " for y in (120, 150, 180)) + "".join(
        f"{x} 120 0.8 60 re f " for x in (20, 120, 220)
    )
    assert only_table(read_pdf("a.pdf", pdf([boxes + CELLS]))) == EXPECTED


def test_lines_within_forms() -> None:
    form = RULED.encode()
    entry = b"<< /Type /XObject /Subtype /Form /BBox [0 0 300 200] /Resources << /Font << /F 3 0 R >> >> /Length %d >>"
    extra = (entry % len(form)) + b"\nstream\n" + form + b"\nendstream"
    assert only_table(read_pdf("a.pdf", pdf(["q 1 0 0 1 10 5 cm /X Do Q"], extra=[extra]))) == EXPECTED


def test_watermark_is_left_out_and_said() -> None:
    mark = "q 0.7 0.7 -0.7 0.7 40 40 cm " + text("SAMPLE", 0, 0, 30) + "Q "
    document = read_pdf("a.pdf", pdf([RULED + mark]))
    assert only_table(document) == EXPECTED
    assert [(each.key, each.args["text"]) for each in document.diagnostics] == [("readers.tilted_text", "SAMPLE")]


def test_page_numbers_and_running_lines_are_left_out_and_said() -> None:
    body = [text(f"Paragraph {index} of the body", 20, 100) + text("More.", 20, 40) for index in "abcd"]
    pages = [text("Running title", 20, 190) + words + text(f"- {n} -", 140, 8) for n, words in enumerate(body, 1)]
    document = read_pdf("a.pdf", pdf(pages))
    assert [block.text for block in document.blocks if isinstance(block, Paragraph)] == [
        words for index in "abcd" for words in (f"Paragraph {index} of the body", "More.")
    ]
    assert {each.key for each in document.diagnostics} == {"readers.page_numbers", "readers.running_line"}


def test_running_lines_that_hold_the_number_of_their_page() -> None:
    body = [text(f"Paragraph {index} of the body", 20, 100) + text("More.", 20, 40) for index in "abcd"]
    pages = [words + text(f"Budget of the bureau {n}/4", 20, 8) for n, words in enumerate(body, 1)]
    titles = [words + text(f"Table {n}", 20, 190) for n, words in enumerate(body, 1)]
    said = [read_pdf("a.pdf", pdf(made)) for made in (pages, titles)]
    assert [len(document.blocks) for document in said] == [8, 12]
    assert [each.key for each in said[0].diagnostics] == ["readers.running_line"]


def test_a_figure_that_the_edge_of_the_page_cuts_off_is_none() -> None:
    """`1,451.89` of which `1,451` shows; what stands wholly beyond the edge is not there at all."""
    words = text("Total", 20, 100) + text("1,451.89", 273, 100) + text("Year 2024", 20, 60) + text("12.50", 330, 60)
    (line, other) = [block.text for block in read_pdf("a.pdf", pdf([words])).blocks if isinstance(block, Paragraph)]
    assert line.startswith("Total 1,4") and line.endswith("\ufffd")
    assert other == "Year 2024"


def test_different_table_on_the_next_page_is_not_joined() -> None:
    head = grid((20, 120, 220), (20, 50, 80)) + text("Item", 25, 65) + text("Sum", 125, 65) + text("Pay", 25, 35)
    after = text("Table 2", 100, 190) + RULED
    tables = [block for block in read_pdf("a.pdf", pdf([head, after])).blocks if isinstance(block, Table)]
    assert len(tables) == 2


def test_locked_file() -> None:
    lock = b"<< /Filter /Standard /V 1 /R 2 /O <" + b"41" * 32 + b"> /U <" + b"42" * 32 + b"> /P -4 >>"
    data = pdf([RULED], extra=[lock], trailer="/Encrypt 6 0 R /ID [<00> <00>]")
    with pytest.raises(UnreadableError) as caught:
        readers.read("a.pdf", data)
    assert caught.value.key == "readers.encrypted"


@pytest.mark.parametrize("data", [b"%PDF-1.7\nnothing", pdf([RULED])[:150]])
def test_damaged_file(data: bytes) -> None:
    with pytest.raises(UnreadableError) as caught:
        readers.read("a.pdf", data)
    assert caught.value.key == "readers.damaged_pdf"


def test_form_that_draws_itself() -> None:
    entry = b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> >> /Length 5 >>"
    document = readers.read("a.pdf", pdf([RULED + "/X Do "], extra=[entry + b"\nstream\n/X Do\nendstream"]))
    assert only_table(document) == EXPECTED


def test_too_many_pages() -> None:
    with pytest.raises(LimitError) as caught:
        read_pdf("a.pdf", pdf([""] * (limits.PAGES + 1)))
    assert caught.value.key == "readers.too_many_pages"


def test_no_text_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr_engine, "installed", lambda: False)
    with pytest.raises(UnreadableError) as caught:
        read_pdf("a.pdf", pdf([grid((20, 120), (20, 50))]))
    assert caught.value.key == "readers.no_text_layer"
    assert "openbudget[ocr]" in caught.value.text("zh")


def test_text_that_does_not_show_is_left_out_and_said() -> None:
    document = read_pdf("a.pdf", pdf([RULED + "BT 3 Tr ET " + text("999", 125, 140) + "BT 0 Tr ET "]))
    assert only_table(document) == EXPECTED
    assert [(each.key, each.args["count"]) for each in document.diagnostics] == [("readers.hidden_text", "3")]


def test_text_laid_under_a_scan_is_doubtful(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr_engine, "installed", lambda: False)
    picture = (
        b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1 >>"
    )
    page = "q 300 0 0 200 0 0 cm /X Do Q BT 3 Tr ET " + text("Total 12.50 and more words", 20, 100)
    document = read_pdf("a.pdf", pdf([page], extra=[picture + b"\nstream\n\xff\nendstream"]))
    (only,) = [block for block in document.blocks if isinstance(block, Paragraph)]
    assert only.confidence == 0.5
    assert [each.key for each in document.diagnostics] == ["readers.text_layer_of_scan"]


def test_character_without_meaning_is_never_left_out() -> None:
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding << /Differences [ 50 /nonsense ] >> >>"
    data = pdf([RULED]).replace(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>", font)
    cells = [cell for row in only_table(read_pdf("a.pdf", data)) for cell in row]
    assert "1.50" not in cells


@pytest.mark.parametrize(("extra", "key"), [(False, "readers.illegible_fonts"), (True, "readers.no_text_layer")])
def test_fonts_that_do_not_say_what_they_draw(extra: bool, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read as a picture where the extra is installed, else refused: what comes out is no text."""
    monkeypatch.setattr(ocr_engine, "installed", lambda: extra)
    odd = b" ".join(b"/odd%d" % number for number in range(20))
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding << /Differences [ 97 %s ] >> >>" % odd
    plain = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    data = pdf([text("abcdefghijklmnop 12.50", 20, 100)]).replace(plain, font)
    with pytest.raises(UnreadableError) as caught:
        read_pdf("a.pdf", data)
    assert caught.value.key == key


ROWS = (
    ("Item", "Budget", "Actual"),
    ("Pay", "12.50", "11.00"),
    ("Office", "3.00", "2.00"),
    ("Total", "15.50", "13.00"),
)
PLACED = "".join(text(words, 20 + 100 * x, 170 - 20 * y) for y, row in enumerate(ROWS) for x, words in enumerate(row))


def test_cells_that_only_colour_parts() -> None:
    boxes = "0.9 0.95 1 rg " + "".join(f"{15 + 100 * x} {164 - 20 * y} 98 18 re f " for y in range(4) for x in range(3))
    assert only_table(read_pdf("a.pdf", pdf([f"{boxes} 0 g {PLACED}"], box=(330, 200)))) == [list(row) for row in ROWS]


def test_coloured_bands_are_rows() -> None:
    bands = "0.9 0.95 1 rg " + "".join(f"15 {164 - 20 * y} 290 18 re f " for y in range(4))
    assert only_table(read_pdf("a.pdf", pdf([f"{bands} 0 g {PLACED}"], box=(330, 200)))) == [list(row) for row in ROWS]


def test_a_table_without_lines() -> None:
    document = read_pdf("a.pdf", pdf([PLACED], box=(330, 200)))
    assert only_table(document) == [list(row) for row in ROWS]
    assert document.diagnostics == ()


def test_a_table_without_lines_that_is_not_sure_is_said() -> None:
    """No heading stands over its last column: it is text, never guessed cells, and the page is named."""
    document = read_pdf("a.pdf", pdf([PLACED.replace(text("Actual", 220, 170), "")], box=(330, 200)))
    assert not any(isinstance(block, Table) for block in document.blocks)
    (said,) = document.diagnostics
    assert (said.key, said.args["text"]) == ("readers.table_without_lines", "Pay 12.50 11.00")


def test_a_list_of_contents_ends_where_its_first_entry_comes_again_on_the_same_page() -> None:
    said = ("Contents", "Duties", "Budget", "Duties", "We keep the roads", "Budget", "12.50 in all")
    page = "".join(text(words, 25, 180 - 24 * at) for at, words in enumerate(said))
    printed = [block.text for block in read_pdf("a.pdf", pdf([page])).blocks if isinstance(block, Paragraph)]
    assert " ".join(printed) == " ".join(said[3:])
