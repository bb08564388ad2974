"""`ckan:URL`: datasets of a CKAN portal (2.10 and later), with the rights of an editor of one organisation.

What was published is recorded with the dataset itself (`openbudget_release`, and a receipt with the resource of the
descriptor), so that a run on any machine knows what is there, and whether others changed it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from openbudget.errors import PublishError, UsageError
from openbudget.publish import Target, refuse_conflicts
from openbudget.publish._network import in_threads, needs, secret, without_secrets
from openbudget.publish.plan import SHARED, Action, Conflict, Plan, Receipt, Release, Request, Verb, Withdrawal

if TYPE_CHECKING:
    from openbudget.publish._ckan.compare import Difference
    from openbudget.publish._ckan.dataset import Dataset
    from openbudget.publish._ckan.portal import Portal

TOKEN = "OPENBUDGET_CKAN_TOKEN"
_FATAL = (
    "publish.gave_up",
    "publish.failed",
    "publish.ckan_strange",
    "publish.ckan_moved",
    "publish.ckan_token",
)  # for all packages alike


@dataclass(frozen=True)
class _Setting:
    """A portal and what holds for all packages: the organisation (None: it is not there yet), the licences that the
    portal knows, whether its DataStore is to be filled."""

    connect: Callable[[], Portal]
    site: str  # the address that the portal calls its own
    owner: str | None
    licence: str
    register: Sequence[Mapping[str, Any]]
    datastore: bool
    jobs: int


def plan(request: Request, address: str, options: Mapping[str, str]) -> Plan:
    """What a run would change at the portal. Reads it; writes nothing."""
    url = without_secrets(address)
    setting = _setting(request, url, options)
    actions: list[Action] = []
    conflicts: list[Conflict] = []
    if request.releases and setting.owner is None:
        actions.append(Action(Verb.CREATE, SHARED, f"organization:{options['organization']}"))

    def compare(release: Release) -> tuple[Dataset, Difference]:
        return _compared(setting, setting.connect(), release)

    for release, (wanted, change) in zip(
        request.releases, in_threads(compare, request.releases, setting.jobs), strict=True
    ):
        actions += change.actions(release.name, wanted)
        conflicts += change.conflicts(release.name)
    for withdrawal in request.withdrawals:
        verb, conflict = _withdrawal(setting.connect(), withdrawal)
        actions.append(Action(verb, withdrawal.name))
        conflicts += conflict
    return Plan(f"ckan:{url}", tuple(actions), tuple(conflicts))


def send(request: Request, plan: Plan, address: str, options: Mapping[str, str], tell: Callable[..., None]) -> Receipt:
    """Do what the plan says. PublishError names the packages that could not be published; the others are, and a run
    that is repeated goes on with what is left."""
    from openbudget.publish._ckan import send as sending
    from openbudget.publish._ckan.dataset import name_of

    url = without_secrets(address)
    names = [*(one.name for one in request.releases), *(one.name for one in request.withdrawals)]
    places = {name: f"{url}/dataset/{name_of(name)}" for name in names}
    if not plan.changes:
        return Receipt(plan.target, plan, places)
    setting = _setting(request, url, options, create=True)
    wanted = [one for one in request.releases if plan.of(one.name) is not Verb.UNCHANGED]

    def publish(release: Release) -> tuple[dict[str, Any], PublishError | None]:
        try:
            return _published(setting, release, request, plan.target), None
        except PublishError as failure:
            if failure.key in _FATAL:
                raise
            return {}, failure

    done: dict[str, dict[str, Any]] = {}
    failed: list[PublishError] = []
    for release, (made, error) in zip(wanted, in_threads(publish, wanted, setting.jobs), strict=True):
        done[release.name] = made
        failed += [error] if error else []
        tell("publishing", name=release.name, done=len(done), total=len(wanted))
    for withdrawal in request.withdrawals:
        if plan.of(withdrawal.name) is Verb.WITHDRAW:
            portal = setting.connect()
            there = sending.show(portal, name_of(withdrawal.name))
            if there is not None:
                sending.withdraw(portal, withdrawal.name, there, withdrawal.reason, request.date)
    if failed:
        reasons = "\n".join(f"  {error}" for error in failed[:10])
        raise (
            failed[0]
            if len(wanted) == 1
            else PublishError("publish.some_failed", failed=len(failed), total=len(wanted), reasons=reasons)
        )
    return Receipt(plan.target, plan, places, {"packages": done} if done else {})


def _published(setting: _Setting, release: Release, request: Request, target: str) -> dict[str, Any]:
    """Publish one package; what its receipt says."""
    from openbudget.publish._ckan import send as sending
    from openbudget.publish._ckan.dataset import download

    portal = setting.connect()
    wanted, change = _compared(setting, portal, release)
    refuse_conflicts(request, Plan(target, (), change.conflicts(release.name)))
    sent = [] if change.same else sending.publish(portal, release, wanted, change, setting.datastore)
    resources = {
        part.name: {"id": part.id, "sha256": part.sha256, "url": f"{setting.site}/{download(release.name, part)}"}
        for part in wanted.parts
    }
    return {"dataset": wanted.name, "release": wanted.release, "sent": sent, "resources": resources}


def _compared(setting: _Setting, portal: Portal, release: Release) -> tuple[Dataset, Difference]:
    from openbudget.publish._ckan.compare import difference
    from openbudget.publish._ckan.dataset import dataset_of, download
    from openbudget.publish._ckan.send import show

    wanted = dataset_of(release, setting.site, setting.owner or "", setting.licence, setting.register)
    there = show(portal, wanted.name)
    change = difference(
        release.name, wanted, there, setting.datastore,
        lambda part: portal.digest(f"{portal.address}/{download(release.name, part)}"),
    )  # fmt: skip
    return wanted, change


def _withdrawal(portal: Portal, withdrawal: Withdrawal) -> tuple[Verb, list[Conflict]]:
    from openbudget.publish._ckan.compare import WITHDRAWN, ours, part_digest
    from openbudget.publish._ckan.dataset import RELEASE, name_of
    from openbudget.publish._ckan.send import show

    there = show(portal, name_of(withdrawal.name))
    if there is None:
        raise PublishError("publish.not_there", name=withdrawal.name, target=f"ckan:{portal.address}")
    if there.release == WITHDRAWN and there.extras.get("withdrawn_reason") == withdrawal.reason.strip():
        return Verb.UNCHANGED, []
    left = there.receipt(withdrawal.name).parts
    strange = [] if there.release else [RELEASE]
    strange += [
        name
        for name, key in ours(withdrawal.name, there).items()
        if key in left and part_digest(there.parts[key]) != left[key]
    ]
    return Verb.WITHDRAW, [Conflict(withdrawal.name, tuple(strange))] if strange else []


def _setting(request: Request, url: str, options: Mapping[str, str], *, create: bool = False) -> _Setting:
    """What is to be known of a portal before anything is compared. `create`: make the organisation if it is not there."""
    needs("ckanapi", "ckan")
    from openbudget.publish._ckan.portal import AbsentError, DeniedError, InvalidError, Portal

    token = secret(options, TOKEN)
    jobs = options.get("jobs", "3")
    if not jobs.isdecimal() or not 1 <= int(jobs) <= 32:
        raise UsageError("publish.bad_number", name="jobs", value=jobs, low=1, high=32)

    def connect() -> Portal:
        return Portal(url, token, request.network)

    portal = connect()
    try:
        status = portal.ask("status_show")
        register = portal.ask("license_list") if request.releases else ()
    except (AbsentError, DeniedError, InvalidError) as error:
        raise PublishError("publish.ckan_token", address=url) from error
    owner = _owner(portal, options.get("organization"), create) if request.releases else None
    wanted = options.get("datastore", "auto")
    if wanted not in ("auto", "no"):
        raise UsageError("publish.bad_choice", name="datastore", value=wanted, choices="auto, no")
    datastore = wanted == "auto" and "datastore" in (status.get("extensions") or ())
    site = str(status.get("site_url") or url).rstrip("/")
    return _Setting(connect, site, owner, options.get("licence", ""), register, datastore, int(jobs))


def _owner(portal: Portal, name: str | None, create: bool) -> str | None:
    """The identifier of the organisation to publish in: the named one, or the only one that the token may publish in.
    None where it is not there and is not to be made now."""
    from openbudget.publish._ckan.portal import AbsentError, DeniedError, InvalidError

    mine = portal.ask("organization_list_for_user", permission="create_dataset")
    if not mine:
        try:
            portal.ask("user_show")
        except (AbsentError, DeniedError, InvalidError) as error:
            raise PublishError("publish.ckan_token", address=portal.address) from error
    names = ", ".join(sorted(str(one["name"]) for one in mine)) or "—"
    if name is None:
        if len(mine) != 1:
            raise UsageError("publish.ckan_which", address=portal.address, names=names)
        return str(mine[0]["id"])
    for one in mine:
        if name in (one["name"], one["id"]):
            return str(one["id"])
    try:
        portal.ask("organization_show", id=name)
    except AbsentError:
        if not create:
            return None
        try:
            made = portal.attempt(lambda failed: portal.once("organization_create", {"name": name}), name)
        except (DeniedError, InvalidError) as error:
            raise PublishError(
                "publish.ckan_no_organization", address=portal.address, name=name, names=names
            ) from error
        return str(made["id"])
    except DeniedError:
        pass
    raise PublishError("publish.ckan_not_member", address=portal.address, name=name, names=names)


TARGET = Target(
    "ckan",
    {
        "organization": "publish.ckan_organization",
        "licence": "publish.ckan_licence",
        "datastore": "publish.ckan_datastore",
        "token-file": "publish.token_file_help",
        "jobs": "publish.jobs",
    },
    plan,
    send,
)
