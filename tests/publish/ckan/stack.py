"""A real CKAN 2.12 for tests: PostgreSQL and Redis of the system on sockets in a folder of their own, CKAN from
`.venv-ckan`, and `solr.py` for its index. Nothing listens on a fixed port, nothing of the system's own services is
touched, and every process is ended by its id."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

ROOT = Path(__file__).parents[3]
HERE = Path(__file__).parent
VENV = ROOT / ".venv-ckan"
PATIENCE = 300.0  # seconds; on a busy machine everything takes long
PLUGINS = "datastore dcat structured_data"
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None  # loaded before anything is forked


def missing() -> str | None:
    """Why a CKAN cannot be run here; None where it can."""
    if not (VENV / "ready").exists():
        return "CKAN is not installed: make .venv-ckan/ready"
    if _postgres() is None:
        return "PostgreSQL is not installed: apt-get install postgresql"
    if shutil.which("redis-server") is None:
        return "Redis is not installed: apt-get install redis-server"
    if os.geteuid() == 0 and _account() is None:
        return "PostgreSQL does not run as root, and there is no user postgres"
    return None


def _postgres() -> Path | None:
    """The folder of PostgreSQL's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    if found:
        return found[-1].parent
    other = shutil.which("initdb")
    return Path(other).parent if other else None


def _account() -> str | None:
    import pwd

    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        return None


@dataclass
class Stack:
    """A CKAN that runs while the block does: `with Stack() as ckan: ckan.address`."""

    plugins: str = PLUGINS
    folder: Path = field(init=False)
    address: str = ""
    tokens: dict[str, str] = field(default_factory=dict)
    organization: str = ""
    _started: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __enter__(self) -> Stack:
        self.folder = Path(
            tempfile.mkdtemp(prefix="openbudget-ckan-", dir="/tmp")
        )  # a short path: sockets have at most 107 bytes
        self.folder.chmod(0o755)
        try:
            self._start()
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def _start(self) -> None:
        solr = self.folder / "solr.port"
        self._run("solr", [sys.executable, str(HERE / "solr.py"), str(solr)])
        self._database()
        redis = self.folder / "redis.sock"
        self._run(
            "redis",
            ["redis-server", "--port", "0", "--unixsocket", str(redis), "--save", "", "--dir", str(self.folder)],
        )
        self._wait("solr", solr.exists)
        self._wait("redis", redis.exists)
        settings = {"ini": self._settings(int(solr.read_text(encoding="ascii")), redis)}
        (self.folder / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
        ready = self.folder / "ready.json"
        self._run("ckan", [str(VENV / "bin" / "python"), str(HERE / "serve.py"), str(self.folder)])
        self._wait("ckan", ready.exists)
        made: dict[str, Any] = json.loads(ready.read_bytes())
        self.address, self.tokens, self.organization = made["address"], made["tokens"], made["organization"]

    def _settings(self, solr: int, redis: Path) -> dict[str, str]:
        sockets = self.folder / "pgsock"

        def database(user: str, name: str) -> str:
            return f"postgresql://{user}@/{name}?host={sockets}"

        return {
            "sqlalchemy.url": database("ckan", "ckan"),
            "ckan.datastore.write_url": database("ckan", "datastore"),
            "ckan.datastore.read_url": database("ckan_ro", "datastore"),
            "solr_url": f"http://127.0.0.1:{solr}/solr/ckan",
            "ckan.redis.url": f"unix://{redis}?db=0",
            "ckan.site_id": "openbudget-test",
            "ckan.storage_path": str(self.folder / "storage"),
            "ckan.locale_default": "zh_Hans_CN",
            "ckan.plugins": self.plugins,
            "ckan.max_resource_size": "5",
            "ckan.auth.user_create_organizations": "false",
            "openbudget.test.sockets": str(sockets),
        }

    def _database(self) -> None:
        """A cluster of its own, which trusts whoever can reach its socket; no port."""
        programs = _postgres()
        assert programs is not None
        account = _account() if os.geteuid() == 0 else None
        cluster, sockets = self.folder / "pg", self.folder / "pgsock"
        for path in (cluster, sockets):
            path.mkdir()
            if account:
                shutil.chown(path, account)
        command = [
            programs / "initdb",
            "-D",
            cluster,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        ]
        with open(self.folder / "initdb.log", "wb") as log:
            subprocess.run(command, check=True, user=account, cwd="/", stdout=log, stderr=log)
        settings = ["listen_addresses=", f"unix_socket_directories={sockets}", "fsync=off", "full_page_writes=off"]
        self._run(
            "postgres",
            [str(programs / "postgres"), "-D", str(cluster), *(part for one in settings for part in ("-c", one))],
            account,
        )
        ask = [str(programs / "psql"), "-q", "-h", str(sockets), "-U", "postgres"]

        def answers() -> bool:
            return subprocess.run([*ask, "-c", "select 1"], capture_output=True, check=False).returncode == 0

        self._wait("postgres", answers)
        for statement in (
            "create role ckan login", "create role ckan_ro login",
            "create database ckan owner ckan", "create database datastore owner ckan",
        ):  # fmt: skip
            subprocess.run([*ask, "-c", statement], check=True)

    def _run(self, name: str, command: list[str], user: str | None = None) -> None:
        with open(self.folder / f"{name}.log", "wb") as log:
            self._started[name] = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, user=user, cwd="/", env=_environment(),
                start_new_session=True, preexec_fn=end_with_parent,
            )  # fmt: skip

    def _wait(self, name: str, ready: Callable[[], bool]) -> None:
        """Wait until a part is there. RuntimeError with the end of its log where it ends or takes too long."""
        process = self._started[name]
        end = time.monotonic() + PATIENCE
        while not ready():
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{name} does not start:\n{self.log(name)}")
            time.sleep(0.1)

    def log(self, name: str) -> str:
        """The end of what a part has printed."""
        try:
            return (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")[-4000:]
        except OSError:
            return ""

    def end(self) -> None:
        """End all processes, the last first, and remove the folder."""
        for name, process in reversed(self._started.items()):
            if process.poll() is None:  # PostgreSQL ends at once on this signal, without waiting for clients
                process.send_signal(signal.SIGINT if name == "postgres" else signal.SIGTERM)
        for process in reversed(self._started.values()):
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def end_with_parent() -> None:
    """In a new process: end when the process that started it does, however that ends (Linux, prctl(2))."""
    if _LIBC is not None:
        _LIBC.prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


def _environment() -> dict[str, str]:
    """The environment without what would send local requests elsewhere, or colour what CKAN does."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.lower().endswith("_proxy") and not name.startswith(("CKAN", "PYTHON", "OPENBUDGET"))
    } | {"PYTHONDONTWRITEBYTECODE": "", "NO_PROXY": "127.0.0.1"}
