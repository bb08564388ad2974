"""Small PDF files written by hand: one content stream a page, Helvetica, no library."""

from __future__ import annotations

from collections.abc import Sequence


def pdf(
    pages: Sequence[str],
    box: tuple[int, int] = (300, 200),
    rotate: int = 0,
    trailer: str = "",
    extra: Sequence[bytes] = (),
) -> bytes:
    """A PDF with these content streams. `extra` are more objects, numbered from 4 + 2 × pages on."""
    kids = " ".join(f"{4 + 2 * index} 0 R" for index in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    more = f"{4 + 2 * len(pages)} 0 R" if extra else "null"
    for index, content in enumerate(pages):
        where = f"/MediaBox [0 0 {box[0]} {box[1]}] /Rotate {rotate} /Contents {5 + 2 * index} 0 R"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R {where} "
            f"/Resources << /Font << /F 3 0 R >> /XObject << /X {more} >> >> >>".encode()
        )
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream".encode())
    objects.extend(extra)
    body = b"%PDF-1.4\n"
    places = []
    for number, entry in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, entry)
    table = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n" + "".join(
        f"{place:010d} 00000 n \n" for place in places
    )
    end = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{len(body)}\n%%EOF\n"
    return body + table.encode() + end.encode()


def text(words: str, x: float, y: float, size: int = 10) -> str:
    """A text at x, y from the bottom left."""
    return f"BT /F {size} Tf {x} {y} Td ({words}) Tj ET "


def line(x0: float, y0: float, x1: float, y1: float) -> str:
    """A stroke."""
    return f"{x0} {y0} m {x1} {y1} l S "


def grid(xs: Sequence[float], ys: Sequence[float]) -> str:
    """All the lines of a grid."""
    return "".join(line(xs[0], y, xs[-1], y) for y in ys) + "".join(line(x, ys[0], x, ys[-1]) for x in xs)
