"""A CKAN for the whole run, and ways to publish to it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from openbudget import publish as framework
from openbudget.publish.plan import Network, Plan, Receipt, Request, Withdrawal
from openbudget.publish.release import releases_of
from tests.publish.ckan.stack import Stack, missing

DATE = "2026-01-02"
FAST = Network(timeout=120, retries=4)


def silent(stage: str, **args: object) -> None:
    """Tell nobody."""


@pytest.fixture(scope="session")
def ckan() -> Iterator[Stack]:
    """A real CKAN that runs until the tests end: one for each process that runs tests."""
    if why := missing():
        pytest.skip(why)
    with Stack() as stack:
        yield stack


@pytest.fixture
def editor(ckan: Stack, monkeypatch: pytest.MonkeyPatch) -> Stack:
    """The CKAN, with the token of an editor in the environment."""
    monkeypatch.setenv("OPENBUDGET_CKAN_TOKEN", ckan.tokens["editor"])
    return ckan


@dataclass(frozen=True)
class Done:
    """What a run planned and did."""

    plan: Plan
    receipt: Receipt

    @property
    def sent(self) -> list[str]:
        """The parts that were sent, of all packages."""
        return [part for made in self.receipt.detail.get("packages", {}).values() for part in made["sent"]]


def publish(to: str, *paths: Path, overwrite: bool = False, options: dict[str, str] | None = None) -> Done:
    """Publish packages as the command does, but for the check of their content."""
    request = Request(releases_of(paths), date=DATE, allow_invalid=True, overwrite=overwrite, network=FAST)
    return _carried_out(request, to, options or {})


def withdraw(to: str, name: str, reason: str, options: dict[str, str] | None = None) -> Done:
    """Withdraw a package as the command does."""
    return _carried_out(Request(withdrawals=[Withdrawal(name, reason)], date=DATE, network=FAST), to, options or {})


def _carried_out(request: Request, to: str, options: dict[str, str]) -> Done:
    target, address = framework.target(to)
    plan = target.plan(request, address, options)
    framework.refuse_conflicts(request, plan)
    return Done(plan, target.send(request, plan, address, options, silent))


def command(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "openbudget", *words], env=environ(**environment), text=True, capture_output=True,
        check=False, timeout=600,
    )  # fmt: skip


def environ(**more: str) -> dict[str, str]:
    """The environment of a command: English, no token and no proxy but what is given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OPENBUDGET", "AWS_"))}
    kept = {name: value for name, value in kept.items() if not name.lower().endswith("_proxy")}
    return {**kept, "OPENBUDGET_LANG": "en", "NO_PROXY": "127.0.0.1", **more}


def get(url: str, token: str | None = None) -> tuple[int, bytes]:
    """Status and content of an address, as anybody or as the holder of a token sees it."""
    request = urllib.request.Request(url, headers={"Authorization": token} if token else {})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=300) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


@pytest.fixture
def act(ckan: Stack) -> Callable[..., Any]:
    """Call an action of CKAN: `act("package_show", id=…)` as anybody, `act(…, who="editor")` as a user."""

    def call(action: str, who: str | None = None, **data: Any) -> Any:
        headers = {"Content-Type": "application/json"} | ({"Authorization": ckan.tokens[who]} if who else {})
        request = urllib.request.Request(
            f"{ckan.address}/api/3/action/{action}", data=json.dumps(data).encode(), headers=headers
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=300) as answer:
                return json.load(answer)["result"]
        except urllib.error.HTTPError as error:
            with error:
                return {"error": json.loads(error.read() or b"{}").get("error"), "status": error.code}

    return call
