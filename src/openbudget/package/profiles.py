"""A descriptor against the profiles it claims: Data Package v1 or v2 (vendored), ours, or one that it brings along."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from openbudget import standard
from openbudget.messages import LANGUAGES
from openbudget.package.json_schema import UnknownError, accepts
from openbudget.tabular.schema import MATCHES

_HOST = "https://datapackage.org/profiles/"
_DRAFT = "draft-07"  # in which words mean what openbudget.package.json_schema takes them for
_V1_NAMES = ("data-package", "tabular-data-package", "fiscal-data-package")
_V1_PROFILES = frozenset(
    name.format(one)
    for one in _V1_NAMES
    for name in (
        "{}",
        "https://specs.frictionlessdata.io/schemas/{}.json",
        "https://frictionlessdata.io/schemas/{}.json",
    )
)
# what the profiles of v1 and v2 say of a path or an address, and what the specifications say
PATHS = {
    r"^(?=^[^./~])(^((?!\.{2}).)*$).*$": r"^(\./)*(?=[^./~])(?!([^:]*/)?\.\.(/|$)).*$",
    r"^((?=[^./~])(?!file:)((?!\/\.\.\/)(?!\\)(?!:\/\/).)*|(http|ftp)s?:\/\/.*)$": (
        r"^((\./)*(?=[^./~])(?!file:)((?!\/\.\.\/)(?!\\)(?!:\/\/).)*|(http|ftp)s?:\/\/.*)$"
    ),
}


class Misfit(NamedTuple):
    """Where a document does not fit a profile (`resources/0/name`), and why, by language."""

    profile: str
    where: str
    reason: Mapping[str, str]


def profile_names(descriptor: Mapping[str, Any]) -> tuple[list[str], str | None]:
    """The vendored profiles (`1.0`, `2.0`) that hold for the descriptor, and the profile of its own that it names."""
    declared = descriptor.get("$schema")
    if isinstance(declared, str):
        if declared.startswith(f"{_HOST}2."):
            return ["2.0"], None
        if declared.startswith(f"{_HOST}1."):
            return ["1.0"], None
        return ["2.0"], declared
    named = descriptor.get("profile")
    return ["1.0"], named if isinstance(named, str) and named not in _V1_PROFILES else None


def misfits(descriptor: Mapping[str, Any], *, ours: bool) -> Iterator[Misfit]:
    """Every place where the descriptor does not fit; `ours`: it must fit the profile of the standard as well."""
    versions, _ = profile_names(descriptor)
    slim = _without_known_schemas(descriptor) if ours else _with_paths(descriptor)
    for version in versions:
        name = f"Data Package {version}"
        yield from fitting(_profile(version), slim, name)
    if ours:
        yield from fitting(standard.json_schema("datapackage"), descriptor, "OpenBudget")


def fitting(schema: Mapping[str, Any], document: Any, name: str) -> Iterator[Misfit]:
    """Every place where `document` does not fit `schema`: none within a millisecond where it does."""
    try:
        if _DRAFT in str(schema.get("$schema", _DRAFT)) and accepts(schema, document):
            return
    except (UnknownError, KeyError, TypeError, AttributeError, ValueError, RecursionError, re.error):
        pass  # a schema that is not understood here, or is none: jsonschema decides
    yield from _listed(schema, document, name)


def _without_known_schemas(descriptor: Mapping[str, Any]) -> dict[str, Any]:
    """The descriptor without those table schemas that are word for word the standard's: tests show that these fit."""
    resources = descriptor.get("resources")
    if not isinstance(resources, list):
        return dict(descriptor)
    present = {item.get("name") for item in resources if isinstance(item, dict)}
    return {**descriptor, "resources": [_slim(item, present) for item in resources]}


def _with_paths(descriptor: Mapping[str, Any]) -> Mapping[str, Any]:
    """The descriptor with `path` where a resource has `url`, as it was called before v1."""
    resources = descriptor.get("resources")
    if not isinstance(resources, list) or not any(isinstance(one, dict) and "url" in one for one in resources):
        return descriptor
    return {**descriptor, "resources": [_with_path(one) for one in resources]}


