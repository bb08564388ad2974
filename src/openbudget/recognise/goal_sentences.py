"""Goals and indicators told in sentences: `绩效目标：…`, `绩效指标：…达到90%以上，…100%`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from openbudget.model.disclosure import Origin
from openbudget.recognise.clauses import clause_fields, read_clause
from openbudget.recognise.goals import SCOPES, Context
from openbudget.recognise.layout import finds
from openbudget.recognise.rows import Fields, Read, text_origin
from openbudget.recognise.sections import Grid, Section, Text
from openbudget.recognise.words import fold, numbering


def read_goal_section(section: Section, context: Context) -> None:
    """A goal told in sentences: the overall goal of a department, or that of an activity with its indicators."""
    above = section.codes[1:] if section.code else section.codes
    if not section.texts or any(isinstance(block, Grid) for block in section.blocks):
        return
    if section.code == "goals_department":
        first = section.texts[0]
        fields: Fields = {
            "organization_id": Read(context.organization),
            "scope": Read("department"),
            "title": Read(section.title, heading_origin(section, section.title)),
            "goal": Read(
                "\n".join(text.printed.strip() for text in section.texts), text_origin(first, 0, len(first.printed))
            ),
        }
        context.rows.add("performance_goals", "department", fields)
    elif {"goals_activity", "goals_special", "goals_project"} & set(above):
        scope = next(SCOPES[code] for code in above if code in SCOPES)
        _goal_in_sentences(section, scope, context.layouts["markers"], context)


def heading_origin(section: Section, part: str | None) -> Origin | None:
    if section.place is None or not part or part not in section.printed:
        return None
    at = section.printed.index(part)
    return Origin(section.file, section.place.within(at, at + len(part)), part, "heading")


def _goal_in_sentences(section: Section, scope: str, labels: Mapping[str, Any], context: Context) -> None:
    goal = _labelled(section, labels["goal_labels"])
    indicators = _labelled(section, labels["indicator_labels"])
    if goal is None and indicators is None:
        return
    number = numbering(section.printed.strip())
    ordinal = str(number.ordinal) if number else None
    fields: Fields = {
        "organization_id": Read(context.organization),
        "scope": Read(scope),
        "number": Read(ordinal, heading_origin(section, section.number) if ordinal == section.number else None),
        "title": Read(section.title, heading_origin(section, section.title)),
    }
    for name, found in (("goal", goal), ("indicator_text", indicators)):
        if found is not None:
            text, at = found
            fields[name] = Read(text.printed[at:].strip(), text_origin(text, at, at + len(text.printed[at:].rstrip())))
    goal_id = context.rows.add("performance_goals", f"{scope}/{ordinal or section.id}", fields)
    if indicators is not None:
        _indicator_clauses(*indicators, goal_id, context)


def _labelled(section: Section, words: Sequence[str]) -> tuple[Text, int] | None:
    """The text that begins with one of the labels (`绩效目标：`), and where it goes on after the label."""
    for text in section.texts:
        folded = fold(text.printed)
        match = finds(words, folded.text)
        if match is not None and match.start() == 0 and folded.text[match.end() : match.end() + 1] == ":":
            return text, folded.span(0, match.end() + 1)[1]
    return None


_CLAUSE = re.compile(r"(?:[^，；。,;]|(?<=\d),(?=\d))+")


def _indicator_clauses(text: Text, at: int, goal_id: str, context: Context) -> None:
    """Indicators in a sentence, one a clause: what is measured, then its target (`服务对象满意度100%`)."""
    number = 0
    for found in _CLAUSE.finditer(text.printed, at):
        clause = read_clause(text, found.start(), found.end(), context)
        if clause is None:
            continue
        number += 1
        fields: Fields = {"goal_id": Read(goal_id), "number": Read(number), "origin": Read("sentence")}
        context.rows.add("performance_indicators", f"{goal_id}/{number}", fields | clause_fields(clause, text))
