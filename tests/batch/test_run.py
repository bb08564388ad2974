"""Runs: each document has one outcome, a poisonous one costs itself alone, nothing is done twice."""

from __future__ import annotations

import csv
import json
import os
import random
import tracemalloc
from pathlib import Path

import pytest

from openbudget.batch import journal
from openbudget.batch.item import Kind, Outcome
from openbudget.errors import UsageError, WriteError
from openbudget.messages import say
from tests.batch.conftest import outcomes, run_folder, snapshot, write


def test_every_document_has_its_outcome(source: Path, out: Path) -> None:
    write(source, "a.json")
    write(source, "deep/b.json", warning=2)
    write(source, "c.json", do="refuse")
    write(source, "d.json", do="raise")
    ran = run_folder(source, out)
    assert ran.kinds == {"packed": 1, "packed_with_findings": 1, "refused": 1, "crashed": 1}
    assert not ran.whole
    found = outcomes(out)
    assert found["c.json"].reason is not None
    assert found["c.json"].reason.key == "recognise.no_kind"
    assert found["d.json"].reason is not None
    assert found["d.json"].reason.args["kind"] == "ZeroDivisionError"
    assert found["d.json"].reason.args["detail"] == "by nobody"
    assert (out / "130433/2021/cn-b/datapackage.json").is_file()
    with (out / "outcomes.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = {row["document"]: row for row in csv.DictReader(stream)}
    assert rows["deep/b.json"]["outcome"] == "packed_with_findings"
    assert rows["c.json"]["reason_zh"].startswith("没有读出")
    assert list(rows) == sorted(rows)


@pytest.mark.parametrize(
    ("do", "key", "arg"),
    [
        ("segfault", "batch.died", "SIGSEGV"),
        ("exit", "batch.died", "exit 7"),
        ("hog", "batch.too_much_memory", "512"),
        ("loop", "batch.too_slow", "1"),
    ],
)
def test_a_poisonous_document_costs_itself_alone(source: Path, out: Path, do: str, key: str, arg: str) -> None:
    for number in range(9):
        write(source, f"{number}.json", **({"do": do} if number == 4 else {}))
    ran = run_folder(source, out, jobs=1, seconds=1.0 if do == "loop" else 60.0, memory=512 << 20)
    assert ran.kinds == {"packed": 8, "crashed": 1}
    reason = outcomes(out)["4.json"].reason
    assert reason is not None
    assert reason.key == key
    assert arg in reason.args.values()
    assert outcomes(out)["4.json"].content


@pytest.mark.slow
def test_a_loop_that_does_not_listen_is_killed(source: Path, out: Path) -> None:
    write(source, "a.json", do="loop deaf")
    write(source, "b.json")
    assert run_folder(source, out, jobs=1, seconds=1.0).kinds == {"packed": 1, "crashed": 1}
    reason = outcomes(out)["a.json"].reason
    assert reason is not None
    assert reason.key == "batch.too_slow"


def test_a_process_killed_by_somebody_is_no_fault_of_the_document(source: Path, out: Path) -> None:
    for number in range(5):
        write(source, f"{number}.json", **({"do": "killed once"} if number == 2 else {}))
    assert run_folder(source, out, jobs=1).kinds == {"packed": 5}


def test_nothing_is_done_twice(source: Path, out: Path, tmp_path: Path) -> None:
    for number in range(20):
        write(source, f"{number}.json", do="count")
    run_folder(source, out)
    ran = run_folder(source, out)
    assert (ran.plan.new, ran.plan.changed, ran.plan.unchanged) == (0, 0, 20)
    assert len((tmp_path / "count").read_text().split()) == 20


def test_only_what_changed_is_done_again(source: Path, out: Path) -> None:
    for number in range(4):
        write(source, f"{number}.json")
    run_folder(source, out)
    before = snapshot(out)
    write(source, "1.json", text="corrected")
    write(source, "new.json")
    (source / "3.json").unlink()
    ran = run_folder(source, out)
    assert (ran.plan.new, ran.plan.changed, ran.plan.unchanged) == (1, 1, 2)
    assert ran.plan.gone == ("3.json",)
    after = snapshot(out)
    assert {name for name in before if before[name] != after.get(name)} == {
        "130433/2021/cn-1/datapackage.json",
        "outcomes.csv",
    }


def test_what_is_given_and_lost_packages_count_as_changes(source: Path, out: Path) -> None:
    write(source, "a.json")
    write(source, "b.json")
    run_folder(source, out)
    assert run_folder(source, out, given={"year": 2022}).plan.changed == 2
    (out / "130433/2021/cn-a/datapackage.json").unlink()
    assert [item.key for item in run_folder(source, out, given={"year": 2022}).plan.todo] == ["a.json"]
    assert (out / "130433/2021/cn-a/datapackage.json").is_file()


def test_a_package_that_no_document_gives_any_longer_is_moved_away(source: Path, out: Path) -> None:
    write(source, "a.json", name="cn-old")
    write(source, "b.json", name="cn-b")
    run_folder(source, out)
    write(source, "a.json", name="cn-new")
    write(source, "b.json", name="cn-b", do="refuse")
    assert run_folder(source, out).withdrawn == 2
    assert sorted(path.name for path in (out / "130433/2021").iterdir()) == ["cn-new"]
    assert (out / ".openbudget/withdrawn/130433/2021/cn-old/datapackage.json").is_file()


@pytest.mark.parametrize("seed", range(4))
def test_of_two_documents_with_one_name_the_first_has_it_in_whatever_order(source: Path, out: Path, seed: int) -> None:
    waits = [0.0, 0.05, 0.1]
    random.Random(seed).shuffle(waits)
    for key, seconds in zip("abc", waits, strict=True):
        write(source, f"{key}.json", name="cn-same", agency=f"{key} 局", do="sleep", seconds=seconds, text=key)
    write(source, "d.json")
    ran = run_folder(source, out, jobs=3)
    assert ran.kinds == {"packed": 2, "refused": 2}
    assert json.loads((out / "130433/2021/cn-same/datapackage.json").read_bytes())["text"] == "a"
    for key in ("b.json", "c.json"):
        reason = outcomes(out)[key].reason
        assert reason is not None
        assert reason.key == "batch.same_name"
        assert reason.args["other"] == "a.json"
        assert reason.args["other_agency"] == "a 局"


def test_a_copy_of_a_document_is_told_as_such(source: Path, out: Path) -> None:
    write(source, "a.json", name="cn-same")
    write(source, "b.json", name="cn-same")
    run_folder(source, out)
    reason = outcomes(out)["b.json"].reason
    assert reason is not None
    assert reason.key == "batch.duplicate"


def test_a_name_that_becomes_free_goes_to_the_next(source: Path, out: Path) -> None:
    for key in "abc":
        write(source, f"{key}.json", name="cn-same", text=key)
    run_folder(source, out)
    write(source, "a.json", name="cn-other", text="a")
    ran = run_folder(source, out)
    assert ran.kinds == {"packed": 2, "refused": 1}
    assert json.loads((out / "130433/2021/cn-same/datapackage.json").read_bytes())["text"] == "b"
    assert outcomes(out)["c.json"].reason.args["other"] == "b.json"  # type: ignore[union-attr]


def test_what_is_not_ours_is_left_alone(source: Path, out: Path) -> None:
    write(source, "a.json")
    (out / "130433/2021/cn-a").mkdir(parents=True)
    (out / "130433/2021/cn-a/letter.txt").write_text("mine")
    run_folder(source, out)
    reason = outcomes(out)["a.json"].reason
    assert reason is not None
    assert reason.key == "package.not_ours"
    assert (out / "130433/2021/cn-a/letter.txt").read_text() == "mine"
    assert run_folder(source, out, again=lambda one: True, force=True).kinds == {"packed": 1}


def test_a_full_disk_stops_the_run_and_is_no_outcome(source: Path, out: Path) -> None:
    for number in range(6):
        write(source, f"{number}.json", **({"do": "full at last"} if number == 3 else {}))
    with pytest.raises(WriteError) as told:
        run_folder(source, out, jobs=1)
    assert told.value.key == "batch.disk_refused"
    assert "3.json" not in outcomes(out)
    assert set(outcomes(out)) == {"0.json", "1.json", "2.json"}
    assert not list((out / ".openbudget").glob("stage-*"))
    write(source, "3.json")
    assert run_folder(source, out, jobs=1).kinds == {"packed": 6}


def test_what_is_taken_out_of_the_source_is_no_longer_in_the_way(source: Path, out: Path) -> None:
    write(source, "a.json")
    write(source, "b.json", do="refuse")
    write(source, "c.json")
    assert not run_folder(source, out).whole
    (source / "b.json").unlink()
    (source / "c.json").unlink()
    ran = run_folder(source, out)
    assert ran.whole
    assert (ran.plan.gone, ran.plan.lost) == (("c.json",), ("b.json",))
    assert set(outcomes(out)) == {"a.json", "c.json"}, "a package that stays keeps its document"
    assert "b.json" not in (out / "outcomes.csv").read_text(encoding="utf-8")
    write(source, "b.json", do="refuse")
    assert not run_folder(source, out).whole


def test_again_does_only_what_is_asked_for(source: Path, out: Path, tmp_path: Path) -> None:
    write(source, "a.json", do="count")
    write(source, "b.json", do="raise")
    write(source, "c.json", do="refuse")
    run_folder(source, out)
    ran = run_folder(source, out, again=lambda one: one.kind is Kind.CRASHED)
    assert [item.key for item in ran.plan.todo] == ["b.json"]


def test_another_source_is_refused(source: Path, out: Path, tmp_path: Path) -> None:
    write(source, "a.json")
    run_folder(source, out)
    other = tmp_path / "other"
    write(other, "a.json")
    with pytest.raises(UsageError) as told:
        run_folder(other, out)
    assert told.value.key == "batch.other_source"
    source.rename(tmp_path / "moved")  # the same documents at another place are welcome
    assert run_folder(tmp_path / "moved", out).plan.unchanged == 1


def test_the_journal_is_held_by_one_run(source: Path, out: Path) -> None:
    write(source, "a.json")
    held = journal.Journal(out)
    try:
        with pytest.raises(UsageError) as told:
            run_folder(source, out)
        assert told.value.key == "batch.already_running"
    finally:
        held.close()
    assert run_folder(source, out).kinds == {"packed": 1}


def test_names_that_are_not_utf_8_and_pipes(source: Path, out: Path) -> None:
    write(source, os.fsdecode("预算".encode("gb18030") + b".json"), name="cn-a")
    write(source, "new\nline😀.json", name="cn-b")
    os.mkfifo(source / "pipe.json")
    (source / "gone.json").symlink_to(source / "nowhere")
    assert run_folder(source, out).kinds == {"packed": 2, "refused": 2}
    found = outcomes(out)
    assert set(found) == {"预算.json", "new\nline😀.json", "pipe.json", "gone.json"}
    assert {key: one.reason.key for key, one in found.items() if one.reason} == {
        "pipe.json": "batch.no_file", "gone.json": "batch.cannot_read",
    }  # fmt: skip
    assert run_folder(source, out).plan.unchanged == 4


def test_a_document_that_cannot_be_written_does_not_end_the_batch(source: Path, out: Path) -> None:
    write(source, "a.json", do="same names")
    write(source, "b.json")
    assert run_folder(source, out, jobs=1).kinds == {"packed": 1, "refused": 1}


def test_an_output_folder_that_cannot_be_is_told(source: Path, tmp_path: Path) -> None:
    write(source, "a.json")
    (tmp_path / "file").touch()
    with pytest.raises(WriteError) as told:
        run_folder(source, tmp_path / "file")
    assert told.value.key == "package.not_a_folder"


def test_what_is_done_does_not_fill_the_memory(out: Path) -> None:
    many = [Outcome(f"{number}.docx", Kind.PACKED, "c" * 64, lacks={"k": ("x" * 3000,)}) for number in range(2000)]
    writing = journal.Journal(out)
    tracemalloc.start()
    try:
        for begin in range(0, len(many), 50):
            writing.done((one, False) for one in many[begin : begin + 50])
        held, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        state = journal.read(out)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        writing.close()
    assert held < 600_000, "300 bytes a document, of which none has the outcome"
    assert peak - held < 600_000
    assert [state.outcomes[one.key] for one in many] == many
    assert dict(writing.state.outcomes) == dict(state.outcomes)


def test_why_is_said_in_both_languages_whatever_that_of_the_run(source: Path, out: Path) -> None:
    (source / "gone.json").symlink_to(source / "nowhere")
    run_folder(source, out)
    with (out / "outcomes.csv").open(encoding="utf-8-sig", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert row["reason"] == "batch.cannot_read"
    assert say("system.ENOENT", "zh") in row["reason_zh"]
    assert say("system.ENOENT", "en") in row["reason_en"]
