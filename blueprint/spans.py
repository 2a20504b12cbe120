"""Where the fields of the model stood in the sources: the side table that diagnostics read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from blueprint.source import Span


@dataclass(frozen=True)
class Spans:
    """The span of each declaration and of each field in it.

    Keys are the declaration's address followed by the path of the field: `("network.oam",)`,
    `("network.oam", "cidr")`, `("openstack.core", "api", "internal", "vip")`,
    `("hosts.control", "bond", "bond0", "mtu")`; elements of lists add their position as text.
    For members of a family, `hosts.c["3"]` falls back to the family `hosts.c`.
    """

    table: Mapping[tuple[str, ...], Span] = field(default_factory=dict)
    #: Finds the cell of a data file that a field of a member of a family came from.
    cell: Callable[[str, tuple[str, ...]], Span | None] | None = None

    #: Finds the name of a field, the label of a block or the key of an entry of a map.
    name: Callable[[str, tuple[str, ...]], Span | None] | None = None

    def key(self, ref: str, *path: str | int) -> Span:
        """The span of the *name* of a field, an option, a block's label or a map's key: for faults of names.

        Where nobody wrote one, the same as `at`, which underlines values.
        """
        if self.name is not None:
            found = self.name(str(ref), tuple(str(p) for p in path))
            if found is not None:
                return found
        return self.at(ref, *path)

    def at(self, ref: str, *path: str | int) -> Span:
        """The span of a field, or of the nearest thing around it that was written.

        Raises KeyError where not even the declaration is known.
        """
        key = (str(ref), *(str(p) for p in path))
        if self.cell is not None and key[0].endswith("]"):
            in_data = self.cell(key[0], key[1:])
            if in_data is not None:
                return in_data
        while key:
            found = self.table.get(key)
            if found is not None:
                return found
            if len(key) == 1 and key[0].endswith("]"):
                key = (key[0][: key[0].rindex("[")],)
                found = self.table.get(key)
                if found is not None:
                    return found
            if len(key) > 1 and key[0].endswith("]"):
                in_family = self.table.get((key[0][: key[0].rindex("[")], *key[1:]))
                if in_family is not None:
                    return in_family
            key = key[:-1]
        raise KeyError(ref)

    def written(self, ref: str, *path: str | int) -> Span | None:
        """The span of a field that the blueprint itself states, or None where a default holds."""
        key = (str(ref), *(str(p) for p in path))
        found = self.table.get(key)
        if found is None and key[0].endswith("]"):
            found = self.table.get((key[0][: key[0].rindex("[")], *key[1:]))
        return found
