"""A code and the name printed beside it mean the same, in the edition that holds.

    table, code, name   the fields

Told only where the printed name is that of another code of the same list: a name that the list does not know may be
another way to say the right thing, and so may a code that a list which is not complete does not know. The nearest code
of that name is suggested.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from openbudget import standard
from openbudget.checks.data import Data
from openbudget.checks.recorder import Recorder
from openbudget.checks.rule import Rule

_NOISE = str.maketrans("", "", "“”\"'（）()、，,·-")


def run(rule: Rule, data: Data, out: Recorder) -> None:
    """See the module."""
    table, code_field, name_field = (rule.params[key] for key in ("table", "code", "name"))
    field = standard.field(table, code_field)
    told: set[tuple[str, str]] = set()
    for row in data.rows(table):
        code, name = row.get(code_field), row.get(name_field)
        listname = field.codelist_for(row)
        if not code or not name or listname is None:
            out.not_evaluable("blank_operand")
            continue
        code, name = str(code), str(name)
        titles = _titles(listname)
        own = titles.get(code, "")
        right = [other for other in _named(listname).get(_plain(name), ()) if other != code]
        if own and (_plain(own) == _plain(name) or not right):
            if _plain(own) == _plain(name):
                out.passed()
            else:
                out.not_applicable("name_not_listed")
        elif not right or not (own or standard.codelists()[listname].complete):
            out.not_applicable("code_not_listed")
        elif any(other.startswith(code) or code.startswith(other) for other in right):
            out.not_applicable("name_of_related_code")
        elif (code, name) not in told:
            told.add((code, name))
            best = max(right, key=lambda other: _common(other, code))
            out.failed(
                (table, row, code_field),
                key=[table, code, name],
                terms=[data.term(table, row, code_field, label=name)],
                expected=best,
                actual=code,
                message=None if own else "code_name_unlisted",
                code=code,
                name=name,
                own=own,
                right=best,
                list={language: standard.codelists()[listname].title[language] for language in ("zh", "en")},
            )


@cache
def _titles(listname: str) -> Mapping[str, str]:
    return {code: entry.title_zh for code, entry in standard.codelist(listname).items()}


@cache
def _named(listname: str) -> Mapping[str, list[str]]:
    names: dict[str, list[str]] = {}
    for code, title in _titles(listname).items():
        names.setdefault(_plain(title), []).append(code)
    return names


def _plain(name: str) -> str:
    return "".join(name.split()).translate(_NOISE).replace("其它", "其他")


def _common(one: str, other: str) -> int:
    length = 0
    while length < min(len(one), len(other)) and one[length] == other[length]:
        length += 1
    return length
