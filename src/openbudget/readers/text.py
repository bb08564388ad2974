"""Plain text: exports of Word documents (each cell a line that begins with a tab), tab-separated rows, and rows
or cells between vertical bars.

Every place is exact: the text of a piece is a slice of `Document.text`, the text as decoded with its line ends
made `\\n` (other control characters become U+FFFD, one for one, so that places hold).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from openbudget.errors import UnreadableError
from openbudget.model.document import Block, Diagnostic, Document, Paragraph
from openbudget.readers import Reader, describe, limits
from openbudget.readers.decode import decode, normalise_lines
from openbudget.readers.sniff import Sample
from openbudget.readers.text_cells import find_table
from openbudget.readers.text_lines import Line, piece_of, split_lines
from openbudget.readers.text_wraps import goes_on, wrap_of

MEDIA_TYPE = "text/plain"
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


def _is_text(sample: Sample) -> bool:
    return sample.format == "text"


def read(name: str, data: bytes) -> Document:
    """The document in a plain text. UnreadableError where it is no text or of mixed encodings; LimitError above
    the stated size."""
    limits.check_text(name, len(data))
    decoded, charset = decode(name, data)
    text = normalise_lines(decoded)
    limits.check_lines(name, text.count("\n"))
    limits.check_cells(name, text.count("\t"))
    diagnostics: list[Diagnostic] = []
    if controls := _CONTROL.findall(text):
        if len(controls) * 200 > len(text):
            raise UnreadableError("readers.too_many_controls", name=name, count=len(controls))
        first = _CONTROL.search(text)
        line = text.count("\n", 0, first.start() if first else 0) + 1
        diagnostics.append(Diagnostic("readers.control_characters", {"count": str(len(controls)), "line": str(line)}))
        text = _CONTROL.sub("\ufffd", text)
    blocks = tuple(_blocks(name, split_lines(text), diagnostics))
    return Document(describe(name, data, MEDIA_TYPE, "text", charset), blocks, tuple(diagnostics), text)


def _blocks(name: str, lines: list[Line], diagnostics: list[Diagnostic]) -> Iterator[Block]:
    position = 0
    cells = 0
    wrap = wrap_of(lines)
    prose: list[Line] = []  # the paragraph that the next line may go on
    while position < len(lines):
        found = find_table(lines, position)
        if found is None:
            line = lines[position]
            position += 1
            if prose and not (wrap and goes_on(prose, line, wrap)):
                yield _paragraph(prose)
                prose = []
            prose += [line] if line.text.strip() else []
            continue
        if prose:
            yield _paragraph(prose)
            prose = []
        for block in found.blocks:
            if isinstance(block, Line):
                yield _paragraph([block])
            else:
                cells += block.n_rows * block.n_cols
                limits.check_cells(name, cells)
                yield block
        diagnostics.extend(found.diagnostics)
        position = found.end
    if prose:
        yield _paragraph(prose)


def _paragraph(lines: list[Line]) -> Paragraph:
    piece = piece_of(lines)
    return Paragraph(piece.text, piece.place)


READER = Reader("text", _is_text, read)
