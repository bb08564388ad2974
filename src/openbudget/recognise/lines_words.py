"""The vocabulary of the mandated statements: what a heading, a row's label or a caption says (layouts `statements`)."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from openbudget.model.amount import is_other_money
from openbudget.recognise.languages import in_chinese
from openbudget.recognise.layout import Layouts, ends_with, matches, stands, vocabulary
from openbudget.recognise.words import OF_WHICH, plain
from openbudget.standard import codelist

FIRST_EDITION = 2014  # names of classes from this year on are known: issuers keep printing older ones
TYPE_ITEMS = {
    "basic": "expenditure.basic",
    "personnel": "expenditure.basic.personnel",
    "public": "expenditure.basic.public",
    "project": "expenditure.project",
    "operating": "expenditure.operating",
    "remitted_up": "expenditure.remitted_up",
    "subsidy_down": "expenditure.subsidy_down",
}


class Meaning(NamedTuple):
    """What a heading or label says; a field is None where it does not say that.

    `role` is that of a column which holds no money. `total`: a total of what stands beside or below. `other`: not a
    figure of this year (`prior`), a change (`change`), or no amount at all (`share`, `count`). `economic`: code and name of an
    economic class. `of_which`: it is only a part of what stands before it.
    """

    role: str | None = None
    flow: str | None = None
    stage: str | None = None
    fund: str | None = None
    type: str | None = None
    item: str | None = None
    economic: tuple[str, str] | None = None
    function: str | None = None
    total: bool = False
    other: str | None = None
    of_which: bool = False


_LONGEST = 200  # characters of a heading with those above it
_YEAR = re.compile(r"(20\d\d)年?(?:度|初)?")
_FORMULA = re.compile(r"\(?(?:[\d①-⑳A-Z]+[=＝][\d①-⑳A-Z+\-×*/()]+|[①-⑳]|第?\d{1,2}栏?)\)?$")
_BRACKETS = re.compile(r"(?<=.)\([^()]*\)$")


@lru_cache(maxsize=16384)
def heading(text: str, year: int, layouts: Layouts) -> Meaning | None:
    """What the folded heading of a column says; None where that is not known, as with all that is too long for one."""
    if len(text) > _LONGEST:
        return None
    bare = OF_WHICH.sub("", text)
    of_which = bare != text
    years = [int(found) for found in _YEAR.findall(bare)]
    if any(found != year for found in years):
        changed = matches(layouts["statements"]["change"], bare)
        return Meaning(other="change" if changed else "prior")
    bare = _YEAR.sub("", bare)
    bare = _FORMULA.sub("", bare).rstrip(":")
    if not bare:  # a heading that says only the year, or only 其中
        return Meaning(stage="own", of_which=of_which) if years or of_which else None
    found = _heading(bare, layouts)
    if found is None and (chinese := in_chinese(bare)) != bare:
        found = _heading(chinese, layouts)
    return found._replace(of_which=of_which) if found is not None and of_which else found


def _heading(text: str, layouts: Layouts) -> Meaning | None:
    """The meaning of a heading, as it stands, without brackets at its end, or without a word of stage at its end."""
    exact = _exact(text, layouts)
    if exact is not None:
        return exact
    bare = _BRACKETS.sub("", text)
    if bare != text and (found := _heading(bare, layouts)) is not None:
        is_amount = found.role is None and found.other is None
        return None if is_amount and _is_no_yuan(text[len(bare) :], layouts) else found
    stages = layouts["statements"]["stages"]
    for code, words in stages.items():
        for word in words:
            if len(word) > 1 and text.endswith(word) and len(text) > len(word):
                head = text[: -len(word)].rstrip("的(:-")
                if (found := _exact(head, layouts)) is not None and found.role is None:
                    return found._replace(stage=found.stage or code)
    for at in range(2, len(text) - 1):  # 一般公共预算 + 基本支出
        one, two = _exact(text[:at], layouts), _exact(text[at:], layouts)
        if one is not None and two is not None and one.fund and two.type and one.other is two.other is None:
            return two._replace(fund=one.fund)
    for head in layouts["statements"]["leads"]:
        if (
            text.startswith(head)
            and len(text) > len(head) + 1
            and (found := _heading(text[len(head) :], layouts)) is not None
        ):
            return found
    return None


def _is_no_yuan(bracket: str, layouts: Layouts) -> bool:
    """True for what stands in brackets behind a heading of amounts where they are persons, or other money."""
    return is_other_money(bracket) or stands(layouts["statements"]["people"], bracket)


@lru_cache(maxsize=16384)
def _exact(text: str, layouts: Layouts) -> Meaning | None:
    plain_words, expressions = _meanings(layouts)
    rank, found = plain_words.get(text, (None, None))
    for at, words, meaning in expressions:
        if rank is not None and at > rank:
            break
        if matches(words, text):
            found = meaning
            break
    if found is not None and found.flow and found.total and text.startswith(tuple(layouts["statements"]["current"])):
        return found._replace(item=f"{found.flow}.current")
    return found


_ROLES = ("class", "group", "line", "number", "remark", "unit_code", "code", "unit", "project", "year", "name")


@lru_cache(maxsize=4)
def _meanings(
    layouts: Layouts,
) -> tuple[dict[str, tuple[int, Meaning]], list[tuple[int, tuple[str, ...], Meaning]]]:
    """What headings say, by rank: the plain words of all, and those that are expressions."""
    exact: dict[str, tuple[int, Meaning]] = {}
    expressions: list[tuple[int, tuple[str, ...], Meaning]] = []
    for rank, (words, meaning) in enumerate(_in_order(layouts["statements"])):
        known, others = vocabulary(words)
        for word in known:
            exact.setdefault(word, (rank, meaning))
        if others:
            expressions.append((rank, others, meaning))
    return exact, expressions


def _in_order(words: Mapping[str, Any]) -> Iterator[tuple[Iterable[str], Meaning]]:
    """Words and what they say; where a heading is one of several, the first counts."""
    for role in _ROLES:
        yield words["roles"][role], Meaning(role=role)
    for name, other in (("counts", "count"), ("shares", "share"), ("moved", "moved"), ("prior", "prior")):
        yield words[name], Meaning(other=other)
    yield from ((listed, Meaning(item=code)) for code, listed in words["items"].items())
    yield words["totals"]["any"], Meaning(total=True)
    yield from ((listed, Meaning(stage=code)) for code, listed in words["stages"].items())
    yield from ((listed, Meaning(flow=code, total=True)) for code, listed in words["flows"].items())
    yield words["totals"]["expenditure.carryover"], Meaning(flow="expenditure", item="expenditure.carryover")
    yield from ((listed, Meaning(type=code)) for code, listed in words["types"].items())
    yield from ((listed, Meaning(fund=code)) for code, listed in words["funds"].items())
    yield from (((name,), Meaning(economic=found)) for name, found in economic_classes().items())
    yield words["change"], Meaning(other="change")
    yield from (((name,), Meaning(economic=found)) for name, found in economic_lines().items())


def _code(words: Mapping[str, list[str]], text: str) -> str | None:
    return next((code for code, listed in words.items() if matches(listed, text)), None)


def heading_under(texts: Sequence[str], year: int, layouts: Layouts) -> Meaning | None:
    """What the last of some folded headings says, the outermost first: under that of an economic class (类) a name is
    that of its 款, whatever else it may mean."""
    for above in reversed(texts[:-1]):
        over = heading(above, year, layouts)
        if over is not None and over.economic is not None:
            child = _children(over.economic[0]).get(texts[-1])
            if child is not None:
                return Meaning(economic=child)
    return heading(texts[-1], year, layouts)


@lru_cache(maxsize=64)
def _children(code: str) -> dict[str, tuple[str, str]]:
    """Folded name → code and name of the 款 of an economic class."""
    entries = codelist("economic_government" if code.startswith("5") else "economic_department")
    return {plain(entry.title_zh): (own, entry.title_zh) for own, entry in entries.items() if own[:3] == code != own}


@lru_cache(maxsize=1)
def economic_lines() -> dict[str, tuple[str, str]]:
    """Folded name → code and name of the 款 of both schemes whose name is that of one of them only."""
    named: dict[str, list[tuple[str, str]]] = {}
    for scheme in ("department", "government"):
        for code, entry in codelist(f"economic_{scheme}").items():
            named.setdefault(plain(entry.title_zh), []).append((code, entry.title_zh))
    return {name: found[0] for name, found in named.items() if len(found) == 1 and len(found[0][0]) > 3}


@lru_cache(maxsize=16384)
def label(text: str, flow: str | None, layouts: Layouts, year: int) -> Meaning | None:
    """What the folded label of a row says (its numbering and `其中：` already gone); None where that is not known.

    `flow` is that of the block the row stands in (or `three_public`): it decides what a bare 合计 is the total of.
    """
    found = _label(text.rstrip(":"), flow, layouts, year)
    if found is None:
        forms = (_BRACKETS.sub("", text.rstrip(":")), in_chinese(text))
        found = next((said for bare in forms if bare != text and (said := _label(bare, flow, layouts, year))), None)
    return found


def _label(text: str, flow: str | None, layouts: Layouts, year: int) -> Meaning | None:
    words = layouts["statements"]
    totals = words["totals"]
    for top in ("revenue", "revenue.current", "expenditure", "expenditure.current"):
        if matches(totals[top], text):
            if flow == "three_public":
                return Meaning(item=flow, total=True)  # 支出合计 of 三公
            return Meaning(item=top, flow=top.partition(".")[0], total=True)
    if flow == "expenditure" and matches(totals["by_class"], text):
        return Meaning(flow=flow, total=True)
    if matches(totals["expenditure.carryover"], text) and flow != "revenue":
        return Meaning(item="expenditure.carryover", flow="expenditure")
    if matches(totals["any"], text):
        top = flow or "balance"
        grand = matches(totals["grand"], text) or top in ("balance", "three_public")
        return Meaning(item=top if grand else f"{top}.current", total=True)
    if flow in (None, "revenue") and (fund := _code(words["funds"], text)) is not None:
        return Meaning(item=f"revenue.{fund}", fund=fund)
    if (item := _code(words["items"], text)) is not None:
        return Meaning(item=item, total=item == flow == "three_public")
    if text != "项目" and (code := _code(words["types"], text)) is not None:
        return Meaning(item=TYPE_ITEMS[code], type=code, flow="expenditure", total=ends_with(totals["any"], text))
    if (function := function_classes(year, layouts).get(text)) is not None:
        return Meaning(item="expenditure.function", function=function)
    if (economic := economic_classes().get(text)) is not None:
        return Meaning(item="expenditure.economic", economic=economic)
    if (fund := _code(words["funds"], text)) is not None:
        return Meaning(item=f"revenue.{fund}", fund=fund)
    return None


@lru_cache(maxsize=8)
def function_classes(year: int, layouts: Layouts) -> dict[str, str]:
    """Folded name → code of the functional classes (类), under the names of this year and of the years before."""
    names: dict[str, str] = {}
    for edition in range(FIRST_EDITION, max(year, FIRST_EDITION) + 1):
        for code, entry in codelist("function", edition).items():
            if len(code) == 3:
                names[plain(entry.title_zh)] = code
    for code, words in layouts["statements"]["functions"].items():
        for word in words:
            names.setdefault(plain(word), code)
    return names


@lru_cache(maxsize=4)
def economic_classes(scheme: str | None = None) -> dict[str, tuple[str, str]]:
    """Folded name → code and name of the economic classes (类) of a scheme (`department`, `government`). Without
    scheme: those of both whose name is in one only and is no functional class too."""
    if scheme is not None:
        entries = codelist(f"economic_{scheme}")
        return {plain(entry.title_zh): (code, entry.title_zh) for code, entry in entries.items() if len(code) == 3}
    department, government = economic_classes("department"), economic_classes("government")
    single = {
        name: found for name, found in (department | government).items() if (name in department) != (name in government)
    }
    functional = {plain(entry.title_zh) for code, entry in codelist("function").items() if len(code) == 3}
    common = {name: department[name] for name in ("对个人和家庭的补助",)}
    return {name: found for name, found in single.items() if name not in functional} | common


def economic_beside(codes: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Folded name → code and name of the economic classes that a column beside those of `codes` can be: the classes of
    their scheme, or, where all are 款 of one class, the 款 of that class."""
    over = {code[:3] for code in codes}
    if len(over) == 1 and all(len(code) > 3 for code in codes):
        return _children(next(iter(over)))
    return economic_classes("government" if any(code.startswith("5") for code in codes) else "department")


