"""schema.org `Dataset` and `DataCatalog` as JSON-LD for the head of pages, as search engines for data read it."""

from __future__ import annotations

import json
import re
from typing import Any

from openbudget.publish.metadata.model import Dataset, Portal

_ESCAPED = re.compile("[<>&\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_TAGS = {"zh": "zh-Hans", "en": "en"}


def dataset(portal: Portal, one: Dataset, language: str = "zh") -> dict[str, Any]:
    """What the page of a package says of it in one language."""
    above = "../../" if language == "zh" else "../../../"
    other = "en" if language == "zh" else "zh"
    made: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": one.uri(portal, above),
        "name": one.title[language],
        "alternateName": [one.title[other], one.name],
        "description": one.description[language],
        "inLanguage": "zh-Hans",
        "identifier": [one.name, one.uuid],
        "url": one.page(portal, above, language),
        "sameAs": one.page(portal, above),
        "version": one.version,
        "keywords": list(one.keywords[language]),
        "isAccessibleForFree": True,
        "creator": _organisation(one),
        "publisher": {"@type": "Organization", "name": portal.publisher},
        "temporalCoverage": f"{one.year}-01-01/{one.year}-12-31",
        "spatialCoverage": {
            "@type": "Place",
            "name": " ".join(name for _, name in one.regions),
            "identifier": one.regions[-1][0],
        },
        "includedInDataCatalog": {
            "@type": "DataCatalog",
            "name": portal.title[language],
            "url": portal.uri("", above) if portal.url else f"{above}index.html",
        },
        "distribution": [
            {
                "@type": "DataDownload",
                "name": file.title[language],
                "encodingFormat": file.media_type,
                "contentUrl": one.file_url(portal, file, above),
                "contentSize": f"{file.size} B",
                "sha256": file.sha256,
            }
            for file in one.files
        ],
    }
    if one.modified:
        made["datePublished"], made["dateModified"] = one.issued, one.modified
    if one.licence:
        made["license"] = one.licence.url
    return made


def catalogue(portal: Portal, language: str = "zh") -> dict[str, Any]:
    """What the home page says: that this is a catalogue, whose and of what."""
    above = "" if language == "zh" else "../"
    return {
        "@context": "https://schema.org/",
        "@type": "DataCatalog",
        "name": portal.title[language],
        "description": portal.description[language],
        "url": portal.uri("", above) if portal.url else f"{above}index.html",
        "inLanguage": _TAGS[language],
        "publisher": {"@type": "Organization", "name": portal.publisher},
        **({"license": portal.licence.url} if portal.licence else {}),
    }


def embedded(document: dict[str, Any]) -> str:
    """The document as text for a `script` element: nothing in it can end the element, nor turn the page's text around."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _organisation(one: Dataset) -> dict[str, Any]:
    made: dict[str, Any] = {"@type": "GovernmentOrganization", "name": one.agency}
    return {**made, "identifier": one.credit_code} if one.credit_code else made
