"""The catalogue of messages is whole: both languages, same placeholders, nothing missing, nothing unused."""

from __future__ import annotations

import json
import re
import string
from functools import cache
from pathlib import Path

import pytest

from openbudget.messages import LANGUAGES
from tests.project.conftest import ROOT

ROOMS = sorted((ROOT / "src/openbudget/messages").glob("*.json"))
_HAN = re.compile(r"[\u4e00-\u9fff]")


def _no_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    keys = [key for key, _ in pairs]
    assert len(keys) == len(set(keys)), f"key given twice: {sorted(key for key in keys if keys.count(key) > 1)}"
    return dict(pairs)


@cache
def _room(path: Path) -> dict[str, dict[str, str]]:
    loaded: dict[str, dict[str, str]] = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_no_duplicates)
    return loaded


def _placeholders(text: str) -> list[str]:
    return sorted({name for _, name, _, _ in string.Formatter().parse(text) if name is not None})


@pytest.mark.parametrize("path", ROOMS, ids=lambda path: path.stem)
def test_both_languages_say_the_same(path: Path) -> None:
    for key, texts in _room(path).items():
        assert sorted(texts) == sorted(LANGUAGES), key
        assert _placeholders(texts["zh"]) == _placeholders(texts["en"]), f"{path.stem}.{key}: placeholders differ"
        assert texts["zh"].strip(), key
        assert texts["en"].strip(), key


@pytest.mark.parametrize("path", ROOMS, ids=lambda path: path.stem)
def test_the_chinese_text_is_chinese(path: Path) -> None:
    chinese = {key: texts["zh"] for key, texts in _room(path).items()}
    plain = {key: re.sub(r"\{[^}]*\}", "", text) for key, text in chinese.items()}
    assert not [key for key, text in plain.items() if re.search("[a-z]{4}", text) and not _HAN.search(text)]


@cache
def _code() -> str:
    wanted = {".py", ".yaml", ".json", ".html"}
    paths = [path for path in (ROOT / "src").rglob("*") if path.suffix in wanted and path.parent.name != "messages"]
    paths += (ROOT / "schema").rglob("*.yaml")
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(paths))


def _parameters() -> set[str]:
    """Keys that are made of the names of commands and their parameters (see `openbudget.cli._frame`)."""
    import click

    from openbudget.cli._program import group

    context = click.Context(group)
    keys = {"openbudget", *(f"option.{param.name}" for param in group.params), "option.help"}
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        keys |= {name}
        for param in command.params:
            keys |= {f"{name}.{param.name}", f"option.{param.name}"}
    return keys


@pytest.mark.parametrize("path", ROOMS, ids=lambda path: path.stem)
def test_no_message_is_unused(path: Path) -> None:
    """A key is used where it stands in code whole, or where a part of it before a `_` or `.` is followed by a
    placeholder in an f-string."""
    unused = []
    for key in _room(path):
        if path.stem == "cli" and key in _parameters():
            continue
        if path.stem == "checks" and (ROOT / f"src/openbudget/checks/kinds/{key}.py").exists():
            continue  # the wording of a kind, looked up by the kind's name
        # "room.key", or words("key") / say(ROOM + "key") within its own room
        quoted = re.escape(key)
        stems = [key[: match.end()] for match in re.finditer(r"[_.]", key)]
        made = "|".join(re.escape(stem) + r"\{" for stem in stems)
        pattern = rf"""["'.]{quoted}["']""" + (rf"""|["'.](?:{made})""" if made else "")
        if not re.search(pattern, _code()):
            unused.append(f"{path.stem}.{key}")
    assert not unused


def test_every_key_in_the_code_exists() -> None:
    rooms = {path.stem: _room(path) for path in ROOMS}
    used = set(re.findall(rf"""["']((?:{"|".join(rooms)})\.[a-z0-9_.-]+)["']""", _code()))
    suffixes = (".json", ".py", ".yaml", ".csv", ".html", ".md")
    missing = sorted(
        key for key in used
        if key.partition(".")[2] not in rooms[key.partition(".")[0]] and not key.endswith(suffixes)
    )  # fmt: skip
    assert not missing


def test_every_key_of_the_command_line_exists() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "src/openbudget/cli").glob("*.py"))
    used = set(re.findall(r"""words\(["']([a-z0-9_.-]+)["']""", code))
    assert not sorted(used - set(_room(ROOT / "src/openbudget/messages/cli.json")))