def statement_of(caption: str, layouts: Layouts) -> str | None:
    """The statement that a folded caption names, or None."""
    words = layouts["statements"]
    caption = in_chinese(caption)
    outside = re.sub(r"\([^()]*\)", "", caption)
    if len(caption) > 70 or caption.endswith(("。", ";")) or stands(words["not_captions"], outside):
        return None
    for entry in words["captions"]:
        if stands(entry["words"], caption) and not (entry.get("not") and stands(entry["not"], caption)):
            return str(entry["statement"])
    return None


def is_table_title(folded: str, layouts: Layouts) -> bool:
    """True for a folded text that ends as titles of tables do, whatever stands in brackets behind them."""
    return ends_with(layouts["markers"]["table_titles"], re.sub(r"\([^()]*\)$", "", folded))


def fund_in(caption: str, layouts: Layouts) -> str | None:
    """The budget that a folded caption names, where it names one."""
    found = [code for code, words in layouts["statements"]["caption_funds"].items() if stands(words, caption)]
    return found[0] if len(found) == 1 else None


@lru_cache(maxsize=4)
def _above(name: str) -> dict[str, tuple[str, ...]]:
    """Code → itself and the codes above it, nearest first, of a code list with parents."""
    entries = codelist(name)
    found: dict[str, tuple[str, ...]] = {}
    for code in entries:
        chain = [code]
        while (parent := entries[chain[-1]].parent) and parent in entries:
            chain.append(parent)
        found[code] = tuple(chain)
    return found


def steps_up(name: str, inner: str | None, outer: str | None) -> int | None:
    """How many steps `outer` stands above `inner` in a code list (None stands above all); None where it does not."""
    chain: tuple[str | None, ...] = (*_above(name).get(inner, (inner,)), None) if inner is not None else (None,)
    if "total" in chain[:-1] and chain[0] == "total":
        chain = ("total", None)
    return chain.index(outer) if outer in chain else None
