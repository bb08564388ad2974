"""A package whose every text is hostile: markup, scripts, formulas, marks that turn text round, a cell without end."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
from pathlib import Path

from tests.site.conftest import PACKAGES

NAME = "cn-130433-434-2021-budget"
SCRIPT = '<script>alert("x")</script><img src=x onerror=alert(1)>'
LINK = "javascript:alert(document.domain)"
FORMULA = '=HYPERLINK("http://example.org","click")'
TURNED = "abc\u202egpj.exe\u2066\u200b\x07"
QUOTES = "\"'><svg onload=alert(2)>{{ 7*7 }}{% raw %}"
LONG = "长" * 100_000
DIGITS = "9" * 5000  # more than a number is read from
PLACES = ("#line=,", f"#line={DIGITS},1", f"#char=1,{DIGITS}", "#page=", "#sheet=", f"#page={DIGITS}")
TEXTS = (SCRIPT, LINK, FORMULA, TURNED, QUOTES)
_KEPT = frozenset({"id", "table", "row_id", "field", "file", "locator", "method", "goal_id", "organization_id", "line_id",
                   "parent_id", "severity", "outcome", "rule"})  # fmt: skip


def hostile_package(folder: Path) -> Path:
    """The project's package with hostile text in every text field, in its descriptor, report and source."""
    target = folder / NAME
    shutil.copytree(PACKAGES / NAME, target)
    descriptor = json.loads((target / "datapackage.json").read_bytes())
    descriptor["title"] = SCRIPT
    descriptor["title_en"] = QUOTES
    descriptor["openbudget"].update(agency_name=SCRIPT + TURNED, region_name=QUOTES)
    number = 0
    for part in descriptor["resources"]:
        types = {field["name"]: field["type"] for field in part["schema"]["fields"]}
        rows = list(csv.DictReader(io.StringIO((target / part["path"]).read_text(encoding="utf-8"), newline="")))
        for row in rows:
            for name, value in row.items():
                if (
                    value
                    and types[name] == "string"
                    and name not in _KEPT
                    and not name.endswith(("_reported", "_code"))
                ):
                    row[name] = TEXTS[number % len(TEXTS)]
                    number += 1
        if part["name"] == "glossary":
            rows[0]["definition"] = LONG
            rows[1]["id"] = QUOTES.replace(" ", "")
        if part["name"] == "sources":
            for row, place in zip(rows[-len(PLACES) :], PLACES, strict=True):
                row["locator"] = place
        out = io.StringIO()
        writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        content = out.getvalue().encode()
        (target / part["path"]).write_bytes(content)
        part.update(bytes=len(content), hash=f"sha256:{hashlib.sha256(content).hexdigest()}")
    source = target / descriptor["sources"][0]["path"]
    lines = source.read_text(encoding="utf-8").split("\n")
    lines[1:4] = [SCRIPT, TURNED, LONG]
    source.write_text("\n".join(lines), encoding="utf-8", newline="")
    report = json.loads((target / "report.json").read_bytes())
    for finding in report["findings"]:
        finding["message"] = {"zh": SCRIPT, "en": QUOTES}
        for term in finding.get("terms", []):
            term.update(label=SCRIPT, printed=TURNED)
    term = {"label": "甲", "value": "1", "sign": "+", "printed": DIGITS}
    for figure in ("NaN", "-NaN", "sNaN", "Infinity", "1E+999999", DIGITS, "²"):
        wrong = {
            "rule": "SUM-012",
            "severity": "warning",
            "difference": figure,
            "expected": figure,
            "actual": figure,
            "terms": [term],
        }
        report["findings"].append({**report["findings"][0], **wrong, "field": "amount", "fingerprint": "0" * 16})
    (target / "report.json").write_text(json.dumps(report), encoding="utf-8")
    (target / "datapackage.json").write_text(json.dumps(descriptor, ensure_ascii=False), encoding="utf-8")
    return target
