"""Faults to plant, each with the rule that must find it or the reason for which the document must be refused."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from generator.department import Department
from generator.forms import Block, Grid, money

Plant = Callable[[list[Block], Department, random.Random], list[Block] | None]


@dataclass(frozen=True)
class Fault:
    """`plant` gives the changed blocks, or None where the document has no place for the fault; `damage` changes the
    bytes of the file afterwards. `rules` are those that must fail (`told_in` a form instead, which prints only one
    of two figures), `reason` why the document must be refused (`*`: any). `forms`: only in these."""

    name: str
    plant: Plant
    rules: tuple[str, ...] = ()
    told_in: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reason: str | None = None
    damage: Callable[[bytes], bytes] | None = None
    forms: tuple[str, ...] = ("docx", "doc", "pdf", "html", "xlsx", "txt")

    def fits(self, form: str) -> bool:
        """Whether documents of this form can have it."""
        return form.removeprefix("gbk.") in self.forms

    def found_by(self, form: str) -> frozenset[str]:
        """The rules that must fail in a document of this form."""
        return frozenset(self.told_in.get(form.removeprefix("gbk."), self.rules))


# what the checks rightly say of a form without any planted fault
EXPECTED: dict[tuple[str, str], frozenset[str]] = {
    ("txt", "budget"): frozenset({"DOC-001"}),  # the explanation alone, without the statements
    **{
        (form, "final-accounts"): frozenset({"DOC-001"}) for form in ("docx", "doc", "html", "xlsx", "pdf")
    },  # four of nine
}


def _cell(caption: str, row: str, column: int) -> Plant:
    """Add one to the figure in `column` of the row that begins with `row` (in its first or second cell)."""

    def plant(blocks: list[Block], one: Department, dice: random.Random) -> list[Block] | None:
        made: list[Block] = []
        done = False
        for block in blocks:
            if isinstance(block, Grid) and block.title == caption:
                rows = [list(line) for line in block.rows]
                for line in rows:
                    if not done and row in line[:2] and line[column] not in ("", "<", "^"):
                        line[column] = f"{float(line[column]) + 1:.2f}"
                        done = True
                block = replace(block, rows=tuple(tuple(line) for line in rows))
            made.append(block)
        return made if done else None

    return plant


def _sentence(old: Callable[[Department], str], new: Callable[[Department], str]) -> Plant:
    """Replace a part of a sentence."""

    def plant(blocks: list[Block], one: Department, dice: random.Random) -> list[Block] | None:
        before, after = old(one), new(one)
        found = [isinstance(block, str) and before in block for block in blocks]
        if not any(found) or before == after:
            return None
        at = found.index(True)
        return [*blocks[:at], str(blocks[at]).replace(before, after, 1), *blocks[at + 1 :]]

    return plant


def _goal_amount(blocks: list[Block], one: Department, dice: random.Random) -> list[Block] | None:
    """Add to the amount of the first project's goal, in the form that states amounts."""
    return _cell("绩效1", "年度资金总额：", 3)(
        _cell("绩效1", "其中：财政拨款", 3)(blocks, one, dice) or blocks, one, dice
    )


def _same(blocks: list[Block], one: Department, dice: random.Random) -> list[Block]:
    return list(blocks)


def _nobody(blocks: list[Block], one: Department, dice: random.Random) -> list[Block]:
    return ["今天的会议改到下午三点，请各科室按时参加。"]


KINDS: tuple[Fault, ...] = (
    Fault("quantity times price", _cell("政府采购", "日常公用经费", 6), ("PRC-001",)),
    Fault("assets do not add up", _cell("国有资产", "2、车辆（台、辆）", 2), ("AST-001",)),
    Fault(
        "three public expenses do not add up, nor agree with the statement",
        _sentence(lambda one: f"公务接待费{money(one.reception)}万元。", lambda one: f"公务接待费{money(one.reception + 100)}万元。"),
        ("SUM-004", "TXT-001"), told_in={"txt": ("SUM-004",)},
    ),
    Fault(
        "changes of the parts are not that of the total",
        _sentence(lambda one: f"项目支出{_word(one)}", lambda one: f"项目支出{_word(one, 500)}"),
        ("YOY-001",),
    ),
    Fault("a class is not its types of expenditure", _cell("部门支出总表", "201", 3), ("SUM-012", "SUM-014")),
    Fault("a class is not its sections", _cell("部门收入总表", "201", 2), ("SUM-012", "SUM-014")),
    Fault("basic is not personnel and public", _cell("一般公共预算基本支出表", "合计", 3), ("SUM-012", "TXT-001"), told_in={"xlsx": ("SUM-012",)}),
    Fault("the goals are not the project expenditure", _goal_amount, ("PRF-007",), forms=("docx", "doc", "pdf", "html")),
    Fault("not a disclosure", _nobody, reason="recognise.no_disclosure"),
    Fault("cut file", _same, reason="*", damage=lambda data: data[: len(data) // 3], forms=("docx", "pdf", "xlsx")),
    Fault("empty file", _same, reason="readers.empty_file", damage=lambda data: b""),
)  # fmt: skip


def _word(one: Department, more: int = 0) -> str:
    change = one.project - one.project_before
    grown = change + more if change > 0 else change - more
    return f"{'增加' if change > 0 else '减少'}{money(abs(grown))}万元"
