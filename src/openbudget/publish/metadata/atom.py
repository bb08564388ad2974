"""feed.atom (RFC 4287): what was published, changed and withdrawn, newest first.

A withdrawal is an entry of its own for people, with the reason, and an `at:deleted-entry` (RFC 6721) for programs that
keep entries. Identifiers are UUIDs made of package names, so that they are the same wherever the feed stands.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from html import escape

from openbudget.messages import say
from openbudget.publish.metadata.model import NAMESPACE, Dataset, Portal

NEWEST = 200


def catalogue(portal: Portal, datasets: Sequence[Dataset]) -> dict[str, bytes]:
    """The feed."""
    latest = sorted(datasets, key=lambda one: (one.modified, one.name), reverse=True)[:NEWEST]
    updated = latest[0].modified if latest and latest[0].modified else "1970-01-01"
    identity = uuid.uuid5(NAMESPACE, portal.url or portal.title["zh"])
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0" xml:lang="zh-Hans">',
        f"<id>urn:uuid:{identity}</id>",
        f"<title>{_text(portal.title['zh'])}</title>",
        f"<subtitle>{_text(portal.description['zh'])}</subtitle>",
        f"<updated>{updated}T00:00:00Z</updated>",
        f"<author><name>{_text(portal.publisher)}</name></author>",
        f'<link rel="self" type="application/atom+xml" href="{_text(portal.uri("feed.atom"))}"/>',
        f'<link rel="alternate" type="text/html" href="{_text(portal.uri("index.html"))}"/>',
        "<generator>openbudget</generator>",
    ]
    for one in latest:
        lines += _withdrawn(portal, one) if one.withdrawn is not None else _entry(portal, one)
    return {"feed.atom": ("\n".join([*lines, "</feed>"]) + "\n").encode()}


def _entry(portal: Portal, one: Dataset) -> Iterator[str]:
    what = one.changes[0][1] if one.changes else "created"
    yield "<entry>"
    yield f"<id>{one.uuid}</id>"
    yield f"<title>{_text(one.title['zh'])}</title>"
    yield f"<updated>{one.modified or '1970-01-01'}T00:00:00Z</updated>"
    yield f"<published>{one.issued or '1970-01-01'}T00:00:00Z</published>"
    yield f"<author><name>{_text(one.agency)}</name></author>"
    yield f'<link rel="alternate" type="text/html" href="{_text(one.page(portal))}"/>'
    yield (
        f'<link rel="enclosure" type="application/zip" href="{_text(portal.uri(f"{one.folder}{one.name}.zip"))}"'
        f' length="{next((file.size for file in one.files if file.format == "ZIP"), 0)}"/>'
    )
    yield f'<category term="{_text(what)}" label="{_text(say(f"site.history_{what}", "zh"))}"/>'
    yield f"<summary>{_text(one.description['zh'])}</summary>"
    yield "</entry>"


def _withdrawn(portal: Portal, one: Dataset) -> Iterator[str]:
    identity = uuid.uuid5(NAMESPACE, f"{one.name} withdrawn {one.modified}")
    yield f'<at:deleted-entry ref="{one.uuid}" when="{one.modified}T00:00:00Z">'
    yield f"<at:comment>{_text(one.withdrawn or '')}</at:comment></at:deleted-entry>"
    yield "<entry>"
    yield f"<id>urn:uuid:{identity}</id>"
    yield f"<title>{_text(say('metadata.withdrawn', 'zh', title=one.title['zh']))}</title>"
    yield f"<updated>{one.modified}T00:00:00Z</updated>"
    yield f'<link rel="alternate" type="text/html" href="{_text(one.page(portal))}"/>'
    yield f'<category term="withdrawn" label="{_text(say("site.history_withdrawn", "zh"))}"/>'
    yield f"<summary>{_text(one.withdrawn or '')}</summary>"
    yield "</entry>"


def _text(text: str) -> str:
    """Text for element content and attribute values; characters that XML does not allow are shown."""
    return escape("".join(char if _allowed(char) else f"[U+{ord(char):04X}]" for char in text))


def _allowed(char: str) -> bool:
    code = ord(char)
    return code in (9, 10, 13) or 32 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000
