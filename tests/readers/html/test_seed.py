"""The seed as a web page and as a web archive."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from openbudget import readers
from tests.readers import build


@pytest.mark.parametrize(("variant", "charset"), [("plain", "utf-8"), ("old", "gb18030")])
def test_every_cell_and_paragraph(variant: str, charset: str) -> None:
    document = readers.read("seed.doc", build.html(variant))
    assert build.filled(document) == build.expected()
    assert build.paragraphs(document) == build.prose()
    assert (document.source.format, document.source.charset) == ("html", charset)


def test_every_place_is_one_and_gives_back_its_text() -> None:
    document = readers.read("seed.html", build.html("old"))
    fragments = [piece.place.fragment for piece in document.pieces()]
    assert len(set(fragments)) == len(fragments)
    assert all(document.text_at(piece.place.fragment) == piece.text for piece in document.pieces())


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable"])
def test_web_archive(encoding: str) -> None:
    message = EmailMessage()
    message["Subject"] = "公开"
    message.set_content("看网页")
    message.add_related("看网页")
    message.get_payload()[-1].set_content(build.html("old"), "text", "html", cte=encoding)
    document = readers.read("seed.doc", message.as_bytes())
    assert document.source.format == "mht"
    assert build.filled(document) == build.expected()
