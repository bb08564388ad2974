"""data.json (Project Open Data Metadata Schema 1.1), the flat list that many harvesters still read.

Its addresses must be absolute, so it is written only where the address of the site is known. The fields that only
agencies of the United States have (bureauCode, programCode) are left out.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from openbudget.publish.metadata.model import Dataset, Portal

_SCHEMA = "https://project-open-data.cio.gov/v1.1"


def catalogue(portal: Portal, datasets: Sequence[Dataset]) -> dict[str, bytes]:
    """`data.json`; nothing where the address of the site is not known."""
    if not portal.url:
        return {}
    head = {
        "@context": f"{_SCHEMA}/schema/catalog.jsonld",
        "@id": portal.uri("data.json"),
        "@type": "dcat:Catalog",
        "conformsTo": f"{_SCHEMA}/schema",
        "describedBy": f"{_SCHEMA}/schema/catalog.json",
    }
    lines = ",\n".join(
        json.dumps(_dataset(portal, one), ensure_ascii=False) for one in datasets if one.withdrawn is None
    )
    return {"data.json": f'{json.dumps(head)[:-1]},\n"dataset": [\n{lines}\n]}}\n'.encode()}


def _dataset(portal: Portal, one: Dataset) -> dict[str, Any]:
    contact = {"@type": "vcard:Contact", "fn": portal.publisher}
    if portal.mail:
        contact["hasEmail"] = portal.mail
    made: dict[str, Any] = {
        "@type": "dcat:Dataset",
        "identifier": one.name,
        "title": one.title["zh"],
        "description": one.description["zh"],
        "keyword": list(one.keywords["zh"]),
        "modified": one.modified,
        "issued": one.issued,
        "publisher": {"@type": "org:Organization", "name": one.agency},
        "contactPoint": contact,
        "accessLevel": "public",
        "language": ["zh-Hans"],
        "landingPage": one.page(portal),
        "temporal": f"{one.year}-01-01/{one.year}-12-31",
        "spatial": " ".join(name for _, name in one.regions),
        "accrualPeriodicity": "R/P1Y",
        "distribution": [
            {
                "@type": "dcat:Distribution",
                "title": file.title["zh"],
                "downloadURL": one.file_url(portal, file),
                "mediaType": file.media_type,
                "format": file.format,
            }
            for file in one.harvested
        ],
    }
    if one.licence:
        made["license"] = one.licence.url
    return made
