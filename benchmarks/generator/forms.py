"""How disclosures print figures: the nine statements of a budget, those of final accounts, and the explanation in
sentences with its tables of goals, purchases and assets. A grid is rows of cells; `<` goes on from the left, `^` from
above (merged cells)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from generator.department import Department, Line, title


@dataclass(frozen=True)
class Grid:
    """A table; `title` is the sheet's name in a workbook."""

    rows: tuple[tuple[str, ...], ...]
    title: str = ""


Block = str | Grid
Show = Callable[[int], str]


def money(amount: int) -> str:
    """0.01 万元 as 万元."""
    return f"{amount / 100:.2f}"


def blank(amount: int) -> str:
    """The same; nothing for nothing."""
    return money(amount) if amount else ""


def heading(one: Department) -> str:
    """The title of the disclosure."""
    return f"{one.name}{one.year}年部门{'预算' if one.kind == 'budget' else '决算'}公开情况说明"


def statements(one: Department) -> Iterator[Block]:
    """The statements, each with its caption and unit."""
    made = _budget(one) if one.kind == "budget" else _final(one)
    for caption, grid in made:
        yield caption
        yield f"部门：{one.name}　　　　单位：万元"
        yield Grid(grid, caption)


Rows = tuple[tuple[str, ...], ...]


def _budget(one: Department) -> Iterator[tuple[str, Rows]]:
    total = money(one.total)
    classes = _classes(one)
    body = [
        (f"{number}、{name}", blank(amount)) for number, (name, amount) in zip("一二三四五六七", classes, strict=False)
    ]
    yield "部门收支总表", _two_sided(one, body)
    head = (
        "科目编码",
        "科目名称",
        "合计",
        "上年结转",
        "一般公共预算拨款收入",
        "政府性基金预算拨款收入",
        "事业收入",
        "其他收入",
    )
    rows = tuple((code, name, money(sums[3]), "", money(sums[3]), "", "", "") for code, name, sums in _functional(one))
    yield "部门收入总表", (head, *rows, ("合计", "<", total, "", total, "", "", ""))
    head = (
        "科目编码",
        "科目名称",
        "合计",
        "基本支出",
        "项目支出",
        "上缴上级支出",
        "事业单位经营支出",
        "对附属单位补助支出",
    )
    rows = tuple(
        (code, name, money(sums[3]), blank(sums[0] + sums[1]), blank(sums[2]), "", "", "")
        for code, name, sums in _functional(one)
    )
    basic, project = money(one.personnel + one.public), money(one.project)
    yield "部门支出总表", (head, *rows, ("合计", "<", total, basic, project, "", "", ""))
    yield "财政拨款收支总表", _appropriation(one, classes)
    rows = tuple(
        (code, name, money(sums[3]), blank(sums[0] + sums[1]), blank(sums[2])) for code, name, sums in _functional(one)
    )
    head2 = (
        ("功能分类科目", "<", f"{one.year}年预算数", "<", "<"),
        ("科目编码", "科目名称", "小计", "基本支出", "项目支出"),
    )
    yield "一般公共预算支出表", (*head2, *rows, ("合计", "<", total, basic, project))
    yield "一般公共预算基本支出表", _economic(one)
    yield "一般公共预算“三公”经费支出表", _three(one)
    empty = (
        ("科目编码", "科目名称", f"{one.year}年政府性基金预算支出", "<", "<"),
        ("^", "^", "合计", "基本支出", "项目支出"),
    )
    yield "政府性基金预算支出表", (*empty, ("合计", "<", "", "", ""))
    empty = (
        ("科目编码", "科目名称", f"{one.year}年国有资本经营预算支出", "<", "<"),
        ("^", "^", "合计", "基本支出", "项目支出"),
    )
    yield "国有资本经营预算支出表", (*empty, ("合计", "<", "", "", ""))


def _two_sided(one: Department, body: Sequence[tuple[str, str]]) -> Rows:
    sources = (
        "一般公共预算拨款收入",
        "政府性基金预算拨款收入",
        "国有资本经营预算拨款收入",
        "财政专户管理资金收入",
        "事业收入",
        "其他收入",
    )
    total = money(one.total)
    rows = [("收 入", "<", "支 出", "<"), ("项 目", "预算数", "项 目", "预算数")]
    for at in range(max(len(sources), len(body))):
        left = (f"{'一二三四五六七'[at]}、{sources[at]}", total if at == 0 else "") if at < len(sources) else ("", "")
        rows.append((*left, *(body[at] if at < len(body) else ("", ""))))
    rows.append(("本年收入合计", total, "本年支出合计", total))
    rows.append(("上年结转", "", "结转下年", ""))
    rows.append(("收 入 总 计", total, "支 出 总 计", total))
    return tuple(rows)


def _appropriation(one: Department, classes: Sequence[tuple[str, int]]) -> Rows:
    total = money(one.total)
    left = [("一、本年收入", total), ("（一）一般公共预算拨款", total), ("（二）政府性基金预算拨款", ""),
            ("（三）国有资本经营预算拨款", ""), ("二、上年结转", "")]  # fmt: skip
    right = [("一、本年支出", total)]
    right += [
        (f"（{number}）{name}", money(amount))
        for number, (name, amount) in zip("一二三四五六七", classes, strict=False)
    ]
    right.append(("二、结转下年", ""))
    rows = [("收 入", "<", "支 出", "<"), ("项 目", "预算数", "项 目", "预算数")]
    for at in range(max(len(left), len(right))):
        rows.append((*(left[at] if at < len(left) else ("", "")), *(right[at] if at < len(right) else ("", ""))))
    return (*rows, ("收 入 总 计", total, "支 出 总 计", total))


