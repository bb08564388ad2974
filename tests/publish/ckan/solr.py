"""Stands in for the search index of the CKAN under test: no Solr server is to be had from a package registry.

    python solr.py FILE    serves on a free port of 127.0.0.1, which it writes to FILE

Holds documents in memory and answers the queries that CKAN sends: terms `field:value`, `field:"value"`,
`field:(a OR b)`, `*:*`, bare words; AND between them unless OR is said; `+` and `-` before a term. Words are looked for
in the title, notes and tags as they are written; there is no ranking. What CKAN finds is real, the order is not.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

Doc = dict[str, object]
Test = Callable[[Doc], bool]
WORDS = ("title", "notes", "name", "tags", "res_name")
SCHEMA = b'<?xml version="1.0" encoding="utf-8"?><schema name="ckan-2.12" version="1.6"></schema>'
_TOKEN = re.compile(r'\(|\)|[+-](?=[^\s])|"(?:\\.|[^"\\])*"|[\w.*]+:|(?:\\.|[^\s()":])+')

documents: dict[str, Doc] = {}


def tokens(query: str) -> list[str]:
    """The pieces of a query: brackets, signs, `field:`, quoted texts, words."""
    return _TOKEN.findall(query)


def condition(query: str) -> Test:
    """What a query asks for, as a test of a document."""
    waiting = tokens(query)
    found = _any(waiting, None)
    if waiting:
        raise ValueError(f"not understood: {waiting} in {query}")
    return found


def _any(waiting: list[str], field: str | None) -> Test:
    """Terms up to a closing bracket: groups of terms that must all hold, of which one group must."""
    groups: list[list[Test]] = [[]]
    while waiting and waiting[0] != ")":
        if waiting[0] in ("OR", "AND"):
            if waiting.pop(0) == "OR":
                groups.append([])
            continue
        groups[-1].append(_term(waiting, field))
    return lambda doc: any(all(test(doc) for test in group) for group in groups)


def _term(waiting: list[str], field: str | None) -> Test:
    token = waiting.pop(0)
    if token == "+":
        return _term(waiting, field)
    if token in ("-", "NOT"):
        inner = _term(waiting, field)
        return lambda doc: not inner(doc)
    if token.endswith(":") and not token.startswith('"'):
        return _term(waiting, token[:-1])
    if token == "(":
        inner = _any(waiting, field)
        waiting.pop(0)  # the closing bracket
        return inner
    value = re.sub(r"\\(.)", r"\1", token[1:-1] if token.startswith('"') else token)
    if value == "*":
        return (lambda doc: True) if field in ("*", None) else (lambda doc: bool(listed(doc.get(field or ""))))
    if field is None or field == "text":
        return lambda doc: any(value.lower() in text.lower() for name in WORDS for text in listed(doc.get(name)))
    return lambda doc: value in listed(doc.get(field))


def listed(value: object) -> list[str]:
    """The values of a field as text; none where it is not there."""
    many = value if isinstance(value, list) else [] if value is None else [value]
    return [str(one).lower() if isinstance(one, bool) else str(one) for one in many]


def search(asked: dict[str, list[str]]) -> dict[str, object]:
    """The answer to a select."""
    tests = [condition(text) for text in [*asked.get("q", []), *asked.get("fq", [])] if text.strip()]
    hits = [doc for doc in list(documents.values()) if all(test(doc) for test in tests)]
    for clause in reversed(asked.get("sort", [""])[0].split(",")):
        name, _, way = clause.strip().partition(" ")
        if name and name != "score":
            hits.sort(key=lambda doc, name=name: "".join(listed(doc.get(name))), reverse=way == "desc")
    facets = {name: _counted(hits, name) for name in asked.get("facet.field", [])}
    start, rows = int(asked.get("start", ["0"])[0]), int(asked.get("rows", ["10"])[0])
    wanted = set(re.split(r"[\s,]+", asked.get("fl", ["*"])[0]))
    shown = [
        doc if "*" in wanted else {name: value for name, value in doc.items() if name in wanted}
        for doc in hits[start : start + rows]
    ]
    return {
        "responseHeader": {"status": 0, "QTime": 0},
        "response": {"numFound": len(hits), "start": start, "docs": shown},
        "facet_counts": {"facet_fields": facets, "facet_queries": {}},
    }


def _counted(hits: Iterable[Doc], name: str) -> list[object]:
    counts = Counter(value for doc in hits for value in listed(doc.get(name)))
    return [part for pair in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])) for part in pair]


def change(body: bytes) -> None:
    """Add documents (JSON), or delete those that a query finds (XML); a commit has nothing to do."""
    if body.lstrip()[:1] == b"[":
        for doc in json.loads(body):
            documents[str(doc["index_id"])] = doc
        return
    root = ElementTree.fromstring(body)
    for query in root.iter("query"):
        test = condition(query.text or "")
        for key in [key for key, doc in list(documents.items()) if test(doc)]:
            documents.pop(key, None)


class Handler(BaseHTTPRequestHandler):
    """What pysolr and CKAN's own version check ask for."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        if "/schema" in address.path:
            return self.answer(SCHEMA, "text/xml")
        return self.answer(json.dumps(search(parse_qs(address.query))).encode())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if "/update" in self.path:
            change(body)
            return self.answer(b'{"responseHeader": {"status": 0, "QTime": 0}}')
        return self.answer(json.dumps(search(parse_qs(body.decode()))).encode())

    def answer(self, content: bytes, kind: str = "application/json; charset=utf-8") -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


def main(file: str) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Path(f"{file}.new").write_text(str(server.server_port), encoding="ascii")
    os.replace(f"{file}.new", file)
    server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1])
