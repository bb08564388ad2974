"""What other installed distributions offer by entry points: loaded when it is asked for, named where it is broken."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from openbudget.errors import UsageError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint


def points(group: str) -> dict[str, EntryPoint]:
    """The entry points of a group, by name."""
    from importlib.metadata import entry_points  # slow to import, and hardly ever needed

    return {point.name: point for point in entry_points(group=group)}


def loaded(point: EntryPoint, attribute: str | None = None) -> Any:
    """What an entry point names, or an attribute of its module. UsageError where its module cannot be imported, or has
    no such thing."""
    try:
        return point.load() if attribute is None else getattr(import_module(point.module), attribute)
    except (ImportError, AttributeError, SyntaxError) as error:
        whose = point.dist.name if point.dist is not None else point.module
        raise UsageError("system.plugin", name=point.name, distribution=whose, reason=str(error)) from error
