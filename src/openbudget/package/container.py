"""Where a package's files are: a folder or a zip. Nothing outside of it can be reached through either."""

from __future__ import annotations

import io
import os
import posixpath
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, cast

from openbudget.errors import PackageError, reason_of

if TYPE_CHECKING:
    import zipfile
    from pathlib import Path

DESCRIPTOR = "datapackage.json"
_YAML = ("datapackage.yaml", "datapackage.yml")
MAX_ENTRIES = 10_000
MAX_TOTAL = 64 << 30  # bytes unpacked
MAX_RATIO = 200  # unpacked to packed, for entries above 1 MiB
MAX_DOCUMENT = 256 << 20  # bytes of a JSON document that is read whole
_BLOCK = 1 << 16


def refusal(path: str) -> str | None:
    """Why a path of a descriptor is not followed: a message key, or None where it is a path within the package."""
    if "://" in path or path.lower().startswith(("file:", "data:", "//")):
        return "package.path_remote"
    if path.startswith(("/", "~")) or "\\" in path or path[1:2] == ":" or "\0" in path:
        return "package.path_absolute"
    if ".." in path.split("/"):
        return "package.path_outside"
    return None


def on_the_web(path: str) -> bool:
    """Whether a path of a descriptor is an address, as Data Package allows them."""
    return path.lower().startswith(("http://", "https://", "ftp://", "ftps://"))


def packages_in(path: str | Path) -> list[str]:
    """The packages below a folder, at any depth, in order; `path` itself where it is a package, no folder, or holds
    none. Packages and hidden folders are not looked into, links are not followed."""
    found: list[str] = []
    for folder, folders, files in os.walk(path):
        if DESCRIPTOR in files:
            found.append(folder)
            folders.clear()
        folders[:] = sorted(name for name in folders if not name.startswith("."))
    return found or [os.fspath(path)]


class Folder:
    """A folder on disk. A link that leads out of it is treated as absent."""

    def __init__(self, path: str | Path) -> None:
        self.path = os.fspath(path)
        self._root = os.path.realpath(path)
        self._files: dict[str, str] = {}
        self._folders: dict[str, str] = {"": self._root}

    def _file(self, name: str) -> str:
        if name in self._files:
            return self._files[name]
        folder, _, last = name.rpartition("/")
        if folder not in self._folders:
            self._folders[folder] = os.path.realpath(os.path.join(self._root, folder))
        file = os.path.join(self._folders[folder], last)
        try:
            mode = os.lstat(file).st_mode
        except ValueError:  # no name that a file could have
            raise FileNotFoundError(name) from None
        if stat.S_ISLNK(mode):
            file = os.path.realpath(file)
            mode = os.stat(file).st_mode
        if not file.startswith(os.path.join(self._root, "")):
            raise FileNotFoundError(name)
        if not stat.S_ISREG(mode):  # a pipe or a device could be read without end
            raise FileNotFoundError(name)
        self._files[name] = file
        return file

    def open(self, name: str) -> IO[bytes]:
        return open(self._file(name), "rb")

    def size(self, name: str) -> int:
        return os.stat(self._file(name)).st_size

    def names(self) -> Iterator[str]:
        for folder, folders, files in os.walk(self._root):
            folders.sort()
            below = os.path.join(folder, "")[len(os.path.join(self._root, "")) :].replace(os.sep, "/")
            yield from (below + file for file in sorted(files))


@contextmanager
def _sound(path: str) -> Iterator[None]:
    """Raises PackageError where a zip turns out to be damaged while it is read."""
    import zipfile
    import zlib

    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise PackageError("package.zip_damaged", path=path, reason=str(error)) from error


class _Entry(io.RawIOBase):
    """A file of a zip while it is read."""

    def __init__(self, stream: IO[bytes], path: str) -> None:
        self._stream, self._path = stream, path

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0, /) -> int:
        with _sound(self._path):
            return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def readinto(self, buffer: Any, /) -> int:
        with _sound(self._path):
            block = self._stream.read(len(buffer))
        buffer[: len(block)] = block
        return len(block)

    def close(self) -> None:
        self._stream.close()
        super().close()


