"""The name of a package: `cn-<region>-<agency>-<year>-<kind>`, and safe names for the source files in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from openbudget.model.digest import sha256
from openbudget.model.facts import Facts

_CODE = r"[a-z0-9](?:[a-z0-9_-]|\.(?!\.))*"
_OWN_OFFICE = "(本级)"
_RESERVED = r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?"


def normalised(name: str) -> str:
    """A body's name without what may differ in print: NFKC (full-width forms become ASCII), no white space."""
    return "".join(unicodedata.normalize("NFKC", name).split())


def agency_part(facts: Facts) -> str:
    """The agency code as printed, in lower case; where none is printed, or it cannot stand in a file name, `u`
    and the first 8 hex digits of the SHA-256 of the normalised agency name, with `(本级)` behind it for a unit: a
    department and its own office have one name and are two bodies."""
    code = normalised(facts.agency_code or "").lower()
    if re.fullmatch(_CODE, code):
        return code
    name = normalised(facts.agency_name)
    if facts.level == "unit" and not name.endswith(_OWN_OFFICE):
        name += _OWN_OFFICE
    return "u" + sha256(name.encode())[:8]


def package_name(facts: Facts) -> str:
    """`cn-130433-434-2021-budget`: ASCII, lower case, fit for a file name and for Data Package `name`."""
    return f"cn-{facts.region_code}-{agency_part(facts)}-{facts.fiscal_year}-{facts.kind}"


def source_file_name(name: str) -> str:
    """The name under which a source is kept in `source/`: its own, except for what a file system or the Data
    Package path rules refuse (separators, control characters, `..`, a leading `.` or `~`), which becomes `_`."""
    safe = re.sub(r'[\x00-\x1f\x7f/\\:*?"<>|]', "_", unicodedata.normalize("NFC", name))
    safe = re.sub(r"\.\.+", "_", safe)
    safe = re.sub(r"^[.~\s]", "_", safe)
    safe = re.sub(r"[.\s]$", "_", safe)
    return f"_{safe}" if not safe or re.fullmatch(_RESERVED, safe) else safe


def package_name_of(properties: Mapping[str, Any]) -> str | None:
    """The name that the object `openbudget` of a descriptor asks for; None where it lacks what a name is made of."""
    try:
        facts = Facts(
            agency_name=properties["agency_name"],
            fiscal_year=properties["fiscal_year"],
            kind=properties["kind"],
            region_code=properties["region_code"],
            region_name="",
            agency_code=properties.get("agency_code"),
            level=properties.get("level"),
        )
        return package_name(facts)
    except (KeyError, TypeError, AttributeError):
        return None
