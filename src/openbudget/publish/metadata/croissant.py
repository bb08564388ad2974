"""Croissant 1.1 (MLCommons): the CSV files with their hashes, and a record set a table with its typed columns."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from openbudget import standard
from openbudget.publish.metadata.model import Dataset, Portal

_CONTEXT: dict[str, Any] = {
    "@language": "zh",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
_TYPES = {
    "string": "sc:Text", "number": "sc:Float", "integer": "sc:Integer", "year": "sc:Integer", "boolean": "sc:Boolean",
    "date": "sc:Date",
}  # fmt: skip


def package_file(portal: Portal, one: Dataset) -> bytes:
    """`croissant.json` of a package."""
    files = [file for file in one.files if file.format == "CSV" and file.table in standard.tables()]
    made: dict[str, Any] = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        "name": one.name,
        "alternateName": [one.title["zh"], one.title["en"]],
        "description": one.description["zh"],
        "url": one.page(portal, "../../"),
        "version": f"{one.version}.0.0",
        "inLanguage": "zh-Hans",
        "keywords": list(one.keywords["zh"]),
        "creator": {"@type": "Organization", "name": one.agency},
        "publisher": {"@type": "Organization", "name": portal.publisher},
        "citeAs": f"{one.agency}. {one.title['zh']} [{one.name}]. {portal.title['zh']}. {one.page(portal, '../../')}",
        "isLiveDataset": False,
    }
    if one.modified:
        made["datePublished"], made["dateModified"] = one.issued, one.modified
    if one.licence:
        made["license"] = one.licence.url
    made["distribution"] = [
        {
            "@type": "cr:FileObject",
            "@id": file.path,
            "name": file.path,
            "contentUrl": one.file_url(portal, file) if portal.url else file.path,
            "contentSize": f"{file.size} B",
            "encodingFormat": "text/csv",
            "sha256": file.sha256,
        }
        for file in files
    ]
    text = json.dumps(made, ensure_ascii=False, indent=1)
    records = ",\n".join(_records(str(file.table), file.path) for file in files)
    return f'{text[:-2]},\n "recordSet": [\n{records}\n ]\n}}\n'.encode()


@cache
def _records(table: str, path: str) -> str:
    """A record set, as text: the same in every package."""
    spec = standard.tables()[table]
    made = {
        "@type": "cr:RecordSet",
        "@id": table,
        "name": table,
        "description": f"{spec.title['zh']}：{spec.description['zh']}",
        "key": [{"@id": f"{table}/{name}"} for name in spec.primary_key],
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{table}/{field.name}",
                "name": field.name,
                "description": f"{field.title['zh']}：{field.description['zh']}",
                "dataType": _TYPES.get(field.type, "sc:Text"),
                "source": {"fileObject": {"@id": path}, "extract": {"column": field.name}},
            }
            for field in spec.fields
        ],
    }
    return json.dumps(made, ensure_ascii=False)