class Zip:
    """A zip file whose datapackage.json is at the top or in its only folder. Raises PackageError where the archive is
    damaged, encrypted, or unpacks beyond the limits."""

    def __init__(self, path: str | Path) -> None:
        import zipfile

        self.path = os.fspath(path)
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
            raise PackageError("package.zip_damaged", path=str(path), reason=str(error)) from error
        self._entries: dict[str, zipfile.ZipInfo] = {}
        total = 0
        infos = self._zip.infolist()
        if len(infos) > MAX_ENTRIES:
            raise PackageError("package.zip_entries", path=str(path), count=len(infos), limit=MAX_ENTRIES)
        for info in infos:
            total += info.file_size
            if info.flag_bits & 1:
                raise PackageError("package.zip_encrypted", path=str(path))
            if info.file_size > 1 << 20 and info.file_size > MAX_RATIO * max(info.compress_size, 1):
                raise PackageError("package.zip_ratio", path=str(path), name=info.filename, limit=MAX_RATIO)
            if refusal(info.filename) or info.filename in self._entries:
                raise PackageError("package.zip_names", path=str(path), name=info.filename)
            if not info.is_dir():
                self._entries[info.filename] = info
        if total > MAX_TOTAL:
            raise PackageError("package.zip_total", path=str(path), size=total, limit=MAX_TOTAL)
        self._prefix = self._top()

    def _top(self) -> str:
        if DESCRIPTOR in self._entries:
            return ""
        found = [name for name in self._entries if name.count("/") == 1 and name.endswith(f"/{DESCRIPTOR}")]
        return found[0][: -len(DESCRIPTOR)] if len(found) == 1 else ""

    def _entry(self, name: str) -> zipfile.ZipInfo:
        try:
            return self._entries[self._prefix + posixpath.normpath(name)]
        except KeyError:
            raise FileNotFoundError(name) from None

    def open(self, name: str) -> IO[bytes]:
        entry = self._entry(name)
        with _sound(self.path):
            return cast("IO[bytes]", io.BufferedReader(_Entry(self._zip.open(entry), self.path), _BLOCK))

    def size(self, name: str) -> int:
        return self._entry(name).file_size

    def names(self) -> Iterator[str]:
        for name in sorted(self._entries):
            if name.startswith(self._prefix):
                yield name[len(self._prefix) :]


Container = Folder | Zip  # files by relative POSIX path; `open` and `size` raise OSError where there is none


def open_container(path: str | Path) -> tuple[Container, str]:
    """The container at `path` (a folder, a descriptor, or a zip) and the name of its descriptor.

    Raises PackageError where there is nothing, or no descriptor in it.
    """
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError) as error:
        raise PackageError("package.not_found", path=str(path)) from error
    container: Container
    name = DESCRIPTOR
    if stat.S_ISDIR(mode):
        container = Folder(path)
    elif not stat.S_ISREG(mode):
        raise PackageError("package.not_a_package", path=str(path))
    elif _is_zip(path):
        container = Zip(path)
    elif os.fspath(path).lower().endswith(".json"):
        folder, name = os.path.split(path)
        container = Folder(folder or os.curdir)
    elif os.path.basename(path).lower() in _YAML:
        raise PackageError("package.yaml", path=os.path.dirname(path) or os.curdir, name=os.path.basename(path))
    else:
        raise PackageError("package.not_a_package", path=str(path))
    try:
        container.size(name)
    except OSError as error:
        yaml = next((other for other in _YAML if _has(container, other)), None)
        key = "package.no_descriptor" if yaml is None else "package.yaml"
        raise PackageError(key, path=str(path), name=yaml or name) from error
    return container, name


def _has(container: Container, name: str) -> bool:
    try:
        return container.size(name) >= 0
    except OSError:
        return False


def _is_zip(path: str | Path) -> bool:
    try:
        with open(path, "rb") as stream:
            return stream.read(4) in (b"PK\x03\x04", b"PK\x05\x06")
    except OSError as error:
        raise PackageError("package.unreadable", path=str(path), reason=reason_of(error)) from error


def read_whole(container: Container, name: str) -> bytes:
    """The bytes of a document. Raises OSError, or PackageError where it is beyond the limit."""
    if container.size(name) > MAX_DOCUMENT:
        raise PackageError("package.document_too_large", name=name, limit=MAX_DOCUMENT)
    with container.open(name) as stream:
        return stream.read()
