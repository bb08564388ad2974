"""Peak memory of packing one document, in its largest process: ours, or the child that reads it"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from measure import ROOT, SCRIPTS, Result, at_most, run_once

sys.path.insert(0, str(ROOT))
SAMPLES = ROOT.parent / "shared" / "samples"
LIMIT = 300  # MB
# a sheet, and a heading that a conversion changed, may not say all of this
FACTS = (
    "--region",
    "130433",
    "--organization",
    "馆陶县人民政府办公室",
    "--year",
    "2021",
    "--kind",
    "budget",
    "--unit",
    "万元",
)


def results() -> Iterator[Result]:
    """The seed in every format that can be made here, and the samples at hand. LibreOffice, which converts some formats,
    is a program of its own with a limit of its own; it is waited for, and so counts."""
    with tempfile.TemporaryDirectory() as folder:
        with ProcessPoolExecutor(
            1, get_context("spawn")
        ) as maker:  # a child is never below its parent, before it starts
            seeds = maker.submit(_seeds, Path(folder)).result()
        for path in seeds:
            yield _measured(path, Path(folder, "out", path.suffix), FACTS)
        for path in [*sorted(SAMPLES.glob("*.pdf")), *sorted(SAMPLES.glob("*.xlsx"))]:
            yield _measured(path, Path(folder, "out"))


def _measured(path: Path, out: Path, facts: tuple[str, ...] = ()) -> Result:
    command = [str(SCRIPTS / "openbudget"), "pack", str(path), "-o", str(out), *facts]
    _, cpu, memory = run_once(command, codes=(0, 3))  # 3: a template without figures is read, and not packed
    return at_most(f"pack {path.name[:40]}", memory, LIMIT, f" ({cpu:.1f} s of CPU)", unit="MB")


def _seeds(folder: Path) -> list[Path]:
    from tests.readers import build
    from tests.readers.sheet import books

    from openbudget.readers import legacy

    docx = build.docx()
    made = {"txt": build.seed_path().read_bytes(), "docx": docx, "html": build.html(), "xlsx": books.xlsx()}
    if legacy.find_soffice() is not None:
        from tests.readers.ofd import writer
        from tests.readers.pdf import papers

        made |= {form: legacy.convert("seed.docx", docx, "docx", ".docx", form) for form in ("doc", "odt", "rtf")}
        made |= {"pdf": papers.seed_pdf(), "ofd": writer.seed()}
    for form, data in made.items():
        (folder / f"seed.{form}").write_bytes(data)
    return [folder / f"seed.{form}" for form in made]
