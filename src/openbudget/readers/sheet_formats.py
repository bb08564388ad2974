"""Number formats of spreadsheets: a typed value → the text that the sheet shows (ECMA-376 Part 1, 18.8.31).

Numbers are decimals of 15 significant digits, rounded half away from zero, as spreadsheets do.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import NamedTuple

from openbudget.readers.sheet_dates import date_text

BUILT_IN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: '"¥"#,##0', 6: '"¥"#,##0', 7: '"¥"#,##0.00',
    8: '"¥"#,##0.00', 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??", 14: "yyyy/m/d",
    15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss",
    22: "yyyy/m/d h:mm", 27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"', 30: "m-d-yy",
    31: 'yyyy"年"m"月"d"日"', 32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"', 36: 'yyyy"年"m"月"', 37: "#,##0;-#,##0",
    38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00", 40: "#,##0.00;-#,##0.00",
    41: '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ', 42: '_ "¥"* #,##0_ ;_ "¥"* -#,##0_ ;_ "¥"* "-"_ ;_ @_ ',
    43: '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ',
    44: '_ "¥"* #,##0.00_ ;_ "¥"* -#,##0.00_ ;_ "¥"* "-"??_ ;_ @_ ', 45: "mm:ss", 46: "[h]:mm:ss", 47: "mmss.0",
    48: "##0.0E+0", 49: "@", 50: 'yyyy"年"m"月"', 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip

_TOKEN = re.compile(
    r'"([^"]*)"|\\(.)|!(.)|_(.)|\*(.)|(\[[^\]]*\])|(General|G/通用格式)|(AM/PM|A/P|上午/下午)'
    r"|([yY]+|[mM]+|[dD]+|[hH]+|[sS]+|[aA]{3,4}|[eEgGbB](?![+-]))|([eE][+-])|([0#?])|([.,%@/])|(.)",
    re.S,
)
_DIGITS = frozenset("0#?")


class Token(NamedTuple):
    kind: str  # literal, digit, date, clock, bracket, general, exponent, or the sign itself: . , % @ /
    text: str


class Section(NamedTuple):
    tokens: tuple[Token, ...]
    condition: tuple[str, Decimal] | None
    dated: bool


def shown(value: float | int, pattern: str, epoch_1904: bool = False) -> str:
    """The text that `value` is shown as under the format `pattern`; blank where the format hides it."""
    if (plain := _plain(pattern)) is not None and -1e9 < value < 1e9 and _fits(value, plain[1]):
        return f"{value:,.{plain[1]}f}" if plain[0] else f"{value:.{plain[1]}f}"
    number = exact(value)
    sections = _sections(pattern or "General")
    section, number = _choose(sections, number)
    if section is None:
        return ""
    if section.dated:
        text = date_text([(token.kind, token.text) for token in section.tokens], float(value), epoch_1904)
        return general(exact(value)) if text is None else text
    return _number_text(section.tokens, number).strip()


def shown_text(text: str, pattern: str) -> str:
    """The text that a text cell is shown as: the fourth section of its format may add to it."""
    if "@" not in pattern or pattern in ("@", "General"):
        return text
    last = _sections(pattern)[-1]
    if not any(token.kind == "@" for token in last.tokens):
        return text
    return "".join(text if t.kind == "@" else t.text for t in last.tokens if t.kind in ("@", "literal")).strip()


def exact(value: float | int | Decimal) -> Decimal:
    """The value as a decimal of at most 15 significant digits, all that a spreadsheet keeps."""
    if isinstance(value, Decimal):
        return value
    return Decimal(value) if isinstance(value, int) else Decimal(f"{value:.15g}")


def general(number: Decimal) -> str:
    """A number as `General` shows it in a wide column: whole numbers in full, others in ten digits or so."""
    if number == number.to_integral_value():
        return f"{number.to_integral_value():f}"
    before = len(str(abs(int(number))))
    rounded = number.quantize(Decimal(1).scaleb(-max(1, 10 - before)), ROUND_HALF_UP)
    if not rounded:
        return f"{number.normalize():E}"
    text = f"{rounded:f}"
    return text.rstrip("0").rstrip(".")


@lru_cache(maxsize=512)
def _plain(pattern: str) -> tuple[bool, int] | None:
    """Whether a format of the commonest kind groups by thousands, and its decimals; None for other formats."""
    match = re.fullmatch(r"(#,##)?0(?:\.(0+))?(?:_ ?)?", pattern)
    return None if match is None else (bool(match[1]), len(match[2] or ""))


def _fits(value: float | int, decimals: int) -> bool:
    """True where the number has no more decimals than are shown: nothing to round."""
    return isinstance(value, int) or len(repr(value).partition(".")[2]) <= decimals


@lru_cache(maxsize=512)
def _sections(pattern: str) -> tuple[Section, ...]:
    sections: list[Section] = []
    tokens: list[Token] = []
    for match in _TOKEN.finditer(pattern[:1000]):
        token = _token(match)
        if token.text == ";" and token.kind == "sign":
            sections.append(_section(tokens))
            tokens = []
        else:
            tokens.append(token._replace(kind="literal") if token.kind == "sign" else token)
    return (*sections, _section(tokens))


def _token(match: re.Match[str]) -> Token:
    quoted, slashed, banged, skipped, filled, bracket, plain, clock, date, power, digit, sign, other = match.groups()
    for literal in (quoted, slashed, banged):
        if literal is not None:
            return Token("literal", literal)
    if skipped is not None or filled is not None:
        return Token("literal", " " if skipped is not None else "")
    if bracket is not None:
        if re.fullmatch(r"\[(?:h+|m+|s+)\]", bracket, re.I):
            return Token("date", bracket.lower())
        currency = re.fullmatch(r"\[\$([^-\]]*)(?:-[^\]]*)?\]", bracket)
        return Token("literal", currency[1]) if currency else Token("bracket", bracket)
    for kind, text in (("general", plain), ("clock", clock), ("date", date), ("exponent", power), ("digit", digit)):
        if text is not None:
            return Token(kind, text)
    return Token(sign, sign) if sign is not None else Token("sign", other)


def _section(tokens: list[Token]) -> Section:
    condition = None
    for token in tokens:
        match = re.fullmatch(r"\[(<=|>=|<>|<|>|=)(-?[\d.]+)\]", token.text) if token.kind == "bracket" else None
        if match:
            condition = match[1], Decimal(match[2])
    kept = tuple(token for token in tokens if token.kind != "bracket")
    dated = any(token.kind in ("date", "clock") for token in kept) and not any(t.kind == "general" for t in kept)
    return Section(kept, condition, dated)


def _choose(sections: tuple[Section, ...], number: Decimal) -> tuple[Section | None, Decimal]:
    """The section for a number, and the number as that section prints it (without the sign it stands for)."""
    if any(section.condition for section in sections[:2]):
        for section in sections[:3]:
            if section.condition is None or _holds(number, *section.condition):
                return section, number
        return sections[-1], number
    numeric = [section for section in sections[:3] if not any(token.kind == "@" for token in section.tokens)]
    if not numeric:
        return Section((Token("general", "General"),), None, False), number
    if number < 0 and len(numeric) > 1:
        return numeric[1], -number
    if number == 0 and len(numeric) > 2:
        return numeric[2], number
    return numeric[0], number


def _holds(number: Decimal, sign: str, bound: Decimal) -> bool:
    return {
        "<": number < bound, ">": number > bound, "<=": number <= bound, ">=": number >= bound,
        "=": number == bound, "<>": number != bound,
    }[sign]  # fmt: skip


def _number_text(tokens: tuple[Token, ...], number: Decimal) -> str:
    if any(token.kind == "/" for token in tokens) and any(token.kind == "digit" for token in tokens):
        return general(number)  # fractions: the value itself says more
    if not any(token.kind in ("digit", "general") for token in tokens):
        return "".join(token.text for token in tokens if token.kind in ("literal", "%", ".", ","))
    digits = [i for i, token in enumerate(tokens) if token.kind == "digit"]
    if not digits:
        return "".join(_signed(token, number) for token in tokens)
    if any(token.kind == "exponent" for token in tokens):
        return _scientific(tokens, number)
    number *= Decimal(100) ** sum(token.kind == "%" for token in tokens)
    point = next((i for i, token in enumerate(tokens) if token.kind == "."), None)
    last = digits[-1]
    number = number.scaleb(-3 * _commas_after(tokens, last))
    decimals = 0 if point is None else sum(1 for i in digits if i > point)
    whole_digits = [i for i in digits if point is None or i < point]
    between = range(whole_digits[0], whole_digits[-1]) if whole_digits else ()
    grouped = any(tokens[i].kind == "," for i in between)
    rounded = abs(number).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    whole, _, fraction = f"{rounded:f}".partition(".")
    parts = _whole(tokens, whole_digits, whole, grouped)
    parts.update(_fraction(tokens, digits, point, fraction))
    body = "".join(parts.get(i, "" if token.kind == "," else token.text) for i, token in enumerate(tokens))
    return f"-{body.lstrip()}" if number < 0 and rounded else body


def _signed(token: Token, number: Decimal) -> str:
    return general(number) if token.kind == "general" else token.text


def _commas_after(tokens: tuple[Token, ...], last: int) -> int:
    """Commas right behind the last digit: each divides by a thousand."""
    count = 0
    while last + 1 + count < len(tokens) and tokens[last + 1 + count].kind == ",":
        count += 1
    return count


def _whole(tokens: tuple[Token, ...], places: list[int], whole: str, grouped: bool) -> dict[int, str]:
    """The whole part's digits, one for each placeholder from the right, the first taking the rest."""
    zeros = [i for i in places if tokens[i].text == "0"]
    least = len(places) - places.index(zeros[0]) if zeros else 0
    figure = whole.lstrip("0").rjust(least, "0")
    if grouped:
        figure = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ",", figure)
    result = dict.fromkeys(places, "")
    if not places:
        return result
    units = re.findall(r"\d,?", figure)
    for place in reversed(places[1:]):
        if units:
            result[place] = units.pop()
    result[places[0]] = "".join(units)
    return result


def _fraction(tokens: tuple[Token, ...], digits: list[int], point: int | None, fraction: str) -> dict[int, str]:
    if point is None:
        return {}
    places = [i for i in digits if i > point]
    needed = max((n for n, i in enumerate(places, 1) if tokens[i].text == "0"), default=0)
    kept = len(fraction.rstrip("0"))
    length = max(needed, kept)
    return {place: fraction[n] if n < length else "" for n, place in enumerate(places)}


def _scientific(tokens: tuple[Token, ...], number: Decimal) -> str:
    point = next((i for i, token in enumerate(tokens) if token.kind == "."), None)
    power = next(i for i, token in enumerate(tokens) if token.kind == "exponent")
    decimals = 0 if point is None else sum(1 for t in tokens[point:power] if t.kind == "digit")
    return f"{number:.{decimals}E}"
