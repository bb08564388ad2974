"""Digests are those of the standard library, whatever makes them."""

from __future__ import annotations

import hashlib
import sys

import pytest

from openbudget.model import digest


@pytest.mark.parametrize("own", [("_sha256", "_sha2"), ("no_such_module",)], ids=["of CPython", "of hashlib"])
@pytest.mark.parametrize("loaded", [True, False], ids=["with OpenSSL", "without"])
@pytest.mark.parametrize("size", [0, 1, 1000, digest._MUCH - 1, digest._MUCH])
def test_the_digest_is_the_same_by_any_way(
    own: tuple[str, ...], size: int, loaded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digest, "_OWN", own)
    if not loaded:
        monkeypatch.delitem(sys.modules, "_hashlib", raising=False)
    digest._small.cache_clear()
    content = (bytes(range(256)) * (size // 256 + 1))[:size]
    assert digest.sha256(content) == hashlib.sha256(content).hexdigest()
    digest._small.cache_clear()
