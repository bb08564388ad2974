"""What an option took the place of: options win over what is printed, and that is told, not done in silence."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from openbudget.errors import NotRecognisedError
from openbudget.model.disclosure import Origin
from openbudget.model.document import Diagnostic
from openbudget.recognise.regions import find_region
from openbudget.recognise.words import plain


class Printed(NamedTuple):
    """A fact as it would have been without an option: its value (a code), and the print that it was read from."""

    value: object
    origin: Origin | None
    shown: str | None = None  # where what is printed does not say it in so many words


def printed_region(
    organization: str, origin: Origin | None, texts: Sequence[str], words: Mapping[str, Sequence[str]]
) -> Printed:
    """The division that the printed name of the body says, if it says one for certain."""
    try:
        code, name = find_region(organization, None, texts, words)
    except NotRecognisedError:
        return Printed(None, origin)
    return Printed(code, origin, f"{code} {name}")


def overridden(printed: Mapping[str, Printed], taken: Mapping[str, object]) -> list[Diagnostic]:
    """A diagnostic for each option (`taken`: its name → value, or None where it was not given) that says something else
    than the print. A division within the printed one says more, and nothing else."""
    found = []
    for name, value in taken.items():
        before = printed.get(name)
        if value is None or before is None or before.value is None or _same(name, before.value, value):
            continue
        shown = before.shown or (before.origin.printed if before.origin else str(before.value))
        option = "--" + name.replace("_", "-")
        place, file = (before.origin.place, before.origin.file) if before.origin else (None, None)
        args = {"option": option, "printed": shown, "taken": str(value)}
        found.append(Diagnostic("recognise.option_wins", args, place, file))
    return found


def _same(name: str, printed: object, taken: object) -> bool:
    one, other = plain(str(printed)), plain(str(taken))
    return one == other or (name == "region" and other.startswith(one.rstrip("0") or one))
