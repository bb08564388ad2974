"""The portal of many packages: how long it takes to build, and to see that nothing changed.

`python benchmarks/portal.py [COUNT] [--package FOLDER] [--keep FOLDER]` makes COUNT packages that vary the names, codes
and figures of one, publishes them twice with `openbudget publish`, and prints seconds. Every third is a further year of
a department.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path

from openbudget import standard

PACKAGE = Path(__file__).resolve().parents[1] / "datapackages" / "cn-130433-434-2021-budget"
_OFFICES = (
    "教育体育",
    "卫生健康",
    "农业农村",
    "文化旅游",
    "交通运输",
    "市场监管",
    "应急管理",
    "自然资源",
    "民政事务",
    "财政审计",
)


def variants(source: Path, target: Path, count: int, seed: int = 1) -> None:
    """Write `count` packages into `target` that differ from `source` in names, codes and figures, and are as whole."""
    files = {path.relative_to(source).as_posix(): path.read_text(encoding="utf-8") for path in source.rglob("*.*")}
    descriptor = json.loads(files.pop("datapackage.json"))
    facts = descriptor["openbudget"]
    regions = [code for code, entry in standard.codelist("regions").items() if not code.endswith("00") and entry.parent]
    chance = random.Random(seed)
    chosen = sorted(chance.sample(regions, min(len(regions), count // 4 + 1)))
    for number in range(count):
        department, later = divmod(number, 3)
        region = chosen[department % len(chosen)]
        year = facts["fiscal_year"] + later
        changes = {
            facts["agency_name"]: f"第{department:04d}{_OFFICES[department % 10]}局"[: len(facts["agency_name"])].ljust(
                len(facts["agency_name"]), "办"
            ),
            descriptor["name"]: f"cn-{region}-{department:03d}-{year}-{facts['kind']}",
            **_figures(chance),
        }
        texts = {path: _changed(text, changes) for path, text in files.items()}
        said = json.loads(_changed(json.dumps(descriptor, ensure_ascii=False), changes))
        said["openbudget"].update(
            fiscal_year=year, region_code=region, region_name=standard.codelist("regions")[region].title_zh,
            agency_code=f"{department:03d}",
        )  # fmt: skip
        document = json.loads(texts["disclosure.json"])
        document["openbudget"] = said["openbudget"]
        texts["disclosure.json"] = json.dumps(document, ensure_ascii=False, indent=2)
        for part in [*said["resources"], *said["sources"]]:
            content = texts[part["path"]].encode()
            part.update(hash=f"sha256:{hashlib.sha256(content).hexdigest()}", bytes=len(content))
        texts["datapackage.json"] = json.dumps(said, ensure_ascii=False, indent=2)
        for path, text in texts.items():
            file = target / said["name"] / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="")


def _figures(chance: random.Random) -> dict[str, str]:
    """Other sums of the same length that still add up, as printed (万元) and in yuan."""
    basic = Decimal(chance.randrange(4200, 5800)) / 10
    project = Decimal(chance.randrange(21000, 29900)) / 100
    new = {
        "507.40": basic, "413.31": basic - Decimal("94.09"), "257.74": project, "765.14": basic + project,
        "692.60": basic + project - Decimal("72.54"),
    }  # fmt: skip
    made: dict[str, str] = {}
    for old, value in new.items():
        made[old] = f"{value:.2f}"
        made[f"{Decimal(old) * 10000:.0f}"] = f"{value * 10000:.0f}"
    return {**made, "507.4": f"{basic:.1f}"}


def _changed(text: str, changes: dict[str, str]) -> str:
    for old, new in changes.items():
        text = text.replace(old, new)
    return text


def timed(*command: str) -> tuple[float, float]:
    """Wall and processor seconds of a command and its children."""
    before, started = os.times(), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    processor = after.children_user + after.children_system - before.children_user - before.children_system
    return time.perf_counter() - started, processor


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=1000)
    parser.add_argument("--package", type=Path, default=PACKAGE)
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.keep or Path(scratch)
        packages, site = folder / "packages", folder / "site"
        if not packages.exists():
            variants(given.package, packages, given.count)
        command = (sys.executable, "-m", "openbudget", "publish", str(packages), "--to", f"site:{site}")
        for name in ("built", "nothing changed"):
            wall, processor = timed(*command)
            print(
                f"{name}: {wall:.1f} s, {processor:.1f} s of processor, {given.count} packages, {os.cpu_count()} cores"
            )


if __name__ == "__main__":
    main()
