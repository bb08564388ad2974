"""Publishing: the same flow for every target.

A target is a module of this folder with `TARGET = Target(name, options, plan, send)`, or an entry point of the group
`openbudget.publish`. `plan` looks at what is there and says what would change; it writes nothing. `send` does what a
plan says, and gives a receipt.

    prepare    packages → releases, without network
    plan       releases (or withdrawals) and what is there → actions; what others changed there → conflicts
    check      packages that would be sent and have findings of severity error are refused, and so are conflicts
    send       actions → receipt; each part is sent again where that may help, read back, and compared by its SHA-256

What was published is recorded at the target, beside the packages: any machine can go on where another one stopped, and
a run that has nothing to do sends nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from openbudget.errors import PublishError, UsageError
from openbudget.plugins import loaded, points
from openbudget.publish.plan import Plan, Receipt, Request, Verb

_GROUP = "openbudget.publish"


@dataclass(frozen=True)
class Target:
    """Somewhere to publish to. `options` are names → message keys of their help; `plan` and `send` take the address as
    written after `name:` and the options given. `checks`: `send` refuses packages with errors itself, before it changes
    anything, so that nobody need read them twice."""

    name: str
    options: Mapping[str, str]
    plan: Callable[[Request, str, Mapping[str, str]], Plan]
    send: Callable[[Request, Plan, str, Mapping[str, str], Callable[..., None]], Receipt]
    checks: bool = False


def targets() -> dict[str, str]:
    """Target → module, of this folder and of entry points; nothing is imported."""
    import pkgutil

    found = {
        module.name: f"{__name__}.{module.name}"
        for module in pkgutil.iter_modules(__path__)
        if module.name not in ("plan", "release") and not module.ispkg and not module.name.startswith("_")
    }
    found.update({name: point.module for name, point in points(_GROUP).items()})
    return found


def target(address: str) -> tuple[Target, str]:
    """The target that an address (`site:DIR`, `s3://bucket/…`) names, and what follows the name. Raises UsageError."""
    from importlib import import_module

    name, colon, rest = address.partition(":")
    known = targets()
    if not colon or not rest or name not in known:
        raise UsageError("publish.no_target", address=address, names=", ".join(f"{one}:" for one in sorted(known)))
    given = points(_GROUP).get(name)
    found: Target = import_module(known[name]).TARGET if given is None else loaded(given, "TARGET")
    return found, rest


def checked_options(one: Target, given: Mapping[str, str]) -> Mapping[str, str]:
    """The options given, if the target knows all of them. Raises UsageError."""
    for name in given:
        if name not in one.options:
            raise UsageError(
                "publish.no_option", name=name, target=one.name, names=", ".join(sorted(one.options)) or "—"
            )
    return given


def refuse_conflicts(request: Request, plan: Plan) -> None:
    """Raise PublishError where the plan would overwrite what others changed, unless the request says so."""
    if plan.conflicts and not request.overwrite:
        shown = [f"{one.package} ({', '.join(one.what[:5])})" for one in plan.conflicts[:5]]
        more = f" … +{len(plan.conflicts) - 5}" if len(plan.conflicts) > 5 else ""
        raise PublishError("publish.conflict", target=plan.target, names="; ".join(shown) + more)


def check(request: Request, plan: Plan, tell: Callable[..., None]) -> None:
    """Count the errors of every package that the plan would send, and raise PublishError where one has any, unless the
    request allows it. Packages that stay as they are were checked when they were sent."""
    from openbudget.publish.release import count_errors, in_processes, refuse_invalid

    if request.allow_invalid:
        return
    wanted = [release for release in request.releases if plan.of(release.name) is not Verb.UNCHANGED]
    checked = []
    for release in in_processes(count_errors, wanted):
        checked.append(release)
        tell("validating", name=release.name, done=len(checked), total=len(wanted))
    refuse_invalid(checked)


__all__ = ["Plan", "Receipt", "Request", "Target", "check", "checked_options", "refuse_conflicts", "target", "targets"]
