"""Patterns: as Python reads them, but never longer than the text is worth."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openbudget.tabular.fast.automata import UnsafeError
from openbudget.tabular.linear import Linear
from openbudget.tabular.patterns import bounded, compile_pattern, dangers

ENDLESS = ["(a+)+$", "(a|aa)+", "(.*a){30}", "^(([a-z])+.)+[A-Z]([a-z])+$", r"(\w+\s?)*", "([^,]+,?)+;", "(?:a*)*b"]


@pytest.mark.parametrize("pattern", ENDLESS)
def test_what_could_take_for_ever_is_told_at_once(pattern: str) -> None:
    assert isinstance(compile_pattern(pattern), Linear)
    assert not compile_pattern(pattern).fullmatch("a" * 20_000 + "!")


def test_many_repeats_are_tried_on_short_texts_only() -> None:
    pattern = compile_pattern(".*a.*a.*a.*b")
    assert pattern.fullmatch("xaxaxaxb")
    assert not pattern.fullmatch("a" * 5_000)
    assert compile_pattern(".*a" * 12 + "b").fullmatch("a" * 60) is None
    assert compile_pattern(".{0,900}" * 4 + "b").fullmatch("a" * 900) is None


@pytest.mark.parametrize("pattern", [r"-?\d+(\.\d+)?", r"\S+", r"\d{4}(-\d{2}(-\d{2})?)?", "[A-Z]{3}-[0-9]{3}", "a|b"])
def test_others_are_those_of_python(pattern: str) -> None:
    assert not isinstance(compile_pattern(pattern), Linear)


@pytest.mark.parametrize("pattern", [r"(\w+(?=x))*", "(a{1,1000}){1,1000}", r"(a+\b)+", r"(a+)+\1"])
def test_what_cannot_be_matched_in_time_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="without end"):
        compile_pattern(pattern)


@pytest.mark.parametrize(
    "pattern", [r"(\x41|b)*", r"(\u4e00+,?)+", r"(\U0001f600a?)*", r"(\t|\n)+", r"([\u4e00-\u9fa5]+、?)+"]
)
def test_escapes_of_characters_are_read(pattern: str) -> None:
    for text in ("A", "b", "一一,", "\U0001f600a", "\t\n", "一、二", "u4e00", ""):
        assert bool(compile_pattern(pattern).fullmatch(text)) == bool(re.fullmatch(pattern, text))


def test_a_json_schema_is_bounded_where_all_its_patterns_are() -> None:
    assert bounded({"properties": {"a": {"pattern": "^[a-z]+$"}, "pattern": {"type": "string"}}})
    assert not bounded({"properties": {"a": {"anyOf": [{"pattern": "^(a+)+$"}]}}})
    assert not bounded({"patternProperties": {"(x*)*": {}}})
    assert not bounded({"properties": {"a": {"pattern": "["}}})


_ATOMS = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", r"\d", r"\w", r"[\s\d]", r"\.", "[]a]", "[a-c-]", r"\D", "字"])
_PATTERNS = st.recursive(
    _ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda pair: f"(?:{pair[0]}|{pair[1]})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{1,2}", "{0,1}", "{2,}"])).map(
            lambda pair: f"({pair[0]}){pair[1]}"
        ),
    ),
    max_leaves=6,
)
_TEXTS = st.text(st.sampled_from("abc1 .\n]-字٣"), max_size=7)


@settings(max_examples=400, deadline=None)
@given(_PATTERNS, st.lists(_TEXTS, max_size=8))
def test_it_matches_what_python_matches(pattern: str, texts: list[str]) -> None:
    try:
        linear = Linear(pattern)
    except UnsafeError:
        return
    for text in texts:
        assert bool(linear.fullmatch(text)) == bool(re.fullmatch(pattern, text)), (pattern, text)


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("[+*](ab)+", (False, 1)),
        (r"\(a+\)+", (False, 2)),
        ("(a?)+", (True, 1)),
        ("(a{3}){5}", (False, 0)),
        ("(ab|c){2,5}", (True, 0)),
        ("((a|b)c)*", (True, 1)),
        ("[)]*(]+)", (False, 2)),
        ("(?:ab)+", (False, 1)),
        ("(?:(?![aeiou])[a-z])+", (False, 1)),
        ("(?P<x>a?)+", (True, 1)),
        (".{0,500}.{500}.{0,9}", (False, 1)),
    ],
)
def test_dangers_are_read_from_the_pattern(pattern: str, told: tuple[bool, int]) -> None:
    assert dangers(pattern) == told
