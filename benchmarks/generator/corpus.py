"""`python -m generator.corpus N FOLDER [--seed S] [--faults SHARE]`, in benchmarks/: N made-up disclosures, and what
must come of each in truth.csv beside the folder."""

from __future__ import annotations

import argparse
import csv
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from generator import faults, prose
from generator.department import BODIES, Department, department
from generator.formats import FORMATS
from generator.forms import Block, heading, statements

# what counties publish in: about half Word, a third PDF, some pages and workbooks, little plain text
MIX = {"docx": 41, "doc": 5, "pdf": 30, "html": 11, "xlsx": 8, "txt": 3, "gbk.txt": 2}
PER_DEPARTMENT = (2021, 2022, 2023, 2024, 2025)


@dataclass(frozen=True)
class Made:
    """A document: its path in the folder, its bytes, the outcome it must have and the rules that must fail."""

    path: str
    data: bytes
    outcome: str
    reason: str
    rules: frozenset[str]
    fault: str


def blocks_of(one: Department, form: str) -> list[Block]:
    """All that a disclosure prints. Plain texts are the explanation alone, as copied from a web page."""
    made: list[Block] = [heading(one)]
    if one.kind == "budget":
        made.append(
            f"按照《中华人民共和国预算法》和部门预算公开的有关规定，现将{one.name}{one.year}年部门预算公开如下："
        )
        if form != "xlsx":
            made += [
                *prose.overview(one),
                *prose.goals(one, one.central_form and not form.endswith("txt")),
                *prose.rest(one),
            ]
    else:
        made.append(
            f"按照部门决算公开的有关规定，现将{one.name}{one.year}年部门决算公开如下，包括收入、支出、财政拨款、三公经费情况。"
        )
    if not form.endswith("txt"):
        made.append("九、部门预算公开表" if one.kind == "budget" else "部门决算公开表")
        made += statements(one)
    return made


def made(seed: int, count: int, share: float) -> Iterator[Made]:
    """The documents of the world `seed`, one after the other; one in `1 / share` has a planted fault."""
    dice = random.Random(seed)
    for number in range(-(-count // len(PER_DEPARTMENT))):
        for year in PER_DEPARTMENT[: count - number * len(PER_DEPARTMENT)]:
            kind = "final-accounts" if dice.random() < 0.2 else "budget"
            form = dice.choices(list(MIX), list(MIX.values()))[0]
            if kind == "final-accounts" and form.endswith("txt"):
                form = "docx"
            planted = dice.choice(faults.KINDS) if dice.random() < share else None
            yield _document(department(seed, number, year, kind), form, planted, dice)


def _document(one: Department, form: str, planted: faults.Fault | None, dice: random.Random) -> Made:
    blocks = blocks_of(one, form)
    change = planted.plant(blocks, one, dice) if planted is not None and planted.fits(form) else None
    if planted is None or change is None:
        planted = None
    else:
        blocks = change
    data = FORMATS[form](blocks)
    if planted is not None and planted.damage is not None:
        data = planted.damage(data)
    place = f"{one.region}/{one.year}/{one.name}-{one.kind}.{form}"
    rules = set(faults.EXPECTED.get((form.removeprefix("gbk."), one.kind), ()))
    if planted is None or planted.reason is None:
        rules |= planted.found_by(form) if planted is not None else frozenset()
        outcome, reason = ("packed_with_findings" if rules else "packed"), ""
    else:
        outcome, reason, rules = "refused", planted.reason, set()
    return Made(place, data, outcome, reason, frozenset(rules), planted.name if planted else "")


def write(folder: Path, documents: Iterable[Made]) -> list[Made]:
    """The documents into `folder`, and truth.csv beside it; all of them, without their bytes."""
    found = []
    for one in documents:
        path = folder / one.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(one.data)
        found.append(replace(one, data=b""))
    with (folder.parent / "truth.csv").open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream, lineterminator="\n")
        rows.writerow(("document", "outcome", "reason", "rules", "fault"))
        for one in sorted(found, key=lambda one: one.path):
            rows.writerow((one.path, one.outcome, one.reason, " ".join(sorted(one.rules)), one.fault))
    return found


def main() -> None:
    """Write a corpus."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--faults", type=float, default=0.1)
    given = parser.parse_args()
    documents = write(given.folder, made(given.seed, given.count, given.faults))
    print(
        f"{len(documents)} documents of {len(BODIES)} kinds of departments, {sum(bool(d.fault) for d in documents)} faults"
    )


if __name__ == "__main__":
    main()
