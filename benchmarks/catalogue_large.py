"""A catalogue of very many budget lines: how fast it is built, how big it is against CSV, how long the named questions
take when warm, what an update of 1 % of the packages costs.

`python benchmarks/catalogue_large.py [LINES] [--per-package N] [--jobs N] [--keep DIR]` makes packages that hold the
tables which the questions ask (not the text of the disclosures), with one place in the source for every line.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from openbudget import standard
from openbudget.batch import database
from openbudget.batch.catalogue.build import build
from openbudget.batch.questions import questions

YEARS = (2021, 2022, 2023, 2024, 2025)
GOODS = (("A02010105", "台式计算机"), ("A02010108", "便携式计算机"), ("A02061804", "空调机"), ("A02020100", "复印机"))
ASKED = {"missing-disclosures": {"year": "2023"}}
Table = list[tuple[object, ...]]


def main() -> int:
    """Make packages, build, ask, update."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lines", type=int, nargs="?", default=1_000_000)
    parser.add_argument("--per-package", type=int, default=500)
    parser.add_argument("--jobs", type=int, default=0)
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        base = given.keep or Path(scratch)
        count = max(1, given.lines // given.per_package)
        sizes = make(base / "packages", count, given.per_package)
        return measure(base, count, given.lines, given.jobs, sizes)


def make(folder: Path, count: int, lines: int) -> int:
    """`count` packages of `lines` budget lines each; the bytes of their CSV files. What is there is kept."""
    total = 0
    for number in range(count):
        total += package(folder, number, lines, 0)
    return total


def package(folder: Path, number: int, lines: int, edition: int) -> int:
    """One package; of another `edition` its figures differ. The bytes of its CSV files."""
    dice = random.Random(number)
    agency, year = number // len(YEARS), YEARS[number % len(YEARS)]
    region = f"{11 + agency % 55:02}{agency // 55 % 30 + 1:02}{agency // 1650 % 20 + 1:02}"
    name = f"cn-{region}-{agency}-{year}-budget"
    place = folder / region / str(year) / name
    body = f"第{agency}局"
    resources, total = [], 0
    for table, rows in tables(body, year, lines, edition, dice).items():
        data = csv_of(table, rows)
        path = place / "data" / f"{table}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        if edition or not path.exists():
            path.write_bytes(data)
        total += len(data)
        digest = hashlib.sha256(data).hexdigest()
        resources.append({"name": table, "path": f"data/{table}.csv", "hash": f"sha256:{digest}"})
    facts = {
        "standard_version": standard.version(), "region_code": region, "region_name": "某县", "fiscal_year": year,
        "kind": "budget", "agency_code": str(agency), "agency_name": body, "disclosed_on": f"{year}-04-{dice.randint(1, 30):02}",
    }  # fmt: skip
    said = {"name": name, "title": f"{body}{year}年预算", "openbudget": facts, "resources": resources, "sources": []}
    (place / "datapackage.json").write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
    (place / "report.json").write_text(json.dumps({"counts": {"error": 0, "warning": 1, "note": 0}}), encoding="utf-8")
    return total


def tables(body: str, year: int, lines: int, edition: int, dice: random.Random) -> dict[str, Table]:
    """The rows of a package."""
    wan = [dice.randint(1, 99999) + edition for _ in range(lines)]
    made: Table = []
    codes = list(standard.codelist("function").values())
    for at, amount in enumerate(wan):
        money = (amount * 100, f"{amount / 100:.2f}", "wan_yuan")
        if at < 4:
            code = ("three_public", "three_public.abroad", "three_public.vehicles", "three_public.reception")[at]
            made.append((f"three_public/{code}", body, year, "budget", "three_public", "expenditure", code, code, "",
                         "false", "total", "", "", "", "", "", "", "", *money))  # fmt: skip
        elif at < lines // 20:
            made.append((f"project/{at}", body, year, "budget", "expenditure", "expenditure", "", "", "", "false",
                         "total", "project", "", "", "", "", "", f"{dice.choice(('信息化平台', '道路', '校舍'))}建设项目{at}", *money))  # fmt: skip
        else:
            one = codes[at % len(codes)]
            made.append((f"expenditure/{one.code}/{at}", body, year, "budget", "expenditure", "expenditure", one.title_zh,
                         "expenditure.function", f"expenditure/{one.code[:3]}", "false", "total",
                         ("basic", "project")[at % 2], one.code, one.title_zh, "", "", "", "", *money))  # fmt: skip
    bought: Table = []
    for code, item in GOODS:
        price, count = dice.randint(3000, 30000), dice.randint(1, 9)
        bought.append((f"goods/{code}", body, "日常公用经费", price * count, item, code, "2022", "", "", "台", count, price,
                       price * count, price * count, "", "", "", "", "", "wan_yuan"))  # fmt: skip
    goals: Table = [
        (f"project/{at}", body, "project", at, f"{dice.choice(('数据', '网络', '维修'))}项目{at}", "保障工作顺利开展",
         dice.randint(1, 999) * 1000, "", "wan_yuan", "", "", "", "", "") for at in range(1, 6)
    ]  # fmt: skip
    found: Table = [
        (hashlib.sha256(f"{body}{year}".encode()).hexdigest()[:16], dice.choice(("SUM-012", "PRF-008")), "warning", "fail",
         "budget_lines", "", "amount", "1", "2", "1", "", "对不上", "does not add up")
    ]  # fmt: skip
    places: Table = [
        ("budget_lines", row[0], "amount", f"{body}.pdf", f"#page={at // 40 + 1}&bbox=50.0,{at},244.2,{at + 9}", row[19],
         "cell", 1) for at, row in enumerate(made)
    ]  # fmt: skip
    bodies: Table = [(body, body, "", "", "", "", "", "", "", "", "")]
    return {
        "organizations": bodies, "budget_lines": made, "procurement": bought, "performance_goals": goals,
        "findings": found, "sources": places,
    }  # fmt: skip


def csv_of(table: str, rows: Table) -> bytes:
    """Rows without commas or quotes as CSV."""
    head = ",".join(standard.tables()[table].columns)
    quoted = (",".join(f'"{cell}"' if "," in str(cell) else str(cell) for cell in row) for row in rows)
    return "\n".join([head, *quoted, ""]).encode()


def measure(base: Path, count: int, lines: int, jobs: int, sizes: int) -> int:
    """Build, ask, update; prints one line a figure."""
    packages, catalogue = base / "packages", base / "catalogue"
    shutil.rmtree(catalogue, ignore_errors=True)
    wall, cpu, made = timed(lambda: build(packages, catalogue, jobs=jobs))
    print(
        f"build: {count} packages, {lines} lines in {wall:.1f} s ({cpu:.1f} s CPU): {lines / wall:,.0f} lines a second"
    )
    held = sum(file.bytes for one in made.snapshot.segments for file in one.files.values())
    files = sum(len(one.files) for one in made.snapshot.segments)
    print(
        f"size: {held / 1e6:,.1f} MB in {files} files; the CSV {sizes / 1e6:,.1f} MB, {sizes / held:.1f} times as much"
    )
    started = time.perf_counter()
    connection = database.connect(catalogue)
    print(f"open: {time.perf_counter() - started:.2f} s")
    slow = 0
    for name, question in questions().items():
        values = question.values(ASKED.get(name, {}))
        seconds = []
        for _ in range(4):
            started = time.perf_counter()
            answer = database.ask(connection, question.sql, values)
            seconds.append(time.perf_counter() - started)
        warm = statistics.median(seconds[1:])
        slow += warm > 1
        print(f"{name}: {len(answer.rows)} rows, first {seconds[0]:.2f} s, warm {warm:.2f} s")
    connection.close()
    changed = max(1, count // 100)
    for number in range(0, count, count // changed):
        package(packages, number, lines // count, 1)
    again, more, now = timed(lambda: build(packages, catalogue, jobs=jobs))
    print(
        f"update of {now.changed} packages: {again:.1f} s ({more:.1f} s CPU), {again / wall:.1%} of the wall time, "
        f"{more / cpu:.1%} of the CPU time"
    )
    idle, least, _ = timed(lambda: build(packages, catalogue, jobs=jobs))
    print(f"update of nothing: {idle:.1f} s ({least:.1f} s CPU)")
    return int(bool(slow) or more > 0.05 * cpu)


def timed(work):  # type: ignore[no-untyped-def]
    """Wall and CPU seconds (children too) and what came out."""
    wall, before = time.perf_counter(), os.times()
    made = work()
    after = os.times()
    cpu = sum(after[:4]) - sum(before[:4])
    return time.perf_counter() - wall, cpu, made


if __name__ == "__main__":
    sys.exit(main())
