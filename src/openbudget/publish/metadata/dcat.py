"""DCAT-AP 3 (W3C DCAT 3, SEMIC DCAT-AP 3.0): the catalogue as JSON-LD and as Turtle, in parts of `PART` packages that
`hydra:next` joins, so that a catalogue of any size can be read by harvesters (ckanext-dcat follows it).

Every object is typed where it stands, since SHACL shapes are checked without inference. Codes are those of the EU
vocabularies that DCAT-AP prescribes, and the identifiers of GB/T 2260 as notations of places.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from openbudget.publish.metadata.model import Dataset, File, Licence, Portal, quote_path
from openbudget.publish.metadata.turtle import turtle

PART = 100
_EU = "http://publications.europa.eu/resource/authority/"
CONTEXT = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "locn": "http://www.w3.org/ns/locn#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_TAGS = {"zh": "zh-Hans", "en": "en"}
_NO_FILE_TYPE = {"PARQUET": "https://www.iana.org/assignments/media-types/application/vnd.apache.parquet"}
_KINDS = "http://purl.org/adms/licencetype/"
_LICENCE_TYPES = {
    "CC0-1.0": "PublicDomain", "PDDL-1.0": "PublicDomain", "CC-BY-4.0": "Attribution", "ODC-By-1.0": "Attribution",
    "CC-BY-SA-4.0": "ViralEffect-ShareAlike", "ODbL-1.0": "ViralEffect-ShareAlike",
}  # fmt: skip
Node = dict[str, Any]


def catalogue(portal: Portal, datasets: Sequence[Dataset], modified: str, issued: str) -> dict[str, bytes]:
    """The files of the catalogue: `catalog.jsonld`, `catalog.ttl`, and where there are many packages `catalog-2.jsonld`
    and so on. Withdrawn packages are not in it."""
    living = [one for one in datasets if one.withdrawn is None]
    parts = [living[start : start + PART] for start in range(0, len(living), PART)] or [[]]
    files: dict[str, bytes] = {}
    for number, part in enumerate(parts, 1):
        nodes = [*_head(portal, part, modified, issued), *_paging(portal, len(living), number, len(parts))]
        for dataset in part:
            nodes += _dataset(portal, dataset)
        files[_name(number, "jsonld")] = jsonld(nodes)
        paging = _paging(portal, len(living), number, len(parts), "ttl") if len(parts) > 1 else []
        kept = [node for node in nodes if node["@type"] != "hydra:PagedCollection"]
        files[_name(number, "ttl")] = turtle(CONTEXT, [*kept, *paging])
    return files


def jsonld(nodes: Sequence[Node]) -> bytes:
    """The nodes as one JSON-LD document with its context inside, a node a line."""
    lines = ",\n".join(json.dumps(node, ensure_ascii=False) for node in nodes)
    return f'{{"@context": {json.dumps(CONTEXT)},\n"@graph": [\n{lines}\n]}}\n'.encode()


def _name(number: int, suffix: str) -> str:
    return f"catalog.{suffix}" if number == 1 else f"catalog-{number}.{suffix}"


def _head(portal: Portal, datasets: Sequence[Dataset], modified: str, issued: str) -> list[Node]:
    """The catalogue itself, and the things of other vocabularies that its packages refer to."""
    node: Node = {
        "@id": f"{portal.uri('')}#catalog",
        "@type": "dcat:Catalog",
        "dct:title": _texts(portal.title),
        "dct:description": _texts(portal.description),
        "dct:publisher": _agent(portal.publisher, f"{portal.uri('')}#publisher"),
        "dct:language": _language(),
        "dct:spatial": _ref(f"{_EU}country/CHN"),
        "dcat:themeTaxonomy": _ref(f"{_EU}data-theme"),
        "foaf:homepage": {"@id": portal.uri("index.html"), "@type": "foaf:Document"},
        "dcat:dataset": [_ref(one.uri(portal)) for one in datasets],
    }
    if modified:
        node["dct:modified"] = _date(modified)
        node["dct:issued"] = _date(issued)
    if portal.licence:
        node["dct:license"] = _ref(portal.licence.url)
    return [node, *_shared(datasets, portal.licence)]


def _shared(datasets: Sequence[Dataset], licence: Licence | None) -> Iterator[Node]:
    """Each thing of a controlled vocabulary once, typed, so that what refers to it need only name it."""
    for code, title in (("ZHO", "Chinese"), ("ENG", "English")):
        yield {"@id": f"{_EU}language/{code}", "@type": "dct:LinguisticSystem", "rdfs:label": _text(title, "en")}
    yield {"@id": f"{_EU}country/CHN", "@type": "dct:Location", "rdfs:label": _text("China", "en")}
    yield {"@id": f"{_EU}frequency/ANNUAL", "@type": "dct:Frequency", "rdfs:label": _text("annual", "en")}
    yield {"@id": f"{_EU}access-right/PUBLIC", "@type": "dct:RightsStatement", "rdfs:label": _text("public", "en")}
    yield {
        "@id": f"{_EU}data-theme", "@type": "skos:ConceptScheme", "dct:title": _text("Data themes", "en"),
    }  # fmt: skip
    for code, title in (("GOVE", "Government and public sector"), ("ECON", "Economy and finance")):
        yield {
            "@id": f"{_EU}data-theme/{code}", "@type": "skos:Concept", "skos:prefLabel": _text(title, "en"),
            "skos:inScheme": {"@id": f"{_EU}data-theme"},
        }  # fmt: skip
    yield {
        "@id": f"{_EU}planned-availability/STABLE", "@type": "skos:Concept", "skos:prefLabel": _text("stable", "en"),
    }  # fmt: skip
    yield {
        "@id": f"{_EU}publisher-type/LocalAuthority", "@type": "skos:Concept",
        "skos:prefLabel": _text("local authority", "en"),
    }  # fmt: skip
    yield {"@id": "spdx:checksumAlgorithm_sha256", "@type": "spdx:ChecksumAlgorithm"}
    licences = {one.url: one for one in [licence, *(dataset.licence for dataset in datasets)] if one}
    for _, used in sorted(licences.items()):
        yield _licence(used)
    for name in sorted({_LICENCE_TYPES[one.name] for one in licences.values() if one.name in _LICENCE_TYPES}):
        yield {"@id": f"{_KINDS}{name}", "@type": "skos:Concept", "skos:prefLabel": _text(name, "en")}
    for form, media in sorted({(file.format, file.media_type) for one in datasets for file in one.harvested}):
        yield {"@id": _format(form), "@type": "dct:MediaTypeOrExtent", "rdfs:label": form}
        yield {"@id": _media(media), "@type": "dct:MediaType", "rdfs:label": media}
    places = {code: (code, name) for one in datasets for code, name in one.regions[-1:]}
    for code, name in sorted(places.values()):
        yield {
            "@id": f"urn:cn:gb2260:{code}", "@type": "dct:Location", "skos:prefLabel": _text(name, "zh"),
            "dct:identifier": code,
        }  # fmt: skip


def _paging(portal: Portal, total: int, number: int, count: int, suffix: str = "jsonld") -> list[Node]:
    if count == 1:
        return []
    node: Node = {
        "@id": portal.uri(_name(number, suffix)),
        "@type": "hydra:PagedCollection",
        "hydra:totalItems": {"@value": str(total), "@type": "xsd:integer"},
        "hydra:itemsPerPage": {"@value": str(PART), "@type": "xsd:integer"},
        "hydra:firstPage": portal.uri(_name(1, suffix)),
        "hydra:lastPage": portal.uri(_name(count, suffix)),
    }
    if number < count:
        node["hydra:nextPage"] = portal.uri(_name(number + 1, suffix))
    if number > 1:
        node["hydra:previousPage"] = portal.uri(_name(number - 1, suffix))
    return [node]


def _dataset(portal: Portal, one: Dataset) -> Iterator[Node]:
    node: Node = {
        "@id": one.uri(portal),
        "@type": "dcat:Dataset",
        "dct:title": _texts(one.title),
        "dct:description": _texts(one.description),
        "dct:identifier": one.name,
        "adms:identifier": {"@type": "adms:Identifier", "skos:notation": one.uuid},
        "dcat:keyword": [_text(word, language) for language, words in one.keywords.items() for word in words],
        "dct:publisher": _agent(one.agency, f"{one.page(portal)}#publisher", LOCAL),
        "dct:language": _ref(f"{_EU}language/ZHO"),
        "dct:spatial": _ref(f"urn:cn:gb2260:{one.regions[-1][0]}"),
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": _date(f"{one.year}-01-01"),
            "dcat:endDate": _date(f"{one.year}-12-31"),
        },
        "dct:accrualPeriodicity": _ref(f"{_EU}frequency/ANNUAL"),
        "dct:accessRights": _ref(f"{_EU}access-right/PUBLIC"),
        "dcat:theme": [_ref(f"{_EU}data-theme/GOVE"), _ref(f"{_EU}data-theme/ECON")],
        "dcat:version": one.version,
        "dcat:landingPage": {"@id": one.page(portal), "@type": "foaf:Document"},
        "dcat:distribution": [_ref(one.file_page(portal, file)) for file in one.harvested],
    }
    if one.modified:
        node["dct:issued"], node["dct:modified"] = _date(one.issued), _date(one.modified)
    if portal.contact:
        node["dcat:contactPoint"] = _contact(portal)
    yield node
    for file in one.harvested:
        yield _distribution(portal, one, file)


def _distribution(portal: Portal, one: Dataset, file: File) -> Node:
    node: Node = {
        "@id": one.file_page(portal, file),
        "@type": "dcat:Distribution",
        "dct:title": _texts(file.title),
        "dct:description": _texts({
            language: f"{title} · {one.title[language]}" for language, title in file.title.items()
        }),
        "dcat:accessURL": _resource(one.file_url(portal, file)),
        "dcat:downloadURL": _resource(one.file_url(portal, file)),
        "dct:format": _ref(_format(file.format)),
        "dcat:mediaType": _ref(_media(file.media_type)),
        "dcat:byteSize": {"@value": str(file.size), "@type": "xsd:nonNegativeInteger"},
        "dcatap:availability": _ref(f"{_EU}planned-availability/STABLE"),
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": _ref("spdx:checksumAlgorithm_sha256"),
            "spdx:checksumValue": {"@value": file.sha256, "@type": "xsd:hexBinary"},
        },
    }  # fmt: skip
    if one.modified:
        node["dct:issued"], node["dct:modified"] = _date(one.issued), _date(one.modified)
    if one.licence:
        node["dct:license"] = _ref(one.licence.url)
    return node


LOCAL = f"{_EU}publisher-type/LocalAuthority"


def _agent(name: str, uri: str, kind: str = "") -> Node:
    node: Node = {"@id": uri, "@type": "foaf:Agent", "foaf:name": _text(name, "zh")}
    return {**node, "dct:type": _ref(kind)} if kind else node


def _contact(portal: Portal) -> Node:
    node: Node = {"@type": ["vcard:Kind", "vcard:Organization"], "vcard:fn": portal.publisher}
    if portal.mail:
        return {**node, "vcard:hasEmail": _resource(portal.mail)}
    return {**node, "vcard:hasURL": _resource(portal.contact)}


def _licence(licence: Licence) -> Node:
    node: Node = {"@id": licence.url, "@type": "dct:LicenseDocument", "dct:title": licence.name}
    kind = _LICENCE_TYPES.get(licence.name)
    return {**node, "dct:type": _ref(_KINDS + kind)} if kind else node


def _language() -> list[Node]:
    return [_ref(f"{_EU}language/ZHO"), _ref(f"{_EU}language/ENG")]


def _format(form: str) -> str:
    return _NO_FILE_TYPE.get(form, f"{_EU}file-type/{form}")


def _media(media: str) -> str:
    return f"https://www.iana.org/assignments/media-types/{quote_path(media)}"


def _ref(uri: str) -> Node:
    return {"@id": uri}


def _resource(uri: str) -> Node:
    return {"@id": uri, "@type": "rdfs:Resource"}


def _text(text: str, language: str) -> Node:
    return {"@value": text, "@language": _TAGS[language]}


def _texts(texts: Mapping[str, str]) -> list[Node]:
    return [_text(text, language) for language, text in texts.items()]


def _date(day: str) -> Node:
    return {"@value": day, "@type": "xsd:date"}
