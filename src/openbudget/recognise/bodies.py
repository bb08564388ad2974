"""Names of bodies: which of them are of one body, and which say that it is only the body's own office."""

from __future__ import annotations

import re
from functools import lru_cache

from openbudget.recognise.layout import Layouts
from openbudget.recognise.words import plain

_PLACES = re.compile(r"(?:[^省市区县旗州盟]{2,8}(?:自治区|自治州|自治县|省|市|区|县|旗|盟))+")
_CODE = re.compile(r"^\d{3,15}[-_.]?")


@lru_cache(maxsize=8)
def _at_end(layouts: Layouts, *names: str) -> re.Pattern[str]:
    """What may stand behind the name of a body: `own_office`, that it is its own office; `whole_body`, all of it."""
    return re.compile(f"(?:{'|'.join(layouts['facts'][name] for name in names)})$")


@lru_cache(maxsize=4)
def _office(layouts: Layouts) -> re.Pattern[str]:
    return re.compile(layouts["facts"]["own_office"])


def office_behind(folded: str, at: int, layouts: Layouts) -> str:
    """The words from `at` on in a folded text that say that the body named before them is only its own office."""
    match = _office(layouts).match(folded, at)
    return match.group() if match else ""


def without_office(name: str, layouts: Layouts) -> str:
    """A folded name without the words that say that it is only the body's own office (`某局（本级）` → `某局`)."""
    return _at_end(layouts, "own_office").sub("", name)


def is_office(name: str, layouts: Layouts) -> bool:
    """True for a folded name that says that it is only the body's own office."""
    return _at_end(layouts, "own_office").search(name) is not None


def bare_name(name: str, layouts: Layouts) -> str:
    """A name, folded, without its code and without the words that say that it is the own office or all of the body."""
    return _at_end(layouts, "own_office", "whole_body").sub("", _CODE.sub("", plain(name)))


def same_body(name: str, organization: str, layouts: Layouts) -> bool:
    """True where both names are of one body: equal but for words such as （部门） or 本级, or for a division left out
    (`甲市财政局` over a table of `甲市乙区财政局`: no unit is above its department)."""
    one, other = bare_name(name, layouts), bare_name(organization, layouts)
    if one == other or one.endswith(other) or other.endswith(one):
        return True
    return bool(_places(one) and other.startswith(_places(one)) and other.endswith(one[len(_places(one)) :]))


def _places(name: str) -> str:
    """The divisions that a name begins with."""
    match = _PLACES.match(name)
    return match.group() if match else ""
