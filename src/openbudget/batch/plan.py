"""What is to be done: which documents are new, changed or unchanged since the journal's last word on them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from openbudget.batch.content import content_of, given_of
from openbudget.batch.item import LOST_NAME, PACKED, Item, Outcome
from openbudget.batch.journal import State
from openbudget.errors import OpenBudgetError


@dataclass(frozen=True)
class Plan:
    """`todo` in the order of keys; `new`, `changed` (by content, by what is given, by tool) and `unchanged` count the
    documents. Of what the source no longer has, `gone` are the keys of documents that have packages (which stay), `lost`
    those of documents that have none: they are no longer counted."""

    todo: tuple[Item, ...]
    new: int
    changed: int
    unchanged: int
    gone: tuple[str, ...]
    lost: tuple[str, ...]


def plan(items: Sequence[Item], state: State, tool: str, out: Path, again: Collection[str] = ()) -> Plan:
    """Compare `items` with the journal. `again` are keys to do whatever the journal says."""
    todo: list[Item] = []
    new = changed = 0
    for item in items:
        before = state.outcomes.get(item.key)
        if before is None:
            new += 1
        elif item.key in again or _differs(item, before, state, tool, out):
            changed += 1
        else:
            continue
        todo.append(item)
    keys = {item.key for item in items}
    missing = sorted(key for key in state.outcomes if key not in keys)
    gone: list[str] = []
    lost: list[str] = []
    for key in missing:
        (lost if state.outcomes[key].package is None else gone).append(key)
    return Plan(tuple(todo), new, changed, len(items) - len(todo), tuple(gone), tuple(lost))


def _differs(item: Item, before: Outcome, state: State, tool: str, out: Path) -> bool:
    if item.refusal is not None or _was_refused_unread(before):
        return before.reason != item.refusal
    if before.tool != tool or before.given != given_of(item) or _name_is_free(before, state):
        return True
    if before.kind in PACKED and not (out / str(before.package) / "datapackage.json").is_file():
        return True
    try:
        return content_of(item.files) != before.content
    except OpenBudgetError:
        return before.content != ""


def _was_refused_unread(before: Outcome) -> bool:
    """Whether an earlier run knew without reading that the document cannot be packed."""
    return before.reason is not None and before.reason.key.partition(".")[2].startswith(("fetch_", "not_fetched"))


def freed(state: State) -> set[str]:
    """The keys of the documents that lost their package's name to another and could have it now."""
    return {key for key in state.losers if _name_is_free(state.outcomes[key], state)}


def _name_is_free(outcome: Outcome, state: State) -> bool:
    if outcome.reason is None or outcome.reason.key not in LOST_NAME:
        return False
    winner = state.outcomes.get(outcome.reason.args["other"])
    return winner is None or winner.package != outcome.reason.args["package"]