def _economic(one: Department) -> Rows:
    rows: list[tuple[str, ...]] = [
        ("部门预算支出经济分类科目", "<", f"{one.year}年一般公共预算基本支出", "<", "<"),
        ("科目编码", "科目名称", "合计", "人员经费", "公用经费"),
    ]
    for code, name, amount in one.economic:
        figures = ("", money(amount)) if code.startswith("302") else (money(amount), "")
        rows.append((code, name, money(amount), *figures))
    rows.append(("合计", "<", money(one.personnel + one.public), money(one.personnel), money(one.public)))
    return tuple(rows)


def _three(one: Department) -> Rows:
    return (
        ("“三公”经费合计", "因公出国（境）费", "公务用车购置及运行费", "<", "<", "公务接待费"),
        ("^", "^", "小计", "公务用车购置费", "公务用车运行费", "^"),
        (
            money(one.three), money(one.abroad), money(one.vehicles_purchase + one.vehicles_operation),
            money(one.vehicles_purchase), money(one.vehicles_operation), money(one.reception),
        ),
    )  # fmt: skip


def _final(one: Department) -> Iterator[tuple[str, Rows]]:
    total, classes = money(one.total), _classes(one)
    rows = [
        ("收入", "<", "<", "支出", "<", "<"),
        ("项目", "行次", "金额", "项目", "行次", "金额"),
        ("栏次", "", "1", "栏次", "", "2"),
    ]
    sources = (
        "一般公共预算财政拨款收入",
        "政府性基金预算财政拨款收入",
        "国有资本经营预算财政拨款收入",
        "上级补助收入",
        "事业收入",
        "其他收入",
    )
    for at, name in enumerate(sources):
        right = (
            (f"{'一二三四五六七'[at]}、{classes[at][0]}", str(32 + at), money(classes[at][1]))
            if at < len(classes)
            else ("", str(32 + at), "")
        )
        rows.append((f"{'一二三四五六七'[at]}、{name}", str(at + 1), total if at == 0 else "", *right))
    rows.append(("本年收入合计", "27", total, "本年支出合计", "57", total))
    rows.append(("年初结转和结余", "29", "", "年末结转和结余", "59", ""))
    rows.append(("总计", "31", total, "总计", "62", total))
    yield "收入支出决算总表", tuple(rows)
    head = (("项目", "<", "本年收入合计", "财政拨款收入", "上级补助收入", "事业收入", "其他收入"),
            ("功能分类科目编码", "科目名称", "^", "^", "^", "^", "^"), ("栏次", "<", "1", "2", "3", "4", "5"))  # fmt: skip
    body = tuple((code, name, money(sums[3]), money(sums[3]), "", "", "") for code, name, sums in _functional(one))
    yield "收入决算表", (*head, ("合计", "<", total, total, "", "", ""), *body)
    basic, project = money(one.personnel + one.public), money(one.project)
    head = (("项目", "<", "本年支出合计", "基本支出", "项目支出", "上缴上级支出", "经营支出"),
            ("功能分类科目编码", "科目名称", "^", "^", "^", "^", "^"), ("栏次", "<", "1", "2", "3", "4", "5"))  # fmt: skip
    body = tuple(
        (code, name, money(sums[3]), blank(sums[0] + sums[1]), blank(sums[2]), "", "")
        for code, name, sums in _functional(one)
    )
    yield "支出决算表", (*head, ("合计", "<", total, basic, project, "", ""), *body)
    body = tuple(row[:5] for row in body)
    head = (("项目", "<", "本年支出", "<", "<"), ("功能分类科目编码", "科目名称", "小计", "基本支出", "项目支出"))
    yield "一般公共预算财政拨款支出决算表", (*head, *body, ("合计", "<", total, basic, project))


def _classes(one: Department) -> list[tuple[str, int]]:
    return [(name, sums[3]) for code, name, sums in _functional(one) if len(code) == 3]


def _functional(one: Department) -> Iterator[tuple[str, str, tuple[int, int, int, int]]]:
    """Classes, sections and lines in order, each with personnel, public, project and total."""
    for whole in sorted({line.code[:3] for line in one.lines}):
        yield whole, title("function", whole), _sums(line for line in one.lines if line.code[:3] == whole)
        for part in sorted({line.code[:5] for line in one.lines if line.code[:3] == whole}):
            yield part, title("function", part), _sums(line for line in one.lines if line.code[:5] == part)
            for line in one.lines:
                if line.code[:5] == part:
                    yield line.code, line.name, _sums([line])


def _sums(lines: Iterator[Line] | Sequence[Line]) -> tuple[int, int, int, int]:
    taken = list(lines)
    three = [sum(getattr(line, name) for line in taken) for name in ("personnel", "public", "project")]
    return three[0], three[1], three[2], sum(three)
