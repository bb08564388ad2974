"""Packages on their way out: read, identified, and refused where they have errors."""

from __future__ import annotations

import gc
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from openbudget.errors import PublishError
from openbudget.package.body import Disclosed, disclosed
from openbudget.package.container import open_container, packages_in, read_whole
from openbudget.publish.plan import Release

if TYPE_CHECKING:
    from openbudget.package import Package

Given = ParamSpec("Given")
Item = TypeVar("Item")
Result = TypeVar("Result")
_WORTH_PROCESSES = 6
_WORTH_ANOTHER = 200
_UNBUILT = ("STR-001", "STR-002", "STR-003")  # the descriptor, files that it names, their paths


def release_of(path: Path) -> Release:
    """The release of a package: a folder, its datapackage.json, or a zip. Only the descriptor and the report are read.

    Raises PackageError where there is no package, PublishError where it does not follow the standard.
    """
    container, name = open_container(path)
    content = read_whole(container, name)
    try:
        descriptor: Any = json.loads(content)
        facts = descriptor["openbudget"]
        hashes = {str(part["name"]): str(part["hash"]) for part in descriptor["resources"]}
        package = str(descriptor["name"])
        needed = [facts[key] for key in ("agency_name", "fiscal_year", "kind", "region_code")]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise PublishError("publish.not_standard", path=str(path)) from error
    if not needed or not _safe(package):
        raise PublishError("publish.bad_name", path=str(path), name=package)
    digest = hashlib.sha256(content)
    try:
        report = read_whole(container, "report.json")
    except OSError:
        report = b"no report"
    digest.update(report)
    if not (_is_text(content) and _is_text(report)):
        raise PublishError("publish.not_text", path=str(path))
    return Release(package, path, digest.hexdigest(), hashes, disclosed=_disclosed(facts))


def _disclosed(facts: Mapping[str, Any]) -> Disclosed | None:
    """What the package is; None where it does not say so (it is refused when it is opened)."""
    try:
        return disclosed(facts)
    except (KeyError, TypeError, ValueError):
        return None


def releases_of(paths: Sequence[Path]) -> list[Release]:
    """The releases of packages, and of folders that hold packages, by name. Raises as `release_of`, and PublishError
    where two have one name."""
    found: dict[str, Release] = {}
    packages = [Path(one) for path in paths for one in packages_in(path)]
    for release in in_processes(release_of, packages, _WORTH_ANOTHER):
        other = found.get(release.name)
        if other is not None and other.fingerprint != release.fingerprint:
            raise PublishError("publish.same_name", name=release.name, one=str(other.path), other=str(release.path))
        found[release.name] = release
    return sorted(found.values(), key=lambda release: release.name)


def opened(release: Release) -> tuple[Package, Release]:
    """The package of a release, read and checked, and the release with its number of errors: those that reading finds,
    and those of its own report. Raises PublishError where it is not built as the standard says: such a package cannot be
    shown, even with its errors."""
    from openbudget.messages import default_language, say
    from openbudget.model.finding import Severity
    from openbudget.package import open_package
    from openbudget.package.losses import blank

    package = open_package(release.path)
    for finding in package.findings:
        if finding.rule in _UNBUILT or (finding.rule == "STR-011" and package.report):
            what = finding.message[default_language()]
            raise PublishError("publish.not_built", path=str(release.path), what=what)
    if package.counts[Severity.ERROR] and (lacking := blank(package)):
        what = say("publish.lacks", None, table=lacking[0], row=lacking[1], field=lacking[2])
        raise PublishError("publish.not_built", path=str(release.path), what=what)
    try:
        stated = 0 if package.report["valid"] else int(package.report["counts"]["error"])
    except (ValueError, KeyError, TypeError):
        stated = 0
    return package, replace(release, errors=package.counts[Severity.ERROR] + stated)


def count_errors(release: Release) -> Release:
    """The release with its number of errors."""
    return opened(release)[1]


def refuse_invalid(releases: Sequence[Release]) -> None:
    """Raise PublishError where a release has errors."""
    wrong = [f"{release.name} ({release.errors})" for release in releases if release.errors]
    if wrong:
        more = f" … +{len(wrong) - 5}" if len(wrong) > 5 else ""
        raise PublishError("publish.invalid", names=", ".join(wrong[:5]) + more)


def in_processes(
    work: Callable[[Item], Result], items: Sequence[Item], worth: int = _WORTH_PROCESSES
) -> Iterator[Result]:
    """`work` on every item, in order; in processes where there are enough items to be `worth` it."""
    if len(items) < worth:
        yield from map(work, items)
        return
    from openbudget.processes import workers

    with workers(None, None, gc.disable) as pool:
        yield from pool.map(partial(_collected, work), items, chunksize=4)


@contextmanager
def beside(
    work: Callable[Given, Result], size: int, /, *args: Given.args, **named: Given.kwargs
) -> Iterator[Callable[[], Result]]:
    """Begin `work` in a process of its own where its `size` (of packages) is worth one; the block is given what waits
    for its result."""
    if size < _WORTH_ANOTHER:
        yield partial(work, *args, **named)
        return
    from openbudget.processes import workers

    with workers(1, None, gc.disable) as pool:
        yield pool.submit(work, *args, **named).result


def _collected(work: Callable[[Item], Result], item: Item) -> Result:
    """`work` on an item without a look for rings on the way, which costs a tenth of the time: what is left of them is
    found afterwards, when nearly all is gone."""
    result = work(item)
    gc.collect(0)
    return result


def _is_text(content: bytes) -> bool:
    """Whether all strings of a JSON document are text. JSON can write halves of characters (`\\ud800`), which no file
    and no page can hold."""
    if b"\\ud" not in content.lower():
        return True
    try:
        json.dumps(json.loads(content), ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    except (ValueError, RecursionError):  # no JSON; told elsewhere
        return True
    return True


def _safe(name: str) -> bool:
    """Whether a package's name can stand in a path and in an address."""
    return (
        bool(name) and all(char.isascii() and (char.isalnum() or char in "._-") for char in name) and name[0].isalnum()
    )
