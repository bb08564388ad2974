"""A clause of an indicator told in words: what is measured, then its target (`服务对象满意度100%`, `6月底前完成`)."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from openbudget.recognise.goals import Context, target_fields
from openbudget.recognise.layout import Layouts, stands
from openbudget.recognise.rows import Fields, Read, text_origin
from openbudget.recognise.sections import Text
from openbudget.recognise.targets import LONGEST, Target, parse_quantity, parse_target
from openbudget.recognise.words import body_start, plain

_SENTENCE = re.compile(r"[^；;。\n]+")
_COMMA = re.compile(r"(?<!\d)[，,]|[，,](?!\d)")
_DATE = re.compile(
    r"(?:20\d\d年度?)?\d{1,2}月|(?:20\d\d年)?第?[一二三四1-4]季度|(?:20\d\d|本|当|全)年度?[底末终]|(?<!\d)年[底末终]"
)
_CUT = re.compile(r"(?:[\d.,]|\d\D{0,2}[-~～至到])$")  # a figure that begins right behind this is cut out of more
_ROUGHLY = re.compile(r"[第年约近超逾足每]$")  # so is one without a sign of its own (`约300人`; not `签约≥300人`)


class Clause(NamedTuple):
    """[start, end) of a text; the target begins at `split` (its end: none is told apart)."""

    start: int
    split: int
    end: int
    target: Target | None


def clauses(text: Text, at: int, end: int, context: Context) -> Iterator[Clause]:
    """The clauses of [at, end): one a sentence, and one a comma where every part of the sentence ends in its target."""
    for sentence in _SENTENCE.finditer(text.printed, at, end):
        bounds = [sentence.start(), *(match.end() for match in _COMMA.finditer(sentence.group())), sentence.end()]
        starts = [bounds[0], *(sentence.start() + offset for offset in bounds[1:-1])]
        parts = [
            clause
            for first, last in zip(starts, [*starts[1:], sentence.end()], strict=True)
            if (clause := read_clause(text, first, last, context)) is not None
        ]
        if len(parts) > 1 and all(part.target is not None for part in parts):
            yield from parts
        elif (whole := read_clause(text, sentence.start(), sentence.end(), context)) is not None:
            yield whole


def read_clause(text: Text, start: int, end: int, context: Context) -> Clause | None:
    """The clause that [start, end) is, without its numbering and the marks around it; None where nothing is left."""
    start += body_start(text.printed[start:end])
    printed = text.printed[start:end]
    start += len(printed) - len(printed.lstrip(" \t\u3000，,、：:"))
    end -= len(printed) - len(printed.rstrip(" \t\u3000，,、：:。；;"))
    if start >= end:
        return None
    split, target = split_target(text.printed[start:end], context)
    return Clause(start, start + split, end, target)


def clause_fields(clause: Clause, text: Text) -> Fields:
    """What is measured, and its target; words in which no target is told apart are what is measured."""
    start, split, end, target = clause
    name = text.printed[start:split].rstrip(" \t\u3000：:")
    fields: Fields = {"level_3": Read(name, text_origin(text, start, start + len(name)))} if name else {}
    if target is None:
        return fields | {"target_type": Read("qualitative")}
    return fields | target_fields(target, text.printed[split:end], text_origin(text, split, end))


def split_target(printed: str, context: Context) -> tuple[int, Target | None]:
    """Where the target of a clause begins, and the target: the longest ending that is wholly a quantity or that begins
    with its only date, or what stands behind a colon. Its end and None where that is not certain."""
    year, layouts = context.facts.fiscal_year, context.layouts
    colon = re.search(r"[：:]", printed)
    if colon is not None and printed[colon.end() :].strip():
        at = colon.end() + len(printed[colon.end() :]) - len(printed[colon.end() :].lstrip())
        return at, parse_target(printed[at:], year, layouts, named=True)
    dates = len(_DATE.findall(plain(printed)))
    if not (dates and _DATE.match(plain(printed))) and re.search(r"\d", plain(printed)):
        for at in _begins(printed, len(printed) - 2 * LONGEST):
            target = parse_quantity(printed[at:], layouts)
            if target is not None:
                name = plain(printed[:at])
                pause = re.search(r"\d，\d", printed[at:])  # not a thousands separator
                whole = (
                    not pause and _ends_name(name, layouts) and (target.operator != "=" or not _ROUGHLY.search(name))
                )
                return (at, target) if whole else (len(printed), None)
    for at in _begins(printed, 0) if dates == 1 else ():
        if _DATE.match(plain(printed[at : at + LONGEST])) and not re.search(r"\d$", plain(printed[:at])):
            target = parse_target(printed[at:], year, layouts)
            return (at, target) if target.type == "deadline" else (len(printed), None)
    return len(printed), None


def _begins(printed: str, least: int) -> Iterator[int]:
    return (at for at in range(max(0, least), len(printed)) if not printed[at].isspace())


def _ends_name(name: str, layouts: Layouts) -> bool:
    """False where what stands before a figure shows that the figure is not all of the target (`3-5个`, `1人1档`,
    `不低于上年的95%`)."""
    figure = re.search(r"\d(\D{1,3})$", name)
    if _CUT.search(name) or (figure is not None and figure[1] in layouts["targets"]["units"]):
        return False
    return not stands(_bounds(layouts), name)


@lru_cache(maxsize=4)
def _bounds(layouts: Layouts) -> tuple[str, ...]:
    """The words before a figure that say more than that it is met."""
    before = layouts["targets"]["before"]
    return tuple(word for operator, listed in before.items() if operator != "=" for word in listed)
