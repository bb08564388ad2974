"""Packages as others write them (foreign.json): what we say of each, and where frictionless-py says otherwise.

The layouts are those of frictionless-py 4 and 5, frictionless-r, datapackage.js and the core datasets; besides, one odd
thing each: dialects, encodings, compression, JSON, keys, types, names, paths. `differs` is the line of
docs/reference/table-semantics.md that says why frictionless-py has another verdict.
"""

from __future__ import annotations

import gc
import gzip
import io
import json
import re
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from openbudget import pipeline
from openbudget.cli import main

HERE = Path(__file__).parent
CASES: dict[str, dict[str, Any]] = json.loads((HERE / "foreign.json").read_text("utf-8"))
REMOTE = (
    "example.invalid",
    "fiscal-data-package",
    "specs.frictionlessdata.io",
)  # frictionless-py would ask the network
SEMANTICS = HERE.parents[1] / "docs" / "reference"


def _bytes(given: Any) -> bytes:
    if isinstance(given, str):
        return given.encode()
    if "gz" in given:
        return gzip.compress(given["gz"].encode(), mtime=0)
    if "zip" in given:
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in given["zip"].items():
                archive.writestr(name, text)
        return held.getvalue()
    encoded: bytes = given["text"].encode(given["encoding"])
    return encoded


def _written(case: dict[str, Any], folder: Path) -> Path:
    for name, given in case["files"].items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_bytes(given))
    descriptor = folder / "datapackage.json"
    descriptor.write_text(json.dumps(case["descriptor"], ensure_ascii=False), "utf-8")
    return descriptor


@pytest.mark.parametrize("name", CASES)
def test_what_we_say(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = CASES[name]
    descriptor = _written(case, tmp_path)
    report = pipeline.validate(descriptor)
    assert Counter(finding.rule for finding in report.findings) == case["rules"]
    code = main(["validate", str(descriptor)])
    assert code == (0 if report.valid else 1)
    said = capsys.readouterr()
    assert "Traceback" not in said.out + said.err


@pytest.mark.parametrize(
    "name", [name for name, case in CASES.items() if not any(one in json.dumps(case) for one in REMOTE)]
)
@pytest.mark.filterwarnings("ignore")
def test_where_frictionless_says_otherwise(name: str, tmp_path: Path) -> None:
    frictionless = pytest.importorskip("frictionless")
    case = CASES[name]
    descriptor = _written(case, tmp_path)
    try:
        theirs = frictionless.validate(str(descriptor), type="package").valid
    except Exception:  # what it makes of a broken file is an exception of some library
        theirs = None
    gc.collect()  # it leaves files open
    assert (theirs != pipeline.validate(descriptor).valid) == ("differs" in case)


def test_each_difference_is_written_down() -> None:
    used = {case["differs"] for case in CASES.values() if "differs" in case}
    for page in ("table-semantics.md", "table-semantics.en.md"):
        listed = set(re.findall(r"^\| ([DK]\d+) \|", (SEMANTICS / page).read_text("utf-8"), re.MULTILINE))
        assert used <= listed
    assert len(CASES) > 90


def test_a_file_that_unpacks_without_end_is_not_read(tmp_path: Path) -> None:
    case = {
        "descriptor": {
            "name": "p",
            "resources": [{"name": "t", "path": "t.csv.gz", "schema": {"fields": [{"name": "a"}]}}],
        },
        "files": {"t.csv.gz": {"gz": "a\n" * (40 << 20)}},
    }
    report = pipeline.validate(_written(case, tmp_path))
    assert [finding.rule for finding in report.findings] == ["STR-006"]
    assert "200" in report.findings[0].message["en"]
