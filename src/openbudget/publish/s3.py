"""`s3://BUCKET/PREFIX`: the static portal (as `site:` builds it) in a bucket of any S3-compatible service.

Only what a run changes is built, in a folder of its own, and only what differs is sent. `openbudget-manifest.json` lists
all files that belong to what is published, and is written after them; what is no longer part of it is deleted after
that. A run that was broken off is finished by the next: files that arrived are not sent again.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from openbudget.errors import PublishError, UsageError
from openbudget.publish import Target, refuse_conflicts, site
from openbudget.publish._network import in_threads, needs
from openbudget.publish._s3.manifest import MANIFEST, File, Manifest, headers, manifest_of, package_of, rank
from openbudget.publish.plan import SHARED, Conflict, Plan, Receipt, Request, Verb

if TYPE_CHECKING:
    from openbudget.publish._s3.bucket import Bucket, Found

_JOBS = 8
_STAGED = "openbudget-s3-"
_LEFT_AFTER = 3600.0  # seconds


@dataclass(frozen=True)
class _State:
    """What a bucket holds: what was published (`manifest`, with its entity tag), and what is there now. `strange` are
    the files that others changed, by package; `open` the packages that a run left unfinished."""

    manifest: Manifest
    etag: str | None
    there: Mapping[str, Found]
    strange: Mapping[str, tuple[str, ...]]
    open: frozenset[str]


def plan(request: Request, address: str, options: Mapping[str, str]) -> Plan:
    """What a run would change in the bucket. Reads it; writes nothing."""
    bucket = _bucket(request, address, options)
    state = _state(bucket)
    with _staged(bucket, state) as folder:
        return _planned(request, bucket, state, folder, options)


def send(request: Request, plan: Plan, address: str, options: Mapping[str, str], tell: Callable[..., None]) -> Receipt:
    """Do what the plan says. Raises PublishError; what was sent until then is not sent again by the next run."""
    bucket = _bucket(request, address, options)
    base = options.get("url", bucket.address).rstrip("/")
    places = {release.name: f"{base}/packages/{release.name}/index.html" for release in request.releases}
    state = _state(bucket)
    with _staged(bucket, state) as folder:
        planned = _planned(request, bucket, state, folder, options)
        refuse_conflicts(request, planned)
        if not planned.changes:
            if state.manifest.gone:
                _finish(bucket, state.manifest, state.etag)
            return Receipt(plan.target, planned, places)
        site.send(request, planned, str(folder), _site_options(options), tell)
        manifest, uploaded = _sent(bucket, state, planned, folder, _max_age(options), tell)
        etag = _write(bucket, manifest, state.etag)
    deleted = _finish(bucket, manifest, etag)
    detail = {"uploaded": uploaded, "deleted": deleted, "files": len(manifest.files), "manifest": f"{base}/{MANIFEST}"}
    return Receipt(plan.target, planned, places, detail)


def _bucket(request: Request, address: str, options: Mapping[str, str]) -> Bucket:
    needs("boto3", "s3")
    from openbudget.publish._s3.bucket import bucket_of

    _max_age(options)
    return bucket_of(address, options, request.network)


def _max_age(options: Mapping[str, str]) -> int:
    value = options.get("max-age", "0")
    if not value.isdecimal() or int(value) > 31536000:
        raise UsageError("publish.bad_number", name="max-age", value=value, low=0, high=31536000)
    return int(value)


def _site_options(options: Mapping[str, str]) -> dict[str, str]:
    return {name: options[name] for name in site.TARGET.options if name in options}


def _state(bucket: Bucket) -> _State:
    from openbudget.publish._s3.bucket import MissingError

    try:
        content, etag = bucket.read(MANIFEST)
    except MissingError:
        manifest, tag = Manifest(), None
    else:
        found = manifest_of(content)
        if found is None:
            raise PublishError("publish.s3_manifest", url=f"{bucket.address}/{MANIFEST}")
        manifest, tag = found, etag
    there = bucket.listed()
    differ = [path for path, one in manifest.files.items() if path not in there or there[path].etag != one.etag]
    extra = [path for path in there if path not in manifest.files and path != MANIFEST and path not in manifest.gone]
    by_us = dict(zip(differ, in_threads(bucket.is_ours, differ, _JOBS), strict=True))
    strange: dict[str, tuple[str, ...]] = {}
    left: set[str] = set()
    for path in differ:
        name = package_of(path) or SHARED
        if by_us[path]:
            left.add(name)
        else:
            strange[name] = (*strange.get(name, ()), path)
    left |= {package_of(path) or SHARED for path in extra if package_of(path)}
    return _State(manifest, tag, there, strange, frozenset(left))


@contextmanager
def _staged(bucket: Bucket, state: _State) -> Iterator[Path]:
    """A folder with what says which packages are there, for `site:` to build on."""
    from openbudget.package.atomic import held
    from openbudget.publish._s3.bucket import MissingError

    names = [path for path in state.manifest.files if path.endswith("/release.json") and path.count("/") == 2]
    names += [site.CATALOGUE] if site.CATALOGUE in state.manifest.files else []
    names = [path for path in names if path in state.there]
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix=_STAGED))

    def read(path: str) -> bytes:
        try:
            return bucket.read(path)[0]
        except MissingError as error:
            raise PublishError("publish.changed_meanwhile", package=path, target=bucket.address) from error

    try:
        with held(folder):  # the site in it has a lock of its own
            inside = folder / "site"
            inside.mkdir()
            for path, content in zip(names, in_threads(read, names, _JOBS), strict=True):
                file = inside / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)
            yield inside
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sweep() -> None:
    """Remove the folders that killed runs left: nobody holds them, and none was made just now."""
    from openbudget.package.atomic import held

    for left in Path(tempfile.gettempdir()).glob(f"{_STAGED}*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _LEFT_AFTER:
                with held(left) as free:
                    if free:
                        shutil.rmtree(left, ignore_errors=True)


def _planned(request: Request, bucket: Bucket, state: _State, folder: Path, options: Mapping[str, str]) -> Plan:
    """The plan of `site:` for the staged folder, in which packages whose files are not all as they were published are
    built again."""
    named = {release.name for release in request.releases} | {one.name for one in request.withdrawals}
    _spoil(folder, {*state.open, *state.strange} & {*named, SHARED})
    made = site.plan(request, str(folder), _site_options(options))
    conflicts = [Conflict(name, files) for name, files in state.strange.items()]
    unfinished = sorted(state.open - named - {SHARED} - set(state.strange))
    known = {package_of(path) for path in state.manifest.files}
    conflicts += [Conflict(name, ("unfinished",)) for name in unfinished if name in known]
    foreign = [] if state.etag else _in_the_way(bucket, state)
    conflicts += [Conflict(SHARED, tuple(foreign))] if foreign else []
    return replace(made, target=bucket.address, conflicts=tuple(conflicts))


def _spoil(folder: Path, names: set[str]) -> None:
    """Make `site:` build these packages again (and all that is shared), whatever it finds of them."""
    for name in names:
        if name == SHARED:
            (folder / site.CATALOGUE).unlink(missing_ok=True)
            continue
        file = folder / "packages" / name / "release.json"
        try:
            file.write_text(json.dumps({**json.loads(file.read_bytes()), "builder": ""}), encoding="utf-8")
        except (FileNotFoundError, ValueError, TypeError, RecursionError):  # not there, or spoilt already
            file.unlink(missing_ok=True)


def _in_the_way(bucket: Bucket, state: _State) -> list[str]:
    """Files of others that a first run would replace: the pages of another site."""
    pages = [path for path in ("index.html", "en/index.html", site.CATALOGUE) if path in state.there]
    return [path for path, ours in zip(pages, map(bucket.is_ours, pages), strict=True) if not ours]


def _sent(
    bucket: Bucket,
    state: _State,
    planned: Plan,
    folder: Path,
    max_age: int,
    tell: Callable[..., None],
) -> tuple[Manifest, list[str]]:
    """Send what differs, in the order of `rank`; the manifest of what is there then, and what was sent."""
    built = {one.package for one in planned.actions if one.verb is not Verb.UNCHANGED and one.resource is None}
    wanted = {
        path: file
        for file in folder.rglob("*")
        if file.is_file() and (package_of(path := file.relative_to(folder).as_posix()) or SHARED) in built | {SHARED}
    }
    files: dict[str, File] = {}
    uploaded: list[str] = []

    def put(path: str) -> tuple[File, bool]:
        return _put(bucket, state, path, wanted[path].read_bytes(), headers(path, max_age))

    for step in range(6):
        paths = sorted(path for path in wanted if rank(path) == step)
        for path, (file, new) in zip(paths, in_threads(put, paths, _JOBS), strict=True):
            files[path] = file
            uploaded += [path] if new else []
            tell("publishing", name=path, done=len(files), total=len(wanted))
    kept = {
        path: one for path, one in state.manifest.files.items() if (package_of(path) or SHARED) not in built | {SHARED}
    }
    manifest = {**kept, **files}
    old = {*state.manifest.files, *state.manifest.gone}
    stray = [path for path in state.there if package_of(path) in built and path not in old and path not in manifest]
    old |= {path for path, ours in zip(stray, in_threads(bucket.is_ours, stray, _JOBS), strict=True) if ours}
    return Manifest(manifest, tuple(sorted(old - set(manifest) - {MANIFEST}))), uploaded


def _put(bucket: Bucket, state: _State, path: str, content: bytes, head: Mapping[str, str]) -> tuple[File, bool]:
    """Send a file, if it is not there as it is to be; whether it was sent."""
    from openbudget.publish._s3.bucket import digests

    sha256, md5 = digests(content)
    there, known = state.there.get(path), state.manifest.files.get(path)
    if there is not None and there.size == len(content):
        same = known is not None and (known.sha256, known.etag) == (sha256, there.etag)
        if same or (there.etag == md5 and bucket.is_ours(path)) or (not known and bucket.is_ours(path) == sha256):
            return File(sha256, len(content), there.etag), False
    return File(sha256, len(content), bucket.write(path, content, head)), True


def _write(bucket: Bucket, manifest: Manifest, etag: str | None) -> str:
    """Write the manifest, if no other run has written it since it was read; its entity tag."""
    from openbudget.publish._s3.bucket import ChangedError

    condition = {"IfMatch": etag} if etag else {"IfNoneMatch": "*"}
    try:
        return bucket.write(MANIFEST, manifest.content(), headers(MANIFEST, 0), **condition)
    except ChangedError as error:
        raise PublishError("publish.changed_meanwhile", package=MANIFEST, target=bucket.address) from error


def _finish(bucket: Bucket, manifest: Manifest, etag: str | None) -> list[str]:
    """Delete what is no longer part of what is published, and write that down."""
    if not manifest.gone:
        return []
    bucket.remove(list(manifest.gone))
    _write(bucket, Manifest(manifest.files), etag)
    return list(manifest.gone)


TARGET = Target(
    "s3",
    {
        **site.TARGET.options,
        "endpoint": "publish.s3_endpoint",
        "region": "publish.s3_region",
        "addressing": "publish.s3_addressing",
        "max-age": "publish.s3_max_age",
    },
    plan,
    send,
    checks=True,
)
