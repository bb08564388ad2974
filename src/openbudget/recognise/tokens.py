"""A sentence of a disclosure as tokens: what is spoken of, figures, words of change, of comparison, of cause.

The vocabulary is `layouts/sentences.yaml`; the text is folded, so that each token leads back to the printed characters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any, NamedTuple

from openbudget.model.amount import UNIT_WORDS
from openbudget.recognise.layout import Layouts, one_of, stands, word_pattern
from openbudget.recognise.words import Folded, plain


class Token(NamedTuple):
    """A word or figure at [start, end) of the folded text.

    `kind` is item, function, stage, money, percent, share, each, then, year, prior, current, base, change, cause, use, stop, clause,
    open or close, and, from enumerations, paired, several or unclear; `match` has its text.
    """

    kind: str
    start: int
    end: int
    match: re.Match[str]
    item: Mapping[str, Any] | None = None
    value: str = ""
    of: Token | None = None  # of a paired figure: the item that it belongs to


class Vocabulary(NamedTuple):
    """The compiled vocabulary: one pattern for all tokens, the items by their words, the filler between."""

    tokens: re.Pattern[str]
    items: Mapping[str, tuple[Mapping[str, Any], ...]]
    filler: re.Pattern[str]
    base_stage: tuple[tuple[str, re.Pattern[str]], ...]
    change: Mapping[str, str]
    causes: frozenset[str]
    generic: frozenset[str]
    stages: Mapping[str, str]
    functions: tuple[tuple[tuple[str, ...], str], ...]  # patterns of functional classes; one of these words is in each
    sides: re.Pattern[str]  # `收入`, `支出` by themselves, right before a change; the group is the flow
    parts: re.Pattern[str]  # `其中` at the end of what stands before
    narrowed: tuple[str, ...]  # words at the end of what stands before that leave only a part of the item, or another's
    not_narrowed: str  # a pattern: what stands before ends with such a word and leaves the item as it is
    class_lead: str  # a pattern: what may stand before the name of a functional class
    lists: tuple[str, ...]  # words before a colon: paragraphs behind it are parts of what stands before it
    budgets: tuple[str, ...]  # names of budgets, which say nothing of the stage
    adjusted: tuple[str, ...]
    kinds: Mapping[str, str]  # `预算`, `决算`: the kind of disclosure that they speak of


_LONGEST = 8  # characters of the words that narrow an item down
_NO_ITEM = {"item_code": "none"}
_CHANGES = ("increase", "decrease", "unchanged", "roughly", "undecided")
_NUMBER = r"(?<![\d.])(?<!\d,)(?P<figure>-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)"
_MONEY_UNIT = rf"(?P<unit>{UNIT_WORDS}|[亿万](?=[,;。)、]|$))"


@lru_cache(maxsize=4)
def vocabulary(layouts: Layouts) -> Vocabulary:
    """The vocabulary of `sentences` compiled."""
    data = layouts["sentences"]
    items: dict[str, list[Mapping[str, Any]]] = {}
    for entry in data["items"]:
        for word in entry["words"]:
            items.setdefault(word_pattern(word), []).append(entry)
    change = {word_pattern(word): code for code in _CHANGES for word in data[code]}
    stage_words = {word_pattern(word): code for code, words in data["stages"].items() for word in words}
    filler = re.compile(rf"(?:{one_of(data['filler'])}|[的])*")
    sides = "|".join(f"(?P<{flow}>{word})" for flow, word in data["sides"].items())
    order = [(code, re.compile(rf"(?:{one_of(words)})")) for code, words in data["bases"].items()]
    order.sort(key=lambda pair: ("initial", "executed", "final", "budget").index(pair[0]))
    return Vocabulary(
        _tokens(data),
        {word: tuple(entries) for word, entries in items.items()},
        filler,
        tuple(order),
        change,
        frozenset(word_pattern(word) for word in data["cause"]),
        frozenset(word_pattern(word) for word in data["generic"]),
        stage_words,
        tuple((tuple(entry["has"]), entry["pattern"]) for entry in data["functions"]),
        re.compile(f"(?:^|[,;。:]|(?<=[,;。:]))(?:{sides})$"),
        re.compile(rf"(?:{one_of(data['parts'])})[:,]?$"),
        tuple(map(plain, data["narrowed"])),
        "|".join(data["not_narrowed"]),
        data["class_lead"],
        tuple(f"{plain(word)}:" for word in data["lists"]),
        tuple(data["budgets"]),
        tuple(data["stages"]["adjusted"]),
        layouts["facts"]["kinds"],
    )


def _tokens(data: Mapping[str, Any]) -> re.Pattern[str]:
    """One pattern for all tokens, the kind of each its name."""
    stages = one_of(word for words in data["bases"].values() for word in words)
    prior = one_of(data["prior"])
    year_before = rf"(?:(?P<base_year>20\d\d)年?度?|(?:{prior}))"
    base_stage = rf"(?P<base_stage>(?:当年)?(?:{stages}))?(?:数|安排)*"
    own_stage = rf"(?P<own_stage>{one_of(data['own_bases'])})"
    base = rf"(?:{one_of(data['compare'])})(?:{year_before}(?:的)?{base_stage}|{own_stage})(?:相比|对比|比较|相比较)?"
    then = rf"(?:(?P<then_year>20\d\d)年?度?|(?:{prior}))(?:的)?(?P<then_stage>(?:当年)?(?:{stages}))(?:数|安排|为|是|:)*(?=-?\d)"
    parts = (
        ("base", base),
        ("then", then),
        ("item", one_of(word for entry in data["items"] for word in entry["words"])),
        ("stage", one_of(word for words in data["stages"].values() for word in words)),
        ("cause", one_of([*data["cause"], *data["use"]])),
        ("change", one_of(change_words(data))),
        ("money", _NUMBER + _MONEY_UNIT),
        ("percent", r"(?<![\d.])(?P<rate>-?\d+(?:\.\d+)?)(?:%|个百分点)"),
        ("share", one_of(data["share"])),
        ("each", one_of(data["each"])),
        ("year", r"(?P<which_year>20\d\d)年度?"),
        ("prior", prior),
        ("current", one_of(data["current"])),
        ("stop", r"[。!?]"),
        ("clause", r";"),
        ("open", r"\("),
        ("close", r"\)"),
    )
    return re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in parts))


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern of the vocabulary that few documents need."""
    return re.compile(pattern)


