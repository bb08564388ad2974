"""Texts that have led validators astray, and fields to try them on."""

from __future__ import annotations

from typing import Any

from openbudget.tabular.schema import TYPES

_LINES = """0|1|-1|+1|007|1_000| 1|1 |１２|1.5|.5|5.|1e3|1E-3|NaN|nan|INF|-INF|inf|Infinity|1,000|$1|1%|1.000,5
true|TRUE|True|yes|false|False|FALSE|t|2024-01-05|2024-1-5|2024-02-30|0000-01-01|9999-12-31|2024-01-05 |20240105
2024-01-05T00:00:00|05/01/2024|2024年1月5日|Jan 5, 2024|-2024-01-05|２０２４-01-05|2024/01/05|5.1.24
10:00:00|10:00|24:00:00|10:00:00Z|10:00:00.5|10:00:00+08:00|1:00:00|10:60:00|10:00:60|23:59:59.9999999|10:00:00,5
100000|25:00:00|2024-01-05T10:00:00|2024-01-05T10:00:00Z|2024-01-05 10:00:00|2024-01-05T10:00:00.123+08:00
2024-01-05T10:00|2024-01-05T24:00:00|2024-W01-5T10:00:00|2024-01-05T10:00:00+0800|2024-01-05 10:00
2024|24|+202|-2024|02024|20 4| 2024|12345|２０２４|2024-01|2024-1|2024-13|24-01|2024-001|2024-01-|-1-1
P1Y|P1M|P1W|PT1H|P|PT|P1Y2M3DT4H5M6.5S|-P1D|P1.5Y|P1S|PT1.5H|P0001-01-01T00:00:00|P1Y1W|+P1D|p1y|P1D T1H|P1M2Y
{}|[]|{"a":1}|[1]|{"a":NaN}|{a:1}|null|"x"|{"a":1}x|[1,]|{"a":1,"a":2}
a@b.cn|a@b|a b@c.d|"a b"@c.cn|a@b.c|部门@例子.cn|a@-b.cn|a@b..cn|a.@b.cn|a@localhost|a@1.2.3.4|a@[1.2.3.4]
http://a.cn|http://例子.cn/路|http://a b|a:b|://x|mailto:a@b.cn|http:|urn:x:y|http://a/%zz|http://a/<x>|/a/b|h ttp://a
http://[::1]/|http://a/{x}|550e8400-e29b-41d4-a716-446655440000|550E8400-E29B-41D4-A716-446655440000
550e8400e29b41d4a716446655440000|{550e8400-e29b-41d4-a716-446655440000}|550e8400-e29b-41d4-a716-44665544000g
urn:uuid:550e8400-e29b-41d4-a716-446655440000|YQ==|YQ=|YQ|YWI=|Y Q==|YQ==x|YWJj|-_==|====|YQ=Y
114.9,36.5|114.9, 36.5| 114.9 ,36.5 |181,0|0,91|[114.9,36.5]|["114.9","36.5"]|{"lon":1,"lat":2}
{"lon":1,"lat":2,"z":3}|{"lat":2}|1,2,3|a,b|NaN,0|[1,2,3]|[NaN,1]|1;2|１,２|[true,1]
{"type":"Point","coordinates":[1,2]}|{"type":"Point","coordinates":[1]}|{"type":"LineString","coordinates":[[0,0]]}
{"type":"Feature","geometry":null,"properties":null}|{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}
{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1]]]}|{"type":"Nope"}|{"type":"Topology"}
{"type":"FeatureCollection","features":[]}|{"type":"GeometryCollection","geometries":[]}
{"type":"Topology","objects":{},"arcs":[]}|a,b|1,2|1, 2|1,x|,|a;b|2024-01-05,2024-01-06|true,false|文|-|—|\u3000"""
_BROKEN = ["a\nb", "x\n", "1\n", "2024\n", "\t", "2024-01-05\n", "10:00:00\n", "true\n", "YQ==\n"]
TEXTS = list(dict.fromkeys([*(text for line in _LINES.split("\n") for text in line.split("|")), *_BROKEN]))

_FORMATS = [
    *(("string", form) for form in ("default", "email", "uri", "uuid", "binary")),
    ("geopoint", "array"),
    ("geopoint", "object"),
    ("geojson", "topojson"),
    ("date", "%Y/%m/%d"),
    ("date", "%d.%m.%y"),
    ("time", "%H:%M"),
    ("datetime", "%Y-%m-%d %H:%M"),
    ("date", "any"),
    ("time", "any"),
    ("datetime", "any"),
]
FIELDS: list[dict[str, Any]] = [
    *({"type": kind} for kind in sorted(TYPES - {"string"})),
    *({"type": kind, "format": form} for kind, form in _FORMATS),
    {"type": "number", "bareNumber": False},
    {"type": "integer", "bareNumber": False},
    {"type": "number", "groupChar": ","},
    {"type": "number", "decimalChar": ",", "groupChar": "."},
    {"type": "number", "decimalChar": ","},
    {"type": "list", "itemType": "integer"},
    {"type": "list", "delimiter": ";"},
    {"type": "list", "itemType": "date"},
    {"type": "boolean", "trueValues": ["yes"], "falseValues": ["t"]},
]
