"""The quick yes or no about a JSON Schema says what jsonschema says."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from openbudget import standard
from openbudget.package.json_schema import UnknownError, accepts
from openbudget.package.profiles import fitting

PACKAGE = Path(__file__).parents[2] / "datapackages" / "cn-130433-434-2021-budget"
OTHERS = (None, True, 0, -1, 1.5, 2.0, float("inf"), float("nan"), "", "x", [], {}, ["x"], {"x": 1})


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every (container, key) of a document."""
    for key, item in list(value.items() if isinstance(value, dict) else enumerate(value)):
        yield value, key
        if isinstance(item, dict | list):
            yield from places(item)


@pytest.mark.parametrize(
    ("name", "file"), [("datapackage", "datapackage.json"), ("report", "report.json"), ("2.0", "datapackage.json")]
)
def test_it_agrees_with_jsonschema(name: str, file: str) -> None:
    path = standard.root() / "vendor/datapackage" / name / "datapackage.json"
    schema = json.loads(path.read_bytes()) if name == "2.0" else standard.json_schema(name)
    judge = jsonschema.Draft7Validator(dict(schema))
    document = json.loads((PACKAGE / file).read_bytes())
    for part in ("resources", "findings", "rules"):  # enough of each kind
        if part in document:
            document[part] = document[part][:2]
    assert accepts(schema, document)
    chance = random.Random(1)
    verdicts = set()
    for _ in range(150):
        changed = copy.deepcopy(document)
        holder, key = chance.choice(list(places(changed)))
        if chance.random() < 0.3:
            del holder[key]
        else:
            holder[key] = chance.choice(OTHERS)
        wanted = judge.is_valid(changed)
        verdicts.add(wanted)
        assert accepts(schema, changed) is wanted, (key, holder)
    assert verdicts == {True, False}


def test_parts_may_hold_themselves() -> None:
    schema = {"type": "object", "properties": {"more": {"$ref": "#"}, "n": {"type": "integer"}}}
    assert accepts(schema, {"more": {"more": {"n": 1}}})
    assert not accepts(schema, {"more": {"more": {"n": "1"}}})


def test_what_is_not_known_is_left_to_jsonschema() -> None:
    schema = {"properties": {"a": {"if": {"const": 1}, "then": False}}}
    assert accepts(schema, {"b": 1})  # nothing comes to the word
    with pytest.raises(UnknownError):
        accepts(schema, {"a": 1})
    assert [misfit.where for misfit in fitting(schema, {"a": 1}, "own")] == ["a"]
    assert [misfit.where for misfit in fitting({"items": [{"type": "string"}]}, [1], "own")] == ["0"]


TYPES = {"properties": {"type": {"enum": ["a", "b"]}, "n": {"type": "integer"}}}
BRANCHES = (
    TYPES,
    {"properties": {"type": {"const": "c"}}, "required": ["type"]},
    {"properties": {"n": {"type": "string"}}},
    {"$ref": "#/definitions/d", "properties": {"type": {"const": "a"}}},
    False,
    {"properties": {"type": {"enum": ["b", 1]}}},
)


@pytest.mark.parametrize("count", range(1, len(BRANCHES) + 1))
def test_one_of_branches_by_type(count: int) -> None:
    schema = {"oneOf": list(BRANCHES[:count]), "definitions": {"d": {"required": ["n"]}}}
    judge = jsonschema.Draft7Validator(schema)
    verdicts = []
    for kind in ("a", "b", "c", "d", 1, None, [], "absent"):
        for n in (1, "x", None, "absent"):
            value = {name: one for name, one in (("type", kind), ("n", n)) if one != "absent"}
            verdicts.append(judge.is_valid(value))
            assert accepts(schema, value) is verdicts[-1], value
    assert judge.is_valid([]) is accepts(schema, [])
    assert len(set(verdicts)) == 2