def _with_path(resource: Any) -> Any:
    if not isinstance(resource, dict) or "url" not in resource or {"path", "data"} & resource.keys():
        return resource
    return {**resource, "path": resource["url"]}


def _slim(resource: Any, present: set[Any]) -> Any:
    if not isinstance(resource, dict) or resource.get("name") not in standard.tables():
        return resource
    if resource.get("schema") != standard.packaged_schema(resource["name"], present):
        return resource
    return {name: value for name, value in resource.items() if name != "schema"}


@cache
def _profile(version: str) -> Mapping[str, Any]:
    """The profile of a data package, without what it says to people (openbudget.standard.derive.profiles)."""
    loaded: dict[str, Any] = json.loads(standard.read("derived", "profiles", f"datapackage-{version}.json"))
    _mend(loaded["properties"], version)
    return loaded


def _vendored(version: str, name: str) -> Mapping[str, Any]:
    """A profile as published."""
    loaded: dict[str, Any] = json.loads(standard.read("vendor", "datapackage", version, f"{name}.json"))
    return loaded


def _mend(package: dict[str, Any], version: str) -> None:
    """Where a profile contradicts its own specification, the specification holds (docs/reference/table-semantics.md):
    lists may be empty that are only said to be lists; a path may begin with `./`; in v1 no property of a dialect is
    required; v2 has `list` fields, and `fieldsMatch` is one word."""
    resource = package["resources"]["items"]["properties"]
    schema = resource["schema"]["properties"]
    may_be_empty = [package[name] for name in ("contributors", "keywords", "licenses")]
    may_be_empty += [resource["licenses"], schema["fields"], schema["foreignKeys"], schema["primaryKey"]["oneOf"][0]]
    for one in may_be_empty:
        one.pop("minItems", None)
    _mend_paths(package)
    if version == "1.0":
        resource["dialect"].pop("required", None)
        return
    schema["fieldsMatch"] = {"enum": [*MATCHES, *([word] for word in MATCHES)]}
    listed = {"type": "object", "required": ["name", "type"], "properties": {"type": {"const": "list"}}}
    schema["fields"]["items"]["oneOf"].append(listed)


def _mend_paths(part: Any) -> None:
    if isinstance(part, list):
        for item in part:
            _mend_paths(item)
    elif isinstance(part, dict):
        for item in part.values():
            _mend_paths(item)
        if isinstance(part.get("pattern"), str):
            part["pattern"] = PATHS.get(part["pattern"], part["pattern"])


def _listed(schema: Mapping[str, Any], document: Any, name: str) -> Iterator[Misfit]:
    """Every fault, by jsonschema, offline: the profiles of Data Package that a profile refers to are those vendored."""
    from jsonschema import Draft7Validator, SchemaError
    from jsonschema.validators import validator_for
    from referencing import Registry, Resource
    from referencing.exceptions import Unresolvable
    from referencing.jsonschema import DRAFT7

    from openbudget.package.reasons import reasons

    parts = ("dataresource", "tableschema", "tabledialect")
    known = [
        (f"{_HOST}{version}/{part}.json", Resource.from_contents(_vendored(version, part), DRAFT7))
        for version in ("1.0", "2.0")
        for part in parts
    ]
    known += [
        (f"{_HOST}{version}/datapackage.json", Resource.from_contents(_profile(version), DRAFT7))
        for version in ("1.0", "2.0")
    ]
    try:
        kind = validator_for(schema, default=Draft7Validator)
        kind.check_schema(dict(schema))
        registry: Registry[Any] = Registry().with_resources(known)
        for reason in reasons(kind(dict(schema), registry=registry).iter_errors(document)):
            yield Misfit(name, reason.where, reason.why)
    except (SchemaError, Unresolvable, RecursionError, TypeError) as error:  # TypeError: it is no object
        text = " ".join(str(error).split())[:300]
        yield Misfit(name, "", dict.fromkeys(LANGUAGES, text))
