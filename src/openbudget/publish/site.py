"""`site:DIR`: the static portal in a folder.

Each package has a folder of its own (`packages/<name>/`) that is swapped in whole; then the pages about all packages
are written, each file whole, and last `catalogue.json`. A reader sees at any moment pages that fit together and links
that lead somewhere; a run that was killed is finished by the next, which builds only what is missing. Packages that
are not named in a run stay as they are, but for those that are held against one that changed (see `_beside`). What a
folder holds besides is left alone (see `_ledger`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openbudget import standard
from openbudget.errors import PublishError
from openbudget.publish import Target
from openbudget.publish._beside import by_body, neighbours, package_there, release_there
from openbudget.publish._ledger import NAME, NOT_FOUND, Ledger
from openbudget.publish._packages import Work, publish_all, withdraw
from openbudget.publish.plan import SHARED, Action, Plan, Receipt, Release, Request, Verb, difference
from openbudget.publish.release import beside

if TYPE_CHECKING:
    from openbudget.site.entry import Entry
    from openbudget.site.frame import Site

CATALOGUE = "catalogue.json"
_PRIVATE = (
    "words",
    "rows",
    "hashes",
    "history",
    "files",
    "description",
    "beside",
)  # what the list of all packages leaves out
_NONE = (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError)  # a file of a site that says nothing
_CODE = (".py", ".html", ".css", ".js", ".svg")


def plan(request: Request, address: str, options: Mapping[str, str]) -> Plan:
    """What a run would change in the folder `address`. Reads it; writes nothing."""
    folder = Path(address)
    options = settled(folder, options)
    site_of(options, request.date)  # options that make no sense are refused before anything else
    _ledger(folder).refuse_others(_front(options))
    builder = builder_digest(options)
    there = entries_in(folder)
    around = neighbours(request, there, builder)
    actions: list[Action] = []
    for release in request.releases:
        old = there.get(release.name)
        made_of = (release.fingerprint, builder, around.beside(release.name))
        same = old is not None and not old.withdrawn and (old.fingerprint, old.builder, old.beside) == made_of
        gone = old is None or bool(old.withdrawn)
        actions += difference(release.name, release.hashes, None if gone or old is None else old.hashes, same=same)
    for withdrawal in request.withdrawals:
        old = there.get(withdrawal.name)
        if old is None:
            raise PublishError("publish.not_there", name=withdrawal.name, target=f"site:{address}")
        verb = Verb.UNCHANGED if old.withdrawn == withdrawal.reason else Verb.WITHDRAW
        actions.append(Action(verb, withdrawal.name))
    actions += [Action(Verb.PATCH, name) for name in around.anew]
    changed = any(action.verb is not Verb.UNCHANGED for action in actions)
    stale = (
        changed
        or _remembered(folder) != options
        or _listed(folder) != {name: [one.fingerprint, one.builder] for name, one in there.items()}
    )
    actions.append(Action(Verb.PATCH if stale else Verb.UNCHANGED, SHARED))
    return Plan(f"site:{address}", tuple(actions))


def send(request: Request, plan: Plan, address: str, options: Mapping[str, str], tell: Callable[..., None]) -> Receipt:
    """Do what the plan says. Raises PublishError or WriteError; what was swapped in until then stays, and fits. Of two runs
    at once one is refused: pages about all packages that each wrote would lack those of the other."""
    from openbudget.package.atomic import held, write_error

    folder = Path(address)
    places = {release.name: str(folder / "packages" / release.name / "index.html") for release in request.releases}
    if not plan.changes:
        return Receipt(plan.target, plan, places)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(folder, error) from error
    with held(folder) as alone:
        if not alone:
            raise PublishError("publish.busy", folder=str(folder))
        try:
            return Receipt(plan.target, plan, places, _sent(request, plan, folder, options, tell))
        finally:
            for empty in (folder / "packages", folder):  # where nothing was published there are no folders either
                with suppress(OSError):
                    empty.rmdir()


def _sent(
    request: Request, plan: Plan, folder: Path, options: Mapping[str, str], tell: Callable[..., None]
) -> dict[str, int]:
    """Carry the plan out; how many files about all packages were written, and how many packages there are."""
    options = settled(folder, options)
    site = site_of(options, request.date)
    builder = builder_digest(options)
    there = entries_in(folder)
    around = neighbours(request, there, builder)
    wanted = [release for release in request.releases if plan.of(release.name) is not Verb.UNCHANGED]
    paths = {release.name: release.path for release in request.releases}
    anew = (release_there(package_there(folder, name), name, there[name].fingerprint) for name in around.anew)
    releases = [*wanted, *anew]

    def work_on(release: Release) -> Work:
        beside = around.beside(release.name)
        places = {name: paths.get(name) or package_there(folder, name) for name, _ in beside}
        return Work(release, there.get(release.name), site, builder, folder, beside, places)

    works = [list(map(work_on, group)) for group in by_body(releases)]
    unchecked = {release.name for release in releases} if request.allow_invalid else {*around.anew}
    changed = publish_all(works, folder, unchecked, tell)
    for withdrawal in request.withdrawals:
        if plan.of(withdrawal.name) is Verb.WITHDRAW:
            changed[withdrawal.name] = withdraw(there[withdrawal.name], withdrawal.reason, site, folder)
    tell("publishing_shared")
    entries = [*{**there, **changed}.values()]
    entries.sort(key=lambda entry: entry.name)
    written = _write_shared(site, folder, entries, changed, options)
    return {"written": written, "packages": len(entries)}


def settled(folder: Path, options: Mapping[str, str]) -> Mapping[str, str]:
    """The options of a run: those given, and for others those that the site was last published with. A blank value
    takes an option back."""
    return {name: value for name, value in {**_remembered(folder), **options}.items() if value}


def _remembered(folder: Path) -> dict[str, str]:
    try:
        found = json.loads((folder / CATALOGUE).read_bytes())["options"]
        return {str(name): str(value) for name, value in found.items() if name in TARGET.options}
    except _NONE:
        return {}


def site_of(options: Mapping[str, str], date: str) -> Site:
    """The site that the options describe."""
    from functools import partial

    from openbudget.publish import metadata
    from openbudget.site.frame import Site

    portal = metadata.portal_of(options)
    return Site(
        title=portal.title,
        url=portal.url,
        date=date,
        pictures=options.get("pictures", "yes") != "no",
        licence={"name": portal.licence.name, "url": portal.licence.url} if portal.licence else None,
        structured=metadata.Structured(portal),
        described=partial(metadata.package_files, portal=portal),
    )


def entries_in(folder: Path) -> dict[str, Entry]:
    """What the folder holds: name → entry. A folder without one that can be read counts as not there."""
    from openbudget.site.entry import entry_of

    found: dict[str, Entry] = {}
    for path in sorted(folder.glob("packages/*/release.json")):
        try:
            entry = entry_of(json.loads(path.read_bytes()))
        except _NONE:
            continue
        if entry.name == path.parent.name:
            found[entry.name] = entry
    return found


def builder_digest(options: Mapping[str, str]) -> str:
    """What pages depend on besides packages: this program's templates and code, the standard, the options."""
    import openbudget.package
    import openbudget.readers
    import openbudget.site
    from openbudget.messages import __file__ as messages

    digest = hashlib.sha256(json.dumps(sorted(options.items())).encode())
    made = (openbudget.site.__file__, openbudget.readers.__file__)
    rooms = (*(Path(file).parent for file in made), Path(__file__).parent / "metadata")
    files = sorted(path for room in rooms for path in room.rglob("*") if path.is_file() and path.suffix in _CODE)
    said = [Path(messages).with_name(name) for name in ("site.json", "metadata.json", "seen.py")]
    rows = [Path(openbudget.package.__file__).with_name(name) for name in ("earlier.py", "totals.py")]
    for path in [*files, *said, *rows, standard.root() / "derived" / "standard.json"]:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _ledger(folder: Path) -> Ledger:
    return Ledger(folder, _is_site(folder))


