"""The documentation is true: its examples run and print what it says, its links lead somewhere.

A block fenced as ```console run is run: each line that begins with `$ ` is a command for the shell, the lines below
it are what it prints (stdout and stderr). `…` stands for any text within a line; a line `…` for any lines. The
blocks of a page run in order in one folder of their own, which holds a copy of `datapackages/` and, as
`公开材料.txt` / `disclosure.txt`, the source of the first package; messages are English where the page's name ends
in `.en.md`. A command that may end with another exit code than 0 says so: `$ openbudget … ; echo $?`.

A block fenced as ```yaml file=NAME (any language) is written to that file first; one fenced as ```python run is a
program, which must run to its end without a warning.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.project.conftest import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "schema").glob("*.md")])
_FENCE = re.compile(r"^```([^\n`]*)\n(.*?)^```\s*$", re.M | re.S)
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")


@dataclass(frozen=True)
class Step:
    """A file to write, or a command with the lines it must print."""

    line: int
    command: str | None
    text: str
    file: str | None = None


def steps_of(page: str) -> list[Step]:
    """What the runnable blocks of a page say, in order."""
    steps: list[Step] = []
    for match in _FENCE.finditer(page):
        line = page.count("\n", 0, match.start()) + 1
        info, body = match[1].split(), match[2]
        if named := [word[5:] for word in info if word.startswith("file=")]:
            steps.append(Step(line, None, body, named[0]))
        elif info[:2] == ["python", "run"]:
            name = f"example{line}.py"
            steps += [Step(line, None, body, name), Step(line, f"python -W error {name}", "…\n")]
        elif info[:2] == ["console", "run"]:
            for part in re.split(r"^\$ ", body, flags=re.M)[1:]:
                command, _, printed = part.partition("\n")
                steps.append(Step(line, command, printed))
    return steps


def expected(printed: str) -> re.Pattern[str]:
    """The pattern that output must match."""
    lines = [line.rstrip() for line in printed.rstrip().split("\n")] if printed.strip() else []
    pattern = ""
    for line in lines:
        pattern += r"(?:.*\n)*?" if line == "…" else ".*".join(map(re.escape, line.split("…"))) + r"[ ]*\n"
    return re.compile(pattern + r"\s*\Z")


def _environment(page: Path) -> dict[str, str]:
    return {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "OPENBUDGET_LANG": "en" if page.name.endswith(".en.md") else "zh",
        "COLUMNS": "88",
    }


RUNNABLE = [page for page in PAGES if steps_of(page.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("page", RUNNABLE, ids=lambda page: str(page.relative_to(ROOT)))
def test_examples_print_what_the_page_says(page: Path, tmp_path: Path) -> None:
    packages = sorted((ROOT / "datapackages").glob("cn-*"))
    shutil.copytree(ROOT / "datapackages", tmp_path / "datapackages")
    source = next((packages[0] / "source").iterdir())
    for name in ("公开材料.txt", "disclosure.txt"):
        shutil.copy(source, tmp_path / name)
    for step in steps_of(page.read_text(encoding="utf-8")):
        if step.file is not None:
            (tmp_path / step.file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / step.file).write_text(step.text, encoding="utf-8")
            continue
        assert step.command is not None
        done = subprocess.run(
            step.command, shell=True, cwd=tmp_path, env=_environment(page), text=True, check=False, timeout=120,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        where = f"{page.relative_to(ROOT)}:{step.line}: $ {step.command}\n{done.stdout}"
        assert done.returncode == 0, where
        printed = re.sub(r"[ ]+$", "", done.stdout, flags=re.M).rstrip() + "\n"
        if not expected(step.text).match(printed):
            pytest.fail(f"{where}\n--- the page says ---\n{step.text}", pytrace=False)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    targets = [target.partition("#")[0] for target in _LINK.findall(text)]
    local = [target for target in targets if target and not re.match(r"[a-z]+:", target)]
    assert not [target for target in local if not (page.parent / target).exists()]


def test_every_page_can_be_reached_from_the_index() -> None:
    seen: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen or page.suffix != ".md" or not page.exists():
            continue
        seen.add(page)
        for target in _LINK.findall(page.read_text(encoding="utf-8")):
            if not re.match(r"[a-z]+:", target):
                waiting.append((page.parent / target.partition("#")[0]).resolve())
    assert not sorted(str(page) for page in {*(ROOT / "docs").rglob("*.md")} - seen)


@pytest.mark.parametrize("name", ["README.md", "README.en.md"])
def test_the_readme_names_every_command(name: str) -> None:
    import click

    from openbudget.cli._program import group

    text = (ROOT / name).read_text(encoding="utf-8")
    assert not [
        command for command in group.list_commands(click.Context(group)) if f"`openbudget {command}" not in text
    ]


def test_every_page_is_there_in_both_languages() -> None:
    """x.md is Chinese, x.en.md English. Generated reference pages may hold both languages in one."""
    pages = {page for page in (ROOT / "docs").rglob("*.md") if "reference" not in page.parts}
    chinese = {page for page in pages if not page.name.endswith(".en.md")}
    english = {page.with_name(page.name.replace(".en.md", ".md")) for page in pages - chinese}
    assert {str(page) for page in chinese} == {str(page) for page in english}


@pytest.mark.parametrize(
    ("says", "printed", "fits"),
    [
        ("a … c\n", "a b c\n", True),
        ("a\n…\nd\n", "a\nb\nc\nd\n", True),
        ("a\n…\nd\n", "a\nb\nc\n", False),
        ("…\nd\n", "d\n", True),
        ("a\n", "a\nb\n", False),
        ("", "a\n", False),
        ("…\n", "a\nb\n", True),
    ],
)
def test_the_runner_can_fail(says: str, printed: str, fits: bool) -> None:
    assert bool(expected(says).match(printed)) is fits
