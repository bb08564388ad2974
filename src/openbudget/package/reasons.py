"""Why a document does not fit a JSON Schema, in words: what jsonschema finds, with the alternatives of `oneOf` and `anyOf`
narrowed to the one that was meant."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from openbudget.messages import LANGUAGES, say
from openbudget.package.profiles import PATHS

if TYPE_CHECKING:
    from jsonschema import ValidationError

_MOST = 80
# what the patterns of Data Package mean
_PATTERNS = {
    r"^([-a-z0-9._/])+$": "misfit_name",
    r"^([-a-zA-Z0-9._])+$": "misfit_identifier",
    **dict.fromkeys(PATHS.values(), "misfit_path"),
}


class Reason(NamedTuple):
    """Where (`resources/0/name`), and why, by language."""

    where: str
    why: Mapping[str, str]


def reasons(errors: Iterable[ValidationError]) -> Iterator[Reason]:
    """The errors of jsonschema in words, each once."""
    told = set()
    for error in errors:
        for reason in _reasons(error):
            key = reason.where, reason.why["en"]
            if key not in told:
                told.add(key)
                yield reason


def _reasons(error: ValidationError) -> Iterator[Reason]:
    if error.validator not in ("oneOf", "anyOf") or not error.context:
        yield _reason(error)
        return
    branches: dict[Any, list[ValidationError]] = defaultdict(list)
    for one in error.context:
        branches[one.relative_schema_path[0]].append(one)
    kinds = [[one for one in errors if _is_kind(one)] for errors in branches.values()]
    if all(kinds):  # no alternative has this `type`, or this sort of value
        yield _of_kinds(error, [one for errors in kinds for one in errors])
        return
    absent = [errors[0] for errors in branches.values() if len(errors) == 1 and errors[0].validator == "required"]
    if len(absent) == len(branches) and not any(one.relative_path for one in absent):
        names = dict.fromkeys(name for one in absent for name in _missing(one))
        yield _said(error, "misfit_required_one", names=", ".join(names))
        return
    meant = min(branches.values(), key=lambda errors: (sum(map(_is_kind, errors)), len(errors)))
    for one in meant:
        yield from _reasons(one)


def _is_kind(error: ValidationError) -> bool:
    """Whether an alternative is not meant at all: it is for another `type`, or for another sort of value."""
    path = list(error.relative_path)
    return (path == ["type"] and error.validator in ("enum", "const")) or (not path and error.validator == "type")


def _of_kinds(error: ValidationError, kinds: list[ValidationError]) -> Reason:
    by_type = [one for one in kinds if one.relative_path]
    if not by_type:
        listed = dict.fromkeys(sort for one in kinds for sort in _listed(one.validator_value))
        return _wrong_sort(error, listed)
    allowed = dict.fromkeys(
        value
        for one in by_type
        for value in (_listed(one.validator_value) if one.validator == "enum" else [one.validator_value])
    )
    return _not_allowed(by_type[0], allowed)


def _reason(error: ValidationError) -> Reason:
    stated = error.validator_value
    match error.validator:
        case "required" if isinstance(stated, list):
            return _said(error, "misfit_required", names=", ".join(_missing(error)))
        case "type" if all(isinstance(one, str) for one in _listed(stated)):
            return _wrong_sort(error, _listed(stated))
        case "enum":
            return _not_allowed(error, stated)
        case "pattern":
            key = _PATTERNS.get(str(stated), "misfit_pattern")
            return _said(error, key, value=_shown(error.instance), pattern=stated)
        case "minItems" | "minLength" if not error.instance:
            return _said(error, "misfit_empty")
    return _said(error, "misfit_other", reason=_shortened(error.message, 300))


def _not_allowed(error: ValidationError, allowed: Any) -> Reason:
    listed = [str(one) for one in allowed]
    key = "misfit_enum" if len(listed) > 1 else "misfit_const"
    return _said(error, key, value=_shown(error.instance), allowed=", ".join(listed))


def _wrong_sort(error: ValidationError, sorts: Iterable[str]) -> Reason:
    why = {
        language: say(
            "package.misfit_type",
            language,
            value=_shown(error.instance),
            sorts=say("package.or", language).join(say(f"package.sort_{sort}", language) for sort in sorts),
        )
        for language in LANGUAGES
    }
    return Reason(_where(error), why)


def _said(error: ValidationError, key: str, **args: object) -> Reason:
    return Reason(_where(error), {language: say(f"package.{key}", language, **args) for language in LANGUAGES})


def _where(error: ValidationError) -> str:
    return "/".join(str(part) for part in error.absolute_path)


def _missing(error: ValidationError) -> list[str]:
    return [str(name) for name in _listed(error.validator_value) if name not in _listed(error.instance)]


def _listed(stated: Any) -> list[Any]:
    return [stated] if isinstance(stated, str) else list(stated)


def _shown(value: Any) -> str:
    return _shortened(json.dumps(value, ensure_ascii=False, default=str), _MOST)


def _shortened(text: str, most: int) -> str:
    text = " ".join(text.split())
    half = most // 2 - 5
    return text if len(text) <= most else f"{text[:half]} … {text[-half:]}"