def _is_site(folder: Path) -> bool:
    try:
        return bool(json.loads((folder / CATALOGUE).read_bytes())["generator"] == "openbudget")
    except _NONE:
        return False


def _front(options: Mapping[str, str]) -> list[str]:
    """The files by which a folder is known to be a site, or taken by another."""
    from openbudget.publish import metadata

    return ["index.html", "en/index.html", CATALOGUE, *metadata.catalogue_files([], metadata.portal_of(options))]


def _write_shared(
    site: Site, folder: Path, entries: Sequence[Entry], changed: Mapping[str, Entry], options: Mapping[str, str]
) -> int:
    """Write the files about all packages, those only whose bytes change; `catalogue.json` last. How many."""
    from openbudget.publish import metadata

    ledger = _ledger(folder)
    with beside(metadata.catalogue_files, len(entries), entries, metadata.portal_of(options)) as describe:
        pages, departments = _pages(site, folder, entries, changed)
        pages = {path: content for path, content in pages.items() if path not in NOT_FOUND or ledger.owns(path)}
        described = describe()
    known = sorted({*pages, *described, CATALOGUE} - departments)
    ledger.refuse_others(known)
    written = _write(folder / NAME, ledger.content(known, keep=True))
    written += sum(_write(folder / path, content) for path, content in {**pages, **described}.items())
    for pattern in ("search/*.js", "regions/**/*.html", *NOT_FOUND, *metadata.PATTERNS):
        for found in folder.glob(pattern):
            path = found.relative_to(folder).as_posix()
            if path not in known and ledger.owns(path):
                found.unlink()
    written += _write(folder / CATALOGUE, _listing(entries, options))
    _write(folder / NAME, ledger.content(known))
    return written


