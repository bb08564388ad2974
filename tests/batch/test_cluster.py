"""The same batch on a real Dask scheduler with several worker processes on loopback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from openbudget.batch import cluster as cluster_engine
from openbudget.batch.child import Orders
from openbudget.errors import UsageError
from tests.batch.conftest import outcomes, run_folder, snapshot, write
from tests.project.conftest import ROOT

pytest.importorskip("distributed")
pytestmark = pytest.mark.slow


class Cluster:
    """A scheduler and workers, each a process."""

    def __init__(self, folder: Path, workers: int = 2) -> None:
        self._folder = folder
        self._processes: list[subprocess.Popen[bytes]] = []
        file = folder / "scheduler.json"
        self.scheduler = self._start(
            "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file)
        )
        end = time.monotonic() + 30
        while not (file.exists() and file.stat().st_size) and time.monotonic() < end:
            time.sleep(0.05)
        import json

        self.address: str = json.loads(file.read_text())["address"]
        self.workers = [self.worker() for _ in range(workers)]

    def worker(self) -> subprocess.Popen[bytes]:
        """One more worker."""
        options = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(self._folder)]
        return self._start("worker", self.address, *options)

    def _start(self, *words: str) -> subprocess.Popen[bytes]:
        child = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "distributed.cli.dask_" + words[0], *words[1:]],
            cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._processes.append(child)
        return child

    def close(self) -> None:
        """End all processes."""
        for child in self._processes:
            child.kill()
            child.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    made = Cluster(tmp_path)
    try:
        yield made
    finally:
        made.close()


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_gives_the_same_bytes_and_survives_the_loss_of_a_worker(
    source: Path, tmp_path: Path, cluster: Cluster
) -> None:
    for number in range(60):
        said: dict[str, object] = {"do": "sleep", "seconds": 0.05}
        if number == 7:
            said = {"do": "segfault"}
        if number == 11:
            said = {"do": "refuse"}
        write(source, f"{number:03}.json", **said)
    run_folder(source, tmp_path / "here")

    def lose() -> None:
        end = time.monotonic() + 30
        while time.monotonic() < end and not list((tmp_path / "there").glob("130433/2021/*")):
            time.sleep(0.02)
        cluster.workers[0].send_signal(signal.SIGKILL)
        cluster.worker()

    loser = threading.Thread(target=lose)
    loser.start()
    ran = run_folder(source, tmp_path / "there", scheduler=cluster.address)
    loser.join()
    assert ran.kinds == {"packed": 58, "refused": 1, "crashed": 1}
    assert cluster.workers[0].poll() is not None
    assert snapshot(tmp_path / "there") == snapshot(tmp_path / "here")
    assert outcomes(tmp_path / "there")["007.json"].reason == outcomes(tmp_path / "here")["007.json"].reason


@pytest.mark.filterwarnings("ignore")
def test_a_scheduler_that_goes_away_is_told_and_what_is_done_is_kept(source: Path, out: Path, cluster: Cluster) -> None:
    for number in range(200):
        write(source, f"{number:03}.json", do="sleep", seconds=0.05)

    def lose() -> None:
        end = time.monotonic() + 30
        while time.monotonic() < end and not list(out.glob("130433/2021/*")):
            time.sleep(0.02)
        cluster.scheduler.send_signal(signal.SIGKILL)

    loser = threading.Thread(target=lose)
    loser.start()
    with pytest.raises(UsageError) as told:
        run_folder(source, out, scheduler=cluster.address)
    loser.join()
    assert told.value.key == "batch.cluster_failed"
    done = len(outcomes(out))
    assert 0 < done < 200
    assert len(list(out.glob("130433/2021/*"))) == done
    assert run_folder(source, out).plan.unchanged == done


def test_a_worker_with_other_layouts_is_told(tmp_path: Path) -> None:
    orders = Orders("tests.batch.tasks:pack", str(tmp_path), "0.0/0.0/other", 1.0, 1 << 30, {"layouts": None})
    with pytest.raises(UsageError) as told:
        cluster_engine.run_chunk([], asdict(orders))
    assert told.value.key == "batch.worker_differs"


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_without_workers_is_told_and_waited_for_so_long(
    source: Path, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(8):
        write(source, f"{number}.json")
    monkeypatch.setattr(cluster_engine, "SOON", 0.0)
    bare = Cluster(tmp_path, workers=0)
    said: list[str] = []

    def tell(stage: str, **args: object) -> None:
        if stage == "no_workers" and not said:
            bare.worker()
        said.append(stage)

    try:
        with monkeypatch.context() as patch:
            patch.setattr(cluster_engine, "LONGEST", 0.0)
            with pytest.raises(UsageError) as told:
                run_folder(source, out, scheduler=bare.address)
        assert told.value.key == "batch.no_workers_came"
        assert run_folder(source, out, scheduler=bare.address, tell=tell).kinds == {"packed": 8}
        assert said.count("no_workers") == 1
    finally:
        bare.close()


@pytest.mark.filterwarnings("ignore")
def test_a_scheduler_that_is_not_there(source: Path, out: Path) -> None:
    write(source, "a.json")
    with pytest.raises(UsageError) as told:
        run_folder(source, out, scheduler="tcp://127.0.0.1:9")
    assert told.value.key == "batch.no_scheduler"
