"""What is delivered onto a cluster, releases of charts and manifests, and the waves of its order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from blueprint.target import Artifact, Cause
from targets._kubernetes.charts import Chart
from targets._kubernetes.resources import Resource


@dataclass(frozen=True, slots=True)
class Release:
    """A chart to install: its release's name and namespace, where it is from, its values, what must be before it.

    `repository` is a URL with `https://` or `oci://`; of the latter the chart's name is the last part.
    `has_secrets` says that passwords come in a second file of values, which is never among the artifacts. A chart
    whose hooks after the installation make what its own pods wait for is not `is_waited` for: it would never end.
    Releases of one `group` get ready only together: who waits for the health of one waits for that of all.
    """

    name: str
    namespace: str
    chart: str
    version: str
    repository: str
    cause: Cause
    values: Mapping[str, Any] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    timeout_s: int = 900
    #: Commands of the script that end once what the chart made has done its work, beyond helm's `--wait`.
    waits: tuple[str, ...] = ()
    has_secrets: bool = False
    is_waited: bool = True
    group: str = ""

    @classmethod
    def of(
        cls, chart: Chart, namespace: str, cause: Cause, values: Mapping[str, Any], *,
        name: str | None = None, needs: tuple[str, ...] = (), timeout_s: int = 900,
        waits: tuple[str, ...] = (),
    ) -> Release:  # fmt: skip
        """The release of a pinned chart, by the chart's name unless another is stated."""
        return cls(
            name or chart.name, namespace, chart.name, chart.version, chart.repository, cause, values,
            needs, timeout_s, waits,
        )  # fmt: skip

    @property
    def values_file(self) -> str:
        """Path of its values under the target's folder."""
        return f"values/{self.name}.yaml"

    @property
    def is_oci(self) -> bool:
        """Whether the chart is an image of a registry."""
        return self.repository.startswith("oci://")


@dataclass(frozen=True, slots=True)
class Manifests:
    """Resources that no chart makes, one file of them in a folder of its own.

    `waits` are commands that end once the resources have done their work, `kubectl wait …`; who needs these
    manifests starts after them.
    """

    name: str
    resources: Sequence[Resource]
    cause: Cause
    needs: tuple[str, ...] = ()
    waits: tuple[str, ...] = ()

    @property
    def file(self) -> str:
        """Path of its file under the target's folder."""
        return f"{self.folder}/{self.name}.yaml"

    @property
    def folder(self) -> str:
        """The folder of that file, which holds nothing else."""
        return f"manifests/{self.name}"


Item: TypeAlias = Release | Manifests


@dataclass(frozen=True, slots=True)
class Made:
    """What one way of delivery makes of the waves."""

    artifacts: tuple[Artifact, ...]
    needs: tuple[str, ...]
    commands: tuple[str, ...]
    checks: tuple[str, ...]
    on_failure: tuple[str, ...] = ()


def waves(items: Sequence[Item], *, by_group: bool = False) -> tuple[tuple[Item, ...], ...]:
    """The items in waves: each in the first after all that it needs, in their order within one.

    `by_group` keeps releases of one group in one wave, after what any of them needs. Names are unique, needs
    name items, and there is no loop: else it is a fault of ours (ValueError).
    """
    by_name = {item.name: item for item in items}
    if len(by_name) != len(items):
        raise ValueError("two items have one name")
    unknown = {need for item in items for need in item.needs} - set(by_name)
    if unknown:
        raise ValueError(f"no item is called {', '.join(sorted(unknown))}")
    needs = {item.name: frozenset(item.needs) for item in items}
    if by_group:
        needs = _of_groups(items, needs)
    found: list[tuple[Item, ...]] = []
    done: set[str] = set()
    while len(done) < len(items):
        ready = tuple(i for i in items if i.name not in done and done.issuperset(needs[i.name]))
        if not ready:
            raise ValueError("the needs form a loop")
        found.append(ready)
        done.update(item.name for item in ready)
    return tuple(found)


def _of_groups(
    items: Sequence[Item], needs: Mapping[str, frozenset[str]]
) -> dict[str, frozenset[str]]:
    """What each item needs where all of a group wait for what one of them needs.

    What stands between two of a group, needing one and needed by the other, is with them.
    """
    groups: dict[str, set[str]] = {}
    for item in items:
        if isinstance(item, Release) and item.group:
            groups.setdefault(item.group, set()).add(item.name)
    before = {name: _all_before(name, needs) for name in needs}
    shared = dict(needs)
    for members in groups.values():
        above = frozenset().union(*(before[name] for name in members))
        members |= {name for name in above if before[name] & members}
        outside = frozenset().union(*(needs[name] for name in members)) - members
        shared.update(dict.fromkeys(members, outside))
    return shared


def _all_before(name: str, needs: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """All that comes before an item, near and far."""
    found: set[str] = set()
    left = [*needs[name]]
    while left:
        each = left.pop()
        if each not in found:
            found.add(each)
            left += needs[each]
    return frozenset(found)
