"""Which layers a run emits, owns and prunes: all of them, some that were named, or one shard of several.

A layer belongs to a shard by the hash of its folder, never by its place among others: the first eight
bytes of the SHA-256 of the folder's path in UTF-8, as a number with the highest byte first, modulo the
number of shards, counted from 1. So layers that come or go move no other layer, and any program can
tell which shard makes a layer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from blueprint.output.layout import folder_of
from blueprint.values import Ref


def shard_of(folder: str, count: int) -> int:
    """The shard, from 1, that a layer belongs to, by the layer's folder."""
    return int.from_bytes(hashlib.sha256(folder.encode()).digest()[:8], "big") % count + 1


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a compile that is asked for, in the words of the command line."""

    only: tuple[str, ...] = ()
    shard: tuple[int, int] | None = None

    @property
    def is_everything(self) -> bool:
        """Whether no part is asked for."""
        return not self.only and self.shard is None


EVERYTHING = Part()


@dataclass(frozen=True)
class Scope:
    """The part of a compile that one run makes; the whole where nothing is said."""

    #: Folders of layers, or of families of them.
    only: tuple[str, ...] = ()
    #: The number of this shard, from 1, and how many there are.
    shard: tuple[int, int] | None = None

    @property
    def is_whole(self) -> bool:
        """Whether this run makes everything."""
        return not self.only and self.shard is None

    @property
    def has_top(self) -> bool:
        """Whether this run writes what belongs to no layer: the run-book, the order, the manifest's head."""
        return not self.only and (self.shard is None or self.shard[0] == 1)

    def owns(self, folder: str) -> bool:
        """Whether the layer of a folder is this run's to write and to prune."""
        if self.shard is not None and shard_of(folder, self.shard[1]) != self.shard[0]:
            return False
        if not self.only or folder in self._named:
            return True
        at = folder.find("/")
        while at >= 0:
            if folder[:at] in self._named:
                return True
            at = folder.find("/", at + 1)
        return False

    @cached_property
    def _named(self) -> frozenset[str]:
        return frozenset(self.only)


WHOLE = Scope()


def named(text: str, layers: Mapping[str, Ref]) -> str | None:
    """The folder of what `--only` names: a layer, a member of a family, a whole family; None if unknown.

    `layers` are all layers by their folders. Quotes in brackets may be left out, as shells do.
    """
    try:
        folder = folder_of(Ref(text))
    except ValueError:
        return None
    if folder in layers:
        return folder
    is_family = any(folder_of(ref.family) == folder for ref in layers.values() if ref.endswith("]"))
    return folder if is_family else None


def known_names(layers: Mapping[str, Ref]) -> list[str]:
    """What `--only` may name, to offer the nearest."""
    found = dict.fromkeys(str(ref) for ref in layers.values())
    found.update(dict.fromkeys(str(ref.family) for ref in layers.values()))
    return list(found)


__all__ = ["EVERYTHING", "WHOLE", "Part", "Scope", "known_names", "named", "shard_of"]
