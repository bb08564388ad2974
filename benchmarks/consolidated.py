"""A consolidated package, made the same way every time: the budget lines of many bodies in one table.

Each body has the statements of a real disclosure: totals, functional lines on three levels in three columns, economic
lines, the three public expenses, and the sentences that repeat them; about 110 rows. In every `1 / share`-th body one
figure is changed, so that it no longer adds up.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from openbudget import standard

_TEMPLATES = 200  # bodies with figures of their own; others repeat theirs under other names
_KINDS = ("total", "basic", "project")
_TREE = {
    "201": {"20103": ("2010301", "2010302", "2010399"), "20106": ("2010601", "2010602")},
    "208": {"20805": ("2080501", "2080505", "2080506")},
    "210": {"21011": ("2101101", "2101103")},
    "221": {"22102": ("2210201", "2210203")},
}
_ECONOMIC = {
    "301": ("30101", "30102", "30103", "30112"),
    "302": ("30201", "30211", "30217", "30231"),
    "303": ("30302",),
}
_FIELDS = tuple(standard.tables()["budget_lines"].columns)


def _row(identity: str, statement: str, flow: str, item: str, cents: int, **more: str) -> dict[str, str]:
    """A row; `cents` are hundredths of 万元."""
    wan = f"{cents // 100}.{cents % 100:02d}"
    return {
        "id": f"@/{statement}/{identity}", "organization_id": "@", "fiscal_year": "2025", "stage": "budget",
        "statement": statement, "flow": flow, "item": item, "amount": str(cents * 100), "amount_reported": wan,
        "unit_reported": "wan_yuan", "is_total": "false", **more,
    }  # fmt: skip


def _name(codelist: str, code: str) -> str:
    entry = standard.codelist(codelist).get(code)
    return entry.title_zh if entry else f"科目{code}"


def _functional(statement: str, leaves: dict[tuple[str, str], int]) -> Iterator[dict[str, str]]:
    """The classes, sections and items of a statement, in three columns, under their total."""

    def line(code: str, parent: str | None, below: list[str]) -> Iterator[dict[str, str]]:
        basic, project = (sum(leaves[leaf, kind] for leaf in below) for kind in _KINDS[1:])
        for kind, cents in zip(_KINDS, (basic + project, basic, project), strict=True):
            more = {"expenditure_type": kind, "is_total": str(len(code) < 7).lower()}
            name = _name("function", code)
            more |= {"function_code": code, "function_name": name} if code else {"item_code": "expenditure.current"}
            if parent is not None:
                more["parent_id"] = f"@/{statement}/{parent}/{kind}"
            yield _row(f"{code}/{kind}", statement, "expenditure", name if code else "合计", cents, **more)

    every = [leaf for sections in _TREE.values() for items in sections.values() for leaf in items]
    yield from line("", None, every)
    for top, sections in _TREE.items():
        yield from line(top, "", [leaf for items in sections.values() for leaf in items])
        for section, items in sections.items():
            yield from line(section, top, list(items))
            for leaf in items:
                yield from line(leaf, section, [leaf])


def _body(seed: int) -> list[dict[str, str]]:
    """The lines of one body."""

    def number(*parts: int) -> int:
        mixed = seed * 1_000_003
        for part in parts:
            mixed = (mixed ^ part) * 2654435761 % (1 << 32)
        return mixed % 90_000 + 100

    leaves = {
        (leaf, kind): number(int(leaf), place)
        for sections in _TREE.values()
        for items in sections.values()
        for leaf in items
        for place, kind in enumerate(_KINDS[1:])
    }
    basic, project = (sum(cents for (_, kind), cents in leaves.items() if kind == wanted) for wanted in _KINDS[1:])
    total = basic + project
    rows = []
    for flow, name in (("revenue", "收入"), ("expenditure", "支出")):
        more = {"item_code": flow, "is_total": "true"}
        rows.append(_row(f"{flow}", "revenue_expenditure", flow, f"{name}总计", total, **more))
    rows.append(_row("gp", "revenue_expenditure", "revenue", "一般公共预算", total,
                     item_code="revenue.general_public_budget", parent_id="@/revenue_expenditure/revenue"))  # fmt: skip
    rows += _functional("expenditure", leaves)
    economic = [code for codes in _ECONOMIC.values() for code in codes]
    cuts = [basic * place // len(economic) for place in range(len(economic) + 1)]
    cents = {code: cuts[place + 1] - cuts[place] for place, code in enumerate(economic)}
    basics = "general_public_basic"
    more = {"item_code": "expenditure.basic", "is_total": "true"}
    rows.append(_row("", basics, "expenditure", "合计", basic, **more))
    for top, codes in _ECONOMIC.items():
        more = {"economic_code": top, "economic_scheme": "department", "is_total": "true", "parent_id": f"@/{basics}/"}
        rows.append(
            _row(
                top,
                basics,
                "expenditure",
                _name("economic_department", top),
                sum(cents[code] for code in codes),
                **more,
            )
        )
        for code in codes:
            more = {"economic_code": code, "economic_scheme": "department", "parent_id": f"@/{basics}/{top}"}
            rows.append(_row(code, basics, "expenditure", _name("economic_department", code), cents[code], **more))
    three = (0, cents["30231"] + 200, cents["30217"] + 100)
    rows.append(_row("all", "three_public", "expenditure", "“三公”经费", sum(three), item_code="three_public"))
    codes = ("three_public.abroad", "three_public.vehicles", "three_public.reception")
    for code, figure in zip(codes, three, strict=True):
        rows.append(_row(code, "three_public", "expenditure", "“三公”经费", figure, item_code=code))
    for code, figure in (("purchase", 0), ("operation", three[1])):
        code = f"three_public.vehicles.{code}"
        rows.append(_row(code, "three_public", "expenditure", "公务用车", figure, item_code=code))
    for code, figure in (("expenditure", total), ("expenditure.basic", basic), ("expenditure.project", project)):
        rows.append(_row(code, "narrative", "expenditure", "支出预算", figure, item_code=code))
    return rows


def _texts(rows: list[dict[str, str]]) -> str:
    return "".join(",".join(row.get(name, "") for name in _FIELDS) + "\n" for row in rows)


def write(folder: Path, rows: int, share: float = 0.01) -> tuple[int, int]:
    """Write a package of at least so many lines. Gives the numbers of lines and of bodies with a fault."""
    (folder / "data").mkdir(parents=True, exist_ok=True)
    bodies = [_body(seed) for seed in range(_TEMPLATES)]
    sound = [_texts(body) for body in bodies]
    spoiled = []
    for body in bodies:
        body[8] = {**body[8], "amount": body[8]["amount"] + "00", "amount_reported": body[8]["amount_reported"] + "1"}
        spoiled.append(_texts(body))
    every = round(1 / share) if share else 0
    count = -(-rows // len(bodies[0]))
    with open(folder / "data/budget_lines.csv", "w", encoding="utf-8", newline="") as file:
        file.write(",".join(_FIELDS) + "\n")
        for number in range(count):
            faulty = every and number % every == every // 2
            file.write((spoiled if faulty else sound)[number % _TEMPLATES].replace("@", f"o{number:06d}"))
    names = standard.tables()["organizations"].columns
    with open(folder / "data/organizations.csv", "w", encoding="utf-8", newline="") as file:
        file.write(",".join(names) + "\n")
        blank = "," * (len(names) - 2)
        file.writelines(f"o{number:06d},某县第{number}局{blank}\n" for number in range(count))
    descriptor = {
        "name": "consolidated",
        "resources": [
            {"name": name, "path": f"data/{name}.csv", "profile": "tabular-data-resource", "encoding": "utf-8",
             "schema": standard.table_schema(name)}
            for name in ("organizations", "budget_lines")
        ],
    }  # fmt: skip
    (folder / "datapackage.json").write_text(json.dumps(descriptor, ensure_ascii=False, default=dict), "utf-8")
    return count * len(bodies[0]), sum(1 for number in range(count) if every and number % every == every // 2)


if __name__ == "__main__":
    print(*write(Path(sys.argv[1]), int(sys.argv[2]), *map(float, sys.argv[3:])))
