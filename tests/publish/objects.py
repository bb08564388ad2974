"""An S3 service in a process of its own (moto, in memory), on a free port of 127.0.0.1.

python -m tests.publish.objects FILE    writes its port to FILE and serves until it is ended
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.publish.ckan.stack import ROOT, end_with_parent


@contextmanager
def service() -> Iterator[str]:
    """The address of a service that runs while the block does."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "port"
        log = Path(folder) / "log"
        with open(log, "wb") as stream:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.publish.objects", str(file)], cwd=ROOT, stdout=stream, stderr=stream,
                preexec_fn=end_with_parent,
            )  # fmt: skip
        try:
            end = time.monotonic() + 300
            while not file.exists():
                if process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError(f"moto does not start:\n{log.read_text(errors='replace')[-3000:]}")
                time.sleep(0.05)
            yield f"http://127.0.0.1:{file.read_text(encoding='ascii')}"
        finally:
            process.kill()
            process.wait()


def main(file: str) -> None:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    Path(f"{file}.new").write_text(str(server.get_host_and_port()[1]), encoding="ascii")
    os.replace(f"{file}.new", file)
    while True:
        time.sleep(3600)


if __name__ == "__main__":
    main(sys.argv[1])
