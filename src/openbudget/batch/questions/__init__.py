"""Questions that ship with the tool: one .sql file each, with its title, meaning and parameters in the head.

-- title_zh: …          -- says_zh: …         -- parameter: NAME TYPE (optional | default VALUE | nothing: required)
-- title_en: …          -- says_en: …         TYPE is integer or text; in the SQL it is $NAME
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from openbudget.errors import UsageError
from openbudget.messages import say

_HEAD = re.compile(r"^-- (\w+): (.*)$", re.M)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value that a question takes. `kind`: integer or text; without `required`, `default` (None: all)."""

    name: str
    kind: str
    required: bool
    default: str | None


@dataclass(frozen=True, slots=True)
class Question:
    """A named question: its texts by language, its parameters, its SQL."""

    name: str
    title: Mapping[str, str]
    says: Mapping[str, str]
    parameters: tuple[Parameter, ...]
    sql: str

    def values(self, given: Mapping[str, str]) -> dict[str, Any]:
        """The values for the SQL. UsageError for an unknown parameter, a missing one, or no whole number."""
        known = {one.name: one for one in self.parameters}
        for name in given:
            if name not in known:
                raise UsageError("batch.no_such_parameter", name=name, question=self.name, known=", ".join(known))
        return {name: _value(self, one, given.get(name, one.default)) for name, one in known.items()}


def _value(question: Question, one: Parameter, given: str | None) -> Any:
    if given is None:
        if one.required:
            raise UsageError("batch.parameter_missing", name=one.name, question=question.name)
        return None
    if one.kind == "integer":
        if not given.isdecimal():
            raise UsageError("batch.parameter_no_number", name=one.name, value=given)
        return int(given)
    return given


def headings(columns: Sequence[str], language: str | None = None) -> list[str]:
    """The columns of an answer to a question, as people read them."""
    return [say(f"batch.head_{name}", language) for name in columns]


@cache
def questions() -> Mapping[str, Question]:
    """All questions by name."""
    found = [_question(path) for path in sorted(Path(__file__).parent.glob("*.sql"))]
    return {one.name: one for one in found}


def _question(path: Path) -> Question:
    text = path.read_text(encoding="utf-8")
    head: dict[str, str] = {}
    parameters = []
    for name, value in _HEAD.findall(text):
        if name == "parameter":
            words = value.split(maxsplit=3)
            rest = words[2:]
            default = rest[1] if rest and rest[0] == "default" else None
            parameters.append(Parameter(words[0], words[1], not rest, default))
        else:
            head[name] = value
    sql = re.sub(r"^--.*\n", "", text, flags=re.M)
    title, says = ({language: head[f"{part}_{language}"] for language in ("zh", "en")} for part in ("title", "says"))
    return Question(path.stem, title, says, tuple(parameters), sql)
