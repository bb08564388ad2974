"""A catalogue of very many budget lines: how fast it is built, how big it is against CSV, how long the named questions
take when warm (also with corrections beside), what an update of 1 % of the packages costs.

`python benchmarks/catalogue_large.py [LINES] [--templates N] [--jobs N] [--keep DIR]` packs N made-up disclosures, and
stands for the country by giving each of these packages to many departments of many counties: whole packages, of which
only the descriptors are stored again. `--keep` keeps what was made, for another run.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
from batch_truth import TASK
from generator import corpus

from openbudget import standard
from openbudget.batch import database
from openbudget.batch.catalogue.build import build, compact
from openbudget.batch.questions import questions
from openbudget.batch.run import Settings, run_source

ROUNDS = 6  # updates of 1 %, of other packages each, one after the other
ASKED = {"missing-disclosures": {"year": "2023"}}


def main() -> int:
    """Make packages, build, ask, update."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lines", type=int, nargs="?", default=1_000_000)
    parser.add_argument("--templates", type=int, default=400)
    parser.add_argument("--jobs", type=int, default=0)
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        base = given.keep or Path(scratch)
        templates = packed(base, given.templates)
        country = Country(base / "packages", templates)
        country.grow(given.lines)
        return measure(base, country, given.jobs)


def packed(base: Path, count: int) -> list[Path]:
    """Packages of made-up disclosures."""
    out = base / "templates"
    if not out.exists():
        corpus.write(base / "documents", corpus.made(1, count, 0.1))
        run_source(out, TASK, Settings(str(base / "documents")), lambda stage, **args: None)
    return sorted(path.parent for path in out.glob("*/*/*/datapackage.json"))


