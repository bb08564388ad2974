"""Names of bodies: which of them are of one body, and which say that it is only the body's own office."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from openbudget.recognise.layout import Layouts
from openbudget.recognise.words import plain

_PLACES = re.compile(r"(?:[^省市区县旗州盟]{2,8}(?:自治区|自治州|自治县|省|市|区|县|旗|盟))+")
_CODE = re.compile(r"^\d{3,15}[-_.]?")


class _Behind(NamedTuple):
    """What may stand behind the name of a body: that it is its own office; that it is all of it."""

    office: re.Pattern[str]
    office_at_end: re.Pattern[str]
    any_at_end: re.Pattern[str]


@lru_cache(maxsize=8)
def _behind(layouts: Layouts) -> _Behind:
    office, whole = layouts["facts"]["own_office"], layouts["facts"]["whole_body"]
    return _Behind(re.compile(office), re.compile(f"(?:{office})$"), re.compile(f"(?:{office}|{whole})$"))


def office_behind(folded: str, at: int, layouts: Layouts) -> str:
    """The words from `at` on in a folded text that say that the body named before them is only its own office."""
    match = _behind(layouts).office.match(folded, at)
    return match.group() if match else ""


def without_office(name: str, layouts: Layouts) -> str:
    """A folded name without the words that say that it is only the body's own office (`某局（本级）` → `某局`)."""
    return _behind(layouts).office_at_end.sub("", name)


def is_office(name: str, layouts: Layouts) -> bool:
    """True for a folded name that says that it is only the body's own office."""
    return _behind(layouts).office_at_end.search(name) is not None


def bare_name(name: str, layouts: Layouts) -> str:
    """A name, folded, without its code and without the words that say that it is the own office or all of the body."""
    return _behind(layouts).any_at_end.sub("", _CODE.sub("", plain(name)))


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