def class_patterns(folded: str, words: Vocabulary) -> list[re.Pattern[str]]:
    """The patterns of functional classes that can be in a folded text: most texts name none."""
    return [compiled(pattern) for has, pattern in words.functions if stands(has, folded)]


def change_words(data: Mapping[str, Any]) -> list[str]:
    """All words of change of a vocabulary."""
    return [word for code in _CHANGES for word in data[code]]


_BEFORE_CLASSES = ("base", "then")  # at one place
KINDS = (
    *(
        "base",
        "then",
        "item",
        "stage",
        "cause",
        "change",
        "money",
        "percent",
        "share",
        "each",
        "year",
        "prior",
    ),
    "current",
    *("stop", "clause", "open", "close"),
)


def tokens(folded: Folded, words: Vocabulary, codes: tuple[str, ...], kind_of_disclosure: str) -> list[Token]:
    """The tokens of a folded text, in order. `codes` are those of the sections around it: an item that is bound to
    sections counts in those and where its kind (`procurement`) is spoken of; one that is bound to a kind of disclosure
    counts in that only."""
    found: list[Token] = []
    roots: set[str] = set()
    at = 0
    classes, named = class_patterns(folded.text, words), None
    while True:
        if classes and (named is None or named.start() < at):
            matches = (pattern.search(folded.text, at) for pattern in classes)
            named = min((match for match in matches if match), key=lambda match: match.start(), default=None)
            classes = classes if named else []
        match = words.tokens.search(folded.text, at)
        kind = next((name for name in KINDS if match.group(name) is not None), "") if match else ""
        if named and (match is None or (named.start(), kind in _BEFORE_CLASSES) <= (match.start(), False)):
            kind, match = "function", named
        if match is None:
            return found
        at = max(match.end(), at + 1)
        item = None
        value = match.group()
        if kind == "item":
            item = _item(words.items.get(re.escape(value), ()), codes, kind_of_disclosure, roots)
            if item is None:
                at = match.start() + 1
                continue
            if _is_narrowed(folded.text[max(0, match.start() - _LONGEST) : match.start()], words) or _is_of_another(
                item, match, found, codes, roots
            ):
                item = _NO_ITEM
            roots.add(_root(item))
        elif kind == "change":
            value = words.change[re.escape(value)]
        elif kind == "stage":
            value = words.stages[re.escape(value)]
        elif kind == "cause":
            kind = "cause" if re.escape(value) in words.causes else "use"
        found.append(Token(kind, match.start(), match.end(), match, item, value))


def _item(
    entries: tuple[Mapping[str, Any], ...], codes: tuple[str, ...], kind: str, roots: set[str]
) -> Mapping[str, Any] | None:
    for entry in entries:
        in_section = "sections" not in entry or set(entry["sections"]) & set(codes) or _root(entry) in roots
        if in_section and entry.get("kind", kind) == kind:
            return entry
    return None


def _is_narrowed(before: str, words: Vocabulary) -> bool:
    """True for words right before an item that make it another; units beside the body itself (及其所属单位) and a
    classification (按功能分类) do not."""
    return before.endswith(words.narrowed) and compiled(words.not_narrowed).search(before) is None


def _is_of_another(
    item: Mapping[str, Any], match: re.Match[str], found: list[Token], codes: tuple[str, ...], roots: set[str]
) -> bool:
    """True for what was carried over in brackets behind a part of the expenditure (`项目支出300万元（含上年结转50万元）`):
    only its own; for a kind of 项目支出 right behind that (`其中人员类项目支出`), which is none of 基本支出; and for 公务接待费
    among the operating costs of an agency, where nothing tells of 三公."""
    own = str(item.get("item_code", ""))
    if own == "revenue.carryover" or own.startswith("expenditure.basic."):
        carried = own == "revenue.carryover"
        said = ((token, str((token.item or {}).get("item_code"))) for token in reversed(found) if token.kind == "item")
        last, code = next(((token, code) for token, code in said if carried or code != "none"), (None, ""))
        if last is None:
            return False
        if not carried:
            return code == "expenditure.project" and last.value in match.group()
        text, start = match.string, match.start()
        inside = text.rfind("(", last.end, start) > text.rfind(")", last.end, start)
        return inside and code.startswith(("expenditure.basic", "expenditure.project", "none"))
    public = own.startswith("three_public.")
    return public and "agency_operation" in codes and not {"three_public"} & {*codes, *roots}


def _root(entry: Mapping[str, Any]) -> str:
    return str(entry.get("item_code", "")).partition(".")[0]
