"""The frame: help, mistakes and faults, in two languages."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest

from openbudget.cli import _boundary as boundary
from openbudget.cli import main
from openbudget.cli._layout import definitions, grid, text_width, wrap
from openbudget.cli._program import group
from openbudget.errors import NotRecognisedError, PublishError, reason_of

PACKAGE = Path(__file__).parents[2] / "datapackages" / "cn-130433-434-2021-budget"


def commands() -> list[str]:
    return group.list_commands(click.Context(group))


@pytest.fixture(autouse=True)
def _chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENBUDGET_LANG", "zh")
    monkeypatch.setenv("COLUMNS", "80")


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    said = capsys.readouterr().out
    assert {"pack", "validate", "inspect", "trace", "explain", "schema", "completion"} <= set(commands())
    assert all(f"\n  {name} " in said for name in commands())
    assert said.startswith("用法：")


def test_what_is_told_commands_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "no\x1b[2Jsuch\u202efile"]) == 3
    told = capsys.readouterr()
    assert "no[U+001B][2Jsuch[U+202E]file" in told.err
    assert "\x1b" not in told.out + told.err


def test_no_arguments_is_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert "命令：" in capsys.readouterr().out


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", commands())
def test_every_command_and_option_is_documented(name: str, language: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Help is looked up in the catalogue: a missing text is a KeyError, and so exit code 4."""
    assert main([name, "--help", "--lang", language]) == 0
    said = capsys.readouterr().out
    command = group.get_command(click.Context(group), name)
    assert command is not None
    for param in command.params:
        if isinstance(param, click.Option) and not param.hidden:
            assert all(opt in said for opt in param.opts)
    assert max(text_width(line) for line in said.splitlines() if not line.startswith("  ")) <= 82


@pytest.mark.parametrize("name", commands())
def test_every_command_can_be_completed(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("_OPENBUDGET_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", f"openbudget {name[:4]}")
    monkeypatch.setenv("COMP_CWORD", "1")
    main([])
    assert f"plain,{name}" in capsys.readouterr().out.split()


def test_language_may_stand_anywhere_and_does_not_stay(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", "--lang=en", "--help"]) == 0
    assert "Usage:" in capsys.readouterr().out
    assert os.environ["OPENBUDGET_LANG"] == "zh"


@pytest.mark.parametrize(
    ("line", "zh", "en"),
    [
        (["pak"], "没有“pak”这个命令", "There is no command “pak”"),
        (["completion"], "缺少参数", "is missing"),
        (["completion", "csh"], "只能是 bash, zsh, fish 之一", "must be one of bash, zsh, fish"),
        (["completion", "bash", "x"], "多出了不认识的参数：x", "do not belong here: x"),
        (["completion", "--shel"], "没有 --shel 这个选项", "There is no option --shel"),
        (["--wrong"], "没有 --wrong 这个选项", "There is no option --wrong"),
        (["--lang", "fr"], "只能是 zh", "takes zh"),
        (["--lang"], "只能是 zh", "takes zh"),
        (["pack"], "缺少参数", "is missing"),
        (["pack", "x.txt", "-o", "out", "--year", "twenty"], "整数", "whole number"),
        (["pack", "x.txt", "-o", "out", "--year"], "--year", "--year"),
    ],
)
def test_mistakes_are_told_in_the_persons_language(
    line: list[str], zh: str, en: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(line) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert zh in told.err
    monkeypatch.setenv("OPENBUDGET_LANG", "en")
    assert main(line) == 2
    assert en in capsys.readouterr().err


def _raise(error: BaseException) -> int:
    raise error


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NotRecognisedError("cli.interrupted"), 3),
        (PublishError("cli.interrupted"), 5),
        (ZeroDivisionError("nothing"), 4),
        (KeyboardInterrupt(), 130),
    ],
)
def test_errors_become_a_message_and_a_code(
    error: BaseException, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert boundary.guard(lambda: _raise(error)) == code
    told = capsys.readouterr().err
    assert told.startswith("错误：")
    assert "Traceback" not in told


def test_a_process_that_is_told_to_end_puts_away_what_it_holds(capsys: pytest.CaptureFixture[str]) -> None:
    before, held = signal.getsignal(signal.SIGTERM), ["a temporary file"]

    def work() -> int:
        try:
            signal.raise_signal(signal.SIGTERM)
            return 0
        finally:
            signal.raise_signal(signal.SIGTERM)  # who waits in vain says it again: that does not end the putting away
            held.clear()

    assert boundary.guard(work) == 143
    assert not held
    assert "Traceback" not in capsys.readouterr().err
    assert signal.getsignal(signal.SIGTERM) is before


def test_debug_shows_the_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    assert boundary.guard(lambda: _raise(ZeroDivisionError("nothing")), debug=True) == 4
    assert "Traceback" in capsys.readouterr().err


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("openbudget ")


def test_wrapping_counts_columns_not_characters() -> None:
    lines = wrap("预算公开材料由几个文件组成，说明和附表一起给出 openbudget pack 即可。", 20)
    assert all(text_width(line) <= 22 for line in lines)  # a closing mark may hang over
    assert "".join(lines).replace(" ", "") == "预算公开材料由几个文件组成，说明和附表一起给出openbudgetpack即可。"
    assert not [line for line in lines if line[0] in "，。"]


def test_columns_are_aligned_by_width() -> None:
    assert grid([["收入", "7.01"], ["a", "10.5"]], right=frozenset({1})) == "  收入  7.01\n  a     10.5"
    assert definitions([("--a", "甲")], 40) == "  --a  甲"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (["pack"], "Files or folders of the disclosure"),
        (["pack", "a.txt", "-o"], "openbudget pack --help"),
        (["pack", "a.txt", "-o"], "-o needs a value"),
        (["pack", "--force=1"], "--force takes no value"),
        (["validate", "a", "--limit-findings", "-1"], "0 or more"),
        (["query", "prices", "-o", "a.foo"], "Use one of the suffixes"),
        (["compare", "a", "b", "-o", "a.foo"], "Use one of the suffixes"),
        (["template", "-o", "a.docx"], "must end in .xlsx"),
    ],
)
def test_a_mistake_says_what_to_do(line: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*line, "--lang", "en"]) == 2
    assert said in " ".join(capsys.readouterr().err.split())


