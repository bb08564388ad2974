"""Numbers as spreadsheets show them."""

from __future__ import annotations

import pytest

from openbudget.readers.sheet_formats import shown, shown_text

ACCOUNTING = '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ '


@pytest.mark.parametrize(
    ("value", "pattern", "text"),
    [
        (1234.5, "General", "1234.5"),
        (0.1 + 0.2, "General", "0.3"),
        (171915169, "General", "171915169"),
        (1234.5, "#,##0.00", "1,234.50"),
        (1234567, "#,##0", "1,234,567"),
        (2.5, "0", "3"),
        (1.005, "0.00", "1.01"),
        (-3, "#,##0.00;[Red]-#,##0.00", "-3.00"),
        (-3, "#,##0.00_);(#,##0.00)", "(3.00)"),
        (5, "00", "05"),
        (20201231, "0000-00-00", "2020-12-31"),
        (0.1234, "0.00%", "12.34%"),
        (12345678, "0.00,,", "12.35"),
        (123456, '0!.0,"万元"', "12.3万元"),
        (1234.5, ACCOUNTING, "1,234.50"),
        (0, ACCOUNTING, "-"),
        (0, "0.00;-0.00;", ""),
        (0, "#", ""),
        (0.5, "#.##", ".5"),
        (1234, "[>=1000]#,##0,\\K;0", "1K"),
        (5, '0"个"', "5个"),
        (44196, 'yyyy"年"m"月"d"日"', "2020年12月31日"),
        (44196.5, "yyyy/m/d h:mm", "2020/12/31 12:00"),
        (44196, "[$-804]yyyy-mm-dd;@", "2020-12-31"),
        (0.75, "h:mm AM/PM", "6:00 PM"),
        (1.5, "[h]:mm", "36:00"),
        (201, "@", "201"),
        (1e15, "General", "1000000000000000"),
    ],
)
def test_shown(value: float, pattern: str, text: str) -> None:
    assert shown(value, pattern) == text


def test_the_other_epoch() -> None:
    assert shown(42734, "yyyy-mm-dd", epoch_1904=True) == "2020-12-31"
    assert shown(1, "yyyy-mm-dd") == "1900-01-01"


def test_text_with_a_format() -> None:
    assert shown_text("馆陶", '@"县"') == "馆陶县"
    assert shown_text("馆陶", "0.00") == "馆陶"
