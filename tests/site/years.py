"""Packages of further years of the department whose disclosure the project holds, made of its text."""

from __future__ import annotations

from pathlib import Path

from openbudget import pipeline
from openbudget.recognise import Given
from tests.site.conftest import PACKAGES

NAME = "cn-130433-434-2021-budget"
EARLIER = "cn-130433-434-2020-budget"
LATER = "cn-130433-434-2022-budget"
# what the text of 2021 says of 2020: the total by 7.01 more, basic expenditure by 109.3 less, projects by 115.97 more,
# the three public expenses by 7.2 less; the total does not fit its parts
OF_2020 = {
    "765.14": "758.47",
    "692.60": "685.93",
    "507.4": "616.7",
    "413.31": "522.61",
    "257.74": "141.77",
    "1.2万": "8.4万",
}


def packed(folder: Path, year: int, figures: dict[str, str]) -> Path:
    """The package of the text with another year and other figures, below `folder`."""
    (source,) = (PACKAGES / NAME / "source").iterdir()
    text = source.read_text(encoding="utf-8")
    for old, new in {"2020年预算": f"{year - 1}年预算", "2021": str(year), **figures}.items():
        text = text.replace(old, new)
    file = folder / f"{year}.txt"
    folder.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    made = pipeline.pack([file], Given(), folder / "packages", force=True)
    return Path(made.folder)
