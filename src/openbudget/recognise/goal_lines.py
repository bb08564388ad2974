"""Goals and indicators told as labelled lines: `项目名称：…`, `年度目标：…`, `数量指标：培训人数≥300人次`.

Only what a label names is read, and what is numbered right below it; every other text stays in the sections.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from openbudget.recognise.clauses import Clause, clause_fields, clauses
from openbudget.recognise.goal_amounts import amounts
from openbudget.recognise.goal_levels import Levels
from openbudget.recognise.goals import SCOPES, Context
from openbudget.recognise.labels import Line, Piece, flat, pieces
from openbudget.recognise.layout import Layouts, matches, stands
from openbudget.recognise.records import code_of
from openbudget.recognise.rows import Fields, Read, text_origin
from openbudget.recognise.sections import Section
from openbudget.recognise.words import numbering, plain

_ELSEWHERE = {"contents", "glossary", "responsibilities", "organizations"}
_LIST = frozenset({"arabic", "arabic-half", "arabic-bracket", "circled"})


@dataclass
class Told:
    """A goal while its lines are read."""

    begin: str  # the id of the section of its first line
    scope: str
    number: str | None
    title: Read
    sure: bool  # a label names it, or a level of its indicators
    sections: set[str] = field(default_factory=set)
    fields: Fields = field(default_factory=dict)
    indicators: list[Fields] = field(default_factory=list)
    levels: Levels = field(default_factory=Levels)
    last: str | None = None  # the label whose text may go on in the next line
    style: str | None = None  # the numbering of the line with the label of the goal


class ToldGoals:
    """The goals of a disclosure that labelled lines tell, by the section that they begin in."""

    def __init__(self, sections: Sequence[Section], context: Context) -> None:
        found = _Reader(context).read(sections)
        told = [goal for goal in found if goal.sure and (goal.indicators or "goal" in goal.fields)]
        self._goals: dict[str, list[Told]] = {}
        for goal in told:
            self._goals.setdefault(goal.begin, []).append(goal)
        self._sections = {section for goal in told for section in goal.sections}

    def tells(self, section: Section) -> bool:
        """True where lines of the section are a goal's."""
        return section.id in self._sections

    def write(self, section: Section, context: Context) -> None:
        """Adds the rows of the goals that begin in the section."""
        for goal in self._goals.get(section.id, ()):
            fields: Fields = {
                "organization_id": Read(context.organization),
                "scope": Read(goal.scope),
                "number": Read(goal.number),
                "title": goal.title,
            }
            number = goal.number or 1 + len(context.rows.tables.get("performance_goals", ()))
            row_id = goal.scope if goal.scope == "department" else f"{goal.scope}/{number}"
            goal_id = context.rows.add("performance_goals", row_id, fields | goal.fields)
            for at, indicator in enumerate(goal.indicators, 1):
                own: Fields = {"goal_id": Read(goal_id), "number": Read(at), "origin": Read("sentence")}
                context.rows.add("performance_indicators", f"{goal_id}/{at}", own | indicator)


