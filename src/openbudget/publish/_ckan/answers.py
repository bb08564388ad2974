"""What actions of CKAN answer, as far as this program reads it: an answer of another shape is the portal's fault and is
told as such, before anything is done with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Fits = Callable[[Any], bool]


def fits(action: str, answer: Any) -> bool:
    """Whether the answer of an action is what its documentation says; actions that are not read fit always."""
    known = _SHAPES.get(action)
    return known is None or known(answer)


def _object(**parts: Fits) -> Fits:
    """An object that has these parts."""
    return lambda value: (
        isinstance(value, dict) and all(name in value and one(value[name]) for name, one in parts.items())
    )


def _list(item: Fits) -> Fits:
    return lambda value: isinstance(value, list) and all(map(item, value))


def _text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _any(value: Any) -> bool:
    return True


def _dataset(value: Any) -> bool:
    """A dataset; the lists in it may be missing."""
    if not _object(id=_text, name=_text, metadata_modified=_text)(value):
        return False
    lists: Mapping[str, Fits] = {
        "extras": _object(key=_text, value=_any),
        "resources": _object(id=_text),
        "tags": _object(name=_text),
    }
    return all(value.get(name) is None or _list(item)(value[name]) for name, item in lists.items())


_SHAPES: Mapping[str, Fits] = {
    "datastore_search": _object(
        fields=_list(_object(id=_text, type=_text)),
        records=_list(_object()),
        total=lambda value: isinstance(value, int),
    ),
    "license_list": _list(_object(id=lambda value: isinstance(value, str))),
    "organization_create": _object(id=_text),
    "organization_list_for_user": _list(_object(id=_text, name=_text)),
    "package_create": _dataset,
    "package_revise": _object(package=_dataset),
    "package_show": _dataset,
    "status_show": _object(ckan_version=_text),
}
