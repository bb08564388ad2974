"""Items named one after the other before any figure: `货物、工程、服务分别为20万元、0万元、100万元`.

Such a run is not read like a plain sentence: the figure behind it belongs to the last item only in appearance.
"""

from __future__ import annotations

from collections.abc import Sequence

from openbudget.recognise.tokens import Token, Vocabulary

_JOINERS = frozenset({"、", "和", "及", "与", "以及", "、和", ",和"})
_APART = frozenset({"、", ",", "和", "及", ",和", "、和"})


def pair(found: Sequence[Token], folded: str, words: Vocabulary) -> list[Token]:
    """The tokens with every run of joined items resolved: figures that are told one for each item (`分别`) or once for
    all of them (`均为`) are paired with their items; a figure behind the run that is the sum of them is not theirs.
    Changes told one for each item (`分别较上年增加…、减少…`) are `unclear`."""
    result: list[Token] = []
    at = 0
    while at < len(found):
        run = _run(found, at, folded, words)
        if len(run) > 1:
            paired, at = _figures(run, found, at + len(run), folded, words)
            result.extend(paired)
        elif found[at].kind == "each":
            end = at + 1
            while end < len(found) and found[end].kind not in ("stop", "clause"):
                end += 1
            result.append(found[at]._replace(kind="unclear", end=found[end - 1].end))
            at = end
        else:
            result.append(found[at])
            at += 1
    return result


def _run(found: Sequence[Token], at: int, folded: str, words: Vocabulary) -> list[Token]:
    """The items from there on that only joiners stand between."""
    run: list[Token] = []
    while at < len(found) and found[at].kind == "item":
        if run and not _joined(folded[run[-1].end : found[at].start], words):
            break
        run.append(found[at])
        at += 1
    return run


def _joined(between: str, words: Vocabulary) -> bool:
    return any(
        between.endswith(joiner) and words.filler.fullmatch(between[: -len(joiner)]) is not None for joiner in _JOINERS
    )


def _figures(
    run: list[Token], found: Sequence[Token], at: int, folded: str, words: Vocabulary
) -> tuple[list[Token], int]:
    """The run with the figures that follow it, and the index of the token after them."""
    several = run[0]._replace(kind="several", end=run[-1].end)
    each = at < len(found) and found[at].kind == "each"
    first = at + 1 if each else at
    figures: list[Token] = []
    while first + len(figures) < len(found) and found[first + len(figures)].kind == "money":
        token = found[first + len(figures)]
        begin = figures[-1].end if figures else found[first - 1].end
        between = folded[begin : token.start]
        if not (between in _APART if figures else words.filler.fullmatch(between.rstrip("均"))):
            break
        figures.append(token)
    if each and len(figures) == len(run):
        pairs = [figure._replace(kind="paired", of=item) for item, figure in zip(run, figures, strict=True)]
        return pairs, first + len(figures)
    all_same = bool(figures) and any(word in folded[run[-1].end : figures[0].start] for word in ("均", "各", "都"))
    if not each and all_same:
        return [figures[0]._replace(kind="paired", of=item) for item in run], first + 1
    return [several], at