class _Reader:
    def __init__(self, context: Context) -> None:
        self.context, self.layouts = context, context.layouts
        self.goals: list[Told] = []
        self.open: Told | None = None
        self.heading: Section | None = None  # the last heading that is no labelled line

    def read(self, sections: Sequence[Section]) -> list[Told]:
        lines = list(flat([section for section in sections if not _ELSEWHERE & set(section.codes)]))
        for at, line in enumerate(lines):
            if line is None:
                self.open = None
                continue
            parts = pieces(line, self.layouts)
            if line.heading and self._heads(line, parts):
                self.open, self.heading = None, line.section
                continue
            following = lines[at + 1] if at + 1 < len(lines) else None
            for part in parts:
                self._labelled(part, following) if part.labels else self._unlabelled(part)
        return self.goals

    def _heads(self, line: Line, parts: Sequence[Piece]) -> bool:
        """True for a heading that is no labelled line, nor an item of the list below one."""
        first = parts[0]
        if first.labels:
            kind = first.labels[0].kind
            return self.open is None and kind not in ("title", "level") and not first.printed
        numbered = numbering(line.text.printed.strip())
        listed = numbered is not None and numbered.style in _LIST and line.section.code is None
        if self.open is None or not listed or self.open.last is None:
            return True
        return self.open.last != "goal" and not self._items(first)

    def _labelled(self, part: Piece, following: Line | None) -> None:
        kind = part.labels[0].kind
        if kind == "title":
            self._begin(part)
            return
        goal = self._goal(part.line, kind)
        if goal is None:
            return
        goal.sections.add(part.line.section.id)
        if kind in ("level", "indicators"):
            self._indicators(goal, part, following)
        elif kind == "goal":
            goal.last, goal.style = "goal", _style(part.line.text.printed, self.layouts)
            if part.printed:
                _goes_on(goal, part)
                goal.last = "goal" if _style(part.printed, self.layouts) or part.printed[-1] in "：:" else None
        else:
            goal.last = None
            goal.fields = {**amounts(part, self.layouts), **goal.fields}

    def _begin(self, part: Piece) -> None:
        """A label that names a project begins its goal."""
        self.open = None
        value = part.printed.rstrip("。；;，,")
        if not value:
            return
        at = part.line.text.printed.index(value, part.start)
        title = Read(value, text_origin(part.line.text, at, at + len(value)))
        codes = part.line.section.codes
        scope = next((SCOPES[code] for code in codes if SCOPES.get(code, "department") != "department"), "project")
        if stands(self.layouts["markers"]["whole_department"], plain(value)):
            scope = "department"
        numbered = numbering(part.line.text.printed.strip())
        self._open(part.line.section, scope, str(numbered.ordinal) if numbered else None, title, True)

    def _open(self, section: Section, scope: str, number: str | None, title: Read, sure: bool) -> Told:
        self.open = Told(section.id, scope, number, title, sure, {section.id})
        self.goals.append(self.open)
        return self.open

    def _goal(self, line: Line, kind: str) -> Told | None:
        """The goal that a labelled line belongs to: the open one, else one that the heading above names, in a part of
        the document that is about goals. None where nothing says whose it is."""
        goal = self.open
        if goal is not None and not (kind == "goal" and ("goal" in goal.fields or goal.indicators)):
            return goal
        self.open = None
        above, heading = line.section, self.heading
        while above is not None and above is not heading and above.parent is not None:
            above = above.parent
        if heading is None or above is not heading or heading.title is None or heading.place is None:
            return None
        scope = next((SCOPES[code] for code in heading.codes if code in SCOPES), None)
        if stands(self.layouts["markers"]["whole_department"], plain(heading.title)):
            scope = "department"
        if scope is None or (scope != "department" and heading.code in SCOPES):
            return None
        title = heading.title.rstrip("。；;，,：: ")
        at = heading.printed.index(title)
        text = next(flat([heading]))
        assert text is not None
        numbered = numbering(heading.printed.strip()) if scope != "department" else None
        read = Read(title, text_origin(text.text, at, at + len(title), "heading"))
        found = self._open(line.section, scope, str(numbered.ordinal) if numbered else None, read, False)
        found.sections.add(heading.id)
        return found

    def _indicators(self, goal: Told, part: Piece, following: Line | None) -> None:
        levels = [label for label in part.labels if label.kind == "level"]
        goal.last = "indicators"
        if levels:
            below = self._levels_of(following) if not part.printed and following is not None else []
            goal.levels.open(part.line.text, levels, below, self.layouts)
            goal.levels.bare = not part.printed
            goal.sure = goal.sure or goal.levels.coded
        else:
            goal.levels = Levels()
        for clause in clauses(part.line.text, part.start, part.end, self.context):
            goal.indicators.append(goal.levels.fields() | clause_fields(clause, part.line.text))

    def _levels_of(self, line: Line) -> list[str | None]:
        """The codes of the second levels that a line begins with."""
        labels = pieces(line, self.layouts)[0].labels
        return [code_of("indicator_level_2", line.text.printed[one.start : one.end], self.layouts) for one in labels]

    def _items(self, part: Piece) -> list[Clause]:
        """What a line below the label of a level says, where each of its clauses is certainly an indicator."""
        found = list(clauses(part.line.text, part.start, part.end, self.context))
        return found if found and all(clause.target is not None for clause in found) else []

    def _unlabelled(self, part: Piece) -> None:
        goal = self.open
        if goal is None or goal.last is None or not part.printed:
            return
        if goal.last == "goal":
            style = _style(part.line.text.printed, self.layouts)
            if style != goal.style if style else "goal" not in goal.fields:
                goal.sections.add(part.line.section.id)
                _goes_on(goal, part)
            else:
                goal.last = None
            return
        items = self._items(part)
        if not items:
            goal.last = None
            return
        goal.sections.add(part.line.section.id)
        for clause in items:
            goal.indicators.append(goal.levels.fields() | clause_fields(clause, part.line.text))


_AIM = re.compile(r"(\D{2,8}?)(?:\d{1,2}|[一二三四五六七八九十])[:、.]")


def _style(printed: str, layouts: Layouts) -> str | None:
    """The way a line is numbered; None where it is not."""
    aim = _AIM.match(plain(printed))
    if aim is not None and matches(layouts["markers"]["goal_labels"], aim[1]):
        return "aim"
    numbered = numbering(printed.strip())
    return numbered.style if numbered is not None else None


def _goes_on(goal: Told, part: Piece) -> None:
    """The text of a goal, or the next line of it (whose number is part of it)."""
    known = goal.fields.get("goal")
    if known is None:
        start = part.start if part.labels else 0
        printed = part.line.text.printed[start : part.end].strip()
        printed = printed.rstrip("；;，,") if part.end < len(part.line.text.printed) else printed
        at = part.line.text.printed.index(printed, start)
        goal.fields["goal"] = Read(printed, text_origin(part.line.text, at, at + len(printed)))
    else:
        line = part.line.text.printed[: part.end].strip()
        goal.fields["goal"] = Read(f"{known.value}\n{line}", known.origin)
