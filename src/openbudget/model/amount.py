"""Money and other figures: exact decimals, units, printed precision, intervals.

The unit of account is CNY yuan (预算法 art. 19); disclosures print 万元 and others. A figure printed with d
decimals in a unit u stands for every value within half a unit of its last place: ± ½·10⁻ᵈ·u
(the reading of printed figures in XBRL Calculations 1.1).
"""

import re
import unicodedata
from decimal import Decimal
from functools import cache, lru_cache
from typing import NamedTuple

# code of the `units` code list → (as printed, yuan in one)
UNITS: dict[str, tuple[str, Decimal]] = {
    "yuan": ("元", Decimal(1)),
    "qian_yuan": ("千元", Decimal(1000)),
    "wan_yuan": ("万元", Decimal(10_000)),
    "bai_wan_yuan": ("百万元", Decimal(1_000_000)),
    "yi_yuan": ("亿元", Decimal(100_000_000)),
}
UNIT_WORDS = "(?:亿|百万|万|千)?元"  # an expression: these as printed, and nothing else
_BY_PRINT = {printed: code for code, (printed, _) in UNITS.items()} | {"万": "wan_yuan", "亿": "yi_yuan"}

NOT_APPLICABLE = frozenset(
    {"—", "——", "———", "－", "-", "--", "／", "/", "–", "―", "――", "…", "……", "*", "×", "不适用"}
)

_DIGITS = r"[-+−－]?\d[\d,]*(?:\.\d+)?"
_LONGEST = 40  # characters of a figure
_NUMBER = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?")
# raised and ringed digits
_SIGNS = frozenset("²³¹").union(
    *(
        map(chr, range(first, last))
        for first, last in ((0x2070, 0x208A), (0x2460, 0x249C), (0x24EA, 0x2500), (0x2776, 0x2794))
    )
)
_OTHER_MONEY = r"[美欧港日英澳]元|英镑|美金|thousand|million|billion|dollar|euro|usd|hkd|eur|yen|pound"
_MINUS = str.maketrans({"−": "-", "－": "-", "＋": "+", "，": ",", "．": "."})


def unit_code(printed: str) -> str | None:
    """The code of a printed money unit (`万元` → `wan_yuan`); None where it is none."""
    return _BY_PRINT.get(re.sub(r"\s|人民币", "", printed))


def is_other_money(text: str) -> bool:
    """True for a text that names another currency, or thousands and millions in English: the figures that it speaks of
    are not in the unit of their table."""
    return _other_money().search(text) is not None


@cache
def _other_money() -> re.Pattern[str]:
    return re.compile(_OTHER_MONEY, re.IGNORECASE)


class Figure(NamedTuple):
    """A figure as printed: its exact value and the number of decimals that stand in the source."""

    value: Decimal
    decimals: int

    @property
    def text(self) -> str:
        """The figure in ASCII digits with exactly its printed decimals, without thousands separators."""
        return f"{self.value:.{self.decimals}f}"


def parse_figure(printed: str) -> Figure | None:
    """The figure that `printed` is, or None where it is blank, a dash, or not wholly one figure.

    Accepts full-width digits, thousands separators in right places, blanks between digits, a leading sign.
    Never guesses: `1,23`, `12.3.4`, `(5)` and `12①` (a figure with the sign of a note) are None, and so is what has more
    digits than any sum of money.
    """
    if not printed.isascii() and not _SIGNS.isdisjoint(printed):
        return None  # NFKC would make 121 of 12①
    text = unicodedata.normalize("NFKC", printed).translate(_MINUS)
    text = re.sub(r"\s+", "", text)
    if (
        len(text) > _LONGEST
        or not text.isascii()
        or not any(char.isdigit() for char in text)
        or _NUMBER.fullmatch(text) is None
    ):
        return None
    digits = text.replace(",", "").replace("+", "")
    return Figure(Decimal(digits), len(digits.partition(".")[2]))


@lru_cache(maxsize=4096)
def decimals_of(printed: str) -> int | None:
    """The decimals of the one figure in a printed text (`4.50万元` → 2); None where there is none, or several."""
    figure = parse_figure(printed)
    if figure is not None:
        return figure.decimals
    found = re.findall(_DIGITS, printed)
    return len(found[0].partition(".")[2]) if len(found) == 1 else None


def is_not_applicable(printed: str) -> bool:
    """True where the text is a dash or another sign that says: does not apply."""
    return re.sub(r"\s+", "", printed) in NOT_APPLICABLE


@lru_cache(maxsize=256)
def half_place(decimals: int, unit: str | None) -> Decimal:
    """Half a unit of the last of `decimals` places, in the base of `unit` (a code of `units`; None: no unit): the radius
    of the interval that a printed figure stands for."""
    scale = UNITS[unit][1] if unit in UNITS else Decimal(1)
    return Decimal(1).scaleb(-decimals) * scale / 2


class Amount(NamedTuple):
    """Money: the figure as printed, and its unit's code."""

    reported: Figure
    unit: str

    @property
    def yuan(self) -> Decimal:
        """The exact amount in yuan, without needless zeros."""
        return plain(self.reported.value * UNITS[self.unit][1])

    @property
    def half_place(self) -> Decimal:
        """Half a unit of the last printed place, in yuan."""
        return half_place(self.reported.decimals, self.unit)


def plain(value: Decimal) -> Decimal:
    """The same number without exponent and trailing zeros (`7651400`, not `7.6514E+6`)."""
    if not value:
        return Decimal(0)  # never -0
    if value == value.to_integral_value():
        # what is quantized may have 28 digits; a figure that was misread may have more
        return value.quantize(Decimal(1)) if value.adjusted() < 28 else Decimal(int(value))
    return value.normalize()