def test_reasons_of_the_system_are_in_the_language_of_the_person(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENBUDGET_LANG", "zh")
    with pytest.raises(FileNotFoundError) as caught:
        (tmp_path / "none").read_bytes()
    assert reason_of(caught.value) == "没有这个文件或文件夹"
    assert reason_of(OSError("strange")) == "strange"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (PermissionError(errno.EACCES, "no", "a.csv"), 3),
        (OSError(errno.ENOSPC, "no", "a.csv"), 3),
        (FileNotFoundError(errno.ENOENT, "no", "a.csv"), 4),
        (PermissionError("somewhere"), 4),
    ],
)
def test_what_the_disk_refuses_is_no_fault_of_the_program(
    error: OSError, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    def work() -> int:
        raise error

    assert boundary.guard(work) == code
    assert ("系统不让读写“a.csv”" in capsys.readouterr().err) == (code == 3)


@pytest.mark.parametrize(
    ("wanted", "encoding", "shown"),
    [({"PYTHONIOENCODING": "gbk"}, "gbk", "\\u2212"), ({"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"}, "utf-8", "−")],
    ids=["asked for", "of the system"],
)
def test_no_character_is_a_fault(wanted: dict[str, str], encoding: str, shown: str) -> None:
    program = "import sys; from openbudget.cli import main; main(['--version']); print('\\u2212'); main(['--help'])"
    settings = {**os.environ, "PYTHONUTF8": "0", **wanted}
    ran = subprocess.run([sys.executable, "-c", program], env=settings, capture_output=True, check=True)
    said = ran.stdout.decode(encoding)
    assert shown in said
    assert "pack" in said


@pytest.mark.parametrize(
    "line", [["explain"], ["validate", "PACKAGE"], ["validate", "PACKAGE", "--format", "json"], ["--help"]]
)
def test_without_output_a_command_does_its_work(line: list[str]) -> None:
    """Closed, as of a service; and where there is no room for it, which is told."""
    command = [sys.executable, "-m", "openbudget", *(str(PACKAGE) if word == "PACKAGE" else word for word in line)]
    closed = ["sh", "-c", 'exec "$@" >&- 2>&- <&-', "sh", *command]
    assert subprocess.run(closed, check=False).returncode == 0
    if not Path("/dev/full").exists():
        pytest.skip("no device without room")
    with open("/dev/full", "wb") as full:
        ran = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    assert ran.returncode == 3
    assert ran.stderr.decode().startswith("错误：结果无法写出：")
    assert len(ran.stderr.decode().splitlines()) == 1


@pytest.mark.parametrize("name", ["SUM-003", "sum-003", "sum-3", "SUM003"])
def test_a_rule_is_found_however_its_number_is_written(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", name]) == 0
    assert capsys.readouterr().out.startswith("SUM-003 ")
    assert main(["explain", "SUM-3000"]) == 2
