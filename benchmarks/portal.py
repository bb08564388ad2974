"""The portal of many packages: how long it takes to build, and to see that nothing changed.

`python benchmarks/portal.py [COUNT] [--package FOLDER] [--keep FOLDER]` makes COUNT packages that vary the names, codes
and figures of one, publishes them twice with `openbudget publish`, and prints seconds; then it asks the search of the
home page in headless Chromium and prints milliseconds from input to answer, where the tools of tests/site/browser are
installed. Two of three are a further year of a department, whose page is held against that of the year before.
"""

from __future__ import annotations

import argparse
import functools
import hashlib
import http.server
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from decimal import Decimal
from pathlib import Path

from openbudget import standard

PACKAGE = Path(__file__).resolve().parents[1] / "datapackages" / "cn-130433-434-2021-budget"
BROWSER = Path(__file__).resolve().parents[1] / "tests" / "site" / "browser"
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
            **_years(facts["fiscal_year"], year),
        }
        texts = {path: _changed(text, changes) for path, text in files.items()}
        said = json.loads(_changed(json.dumps(descriptor, ensure_ascii=False), changes))
        for part, kept in zip(said["resources"], descriptor["resources"], strict=True):
            part["schema"] = kept["schema"]  # the standard's own words, whose examples are such figures too
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


def _years(old: int, new: int) -> dict[str, str]:
    """The year of the figures and the one before, where rows state them, in CSV and JSON."""
    return {
        f",{old},budget,": f",{new},budget,", f'"fiscal_year": {old}': f'"fiscal_year": {new}',
        f",{old - 1},budget,": f",{new - 1},budget,", f",{old - 1},,": f",{new - 1},,",
        f'"base_year": {old - 1}': f'"base_year": {new - 1}',
    }  # fmt: skip


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


QUERIES = (
    "教育体育",
    "2022",
    "教育体育 2022",
    "第0123",
    "台式计算机",
    "应急管理局 2023",
    "县",
    "绩效 大督查",
    "没有这个部门",
)


def searched(site: Path) -> None:
    """Ask the home page in a browser; cold (a fresh page) and warm, with what it loads for an answer."""
    node, chromium = shutil.which("node"), shutil.which("chromium")
    if node is None or chromium is None or not (BROWSER / "node_modules").exists():
        print("search: not measured; needs chromium, nodejs, and npm install in tests/site/browser")
        return
    handler = functools.partial(Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        wish = {
            "chromium": chromium, "base": f"http://127.0.0.1:{server.server_port}/", "pages": [], "views": [],
            "clicks": [], "search": [*QUERIES, *QUERIES],
        }  # fmt: skip
        command = [node, "look.mjs", json.dumps(wish)]
        done = subprocess.run(command, cwd=BROWSER, capture_output=True, text=True, check=True)
        server.shutdown()
    seen = json.loads(done.stdout)
    answers = seen["search"]
    print(f"loaded on going to the box: {len(seen['prepared'])} files")
    for first, again in zip(answers[: len(QUERIES)], answers[len(QUERIES) :], strict=True):
        size = sum((site / file.partition("?")[0]).stat().st_size for file in first["files"])
        print(
            f"search {first['words']}: {first['took']:.0f} ms, again {again['took']:.0f} ms; "
            f"{first['status']}, {len(first['files'])} files, {size / 1024:.0f} KB"
        )
    loaded = ("index.html", "assets/site.css", "assets/theme.js", "assets/site.js", "assets/search.js")
    home = sum((site / name).stat().st_size for name in loaded)
    index = sum(path.stat().st_size for path in (site / "search").iterdir())
    print(f"home page: {home / 1024:.0f} KB with its style and scripts; index: {index / 1024:.0f} KB in all")


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Say nothing."""


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
        searched(site)


if __name__ == "__main__":
    main()
