"""What shells offer: by the answer itself, and by the shells that are there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from openbudget.cli import main
from openbudget.cli._completing import candidates
from openbudget.cli._program import commands

PROGRAM = Path(sys.executable).with_name("openbudget")


@pytest.mark.parametrize("name", commands())
def test_every_command_is_offered(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("_OPENBUDGET_COMPLETE", "1")
    assert main([name[:4]]) == 0
    assert name in capsys.readouterr().out.split()


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        (["--ver"], ["--version"]),
        (["--lang", "en", "tem"], ["template"]),
        (["nothing", ""], []),
        (["validate", "--form"], ["--format"]),
        (["validate", "-f", "ht"], ["html"]),
        (["validate", "--format", "=", "ht"], ["html"]),
        (["validate", "--format=ht"], ["--format=html"]),
        (["validate", "-o", ""], []),
        (["validate", ""], []),
        (["completion", "z"], ["zsh"]),
        (["catalogue", "--jobs", "2", "c"], ["check", "compact"]),
        (["catalogue", "build", "c"], []),
        (["schema", "tab"], ["table"]),
    ],
)
def test_commands_options_and_values_are_offered(line: list[str], offered: list[str]) -> None:
    assert candidates(line) == offered


def _run(shell: str, script: str, tmp_path: Path) -> list[str]:
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell}")
    places = os.pathsep.join([str(PROGRAM.parent), os.environ["PATH"]])
    settings = {**os.environ, "PATH": places, "HOME": str(tmp_path)}
    ran = subprocess.run([shell, "-c", script], env=settings, capture_output=True, text=True, check=True, timeout=60)
    assert ran.stderr == ""
    return ran.stdout.split()


@pytest.mark.parametrize(
    ("words", "offered"),
    [("trac", ["trace"]), ("validate -f js", ["json", "jsonl"]), ("completion ''", ["bash", "zsh", "fish"])],
)
def test_bash_offers_it(words: str, offered: list[str], tmp_path: Path) -> None:
    script = f"""eval "$(openbudget completion bash)"; COMP_WORDS=(openbudget {words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
    _openbudget openbudget; printf '%s\\n' "${{COMPREPLY[@]}}" """
    assert _run("bash", script, tmp_path) == offered


def test_zsh_offers_it(tmp_path: Path) -> None:
    """The function asks the same; `compadd` is stood in for, since a real one needs a terminal."""
    script = """compdef() { :; }; compadd() { shift; print -l -- $@; }; eval "$(openbudget completion zsh)"
    words=(openbudget validate -f js); CURRENT=4; _openbudget"""
    assert _run("zsh", script, tmp_path) == ["json", "jsonl"]


def test_fish_offers_it(tmp_path: Path) -> None:
    script = "openbudget completion fish | source; complete -C 'openbudget validate -f js'"
    assert _run("fish", script, tmp_path)[:2] == ["json", "jsonl"]
