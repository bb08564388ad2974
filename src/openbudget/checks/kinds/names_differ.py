"""A body is called by one name throughout: a name in the text that is an organisation's but for a word put in.

least    how many characters the name (without place and government) must have
inserts  words that may be put in or left out
texts    table → fields whose text is searched
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from openbudget.checks.data import Data, Row
from openbudget.checks.recorder import Recorder
from openbudget.checks.rule import Rule
from openbudget.checks.wording import listed

_PLACE = re.compile(r"^.{1,12}?(?:自治区|自治州|自治县|省|市|州|盟|县|区|旗)(?:人民政府|政府)?")


def run(rule: Rule, data: Data, out: Recorder) -> None:
    """See the module."""
    for organization in data.rows("organizations"):
        core = _core(str(organization.get("name") or ""))
        if len(core) < rule.params["least"]:
            out.not_applicable("name_too_short")
            continue
        variants = {core[:at] + word + core[at:] for at in range(2, len(core)) for word in rule.params["inserts"]}
        variants |= {core.replace(word, "", 1) for word in rule.params["inserts"] if word in core[1:]}
        found = {name: row for name, row in _found(data, rule.params["texts"], variants - {core}) if name != core}
        if not found:
            out.passed()
            continue
        out.failed(
            ("organizations", organization, "name"),
            terms=[data.term("organizations", organization, "name")],
            expected=core,
            actual="、".join(sorted(found)),
            name=organization.get("name"),
            others=listed(f"“{name}”" for name in sorted(found)),
        )


def _core(name: str) -> str:
    """The name without its place: 某县政府机关事务局 → 机关事务局."""
    return re.sub(r"[（(].*?[)）]|本级$", "", _PLACE.sub("", name))


def _found(data: Data, texts: dict[str, list[str]], variants: set[str]) -> Iterator[tuple[str, Row]]:
    told = "\n".join(
        str(row.get(field) or "") for table, fields in texts.items() for row in data.rows(table) for field in fields
    )
    variants = {name for name in variants if name in told}
    if not variants:
        return
    names = re.compile("|".join(sorted(map(re.escape, variants), key=len, reverse=True)))
    for table, fields in texts.items():
        for row in data.rows(table):
            for field in fields:
                for match in names.finditer(str(row.get(field) or "")):
                    yield match[0], row
