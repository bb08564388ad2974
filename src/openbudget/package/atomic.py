"""Folders and files that appear on disk whole or not at all.

A new folder is written beside its target under a hidden name, made durable (fsync of every file and folder),
and renamed. Where the target is there already, the two are exchanged in one step (Linux `renameat2` with
RENAME_EXCHANGE); where the system cannot, the old one is moved aside and the new one moved in, and a run that
finds the old one aside with nothing in its place moves it back. Killed at any moment, a write leaves the old
folder or the new one. Hidden folders of a killed run are removed by the next; one that a living process
still writes is told by its lock (flock on the folder itself) and left alone.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from openbudget.errors import WriteError, reason_of

_REASONS = {
    errno.ENOSPC: "package.disk_full",
    errno.EDQUOT: "package.disk_full",
    errno.EROFS: "package.read_only",
    errno.EACCES: "package.read_only",
    errno.EPERM: "package.read_only",
    errno.ENOENT: "package.no_folder",
    errno.ENAMETOOLONG: "package.path_too_long",
    errno.ENOTDIR: "package.not_a_folder",
    errno.EEXIST: "package.not_a_folder",
}


def write_error(path: Path, error: OSError) -> WriteError:
    """What to tell of a file system that refuses `path`."""
    key = _REASONS.get(error.errno or 0, "package.write_failed")
    return WriteError(key, path=str(path), reason=reason_of(error))


@contextmanager
def new_file(path: Path, *, alone: bool = False, durable: bool = True) -> Iterator[BinaryIO]:
    """A stream to a new file beside `path`, which takes its place where the block ends well; else nothing is left of it.
    `alone`: no other process can be writing the same, so that what a killed one left is written over. Not `durable`:
    nothing waits for the disk. Raises OSError as the system does.
    """
    new = path.with_name(f".{path.name}.new" if alone else f".{path.name}.new-{os.getpid()}")
    try:
        with open(new, "wb") as stream:
            yield stream
            if durable:
                stream.flush()
                os.fsync(stream.fileno())
        os.replace(new, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(new)
        raise


def write_file(path: Path, content: bytes, *, alone: bool = False, durable: bool = True) -> None:
    """Make `path` a file of these bytes; see `new_file`. Raises WriteError, with nothing changed."""
    try:
        with new_file(path, alone=alone, durable=durable) as stream:
            stream.write(content)
    except OSError as error:
        raise write_error(path, error) from error


def write_folder(target: Path, files: Mapping[str, bytes], *, durable: bool = True) -> None:
    """Make `target` a folder of exactly `files` (relative POSIX path → bytes); what was there is replaced. Not `durable`:
    nothing waits for the disk, for what can be made again.

    Raises WriteError, with nothing changed, where the file system refuses.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with held(target.parent, wait=True):
            recover(target)
            new = Path(tempfile.mkdtemp(prefix=f".{target.name}.new-", dir=target.parent))
            living = _take(new)
        try:
            os.chmod(new, 0o755)
            _fill(new, files, durable)
            with held(target.parent, wait=True):
                _swap(new, target, durable)
        finally:
            shutil.rmtree(new, ignore_errors=True)  # after an exchange this is the old folder
            _release(living)
    except OSError as error:
        raise write_error(target, error) from error


def stage(target: Path, files: Mapping[str, bytes]) -> Path:
    """A new folder of `files` beside `target`, under a hidden name and not yet durable, for `install`. What an earlier
    run left beside `target` is removed. Raises WriteError, with nothing left of it."""
    new = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        recover(target)
        new = Path(tempfile.mkdtemp(prefix=f".{target.name}.new-", dir=target.parent))
        os.chmod(new, 0o755)
        _fill(new, files, durable=False)
    except OSError as error:
        if new is not None:
            shutil.rmtree(new, ignore_errors=True)
        raise write_error(target, error) from error
    return new


def install(new: Path, target: Path, *, durable: bool = True) -> None:
    """Make the whole folder `new` the folder `target` in one step; what was there is removed. Not `durable`: nothing
    waits for the disk.

    Both are on one file system. Raises WriteError, with nothing changed, where the file system refuses.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _swap(new, target, durable)
    except OSError as error:
        raise write_error(target, error) from error
    shutil.rmtree(new, ignore_errors=True)  # after an exchange this is the old folder


def recover(target: Path) -> None:
    """Undo what a killed write of `target` left behind: move an old folder back, remove unfinished new ones."""
    try:
        names = [name for name in os.listdir(target.parent) if name.startswith(f".{target.name}.")]
    except FileNotFoundError:
        return
    for aside in sorted(target.parent / name for name in names if name.startswith(f".{target.name}.old-")):
        if target.exists():
            shutil.rmtree(aside, ignore_errors=True)
        else:
            os.rename(aside, target)
    for left in (target.parent / name for name in names if name.startswith(f".{target.name}.new-")):
        with held(left) as free:
            if free:
                shutil.rmtree(left, ignore_errors=True)


def _take(folder: Path, *, wait: bool = False) -> int | None:
    """A handle that holds the folder's lock; -1 where the system has no locks, None where it is taken."""
    try:
        import fcntl
    except ImportError:
        return -1
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        os.close(handle)
        return None
    except OSError:  # a file system without locks
        os.close(handle)
        return -1
    return handle


def _release(handle: int | None) -> None:
    if handle is not None and handle >= 0:
        os.close(handle)


@contextmanager
def held(folder: Path, *, wait: bool = False) -> Iterator[bool]:
    """Hold the folder's lock for the block; gives False where another process holds it. Where the system has no locks,
    nobody else is known of."""
    handle = _take(folder, wait=wait)
    try:
        yield handle is not None
    finally:
        _release(handle)


def _fill(folder: Path, files: Mapping[str, bytes], durable: bool) -> None:
    folders = {folder}
    for parent in sorted({os.path.dirname(name) for name in files} - {""}):
        made = folder / parent
        made.mkdir(parents=True, exist_ok=True)
        folders.update(one for one in (made, *made.parents) if folder in one.parents)
    for name, content in files.items():
        with open(os.path.join(folder, name), "xb") as stream:
            stream.write(content)
            if durable:
                stream.flush()
                os.fsync(stream.fileno())
    if durable:
        for made in sorted(folders, reverse=True):
            _sync_folder(made)


def _sync_folder(folder: Path) -> None:
    with suppress(OSError):  # some systems cannot sync a folder; the rename is still whole
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _swap(new: Path, target: Path, durable: bool) -> None:
    if not target.exists():
        os.rename(new, target)
    elif not _exchange(new, target):
        aside = tempfile.mkdtemp(prefix=f".{target.name}.old-", dir=target.parent)
        os.rename(target, aside)
        os.rename(new, target)
        shutil.rmtree(aside, ignore_errors=True)
    if durable:
        _sync_folder(target.parent)


def _exchange(one: Path, other: Path) -> bool:
    """Swap two paths in one step (Linux, renameat2); False where the system or file system cannot."""
    import ctypes

    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    here, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE (linux/fs.h)
    done: int = renameat2(here, os.fsencode(one), here, os.fsencode(other), ctypes.c_uint(exchange))
    return done == 0
