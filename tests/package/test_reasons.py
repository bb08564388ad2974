"""What is said of a descriptor that does not fit: the place that is wrong, and why, in both languages."""

from __future__ import annotations

import re
from typing import Any

import pytest

from openbudget.package.profiles import misfits

FIELDS = {"fields": [{"name": "a"}]}


def _table(**properties: Any) -> dict[str, Any]:
    return {"name": "p", "resources": [{"name": "t", "path": "t.csv", "schema": FIELDS, **properties}]}


def _field(**properties: Any) -> dict[str, Any]:
    return _table(schema={"fields": [{"name": "a", **properties}]})


def _key(key: Any) -> dict[str, Any]:
    return _table(schema={**FIELDS, "foreignKeys": [key]})


@pytest.mark.parametrize(
    ("descriptor", "where", "why"),
    [
        (_field(type="float"), "resources/0/schema/fields/0/type", r'"float" is not one of string, number, .*\bany'),
        (_field(type="year", format="any"), "resources/0/schema/fields/0/format", '"any" is not default, which is all'),
        (_field(type="string", format="%Y"), "resources/0/schema/fields/0/format", '"%Y" is not one of default, email'),
        (_field(description=None), "resources/0/schema/fields/0/description", "null is not text"),
        (_table(licenses=[{"url": "x"}]), "resources/0/licenses/0", "it needs one of name, path"),
        (
            _key({"fields": "a", "reference": {"resource": ""}}),
            "resources/0/schema/foreignKeys/0/reference",
            "fields is",
        ),
        (
            _key({"fields": ["a"], "reference": {"resource": ""}}),
            "resources/0/schema/foreignKeys/0/reference",
            "fields is",
        ),
        (_table(path=5), "resources/0/path", "5 is not text or a list"),
        (_table(path="../t.csv"), "resources/0/path", "neither a relative path within the package"),
        ({**_table(), "name": "My Data"}, "name", '"My Data" may have small letters, digits'),
        ({**_table(), "title": {"en": "x" * 200}}, "title", r'\{"en": "x+ … x+"\} is not text'),
        ({"name": "p", "resources": []}, "resources", "it must not be empty"),
        ({"name": "p"}, "", "resources is missing"),
    ],
)
def test_what_is_said(descriptor: dict[str, Any], where: str, why: str) -> None:
    (found,) = misfits(descriptor, ours=False)
    assert found.where == where
    assert re.search(why, found.reason["en"])
    assert re.search("[一-鿿]", found.reason["zh"])
    assert len(found.reason["en"]) < 250
