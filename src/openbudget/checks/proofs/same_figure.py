"""The same figure in two places (see `kinds.same_figure`, whose keys these are)."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple, cast

import numpy as np

from openbudget.checks.data import Data
from openbudget.checks.kinds import same_figure as kind
from openbudget.checks.proofs.cases import NOT_EVALUABLE, Cases, rows_of
from openbudget.checks.proofs.equations import held
from openbudget.checks.proofs.lines import BODY, Array, Lines, grouped, packed
from openbudget.checks.rule import Rule

_KEYED = ("statement", "flow", "fund_source", "expenditure_type", "economic_scheme")
_MARKED = ("function_code", "economic_code", "project")
_TOTALS = ("revenue", "expenditure")


class Keys(NamedTuple):
    """Rows of which figures can be held against others, in their order: the key of each, the key without funds, whether
    it is a sentence, and whether it is one that does not say which funds it speaks of."""

    rows: Array
    key: Array
    wide: Array
    sentence: Array
    anything: Array
    firsts: tuple[Array, Array]  # of each the place of the first of a table, and of a sentence, with its key (-1: none)


def prove(rule: Rule, lines: Lines, cases: Cases) -> None:
    """See the module."""
    keys = _kept(lines)
    between = rule.params["between"]
    of_kind = keys.sentence if between == "sentences" else ~keys.sentence
    first = keys.firsts[between == "sentences"]
    if between == "sentence_table":
        mine = np.flatnonzero(keys.sentence & ~keys.anything & (first >= 0))
    else:
        mine = np.flatnonzero(of_kind & (first != np.arange(len(keys.rows))))
        if between == "tables":
            statement = lines.codes("statement")[keys.rows]
            mine = mine[statement[mine] != statement[first[mine]]]
    left, right = keys.rows[mine], keys.rows[first[mine]]
    outcome = _pairs(lines, left, right)
    _claim(lines, left, right)
    compared = np.zeros(lines.bodies, bool)
    compared[lines.body[left]] = True
    order = packed(keys.key[mine], left)
    cases.take(rule.id, lines.body[left], outcome, operands=rows_of(left, right), order=order)
    if between == "sentence_table":
        mine, right = _of_any_fund(lines, keys)
        left = keys.rows[mine]
        outcome = _pairs(lines, left, right)
        _claim(lines, left, right)
        compared[lines.body[left]] = True
        order = packed(keys.key[mine], left)
        cases.take(rule.id, lines.body[left], outcome, operands=rows_of(left, right), order=order)
    cases.not_applicable(rule.id, "printed_once", np.flatnonzero(~compared))


def _first_of(key: Array, chosen: Array) -> Array:
    """By row: the place of the first of the chosen rows with its key (-1: there is none)."""
    first = np.full(int(key.max(initial=-1)) + 1, -1)
    places = np.flatnonzero(chosen)
    firsts = places[grouped(key[places])[1]]
    first[key[firsts]] = firsts
    return first[key]


def _pairs(lines: Lines, left: Array, right: Array) -> Array:
    """How single figures come out against each other."""
    value, radius, known = lines.value, lines.radius, lines.known
    width = np.maximum(np.where(value[left] != 0, radius[left], 0), np.where(value[right] != 0, radius[right], 0))
    capped = [np.where(value[one] == 0, np.minimum(radius[one], width), radius[one]) for one in (left, right)]
    outcome = held(value[left] - value[right], capped[0] + capped[1], "=", np.ones(len(left), bool))
    outcome[~(known[left] & known[right])] = NOT_EVALUABLE
    return outcome


def _claim(lines: Lines, left: Array, right: Array) -> None:
    """Note the pairs of which one row is the parent of the other."""
    for whole, part in ((left, right), (right, left)):
        below = (lines.parent[part] == whole) & lines.known[left] & lines.known[right]
        if below.any():
            lines.claims.append((whole[below], part[below][:, None]))


def _of_any_fund(lines: Lines, keys: Keys) -> tuple[Array, Array]:
    """The sentences that do not say which funds they speak of (places among `keys`), and the row of a table that each is held
    against: of those that may be meant the first that agrees and is nearest, else the nearest."""
    asking = np.flatnonzero(keys.anything)
    tables = np.flatnonzero(~keys.sentence & lines.known[keys.rows])
    tables = tables[np.lexsort((keys.key[tables], keys.wide[tables]))]
    start = np.searchsorted(keys.wide[tables], keys.wide[asking], "left")
    count = np.searchsorted(keys.wide[tables], keys.wide[asking], "right") - start
    asking, start, count = asking[count > 0], start[count > 0], count[count > 0]
    if not len(asking):
        return asking, asking
    sentence = np.repeat(np.arange(len(asking)), count)
    begin = np.cumsum(count) - count
    table = tables[start[sentence] + np.arange(len(sentence)) - begin[sentence]]
    left, right = keys.rows[asking[sentence]], keys.rows[table]
    distance = np.abs(lines.value[left] - lines.value[right])
    agrees = (distance == 0) | (distance < lines.radius[left] + lines.radius[right])
    given = lines.known[left]  # else the first that may be meant is taken
    best = np.lexsort((np.where(given, distance, 0), given & ~agrees, sentence))[begin]
    return asking, right[best]


def _kept(lines: Lines) -> Keys:
    if "same figures" not in lines.kept:
        lines.kept["same figures"] = _keys(lines)
    return cast(Keys, lines.kept["same figures"])


def _keys(lines: Lines) -> Keys:
    code, values = _codes(lines)
    every = np.arange(len(lines.body))
    form = lines.group(every, *_KEYED)[0]
    marked = np.zeros(len(every), np.uint8)
    for bit, name in enumerate(_MARKED):
        marked |= (lines.column(name) > 0).view(np.uint8) << np.uint8(bit)
    inverse, first = grouped(packed(form, code, marked))
    exact: dict[object, int] = {}
    wide: dict[object, int] = {}
    labels = np.full((len(first), 2), -1)
    flags = np.zeros((len(first), 2), bool)
    columns = [(lines.coded[name].values, lines.coded[name].column) for name in _KEYED]
    for number, row in enumerate(first.tolist()):
        keyed = tuple(texts[column[row]] for texts, column in columns)
        label, flags[number, 0] = _labelled(keyed, int(marked[row]), values[code[row]])
        if label is None:
            continue
        labels[number] = exact.setdefault(label, len(exact)), wide.setdefault((*label[:-2], label[-1]), len(wide))
        flags[number, 1] = label[-2] == kind.ANY
    rows = np.flatnonzero(labels[inverse, 0] >= 0)
    part = inverse[rows]
    place = lines.group(rows, BODY, "fiscal_year", "stage", *_MARKED)[0]
    sentence, anything = flags[part, 0], flags[part, 1] & flags[part, 0]
    key = grouped(packed(place, labels[part, 0]))[0]
    firsts = _first_of(key, ~sentence), _first_of(key, sentence)
    return Keys(rows, key, packed(place, labels[part, 1]), sentence, anything, firsts)


@lru_cache(maxsize=1 << 14)
def _labelled(keyed: tuple[str | None, ...], marked: int, code: str | None) -> tuple[kind.Key | None, bool]:
    """What must be the same in two cells that are the same figure, and whether a row is a sentence. Of the classification and
    the project (`marked`, bit by bit) it only matters whether there is one: rows that differ in it are in places of their own."""
    given = dict(zip(_KEYED, keyed, strict=True))
    given |= {name: name for bit, name in enumerate(_MARKED) if marked >> bit & 1}
    return kind.key_of(Data({}), given, code), kind.is_sentence(Data({}), given)


def _codes(lines: Lines) -> tuple[Array, list[str | None]]:
    """The item codes, with totals that have no carry-over as those of the current year (see `kinds.same_figure`)."""
    item, statement = lines.coded["item_code"], lines.coded["statement"]
    values, codes = list(item.values), item.codes
    totals = {total: lines.rows_of("item_code", total) for total in _TOTALS}
    if not any(map(len, totals.values())):
        return codes, values
    codes = codes.copy()
    spoken = np.array([kind.is_sentence(Data({}), {"statement": value}) for value in statement.values], bool)
    ends = [lines.rows_of("item_code", value) for value in values if value and value.endswith(".carryover")]
    carried = np.concatenate([totals["revenue"][:0], *ends])
    carried = carried[lines.known[carried] & (lines.value[carried] != 0)]
    for total, of_total in totals.items():
        current = f"{total}.current"
        of_year = lines.rows_of("item_code", current)
        some = np.concatenate([of_total, of_year, carried])
        fund = np.where(spoken[statement.codes[some]], lines.codes("fund_source")[some], 0)
        place = packed(lines.group(some, BODY, "stage", "statement")[0], fund)
        amount = grouped(np.where(lines.known[some], lines.value[some], np.iinfo(np.int64).min))[0]
        stated, flowing = packed(place, amount), packed(place, lines.codes("flow")[some])
        ours, years = slice(len(of_total)), slice(len(of_total), len(of_total) + len(of_year))
        again = spoken[statement.codes[of_total]] & np.isin(stated[ours], stated[years])
        split = np.isin(place[ours], place[years]) & ~again
        with_carryover = np.isin(flowing[ours], flowing[years.stop :])
        if current not in values:
            values.append(current)
        codes[of_total[~split & ~with_carryover]] = values.index(current)
    return codes, values
