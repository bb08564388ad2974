"""A data package with one large table, made the same way every time: the table of `validate_large.py`.

12 columns, about 150 bytes a row: ids, a year, codes with a pattern, a foreign key to 50,000 agencies, Chinese text (some of
it with quoted commas, quotes and line ends), a code list, truth values, dates, decimals with bounds, and a unique key.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

AGENCIES = 50_000
_BLOCK = 1_000_000
_ITEMS = (
    "办公费",
    "印刷费",
    "会议费",
    "培训费",
    "公务接待费",
    "信息网络运行维护",
    "房屋修缮",
    "专项业务经费",
    "基本支出",
)
_STAGES = ("budget", "adjusted", "final")
_FAULTS = ("date", "amount", "stage", "agency", "code", "year", "percent", "required", "twice", "negative")

SCHEMA: dict[str, Any] = {
    "fields": [
        {"name": "id", "type": "string", "constraints": {"required": True, "pattern": "[A-Z]{2}[0-9]{9}"}},
        {"name": "fiscal_year", "type": "year", "constraints": {"required": True, "minimum": "2000"}},
        {"name": "function_code", "type": "string", "constraints": {"pattern": "[0-9]{3}([0-9]{2}){0,2}"}},
        {"name": "agency_id", "type": "string", "constraints": {"required": True}},
        {"name": "item", "type": "string", "constraints": {"required": True, "maxLength": 200}},
        {"name": "stage", "type": "string", "constraints": {"enum": list(_STAGES)}},
        {"name": "is_total", "type": "boolean"},
        {"name": "approved_on", "type": "date", "constraints": {"minimum": "2000-01-01"}},
        {"name": "amount", "type": "number", "constraints": {"minimum": 0}},
        {"name": "share", "type": "number", "constraints": {"minimum": 0, "maximum": 100}},
        {"name": "quantity", "type": "integer"},
        {"name": "note", "type": "string"},
    ],
    "primaryKey": ["id"],
    "foreignKeys": [{"fields": ["agency_id"], "reference": {"resource": "agencies", "fields": ["id"]}}],
}
AGENCY_SCHEMA = {"fields": [{"name": "id", "type": "string"}, {"name": "name", "type": "string"}], "primaryKey": ["id"]}


def _rest(number: int) -> list[str]:
    """The cells after `id` and `fiscal_year` of the row `number` (of one block)."""
    spread = number * 2654435761 % (1 << 32)
    item = _ITEMS[spread % 9] + f"第{spread % 997}项"
    if number % 50 == 7:
        item = f'"{item}，含""其他""\n及附属支出, 合计"'
    return [
        f"{201 + spread % 30}{spread // 7 % 100:02d}" + (f"{spread // 11 % 100:02d}" if spread % 3 else ""),
        f"A{spread % AGENCIES:05d}",
        item,
        _STAGES[spread // 5 % 3],
        "true" if spread % 17 == 0 else "false",
        f"20{10 + spread % 15}-{1 + spread // 13 % 12:02d}-{1 + spread // 31 % 28:02d}",
        f"{spread % 100_000_000 / 100:.2f}",
        f"{spread // 3 % 10_001 / 100:.2f}",
        str(spread % 500) if spread % 4 else "",
        f"财政拨款安排的支出，按{'上年' if spread % 2 else '本年'}标准核定" if spread % 5 else "",
    ]


def _spoiled(cells: list[str], kind: str) -> list[str]:
    """The cells with one fault."""
    cells = list(cells)
    index, text = {
        "date": (5, "2024-2-30"), "amount": (6, '"1,234.5"'), "stage": (3, "draft"), "agency": (1, "A99999"),
        "code": (0, "2O1"), "percent": (7, "100.01"), "required": (2, ""), "negative": (6, "-1.00"),
    }.get(kind, (9, cells[9]))  # fmt: skip
    cells[index] = text
    return cells


def write(folder: Path, rows: int, share: float = 0.001) -> int:
    """Write the package into `folder`; every 1/`share`-th row has one fault. Gives the number of faults."""
    folder.mkdir(parents=True, exist_ok=True)
    blocks = [_rest(number) for number in range(min(rows, _BLOCK))]
    tails = [",".join(cells) + "\n" for cells in blocks]
    every = max(round(1 / share), 1) if share else 0
    faults = 0
    with open(folder / "lines.csv", "w", encoding="utf-8", newline="") as file:
        file.write(",".join(field["name"] for field in SCHEMA["fields"]) + "\n")
        for start in range(0, rows, _BLOCK):
            out = []
            for number in range(start, min(start + _BLOCK, rows)):
                identity, year, tail = f"CN{number:09d}", f"20{10 + number % 15}", tails[number % _BLOCK]
                if every and number % every == every // 2:
                    kind = _FAULTS[number // every % len(_FAULTS)]
                    faults += 1
                    tail = ",".join(_spoiled(blocks[number % _BLOCK], kind)) + "\n"
                    identity = f"CN{number - 1:09d}" if kind == "twice" and number else identity
                    year = "二零二一" if kind == "year" else year
                out.append(f"{identity},{year},{tail}")
            file.writelines(out)
    with open(folder / "agencies.csv", "w", encoding="utf-8", newline="") as file:
        file.write("id,name\n")
        file.writelines(f"A{number:05d},单位{number}\n" for number in range(AGENCIES))
    descriptor = {
        "name": "large",
        "resources": [
            {"name": name, "path": f"{name}.csv", "profile": "tabular-data-resource", "encoding": "utf-8",
             "dialect": {"delimiter": ",", "quoteChar": '"', "doubleQuote": True}, "schema": schema}
            for name, schema in (("lines", SCHEMA), ("agencies", AGENCY_SCHEMA))
        ],
    }  # fmt: skip
    (folder / "datapackage.json").write_text(json.dumps(descriptor, ensure_ascii=False, indent=1), encoding="utf-8")
    return faults


if __name__ == "__main__":
    print(write(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]) if len(sys.argv) > 3 else 0.001))
