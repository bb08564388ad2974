"""Figures in sentences: `2021年支出预算765.14万元，其中基本支出507.4万元…，较2020年预算增加7.01万元`."""

from __future__ import annotations

from collections.abc import Sequence

from openbudget.model.facts import Facts
from openbudget.recognise.layout import Layouts
from openbudget.recognise.outline import Section, codes_of
from openbudget.recognise.rows import Rows
from openbudget.recognise.said import Said
from openbudget.recognise.scan import Scan
from openbudget.recognise.tokens import vocabulary


def read_sentences(sections: Sequence[Section], facts: Facts, layouts: Layouts, rows: Rows) -> Said:
    """The figures and changes in the prose of the sections. What could not be understood becomes a diagnostic."""
    said = Said()
    data = layouts["sentences"]
    skipped = set(data["skip_sections"])
    words = vocabulary(layouts)
    for section in sections:
        if skipped & set(section.codes):
            continue
        before = None
        for text in section.texts:
            codes = codes_of(text, section, layouts)
            if skipped & set(codes):
                continue
            fund = next((data["section_funds"][code] for code in codes if code in data["section_funds"]), None)
            scan = Scan(text, words, codes, fund, facts, said, rows, before)
            scan.run()
            before = scan.scene.root
    return said
