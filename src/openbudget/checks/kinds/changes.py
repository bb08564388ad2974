"""What a document says of changes against an earlier year, held against itself and against last year's package.

test   `direction`: the sign of change and percentage fits the word (`减少 -5 万元` has no amount: its figure is printed)
       `base`: the amount less its change, which was last year's amount, is not below zero
       `percent`: change ÷ (amount − change) is the printed percentage (the last place may be cut or rounded)
       `stated`: where the earlier amount is printed, amount − earlier is the change, or that ÷ earlier the percentage
       `previous`: the earlier amount, where it is not printed amount − change, is what last year's package holds for the
       same item
"""

from __future__ import annotations

from decimal import Decimal

from openbudget import standard
from openbudget.checks.data import Data, Row
from openbudget.checks.figures import Number, agree, decimal
from openbudget.checks.recorder import Recorder
from openbudget.checks.rule import Rule
from openbudget.checks.wording import common_unit, show, unit_names
from openbudget.model.finding import Term
from openbudget.package.earlier import earlier_lines


def run(rule: Rule, data: Data, out: Recorder) -> None:
    """See the module."""
    tests = {"direction": _direction, "base": _base, "percent": _percent, "stated": _stated, "previous": _previous}
    test = tests[rule.params["test"]]
    for row in data.rows("comparisons"):
        test(row, data, out)


def _direction(row: Row, data: Data, out: Recorder) -> None:
    word = row.get("direction")
    figures = [(field, decimal(row.get(field))) for field in ("change_amount", "change_percent")]
    stated = [(field, figure) for field, figure in figures if figure is not None]
    printed = decimal(row.get("change_reported"))
    blank = row.get("change_amount") is None and word in standard.codelist("direction")
    if blank and row.get("unit_reported") and printed is not None and printed < 0:
        stated.append(("change_reported", printed))
    if not stated:
        return out.not_evaluable("blank_operand")
    for field, figure in stated:
        fits = {"increase": figure >= 0, "decrease": figure <= 0, "unchanged": figure == 0}.get(str(word), True)
        fits = fits and field != "change_reported"
        if fits:
            out.passed()
        else:
            out.failed(
                ("comparisons", row, field),
                terms=_terms(data, row, field),
                actual=figure,
                label=data.label(row),
                word={language: standard.codelist("direction")[str(word)].title(language) for language in ("zh", "en")},
                figure=_as_told(data, row, field, figure),
            )


def _as_told(data: Data, row: Row, field: str, figure: Decimal) -> str:
    """A figure as it is printed: a decrease of −5 is a change of 5, which stands nowhere."""
    source = data.source("comparisons", row.get("id"), field)
    if source is not None and source.get("printed"):
        return str(source["printed"])
    return show(figure, common_unit([row.get("unit_reported")]) if field == "change_amount" else None)


def _base(row: Row, data: Data, out: Recorder) -> None:
    found = _then(row, data, out)
    if found is None:
        return
    line, amount, change, then = found
    if then.value + then.radius >= 0:
        return out.passed()
    unit = common_unit((line.get("unit_reported"), row.get("unit_reported")))
    out.failed(
        ("comparisons", row, "change_amount"),
        terms=_terms(data, row, "change_amount", line),
        actual=then.value,
        tolerance=then.radius,
        label=data.label(row),
        amount=show(amount.value, unit),
        change=show(change.value, unit),
        then=show(then.value, unit),
        unit=unit_names(unit),
    )


def _percent(row: Row, data: Data, out: Recorder) -> None:
    printed = data.figure("comparisons", row, "change_percent")
    if printed is None:
        return out.not_applicable("no_percentage")
    found = _then(row, data, out)
    if found is None:
        return
    line, _, change, then = found
    if then.value <= then.radius:
        return out.not_applicable("base_near_zero")
    lowest, highest = rates(change, then)
    place = 2 * printed.radius  # a whole unit of the last place: some publishers cut instead of rounding
    if lowest - place <= printed.value <= highest + place:
        return out.passed()
    expected = (change.value / then.value * 100).quantize(Decimal("0.01"))
    out.failed(
        ("comparisons", row, "change_percent"),
        terms=_terms(data, row, "change_percent", line),
        expected=expected,
        actual=printed.value,
        difference=printed.value - expected,
        tolerance=((highest - lowest) / 2 + place).quantize(Decimal("0.0001")),
        label=data.label(row),
        printed=show(printed.value, None),
        expected_shown=show(expected, None),
    )


def rates(change: Number, then: Number) -> tuple[Decimal, Decimal]:
    """The lowest and the highest percentage that a change of an amount, each as printed, can be."""
    nearest, farthest = abs(then.value) - then.radius, abs(then.value) + then.radius
    lowest = min((change.value - change.radius) / nearest, (change.value - change.radius) / farthest) * 100
    highest = max((change.value + change.radius) / nearest, (change.value + change.radius) / farthest) * 100
    return lowest, highest


