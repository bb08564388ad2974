"""Metadata of what is published, one vocabulary a file, all made of one model (`model.py`).

Beside each package: `csvw.json` and `<file>.csv-metadata.json`, `croissant.json`, and schema.org in its pages. Beside
all of them: the DCAT-AP catalogue, `data.json`, `sitemap.xml`, `feed.atom` and the Chinese catalogue.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from openbudget.publish.metadata import atom, chinese, croissant, csvw, data_json, dcat, schema_org, sitemap
from openbudget.publish.metadata.build import dataset_of, portal_of
from openbudget.publish.metadata.model import Dataset, Portal

if TYPE_CHECKING:
    from openbudget.site.entry import Entry


@dataclass(frozen=True, slots=True)
class Structured:
    """The machine-readable description (schema.org) of a page, as the frame of the site asks for it."""

    portal: Portal

    def __call__(self, kind: str, subject: Any, language: str) -> str:
        if kind == "package":
            return schema_org.embedded(schema_org.dataset(self.portal, dataset_of(subject, self.portal), language))
        return schema_org.embedded(schema_org.catalogue(self.portal, language))


def package_files(entry: Entry, portal: Portal) -> dict[str, bytes]:
    """The metadata files of one package: path below its folder → bytes."""
    one = dataset_of(entry, portal)
    tables = [file.path for file in one.files if file.format == "CSV"]
    return {**csvw.package_files(tables), "croissant.json": croissant.package_file(portal, one)}


def catalogue_files(entries: Sequence[Entry], portal: Portal) -> dict[str, bytes]:
    """The files about all packages: path below the root of the site → bytes. The newest change dates them."""
    datasets = [dataset_of(entry, portal) for entry in entries]
    modified = max((one.modified for one in datasets), default="")
    issued = min((one.issued for one in datasets), default="")
    return {
        **dcat.catalogue(portal, datasets, modified, issued),
        **data_json.catalogue(portal, datasets),
        **sitemap.catalogue(portal, datasets),
        **atom.catalogue(portal, datasets),
        **chinese.catalogue(portal, datasets),
    }


# what this folder writes at the root of the site; what of it is not written any more is removed
PATTERNS = ("catalog.*", "catalog-*.*", "data.json", "sitemap*.xml", "feed.atom")

__all__ = ["PATTERNS", "Dataset", "Portal", "Structured", "catalogue_files", "package_files", "portal_of"]
