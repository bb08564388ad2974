"""Many texts in one piece, and their hashes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from openbudget.tabular.fast.blocks import address
from openbudget.tabular.fast.compiled import kernels

NONE = 0  # the hash of no key
SEEDS = (
    int.from_bytes(os.urandom(8)),
    int.from_bytes(os.urandom(8)),
)  # of this run, so that nobody can make keys whose hashes agree
Hashes = np.ndarray


@dataclass(frozen=True)
class Texts:
    """Texts one behind the other, in UTF-8: text i from offsets[i] to offsets[i + 1]."""

    joined: bytes
    offsets: np.ndarray

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def listed(self) -> list[str]:
        first, last = int(self.offsets[0]), int(self.offsets[-1])
        whole, places = self.joined[first:last], self.offsets - np.uint32(first)
        if not whole.isascii():  # places count bytes
            begins = (np.frombuffer(whole, np.uint8) & np.uint8(0xC0)) != 0x80
            places = np.concatenate([np.zeros(1, np.int64), np.cumsum(begins)])[places]
        text = whole.decode("utf-8", "surrogatepass")
        return [text[start:end] for start, end in pairwise(places.tolist())]

    def some(self, start: int, end: int) -> Texts:
        """Those from `start` to `end`."""
        return Texts(self.joined, self.offsets[start : end + 1])

    def taken(self, order: np.ndarray) -> Texts:
        """The same in another order."""
        data, order = np.frombuffer(self.joined + bytes(8), np.uint8), order.astype(np.uint32)
        out, made = np.empty(len(data), np.uint8), np.empty(len(order) + 1, np.uint32)
        parts = address(data), address(self.offsets), address(order), len(order), address(out), address(made)
        return Texts(out[: kernels()["take_texts"](*parts)].tobytes(), made)

    def hashes(self, seed: int) -> Hashes:
        """The hash of each text; the same as that of a cell with this text."""
        data = np.frombuffer(self.joined + bytes(16), np.uint8)
        made = np.empty(len(self), np.uint64)
        kernels()["hash_texts"](address(data), address(self.offsets), len(self), seed, address(made))
        return made


def chained(parts: Sequence[Texts]) -> Texts:
    """Texts one after the other."""
    offsets, size = [np.zeros(1, np.uint32)], 0
    for part in parts:
        offsets.append(part.offsets[1:] - part.offsets[0] + np.uint32(size))
        size += int(part.offsets[-1] - part.offsets[0])
    joined = b"".join(part.joined[int(part.offsets[0]) : int(part.offsets[-1])] for part in parts)
    return Texts(joined, np.concatenate(offsets))


def texts_of(listed: Sequence[str]) -> Texts:
    """Some texts, joined."""
    encoded = [text.encode("utf-8", "surrogatepass") for text in listed]
    offsets = np.zeros(len(encoded) + 1, np.uint32)
    offsets[1:] = np.cumsum([len(text) for text in encoded])
    return Texts(b"".join(encoded), offsets)


def key_hashes(texts: Sequence[str | None], seed: int) -> Hashes:
    """The hashes of texts; NONE of none."""
    made = texts_of([text or "" for text in texts]).hashes(seed)
    made[[index for index, text in enumerate(texts) if text is None]] = NONE
    return made


def combined(parts: Sequence[Hashes]) -> Hashes:
    """The hashes of keys of several parts; NONE where one is NONE."""
    whole = parts[0] if len(parts) == 1 else parts[0].copy()
    for part in parts[1:]:
        kernels()["combine"](address(whole), address(part), len(whole))
    return whole