def _pages(
    site: Site, folder: Path, entries: Sequence[Entry], changed: Mapping[str, Entry]
) -> tuple[dict[str, bytes], frozenset[str]]:
    """The pages about all packages, and which of them are those of departments (only what changes is made)."""
    from openbudget.site import search_index, shared_pages
    from openbudget.site.departments import departments_of
    from openbudget.site.frame import assets

    index = search_index.index_files(entries)
    files: dict[str, bytes] = {**assets(), **index}
    before = frozenset(files)
    departments = departments_of(entries)
    touched = {entry.department for entry in changed.values()}
    for one in departments:
        ids = {one.id, *one.others}
        if ids & touched or not all((folder / "departments" / each / "index.html").exists() for each in ids):
            files.update(shared_pages.department(site, one))
    own = frozenset(files) - before
    files.update(shared_pages.regions(site, entries))
    files.update(shared_pages.dictionary(site))
    files.update(shared_pages.plain_pages(site))
    files.update(shared_pages.home(site, entries, sum(path.startswith("search/s") for path in index)))
    return files, own


def _listing(entries: Sequence[Entry], options: Mapping[str, str]) -> bytes:
    """`catalogue.json`."""
    listed = {
        "generator": "openbudget",
        "standard_version": standard.version(),
        "options": dict(sorted(options.items())),
        "packages": [_public(entry) for entry in entries],
    }
    return (json.dumps(listed, ensure_ascii=False, indent=1) + "\n").encode()


def _public(entry: Entry) -> dict[str, Any]:
    """What the list of all packages says of one."""
    kept = entry.document()
    return {name: value for name, value in kept.items() if name not in _PRIVATE} | {
        "path": f"packages/{entry.name}/", "published": entry.published,
    }  # fmt: skip


def _listed(folder: Path) -> dict[str, list[str]]:
    try:
        packages = json.loads((folder / CATALOGUE).read_bytes())["packages"]
        return {str(one["name"]): [str(one["fingerprint"]), str(one["builder"])] for one in packages}
    except _NONE:
        return {}


def _write(path: Path, content: bytes) -> int:
    """Write a file whole, if its bytes are others; 1 where it was written."""
    from openbudget.package.atomic import write_error, write_file

    try:
        if path.stat().st_size == len(content) and path.read_bytes() == content:
            return 0
    except OSError:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise write_error(path, error) from error
    write_file(path, content, alone=True, durable=False)
    return 1


TARGET = Target(
    "site",
    {
        "title": "publish.site_title",
        "url": "publish.site_url",
        "publisher": "publish.site_publisher",
        "contact": "publish.site_contact",
        "licence": "publish.site_licence",
        "pictures": "publish.site_pictures",
    },
    plan,
    send,
    checks=True,
)