class Country:
    """Packages of many counties; `lines` and `csv` (bytes) count what they hold."""

    def __init__(self, folder: Path, templates: list[Path]) -> None:
        self.folder, self.templates = folder, templates
        self.packages: list[Path] = []
        self.lines = self.csv = self._given = 0
        self._counties = [code for code in standard.codelist("regions") if not code.endswith("00")]
        self._held = [_weight(template) for template in templates]

    def grow(self, lines: int) -> None:
        """Add packages until there are so many lines, counties of all provinces in turn."""
        mixed = [code for _, code in sorted((int(code[2:]), code) for code in self._counties)]
        while self.lines < lines:
            at = self._given % len(self.templates)
            county = mixed[self._given % len(mixed)]
            self._give(at, self.templates[at], county, str(1000 + self._given // len(mixed)))
            self._given += 1

    def _give(self, at: int, template: Path, region: str, agency: str) -> None:
        _, _, _, year, kind = template.name.split("-", 4)
        place = self.folder / region / year / f"cn-{region}-{agency}{at:04}-{year}-{kind}"
        self.packages.append(place)
        self.lines += self._held[at][0]
        self.csv += self._held[at][1]
        if (place / "data").exists():
            return
        place.mkdir(parents=True)
        self._dress(place, template)

    def _dress(self, place: Path, template: Path) -> None:
        """Make a package of a template: its files by links, its descriptor with the package's own name and region."""
        for name in ("data", "report.json"):
            (place / name).unlink(missing_ok=True)
            (place / name).symlink_to((template / name).absolute())
        raw = (template / "datapackage.json").read_bytes()
        old, new = (folder.name.split("-", 4) for folder in (template, place))
        raw = raw.replace(f'"name": "{template.name}"'.encode(), f'"name": "{place.name}"'.encode(), 1)
        raw = raw.replace(f'"region_code": "{old[1]}"'.encode(), f'"region_code": "{new[1]}"'.encode(), 1)
        (place / "datapackage.json").write_bytes(raw)

    def correct(self, place: Path) -> None:
        """Another figure in the first budget line that has one, as a correction brings it."""
        data, lines = place / "data", place / "data" / "budget_lines.csv"
        if data.is_symlink():
            template = data.resolve()
            data.unlink()
            data.mkdir()
            for file in template.iterdir():
                (data / file.name).symlink_to(file)
        before = lines.read_bytes()
        after = _corrected(before)
        lines.unlink()
        lines.write_bytes(after)
        told = place / "datapackage.json"
        old, new = (hashlib.sha256(each).hexdigest().encode() for each in (before, after))
        told.write_bytes(told.read_bytes().replace(old, new))

    def replace(self, place: Path) -> None:
        """Another disclosure of the same year and kind under the same name: every table has other rows."""
        _, _, _, year, kind = place.name.split("-", 4)
        held = (place / "data").resolve().parent
        alike = [one for one in self.templates if one.name.endswith(f"-{year}-{kind}") and one != held]
        shutil.rmtree(place)
        place.mkdir()
        self._dress(place, alike[int(place.name.split("-")[2]) % len(alike)])


def _corrected(lines: bytes) -> bytes:
    rows = list(csv.reader(io.StringIO(lines.decode("utf-8"), newline="")))
    at = rows[0].index("amount")
    row = next(row for row in rows[1:] if row[at])
    row[at] = str(Decimal(row[at]) + 100)
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


def _weight(template: Path) -> tuple[int, int]:
    """Budget lines and bytes of CSV."""
    files = list((template / "data").glob("*.csv"))
    lines = (template / "data" / "budget_lines.csv").read_bytes().count(b"\n") - 1
    return lines, sum(path.stat().st_size for path in files if path.name != "sources.csv")


def measure(base: Path, country: Country, jobs: int) -> int:
    """Build, ask, update; prints one line a figure."""
    catalogue = base / "catalogue"
    shutil.rmtree(catalogue, ignore_errors=True)
    wall, cpu, made = timed(lambda: build(country.folder, catalogue, jobs=jobs))
    print(f"build: {len(country.packages)} packages, {country.lines:,} budget lines in {wall:.1f} s ({cpu:.1f} s CPU): "
          f"{country.lines / wall:,.0f} lines a second", flush=True)  # fmt: skip
    files = [file for one in made.snapshot.segments for file in one.files.values()]
    held, rows = sum(file.bytes for file in files), sum(file.rows for file in files)
    print(f"size: {rows:,} rows of all tables in {held / 1e6:,.1f} MB and {len(files)} files; as CSV (without sources) "
          f"{country.csv / 1e6:,.1f} MB, {country.csv / held:.1f} times as much", flush=True)  # fmt: skip
    missed = slow(catalogue)
    few = max(1, len(country.packages) // 100)
    spread = [country.packages[start :: len(country.packages) // few][:few] for start in range(ROUNDS)]
    for name, places, change in (
        ("of neighbouring counties, a figure each", sorted(country.packages)[:few], country.correct),
        ("from all over the country, a figure each", spread[0], country.correct),
        *(("from all over the country, every table of each", places, country.replace) for places in spread),
    ):
        for place in places:
            change(place)
        again, more, now = timed(lambda: build(country.folder, catalogue, jobs=jobs))
        print(f"update of {now.changed} changed packages {name}: {again:.1f} s ({more:.1f} s CPU), {again / wall:.1%} of "
              f"the wall time, {more / cpu:.1%} of the CPU time; {len(now.snapshot.void)} packages beside", flush=True)  # fmt: skip
        missed.append(more > 0.05 * cpu)
    missed += slow(catalogue)
    before = country.lines
    country.grow(before + before // 100)
    again, more, now = timed(lambda: build(country.folder, catalogue, jobs=jobs))
    print(f"update with {now.added} new packages: {again:.1f} s ({more:.1f} s CPU), {again / wall:.1%} of the wall time, "
          f"{more / cpu:.1%} of the CPU time", flush=True)  # fmt: skip
    missed.append(more > 0.05 * cpu)
    idle, least, _ = timed(lambda: build(country.folder, catalogue, jobs=jobs))
    print(f"update of nothing: {idle:.1f} s ({least:.1f} s CPU)", flush=True)
    idle, least, _ = timed(lambda: compact(catalogue, jobs=jobs))
    print(f"compact: {idle:.1f} s ({least:.1f} s CPU)")
    return int(any(missed))


def slow(catalogue: Path) -> list[bool]:
    """Ask every named question; whether it took more than a second when warm."""
    started = time.perf_counter()
    connection = database.connect(catalogue)
    print(f"open: {time.perf_counter() - started:.2f} s")
    found = []
    for name, question in questions().items():
        values = question.values(ASKED.get(name, {}))
        seconds = []
        for _ in range(4):
            started = time.perf_counter()
            answer = database.ask(connection, question.sql, values)
            seconds.append(time.perf_counter() - started)
        warm = statistics.median(seconds[1:])
        found.append(warm > 1)
        print(f"{name}: {len(answer.rows)} rows, first {seconds[0]:.2f} s, warm {warm:.2f} s", flush=True)
    connection.close()
    return found


def timed(work: Callable[[], Any]) -> tuple[float, float, Any]:
    """Wall and CPU seconds (children too) and what came out."""
    wall, before = time.perf_counter(), os.times()
    made = work()
    after = os.times()
    return time.perf_counter() - wall, sum(after[:4]) - sum(before[:4]), made


if __name__ == "__main__":
    sys.exit(main())
