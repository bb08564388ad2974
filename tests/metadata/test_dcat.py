"""The DCAT-AP catalogue, judged by rdflib and by the SHACL shapes of DCAT-AP (pyshacl).

That CKAN's parser (ckanext-dcat) reads the same file is tested with CKAN itself, in tests/publish.
"""

from __future__ import annotations

import hashlib
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from openbudget.publish.metadata import dcat
from openbudget.publish.metadata.build import dataset_of, portal_of
from openbudget.publish.site import entries_in
from tests.metadata.conftest import NAME, OPTIONS, URL

rdflib = pytest.importorskip("rdflib")
pyshacl = pytest.importorskip("pyshacl")
VENDOR = Path(__file__).parent / "vendor" / "dcat-ap"
DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")
DCT = rdflib.Namespace("http://purl.org/dc/terms/")


def parsed(name: str, content: bytes, base: str = "https://elsewhere.example/a") -> Any:
    """The graph of a catalogue file, read as if it had been fetched."""
    form = "turtle" if name.endswith(".ttl") else "json-ld"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # rdflib uses parts of itself that it will drop
        return rdflib.Graph().parse(data=content, format=form, publicID=f"{base}/{name}")


def graph(path: Path) -> Any:
    """The same of a file on disk."""
    return parsed(path.name, path.read_bytes())


def faults(data: Any, *shapes: str) -> list[str]:
    """The paths at which the graph breaks the shapes."""
    rules = rdflib.Graph()
    for name in shapes:
        rules.parse(VENDOR / f"{name}.ttl", format="turtle")
    _, results, _ = pyshacl.validate(data, shacl_graph=rules, do_owl_imports=False)
    shacl = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    return sorted(str(path).rpartition("/")[2].rpartition("#")[2] for path in results.objects(None, shacl.resultPath))


@pytest.mark.parametrize("which", ["placed", "unplaced"])
def test_the_catalogue_keeps_the_shapes(which: str, request: pytest.FixtureRequest) -> None:
    site: Path = request.getfixturevalue(which)
    assert faults(graph(site / "catalog.ttl"), "shapes", "range") == []


def test_what_is_recommended_is_there(placed: Path) -> None:
    """But for what nobody told: where places lie on the map, and what kind of body publishes the site."""
    assert set(faults(graph(placed / "catalog.ttl"), "shapes_recommended")) <= {"bbox", "centroid", "type"}


@pytest.mark.parametrize(("kind", "path"), [(DCAT.Dataset, DCT.title), (DCAT.Distribution, DCAT.accessURL)])
def test_a_planted_fault_is_found(placed: Path, kind: Any, path: Any) -> None:
    data = graph(placed / "catalog.ttl")
    subject = next(data.subjects(rdflib.RDF.type, kind))
    data.remove((subject, path, None))
    assert faults(data, "shapes")


@pytest.mark.parametrize("which", ["placed", "unplaced"])
def test_both_forms_say_the_same(which: str, request: pytest.FixtureRequest) -> None:
    from rdflib.compare import isomorphic

    site: Path = request.getfixturevalue(which)
    assert isomorphic(graph(site / "catalog.jsonld"), graph(site / "catalog.ttl"))


@pytest.mark.parametrize(("which", "base"), [("placed", URL), ("unplaced", "https://elsewhere.example/a")])
def test_addresses_lead_to_the_files_described(which: str, base: str, request: pytest.FixtureRequest) -> None:
    site: Path = request.getfixturevalue(which)
    data = graph(site / "catalog.jsonld")
    spdx = rdflib.Namespace("http://spdx.org/rdf/terms#")
    found = 0
    for part in data.subjects(rdflib.RDF.type, DCAT.Distribution):
        address = str(data.value(part, DCAT.downloadURL))
        assert address.startswith(f"{base}/packages/")
        content = (site / address.removeprefix(f"{base}/")).read_bytes()
        assert int(data.value(part, DCAT.byteSize)) == len(content)
        digest = data.value(data.value(part, spdx.checksum), spdx.checksumValue)
        assert str(digest).lower() == hashlib.sha256(content).hexdigest()
        found += 1
    assert found > 15
    assert {str(one) for one in data.subjects(rdflib.RDF.type, DCAT.Dataset)} == {f"{base}/packages/{NAME}/#dataset"}


def test_a_large_catalogue_comes_in_pages(placed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dcat, "PART", 2)
    portal = portal_of(OPTIONS)
    one = dataset_of(entries_in(placed)[NAME], portal)
    many = [replace(one, name=f"{NAME}-{number}") for number in range(5)]
    gone = replace(one, name="gone", withdrawn="x")
    files = dcat.catalogue(portal, [*many, gone], "2026-01-02", "2026-01-02")
    assert [name for name in files if name.endswith("ttl")] == ["catalog.ttl", "catalog-2.ttl", "catalog-3.ttl"]
    hydra = rdflib.Namespace("http://www.w3.org/ns/hydra/core#")
    for suffix in ("jsonld", "ttl"):
        name, seen = f"catalog.{suffix}", set()
        while name:
            data = parsed(name, files[name], URL)
            seen |= {str(data.value(part, DCT.identifier)) for part in data.subjects(rdflib.RDF.type, DCAT.Dataset)}
            following = data.value(rdflib.URIRef(f"{URL}/{name}"), hydra.nextPage)
            name = str(following).rpartition("/")[2] if following else ""
        assert seen == {part.name for part in many}


def test_text_of_any_kind_is_the_same_in_both_forms(placed: Path) -> None:
    from rdflib.compare import isomorphic

    portal = portal_of({})
    one = dataset_of(entries_in(placed)[NAME], portal)
    odd = replace(one, agency='局"\\\n\t\x01</a>', title={"zh": "”'\u202e", "en": "\U0001f600"})
    files = dcat.catalogue(portal, [odd], "2026-01-02", "2026-01-02")
    triples, others = (parsed(name, files[name]) for name in ("catalog.ttl", "catalog.jsonld"))
    assert isomorphic(triples, others)
    assert odd.agency in {str(text) for text in triples.objects(None, rdflib.FOAF.name)}
