"""Formats of strings, and the types that stand in a cell as JSON or as a list."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from openbudget.tabular.temporal import INVALID, Parser

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_EMAIL = rf"[A-Za-z0-9!#$%&'*+/=?^_`{{|}}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{{|}}~-]+)*@{_LABEL}(?:\.{_LABEL})+"
# RFC 3986 with the further characters of RFC 3987, so that addresses with Chinese characters are addresses
_URI = r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2}|[^\x00-\xa0\u2028\u2029\ufff0-\uffff\ud800-\udfff])*"
_UUID = r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
_BASE64 = r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"
_FORMS = {"email": _EMAIL, "uri": _URI, "uuid": _UUID, "binary": _BASE64}


def string_parser(form: str) -> Parser:
    """`default` takes any text; the others a form: email (RFC 5321, dot-atom), uri (RFC 3986/3987, with scheme),
    uuid (8-4-4-4-12 hex digits), binary (base64 of RFC 4648 with padding)."""
    if form not in _FORMS:
        return str
    pattern = re.compile(_FORMS[form])
    return lambda text: text if pattern.fullmatch(text) else INVALID


def boolean_parser(options: Mapping[str, object]) -> Parser:
    """`trueValues` and `falseValues`, exactly as listed."""
    table: dict[str, object] = {}
    for name, value, default in (
        ("trueValues", True, ["true", "True", "TRUE", "1"]),
        ("falseValues", False, ["false", "False", "FALSE", "0"]),
    ):
        listed = options.get(name, default)
        for text in listed if isinstance(listed, list) else default:
            table[str(text)] = value
    return lambda text: table.get(text, INVALID)


def _no_constant(text: str) -> object:
    raise ValueError(text)


def read_json(text: str) -> object:
    """The value of a JSON text (RFC 8259: NaN and Infinity are no JSON); INVALID where it is none."""
    try:
        value: object = json.loads(text, parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return INVALID
    return value


def json_parser(kind: type) -> Parser:
    """A JSON object (dict) or array (list)."""

    def parse(text: str) -> object:
        value = read_json(text)
        return value if isinstance(value, kind) else INVALID

    return parse


def list_parser(options: Mapping[str, object], item: Parser) -> Parser:
    """`list` of v2: items between delimiters, each of the item type in its default form."""
    given = options.get("delimiter")
    delimiter = given if isinstance(given, str) and given else ","

    def parse(text: str) -> object:
        values = [item(part) for part in text.split(delimiter)]
        return INVALID if any(value is INVALID for value in values) else values

    return parse


def geopoint_parser(form: str, number: Parser) -> Parser:
    """`lon, lat` in degrees, as text, as a JSON array of two, or as a JSON object of lon and lat."""

    def parse(text: str) -> object:
        if form == "default":
            pair: list[object] = [number(part.strip(" ")) for part in text.split(",")]
        else:
            value = read_json(text)
            if form == "object" and isinstance(value, dict) and set(value) == {"lon", "lat"}:
                pair = [value["lon"], value["lat"]]
            else:
                pair = value if form == "array" and isinstance(value, list) else []
            pair = [number(part) if isinstance(part, str) else part for part in pair]
        if len(pair) != 2:
            return INVALID
        lon, lat = pair
        return (lon, lat) if _degrees(lon, 180) and _degrees(lat, 90) else INVALID

    return parse


def _degrees(value: object, most: int) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return False
    return not Decimal(value).is_nan() and -most <= value <= most


def geojson_parser(form: str) -> Parser:
    """GeoJSON (RFC 7946) or TopoJSON: a JSON object of the right structure."""
    valid: Callable[[object], bool] = _topology if form == "topojson" else _geojson

    def parse(text: str) -> object:
        value = read_json(text)
        return value if isinstance(value, dict) and valid(value) else INVALID

    return parse


_DEPTH = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}


def _geojson(value: object) -> bool:
    if not isinstance(value, dict):
        return False
    kind = value.get("type")
    if kind == "FeatureCollection":
        features = value.get("features")
        return isinstance(features, list) and all(_feature(item) for item in features)
    return _feature(value) if kind == "Feature" else _geometry(value)


def _feature(value: object) -> bool:
    if not isinstance(value, dict) or value.get("type") != "Feature" or not {"geometry", "properties"} <= set(value):
        return False
    identity = value.get("id", "")
    return (
        (value["geometry"] is None or _geometry(value["geometry"]))
        and isinstance(value["properties"], dict | None)
        and isinstance(identity, str | int | Decimal)
    )


def _geometry(value: object) -> bool:
    if not isinstance(value, dict):
        return False
    kind = value.get("type")
    if kind == "GeometryCollection":
        parts = value.get("geometries")
        return isinstance(parts, list) and all(_geometry(part) for part in parts)
    depth = _DEPTH.get(kind) if isinstance(kind, str) else None
    return depth is not None and _positions(value.get("coordinates"), depth, str(kind))


def _positions(value: object, depth: int, kind: str) -> bool:
    if not isinstance(value, list):
        return False
    if depth == 0:
        return len(value) >= 2 and all(isinstance(n, int | Decimal) and not isinstance(n, bool) for n in value)
    if depth == 1 and kind.endswith("LineString") and len(value) < 2:
        return False
    if depth == 1 and kind.endswith("Polygon") and (len(value) < 4 or value[0] != value[-1]):
        return False
    return all(_positions(item, depth - 1, kind) for item in value)


def _topology(value: object) -> bool:
    return (
        isinstance(value, dict)
        and value.get("type") == "Topology"
        and isinstance(value.get("objects"), dict)
        and isinstance(value.get("arcs"), list)
    )
