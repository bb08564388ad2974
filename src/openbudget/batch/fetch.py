"""Documents that a manifest names by address: fetched once into the batch's own folder, if that is allowed.

A fetched file is kept under the hash of its address; a run that was interrupted goes on where it was. Hosts are
asked side by side, one host never by two threads.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from openbudget.batch.item import Item, Reason
from openbudget.batch.journal import FOLDER
from openbudget.batch.manifest import Listed
from openbudget.errors import PublishError
from openbudget.package.atomic import write_error, write_file

if TYPE_CHECKING:
    from openbudget.publish._fetch import Fetcher

HOSTS = 8  # asked at the same time
_SAID = "fetched.json"

Tell = Callable[..., None]


def local(
    listed: Sequence[Listed], out: Path, *, allowed: bool, tell: Tell, fetcher: Fetcher | None = None
) -> list[Item]:
    """The items, every address replaced by the path of the fetched file.

    An item of which something may not or cannot be fetched gets a `refusal`, and is asked for again when it is done
    again. `tell("fetching", done=, total=)` follows the work.
    """
    wanted = {url: _place(out, url) for one in listed for url in one.urls if url}
    refused: dict[str, Reason] = {}
    if allowed:
        missing = [url for url, place in wanted.items() if not (place / _SAID).is_file()]
        if missing:
            refused = _all(missing, wanted, fetcher, tell)
    else:
        refused = {
            url: Reason("batch.not_fetched", {"url": url})
            for url, place in wanted.items()
            if not (place / _SAID).is_file()
        }
    return [_item(one, wanted, refused) for one in listed]


def _place(out: Path, url: str) -> Path:
    return out / FOLDER / "fetched" / hashlib.sha256(url.encode()).hexdigest()[:32]


def _item(one: Listed, places: Mapping[str, Path], refused: Mapping[str, Reason]) -> Item:
    urls = one.urls or ("",) * len(one.item.files)
    for url in urls:
        if url in refused:
            return replace(one.item, refusal=refused[url])
    if not any(urls):
        return one.item
    files = tuple(_file(places[url]) if url else file for url, file in zip(urls, one.item.files, strict=True))
    size = sum(os.path.getsize(file) for file in files if os.path.isfile(file))
    return replace(one.item, files=files, size=size)


def _file(place: Path) -> str:
    said = json.loads((place / _SAID).read_bytes())
    return str((place / "file" / said["name"]).absolute())


def _all(urls: Iterable[str], places: Mapping[str, Path], fetcher: Fetcher | None, tell: Tell) -> dict[str, Reason]:
    """Fetch; the reasons of those that could not be had."""
    from openbudget.publish._fetch import Fetcher, as_uri

    asked = fetcher or Fetcher()
    hosts: dict[str, list[str]] = defaultdict(list)
    refused: dict[str, Reason] = {}
    for url in urls:
        try:
            hosts[urlsplit(as_uri(url)).netloc].append(url)
        except PublishError as error:
            refused[url] = _reason(error)
    done, total = len(refused), len(refused) + sum(map(len, hosts.values()))

    def one_host(mine: Sequence[str]) -> None:
        nonlocal done
        for url in mine:
            try:
                got = asked.fetch(url)
            except PublishError as error:
                refused[url] = _reason(error)
            else:
                _keep(places[url], url, got.name, got.data, got.address)
            done += 1
            tell("fetching", done=done, total=total)

    with ThreadPoolExecutor(HOSTS) as pool:
        for future in [pool.submit(one_host, mine) for mine in hosts.values()]:
            future.result()
    return refused


def _reason(error: PublishError) -> Reason:
    return Reason(error.key, {name: str(value) for name, value in error.args_by_name.items()})


def _keep(place: Path, url: str, name: str, data: bytes, address: str) -> None:
    """Write a fetched file, then the note that makes it valid. WriteError where the disk refuses."""
    said = {"url": url, "name": name, "found_at": address, "sha256": hashlib.sha256(data).hexdigest()}
    try:
        (place / "file").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(place, error) from error
    write_file(place / "file" / name, data, alone=True)
    write_file(place / _SAID, json.dumps(said, ensure_ascii=False).encode(), alone=True)
