"""What other distributions offer by entry points is used; where it is broken it is named, and nothing else breaks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from openbudget import export, publish, readers
from openbudget.cli import main
from openbudget.errors import UsageError

PACKAGE = Path(__file__).parents[2] / "datapackages" / "cn-130433-434-2021-budget"
GOOD = """
from openbudget.export import Export
from openbudget.publish import Target

EXPORT = Export("counted", {}, lambda package, options: {"rows.txt": str(len(package.tables["assets"])).encode()})
TARGET = Target("nowhere", {}, None, None)
"""


@pytest.fixture
def offer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A distribution whose plug-ins are `counted` and `nowhere`, and broken ones beside them."""
    (tmp_path / "odd_good.py").write_text(GOOD, encoding="utf-8")
    (tmp_path / "odd_broken.py").write_text("import no_such_module_at_all\n", encoding="utf-8")
    metadata = tmp_path / "odd_plugins-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: odd-plugins\nVersion: 1.0\n", encoding="utf-8")
    lines = []
    for group, name, good in (("export", "counted", "EXPORT"), ("publish", "nowhere", "TARGET")):
        lines += [f"[openbudget.{group}]", f"{name} = odd_good:{good}", "broken = odd_broken", "lacking = odd_plain"]
    (tmp_path / "odd_plain.py").write_text("", encoding="utf-8")
    (metadata / "entry_points.txt").write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    readers.plugged_in.cache_clear()


@pytest.mark.usefixtures("offer")
def test_a_plugged_in_format_and_target_are_used(tmp_path: Path) -> None:
    assert main(["export", str(PACKAGE), "--to", "counted", "-o", str(tmp_path / "made")]) == 0
    assert next((tmp_path / "made").rglob("rows.txt")).read_text() == "6"
    assert publish.target("nowhere:x")[0].name == "nowhere"


@pytest.mark.usefixtures("offer")
@pytest.mark.parametrize("name", ["broken", "lacking"])
def test_a_broken_plug_in_is_named(name: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=rf"{name}.*odd-plugins"):
        export.export(name, {})
    assert main(["--lang", "en", "publish", str(PACKAGE), "--to", f"{name}:x"]) == 2
    told = capsys.readouterr().err
    assert f"The plug-in {name} (of odd-plugins) cannot be loaded" in told
    assert "Traceback" not in told
    assert main(["publish", str(PACKAGE), "--to", f"sqlite:{tmp_path / 'all.sqlite'}"]) == 0


def test_a_broken_reader_is_named_only_where_it_is_asked(
    offer: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    entries = tmp_path / "odd_plugins-1.0.dist-info" / "entry_points.txt"
    entries.write_text("[openbudget.readers]\nbroken = odd_broken:READER\n", encoding="utf-8")
    readers.plugged_in.cache_clear()
    (tmp_path / "plain.txt").write_text("公开", encoding="utf-8")
    assert main(["inspect", str(tmp_path / "plain.txt")]) != 4
    capsys.readouterr()
    (tmp_path / "unknown.bin").write_bytes(b"ODD\x00\x01\x02" * 50)
    assert main(["--lang", "en", "inspect", str(tmp_path / "unknown.bin")]) == 2
    assert "The plug-in broken (of odd-plugins) cannot be loaded" in capsys.readouterr().err
