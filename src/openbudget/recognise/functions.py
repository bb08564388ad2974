"""Functional classes named in prose: `教育支出（类）普通教育（款）初中教育（项）`, `2010301-行政运行`, `（213）林业和草原（02）行政运行（01）`.

The ways to print them are `functions` of `layouts/sentences.yaml`. A class keeps the code that is printed with it; one
that is only named has a code where its name at its level, under the names above it, means one class and no other.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from openbudget import standard
from openbudget.model.disclosure import Origin
from openbudget.recognise.sections import Section
from openbudget.recognise.tokens import Vocabulary, class_patterns, compiled
from openbudget.recognise.words import fold, plain

LEVELS = ("class", "group", "line")  # 类、款、项
_LENGTHS = {3: "class", 5: "group", 7: "line"}


class Named(NamedTuple):
    """A functional class as printed: names by level (that of the last is the class's own), and its code, if printed.
    `span` is where the code stands in the folded text."""

    names: tuple[tuple[str, str], ...] = ()
    code: str | None = None
    span: tuple[int, int] | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """What tells it from others: the names, or the code and the name."""
        names = tuple(name for _, name in self.names)
        return (self.code, names[-1]) if self.code and names else names


class Pending(NamedTuple):
    """A class that a paragraph names and says no figure of: the next paragraph may (`1.…（项）。`, `年初预算为…`)."""

    named: Named
    label: Origin
    code: Origin | None


class Above(NamedTuple):
    """What is known when a class is named: the names of the headings (or of the classes before), and their codes."""

    names: tuple[tuple[str, str], ...] = ()
    codes: tuple[tuple[str, str], ...] = ()


def read_class(match: re.Match[str], above: Above, lead: str) -> tuple[Named, Above] | None:
    """The class that a match of one of the patterns names, without the `lead` before it, and what is known after it; None where the printed parts of a
    code do not make one (`行政运行（01）` with nothing before it)."""
    groups = {key: value for key, value in match.groupdict().items() if value}
    names = [(level, compiled(lead).sub("", groups[level])) for level in LEVELS if level in groups]
    parts = [(level, groups[level + "_code"]) for level in LEVELS if level + "_code" in groups]
    code = groups.get("code")
    if code:
        named = Named(((_LENGTHS[len(code)], compiled(lead).sub("", groups["name"])),), code, match.span("code"))
        return named, Above((), tuple((level, code[:3] if level == "class" else code[3:5]) for level in LEVELS[:2]))
    if parts:
        first = LEVELS.index(parts[0][0])
        known = dict(above.codes)
        if any(not known.get(level) for level in LEVELS[:first]):
            return None
        all_parts = [(level, known[level]) for level in LEVELS[:first]] + parts
        begin, end = match.start(parts[0][0] + "_code"), match.end(parts[-1][0] + "_code")
        whole = "".join(digits for _, digits in all_parts)
        return Named(tuple(names), whole, (begin, end)), Above((), tuple(all_parts[:2]))
    first = LEVELS.index(names[0][0])
    upper = [(level, name) for level, name in above.names if LEVELS.index(level) < first]
    full = (*upper, *names)
    return Named(full), Above(tuple(pair for pair in full if pair[0] != "line"), ())


def headed(section: Section, words: Vocabulary) -> Above:
    """The 类 and 款 that the headings around a paragraph name."""
    found: dict[str, str] = {}
    at: Section | None = section
    while at is not None:
        folded = fold(at.title or "").text
        for pattern in class_patterns(folded, words) if "(" in folded else ():
            match = pattern.search(folded)
            groups = match.groupdict() if match is not None else {}
            named = {level: groups[level] for level in LEVELS[:2] if groups.get(level)}
            if named and not any(groups.get(level + "_code") for level in LEVELS):
                found = {**named, **found}
                break
        at = at.parent
    return Above(tuple((level, found[level]) for level in LEVELS if level in found))


def code_of(named: Named, own: Mapping[str, str], year: int) -> str | None:
    """The code of a class: as printed; else the one of that name and level whose upper names agree, in the document's
    own tables (`own`: code → name), or, where all the names above are known, in the code list of the year."""
    if named.code is not None or not named.names:
        return named.code
    listed = _listed(year)
    level = named.names[-1][0]
    whole = len(named.names) == LEVELS.index(level) + 1
    for names, enough in ((own, True), (listed, whole)):
        fitting = [code for code in _of_name(names, *named.names[-1]) if _fits(code, named, {**listed, **own})]
        if enough and len(fitting) == 1:
            return fitting[0]
    return None


def table_names(rows: Iterable[Mapping[str, object]]) -> dict[str, str]:
    """Code → name of the functional classes that the tables print."""
    return {
        str(row["function_code"]): str(row["function_name"])
        for row in rows
        if row.get("function_code") and row.get("function_name")
    }


def _fits(code: str, named: Named, names: Mapping[str, str]) -> bool:
    for level, name in named.names[:-1]:
        above = names.get(code[: 3 + 2 * LEVELS.index(level)])
        if above is None or _short(above) != _short(name):
            return False
    return True


def _of_name(names: Mapping[str, str], level: str, name: str) -> list[str]:
    length = 3 + 2 * LEVELS.index(level)
    return [code for code, other in names.items() if len(code) == length and _short(other) == _short(name)]


def _short(name: str) -> str:
    return re.sub(r"[、()·,\s]", "", plain(name)).replace("其它", "其他").removesuffix("支出")


@lru_cache(maxsize=4)
def _listed(year: int) -> Mapping[str, str]:
    return {code: entry.title_zh for code, entry in standard.codelist("function", year).items()}
