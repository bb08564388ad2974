"""What a command line gives the parameters of a command."""

from __future__ import annotations

import subprocess
import sys

import pytest

from openbudget.cli import _frame as frame
from openbudget.cli._parameters import IntRange
from openbudget.errors import UsageError

got: list[dict[str, object]] = []


@frame.command("compare")
@frame.argument("before", metavar="A")
@frame.argument("after", metavar="[B]", required=False)
@frame.option("-f", "--form", "kind", many=True, kind=frame.Choice(["text", "json"]))
@frame.option("--dry-run", "-n", is_flag=True)
@frame.option("-y", "--year", kind=frame.IntRange(1, 9), default=3)
@frame.option("-x", is_flag=True)
def command(**values: object) -> None:
    got.append(values)


@frame.command("pack")
@frame.argument("source", metavar="S...", many=True)
@frame.option("-o", "--out", required=True)
def copy(**values: object) -> int:
    got.append(values)
    return 3


NONE = {"before": "a", "after": None, "kind": (), "dry_run": False, "year": 3, "x": False}


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("a", {}),
        ("a b", {"after": "b"}),
        ("a --form json b -f text", {"after": "b", "kind": ("json", "text")}),
        ("-fjson a --form=text", {"kind": ("json", "text")}),
        ("-nxy4 a", {"dry_run": True, "x": True, "year": 4}),
        ("--year 1 a --year=9", {"year": 9}),
        ("-- a -n", {"after": "-n"}),
        ("a -", {"after": "-"}),
    ],
)
def test_values_are_those_of_the_line(line: str, values: dict[str, object]) -> None:
    got.clear()
    assert command.run(line.split()) == 0
    assert got == [NONE | values]


def test_arguments_may_stand_on_both_sides_and_options_take_what_follows() -> None:
    got.clear()
    assert copy.run(["a", "-o", "-x", "b"]) == 3
    assert got == [{"source": ("a", "b"), "out": "-x"}]


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("", "missing_argument"),
        ("a --forms text", "no_such_option"),
        ("a --for text", "no_such_option"),
        ("a -z", "no_such_option"),
        ("a -nz", "no_such_option"),
        ("a --form", "needs_value"),
        ("a -y", "needs_value"),
        ("a -n=1", "no_such_option"),
        ("a --dry-run=1", "takes_none"),
        ("a --form csv", "bad_value"),
        ("a -y 10", "bad_value"),
        ("a -y 0", "bad_value"),
        ("a -y one", "bad_value"),
    ],
)
def test_mistakes_are_told_with_the_help_that_tells_more(line: str, key: str) -> None:
    got.clear()
    with pytest.raises(UsageError) as caught:
        command.run(line.split())
    assert caught.value.key == "cli.mistake"
    assert isinstance(caught.value.__cause__, UsageError)
    assert caught.value.__cause__.key == f"cli.{key}"
    assert "openbudget compare --help" in str(caught.value)
    assert not got


def test_too_many_arguments_and_a_missing_option_are_told() -> None:
    with pytest.raises(UsageError, match="do not belong here: c d"):
        command.run(["a", "b", "c", "d"])
    with pytest.raises(UsageError, match="-o / --out"):
        copy.run(["a"])


def test_a_number_without_an_end() -> None:
    assert IntRange(0).value("70000") == 70000
    with pytest.raises(UsageError, match="0 or more"):
        IntRange(0).value("-1")


def test_a_start_loads_little() -> None:
    code = (
        "import sys; from openbudget.cli import main; main(['--help']); "
        "print(sorted({'argparse', 'click', 'inspect', 'jsonschema', 'threading', 'urllib.request', 'uuid', 'yaml'} & set(sys.modules)), file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert ran.stderr.decode().strip() == "[]"
