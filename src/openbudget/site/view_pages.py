"""The source view of a file with pages (PDF): a picture of each page, where PDFium is installed, and on it a box at
every place that data came from; beside it the text printed there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from openbudget.site.places import Spot
from openbudget.site.shown import escape
from openbudget.site.view import Block, View, split

_PLACE = re.compile(r"#page=(\d+)(?:&[^b].*?)?&bbox=([-\d.]+),([-\d.]+),([-\d.]+),([-\d.]+)(?:&char=\d+,\d+)?")
SCALE = 1.6  # pixels a point: small print can be read


def pages_view(name: str, number: int, content: bytes, spots: Mapping[str, list[Spot]], pictures: bool) -> View:
    """The view of a PDF. Without PDFium, or with `pictures` off, the boxes stand on an empty page."""
    sizes, files = _pictures(number, content) if pictures else ({}, {})
    by_page: dict[int, list[tuple[str, tuple[float, ...]]]] = {}
    for locator in spots:
        match = _PLACE.fullmatch(locator)
        if match:
            box = tuple(float(match[index]) for index in range(2, 6))
            by_page.setdefault(int(match[1]), []).append((locator, box))
    last = max([*by_page, *sizes, 0])
    blocks = split(_pages(number, range(1, last + 1), by_page, sizes, files, spots))
    return View(name, number, "pages", blocks, files)


def _pages(
    number: int,
    pages: range,
    by_page: Mapping[int, list[tuple[str, tuple[float, ...]]]],
    sizes: Mapping[int, tuple[float, float]],
    files: Mapping[str, bytes],
    spots: Mapping[str, list[Spot]],
) -> Iterator[Block]:
    for page in pages:
        places = by_page.get(page, [])
        width, height = sizes.get(page) or _extent([box for _, box in places])
        picture = picture_name(number, page)
        anchors = {locator: f"p{page}-{index}" for index, (locator, _) in enumerate(places, 1)}
        boxes = "".join(
            f'<rect{_frame(box)} id="{anchors[locator]}"><title>{escape(_printed(spots[locator]))}</title></rect>'
            for locator, box in places
        )
        boxes = "".join(f'<rect class="o"{_frame(box)}/>' for box in dict.fromkeys(box for _, box in places)) + boxes
        image = f'<image href="@BASE@{picture}" width="{width:.0f}" height="{height:.0f}"/>' if picture in files else ""
        markup = (
            f'<svg class="sheet" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}" '
            f'role="img" aria-label="@PAGE@ {page}"><rect class="paper" width="{width:.0f}" height="{height:.0f}"/>'
            f"{image}<g>{boxes}</g></svg>"
        )
        found = tuple(spot for locator, _ in places for spot in spots[locator])
        yield Block(markup, "page", {**anchors}, found, str(page))


def picture_name(number: int, page: int) -> str:
    """The file of a page picture, below the package's page."""
    return f"view/{number}-{page}.png"


def _frame(box: tuple[float, ...]) -> str:
    """A box as attributes, a little larger than the text."""
    x0, top, x1, bottom = box
    width, height = max(x1 - x0, 1) + 4, max(bottom - top, 1) + 4
    return f' x="{x0 - 2:.1f}" y="{top - 2:.1f}" width="{width:.1f}" height="{height:.1f}"'


def _printed(spots: list[Spot]) -> str:
    return spots[0].printed[:200] if spots else ""


def _extent(boxes: list[tuple[float, ...]]) -> tuple[float, float]:
    """The size of a page whose size is not known: A4, or what its boxes need."""
    return max([595.0, *(box[2] + 20 for box in boxes)]), max([842.0, *(box[3] + 20 for box in boxes)])


def _pictures(number: int, content: bytes) -> tuple[dict[int, tuple[float, float]], dict[str, bytes]]:
    """Sizes of the pages in points, and their pictures in sixteen greys; empty where PDFium is not installed or cannot
    read the file."""
    try:
        import pypdfium2  # type: ignore[import-untyped]
    except ImportError:
        return {}, {}
    import io

    sizes: dict[int, tuple[float, float]] = {}
    files: dict[str, bytes] = {}
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError:
        return {}, {}
    try:
        for index in range(len(document)):
            page = document[index]
            sizes[index + 1] = page.get_size()
            picture = page.render(scale=SCALE, grayscale=True).to_pil().quantize(16)
            out = io.BytesIO()
            picture.save(out, "PNG", optimize=True)
            files[picture_name(number, index + 1)] = out.getvalue()
    finally:
        document.close()
    return sizes, files
