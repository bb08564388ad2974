"""Which administrative division (GB/T 2260) a name belongs to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

from openbudget.errors import NotRecognisedError, UsageError
from openbudget.recognise.words import plain

CENTRAL = "100000"
_NO_WORDS: Mapping[str, Sequence[str]] = MappingProxyType({})
_KIND = re.compile(r"(?:省|市|区|县|旗|盟|地区|林区|特区|(?:维吾尔|壮族|回族)?自治区|特别行政区)$")


@lru_cache(maxsize=1)
def _divisions() -> dict[str, tuple[str, str | None]]:
    """Code → name and code of the division above (GB/T 2260, current edition)."""
    from openbudget.standard import codes

    return {code: (title, parent or None) for code, (title, parent) in codes("regions").items()}


@lru_cache(maxsize=1)
def _by_name() -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for code, (name, _) in _divisions().items():
        if code == CENTRAL:
            continue  # no division: `中央大街街道` is not of the centre
        names.setdefault(name, []).append(code)
        if code.endswith("0000"):
            names.setdefault(_bare(name), []).append(code)
    return names


def _bare(name: str) -> str:
    """`襄阳市` → `襄阳`; a name that would be shorter than two characters stays."""
    bare = _KIND.sub("", name)
    return bare if len(bare) > 1 else name


def find_region(
    organization: str, given: str | None, texts: Sequence[str], words: Mapping[str, Sequence[str]] = _NO_WORDS
) -> tuple[str, str]:
    """Code and name of the division of an organisation.

    `given` (a code or a full name) wins. Else the division is read from the head of the name; where that name alone is
    borne by several (普陀区 of Shanghai and of Zhoushan), the texts must name the division above it right before it.
    Words of `before_regions` at its head are passed over. For a name without any, the patterns `short_regions` of `words` say how divisions are named in short, and what one of
    the patterns `central` fits is of the centre.
    NotRecognisedError where it is not certain: the message lists the candidates and names `--region`.
    """
    if given:
        return _given(given)
    name = plain(organization)
    name = next((name[len(word) :] for word in words.get("before_regions", ()) if name.startswith(word)), name)
    codes = _read(name)
    codes = codes or _in_short(plain(organization), words.get("short_regions", ()))
    if not codes and any(re.fullmatch(pattern, name) for pattern in words.get("central", ())):
        return CENTRAL, _divisions()[CENTRAL][0]
    if len(codes) > 1:
        codes = _narrowed(codes, texts)
    if not codes:
        raise NotRecognisedError("recognise.no_region", organization=organization)
    if len(codes) > 1:
        choices = "；".join(f"{code} {full_name(code)}" for code in codes[:8])
        raise NotRecognisedError("recognise.ambiguous_region", name=_shared_name(codes), choices=choices)
    return codes[0], _divisions()[codes[0]][0]


def _in_short(name: str, patterns: Sequence[str]) -> list[str]:
    """The divisions that a name without 省, 市 or 县 can stand for (`国家统计局内蒙古调查总队`, `襄阳高新区`). What is the
    name of a district alone (`城北`) is a direction or an old name as often, and says nothing."""
    match = next((found for pattern in patterns if (found := re.match(pattern, name))), None)
    if match is None:
        return []
    groups = match.groupdict()
    place = groups.get("province") or groups.get("place")
    kept = [code for code, (title, _) in _divisions().items() if code != CENTRAL and _bare(title) == place]
    if groups.get("province"):
        return [code for code in kept if code.endswith("0000")]
    alone = _divisions()[kept[0]][0] if len(kept) == 1 else ""
    return [] if alone.endswith("区") and not alone.endswith(("自治区", "地区")) else kept


def _shared_name(codes: Sequence[str]) -> str:
    """What the candidates are called: their name, or in short where their names differ."""
    names = {_divisions()[code][0] for code in codes}
    return names.pop() if len(names) == 1 else _bare(_divisions()[codes[0]][0])


def full_name(code: str) -> str:
    """`330106` → `浙江省杭州市西湖区`."""
    name, parent = _divisions()[code]
    return (full_name(parent) if parent in _divisions() else "") + ("" if name in ("市辖区", "县") else name)


def _given(given: str) -> tuple[str, str]:
    divisions = _divisions()
    if given in divisions:
        return given, divisions[given][0]
    codes = [code for code in divisions if plain(given) in (divisions[code][0], full_name(code))]
    if len(codes) == 1:
        return codes[0], divisions[codes[0]][0]
    choices = "；".join(f"{code} {full_name(code)}" for code in codes[:8])
    raise UsageError(
        "recognise.bad_region" if not codes else "recognise.bad_region_choice", region=given, choices=choices
    )


def _read(name: str) -> list[str]:
    """The divisions that the head of a name can stand for, the longest reading first and alone."""
    best: tuple[int, list[str]] = (0, [])
    for start in range(len(name)):
        readings = _chains(name[start:], None)
        longest = max((length for length, _ in readings), default=0)
        if longest:
            codes = sorted({code for length, code in readings if length == longest})
            best = (longest, codes)
            break
    return best[1]


def _chains(text: str, above: str | None) -> list[tuple[int, str]]:
    """Every way to read divisions one after the other from the head of a text: (characters read, code)."""
    found: list[tuple[int, str]] = []
    names, divisions = _by_name(), _divisions()
    for length in range(2, min(len(text), 16) + 1):
        for code in names.get(text[:length], ()):
            if above is not None and not _under(code, above):
                continue
            deeper = _chains(text[length:], code)
            found.extend((length + more, last) for more, last in deeper)
            if divisions[code][0] == text[:length]:
                found.append((length, code))
    return found


def _under(code: str, above: str) -> bool:
    parent = _divisions()[code][1]
    while parent:
        if parent == above:
            return True
        parent = _divisions().get(parent, ("", None))[1]
    return False


def _narrowed(codes: list[str], texts: Sequence[str]) -> list[str]:
    """Those of the divisions whose name stands in the texts right behind the name of one above it."""
    divisions = _divisions()
    kept = []
    everything = [plain(text) for text in texts]
    for code in codes:
        name, parent = divisions[code]
        above = set()
        while parent:
            title = divisions.get(parent, ("", None))[0]
            if title not in ("市辖区", "县", ""):
                above.add(title)
            parent = divisions.get(parent, ("", None))[1]
        if any(upper + name in text for upper in above for text in everything):
            kept.append(code)
    return kept or codes