def _stated(row: Row, data: Data, out: Recorder) -> None:
    then = data.figure("comparisons", row, "base_amount")
    if then is None:
        return out.not_applicable("no_base_amount")
    line = data.row("budget_lines", row.get("line_id"))
    amount = None if line is None else data.figure("budget_lines", line, "amount")
    if line is None or amount is None:
        return out.not_evaluable("blank_operand")
    implied = amount.minus(then)
    field = "change_amount" if row.get("change_amount") is not None else "change_percent"
    printed = data.figure("comparisons", row, field)
    if printed is None:
        return out.not_applicable("no_percentage")
    if field == "change_amount":
        lowest, highest, expected = implied.value - implied.radius, implied.value + implied.radius, implied.value
        place = printed.radius
    elif then.value <= then.radius:
        return out.not_applicable("base_near_zero")
    else:
        lowest, highest = rates(implied, then)
        expected, place = (implied.value / then.value * 100).quantize(Decimal("0.01")), 2 * printed.radius
    if lowest - place <= printed.value <= highest + place:
        return out.passed()
    unit = common_unit((line.get("unit_reported"), row.get("unit_reported")))
    shown_in = unit if field == "change_amount" else None
    out.failed(
        ("comparisons", row, field),
        terms=[*_terms(data, row, field, line), data.term("comparisons", row, "base_amount", "-", data.label(row))],
        expected=expected,
        actual=printed.value,
        difference=printed.value - expected,
        tolerance=((highest - lowest) / 2 + place).quantize(Decimal("0.0001")),
        label=data.label(row),
        amount=show(amount.value, unit),
        then=show(then.value, unit),
        year=str(row.get("base_year") or ""),
        unit=unit_names(unit),
        expected_shown=show(expected, shown_in),
        printed=show(printed.value, shown_in),
        measure=unit_names(unit) if field == "change_amount" else {"zh": "%", "en": " %"},
    )


def _previous(row: Row, data: Data, out: Recorder) -> None:
    if data.previous is None:
        return out.not_applicable("no_previous")
    line, then = data.row("budget_lines", row.get("line_id")), data.figure("comparisons", row, "base_amount")
    field = "change_amount" if then is None or line is None else "base_amount"
    if line is None or then is None:
        found = _then(row, data, out)
        if found is None:
            return
        line, then = found[0], found[-1]
    lines = data.previous.by("budget_lines", "function_code").get(line.get("function_code"), ())
    olds = list(earlier_lines(line, lines, row.get("base_stage"), row.get("base_year")))
    if not olds:
        return out.not_applicable("not_in_previous")
    amounts = [data.previous.figure("budget_lines", old, "amount") for old in olds]
    known = [(old, was) for old, was in zip(olds, amounts, strict=True) if was is not None]
    if not known:
        return out.not_evaluable("blank_operand")
    printed = field == "base_amount"
    for _, was in known:
        if agree(then, was, printed):
            return out.passed(rounded=then.value != was.value)
    old, was = known[0]
    own = [data.term("comparisons", row, field, "+", data.label(row))] if printed else _terms(data, row, field, line)
    unit = common_unit((line.get("unit_reported"), row.get("unit_reported"), old.get("unit_reported")))
    out.failed(
        ("comparisons", row, field),
        terms=[*own, data.previous.term("budget_lines", old, "amount", "=")],
        expected=was.value,
        actual=then.value,
        difference=then.value - was.value,
        tolerance=then.radius + was.radius,
        label=data.label(row),
        then=show(then.value, unit),
        was=show(was.value, unit),
        year=str(row.get("base_year") or ""),
        difference_shown=show(abs(then.value - was.value), unit),
        unit=unit_names(unit),
    )


def _then(row: Row, data: Data, out: Recorder) -> tuple[Row, Number, Number, Number] | None:
    """The line, its amount, the change, and the amount of the earlier year that follows from them."""
    line = data.row("budget_lines", row.get("line_id"))
    if line is None:
        out.not_applicable("change_without_line")
        return None
    amount, change = data.figure("budget_lines", line, "amount"), data.figure("comparisons", row, "change_amount")
    if amount is None or change is None:
        out.not_evaluable("blank_operand")
        return None
    return line, amount, change, amount.minus(change)


def _terms(data: Data, row: Row, field: str, line: Row | None = None) -> list[Term]:
    terms = [] if line is None else [data.term("budget_lines", line, "amount")]
    name = data.label(row)
    if field == "change_percent" and row.get("change_amount") is not None:
        terms.append(data.term("comparisons", row, "change_amount", "-", name))
    terms.append(data.term("comparisons", row, field, "=" if field == "change_percent" else "-", name))
    return terms
