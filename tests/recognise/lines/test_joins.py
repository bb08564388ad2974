"""The quick look before grids are joined changes nothing: whatever stands between two grids, and however the second
begins, the same are joined as without it."""

from __future__ import annotations

from itertools import product

import pytest
from tests.recognise.lines.build import INTRO, document

from openbudget.recognise import lines_join
from openbudget.recognise.layout import shipped
from openbudget.recognise.outline import outline

HEAD = "科目编码|科目名称|合计|基本支出|项目支出\n"
FIRST = HEAD + "201|一般公共服务支出|7.00|3.00|4.00\n20106|财政事务|7.00|3.00|4.00"
ROWS = "208|社会保障和就业支出|3.00|3.00|\n20805|行政事业单位养老支出|3.00|3.00|"
BEFORE = ("支出总表\n单位：万元", "二、支出总表\n单位：万元", "单位：万元")
BETWEEN = ("", "支出总表", "二、支出总表", "支出总表（续表）", "续表", "收入总表", "单位：万元", "以下是另一部分")
BEGIN = ("", HEAD, "支出总表|<|<|<|<\n" + HEAD, "续表1|<|<|<|<\n" + HEAD, "单位：万元|<|<|<|<\n" + HEAD)


def test_the_quick_look_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = []
    look = lines_join._may_go_on
    for before, between, begin in product(BEFORE, BETWEEN, BEGIN):
        made = document(INTRO, before, FIRST, *([between] if between else []), begin + ROWS)
        sections = outline([made], shipped())
        monkeypatch.setattr(lines_join, "_may_go_on", look)
        quick = lines_join.join(sections, 2024, shipped())
        monkeypatch.setattr(lines_join, "_may_go_on", lambda *_: True)
        assert vars(quick) == vars(lines_join.join(sections, 2024, shipped())), (before, between, begin)
        counts.append(len(quick.taken))
    assert 20 < sum(counts) < len(counts)
