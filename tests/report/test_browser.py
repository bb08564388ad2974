"""The page of a report in a real browser: nothing is wrong with it for people who cannot see or use a mouse, it asks
for nothing from outside, the filter works, and the page can be printed."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlparse
from urllib.request import url2pathname

import pytest

from openbudget import pipeline
from openbudget.messages import LANGUAGES
from openbudget.model.finding import Report
from openbudget.report import write
from tests.site.test_browser import _look

from .samples import changed, invalid

PACKAGE = Path(__file__).parents[2] / "datapackages" / "cn-130433-434-2021-budget"
pytestmark = pytest.mark.browser


def other() -> Report:
    """A report that has a text without a place to break it."""
    return invalid()._replace(findings=(*invalid().findings, changed()))


@pytest.fixture(scope="module")
def report() -> Report:
    return pipeline.validate(PACKAGE)


@pytest.fixture(scope="module")
def address(report: Report, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("report")
    for language in LANGUAGES:
        with open(folder / f"{language}.html", "w", encoding="utf-8", newline="") as out:
            write([report, other()], "html", out, language, folder=folder)
    return folder.as_uri() + "/"


def test_the_page_is_sound(address: str) -> None:
    views = [
        {"width": width, "scheme": scheme, "js": js}
        for width, scheme, js in ((1280, "light", True), (360, "dark", True), (360, "light", False))
    ]
    seen = _look(base=address, pages=[f"{language}.html" for language in LANGUAGES], views=views)
    assert len(seen["pages"]) == 6
    for page in seen["pages"]:
        assert page["errors"] == [], page
        assert page["outside"] == [], page
        assert page["faults"] == [], page
        assert page.get("wide", 0) <= 0, page


def test_links_lead_to_the_source(address: str, report: Report) -> None:
    folder = Path(url2pathname(urlparse(address).path))
    targets = re.findall('href="([^"#]*)', (folder / "zh.html").read_text("utf-8"))
    assert len(targets) >= sum(finding.place is not None for finding in report.findings)
    assert all((folder / unquote(target)).is_file() for target in targets if "out/pkg" not in target)


def test_the_filter_works_and_what_it_leaves_is_printed(address: str, report: Report) -> None:
    choices = ({"rule": "YOY-001"}, {"severity": "note"}, {"words": "YOY-001 7.01"}, {"words": "no such words"})
    seen = _look(base=address, filters=[{"path": "zh.html", "choices": one} for one in choices])
    by_rule, notes, by_words, none = seen["filters"]
    others = len(other().findings)
    assert by_rule["whole"] == len(report.findings) + others
    assert by_rule["shown"] == sum(finding.rule == "YOY-001" for finding in report.findings) + others
    assert notes["shown"] == sum(finding.severity == "note" for finding in report.findings) + others
    assert "YOY-001" in by_words["rules"]
    assert by_words["shown"] < by_words["whole"]
    assert none["shown"] == others
    for one in seen["filters"]:
        assert one["printed"] == one["shown"]
        assert one["controls"] == 0
