"""Tasks for tests: packages so small that a run takes no time, and documents that do harm.

A document is a JSON file: `do` says what happens to the process that reads it, `name` and `text` make its package.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from openbudget.batch.item import Item
from openbudget.errors import NotRecognisedError, WriteError
from openbudget.package.atomic import write_folder

_STARTED = time.monotonic()


def pack(item: Item, stage: Path, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Do what the document says."""
    said = json.loads(Path(item.files[0]).read_bytes())
    _harm(said, Path(settings["out"]))
    name, body = said["name"], said.get("agency", "某局")
    descriptor = {"name": name, "openbudget": {"agency_name": body}, "resources": [], "sources": []}
    files = {"datapackage.json": json.dumps(descriptor | {"text": said.get("text", "")}).encode()}
    place = f"130433/2021/{name}"
    target = Path(settings["out"], place)
    held = (target / "datapackage.json").is_file() and (target / "datapackage.json").read_bytes() == files[
        "datapackage.json"
    ]
    if not held:
        write_folder(stage / name, files)
        if said.get("do") == "full at last":
            raise WriteError("package.disk_full", path="x", reason="full")
    return {
        "package": place,
        "agency": body,
        "counts": {"warning": said["warning"]} if "warning" in said else {},
        "staged": not held,
        "descriptor": hashlib.sha256(files["datapackage.json"]).hexdigest(),
    }


def _harm(said: Mapping[str, Any], out: Path) -> None:
    do = said.get("do", "")
    if do == "segfault":
        ctypes.string_at(0)
    elif do == "exit":
        os._exit(7)
    elif do == "hog":
        hog = []
        while True:
            hog.append(bytearray(64 << 20))
    elif do == "loop":
        while True:
            pass
    elif do == "loop deaf":  # as a loop in C that never comes back to Python
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
        while True:
            pass
    elif do == "raise":
        raise ZeroDivisionError("by nobody")
    elif do == "refuse":
        raise NotRecognisedError("recognise.no_kind", organization="某局")
    elif do == "full":
        raise WriteError("package.disk_full", path="x", reason="full")
    elif do == "same names":
        raise WriteError("package.same_source_name", name="A.docx", other="a.docx")
    elif do == "killed once":  # by somebody, not by the document
        mark = out.parent / "killed"
        if not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
    elif do == "sleep":
        time.sleep(said["seconds"])
    elif do == "count":
        with open(out.parent / "count", "a", encoding="utf-8") as stream:
            stream.write(said["name"] + "\n")
