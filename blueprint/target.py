"""What a target is, and what it gives back: artifacts whose every line knows its causes, and steps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol, TypeAlias

from blueprint.diagnostics import Diagnostic, Rule
from blueprint.values import Ref

if TYPE_CHECKING:
    from blueprint.model import Model
    from blueprint.spans import Spans

#: Name of the entry-point group under which targets register.
GROUP = "oib.targets"


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a line says what it says: the rule that derived it and the fields of the model that it reads.

    `rule` is a short sentence about the derivation (`the interface that carries the internal API
    network`). `paths` are addresses of fields, `openstack.core.api.internal.vip`,
    `hosts.control.bond.bond0`; an address of a host on a network is
    `hosts.control[*].address.network.oam`, where `[*]` stands for the member a repeated line is about.
    """

    rule: str
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """Causes of consecutive lines, repeated ones once.

    Lines `first` … (from 1) come in `len(causes)` lines a round; round k is about `members[k]`,
    whose address takes the place of `[*]` families in the causes' paths. Without members there is
    one round. A None cause belongs to a line that nothing in the blueprint decided.
    """

    first: int
    causes: tuple[Cause | None, ...]
    members: tuple[Ref, ...] = ()


@dataclass(frozen=True, slots=True)
class Artifact:
    """One file: its path under the layer's folder (`kolla_ansible/globals.yml`), text and causes."""

    path: str
    text: str
    runs: tuple[Run, ...] = ()
    is_executable: bool = False


#: What is handed over: access to a Kubernetes cluster; `clouds.yaml` with an administrator of a region;
#: certificates of all authorities that its clients trust, or of one by name; a key of a client of
#: Ceph, and how clients reach its monitors; passwords.
HandOverKind: TypeAlias = Literal[
    "kubeconfig", "clouds", "authorities", "certificate", "keyring", "ceph_conf", "passwords"
]


class HandOver(NamedTuple):
    """Something that the steps of one layer make and those of another read.

    `layer` is the layer that it belongs to, `name` tells apart what it has several of (`client.glance`).
    The one who gives and the one who takes mean the same thing where these three are equal.
    """

    kind: HandOverKind
    layer: Ref
    name: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """What a step has made for others when it is done: a file at `path`, or what `command` prints.

    `host` names the host of either, where it is not the one that the deployment's commands run on.
    """

    what: HandOver
    path: str = ""
    command: str = ""
    host: str | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What a step reads of another layer, as a file at `path` on the host that its commands run on.

    `is_fetched` says that the step's commands bring it there themselves. Otherwise it must lie there
    first: whoever runs the steps brings it from where it was given, unless that is the same place.
    """

    what: HandOver
    path: str
    is_fetched: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the run-book for a layer.

    `needs` says what must exist first, `commands` are exact shell commands run from the layer's
    target folder, `checks` are commands that show success, `gives` says what later steps read, and
    `on_failure` where to look, and how to go on, if a command fails.
    What layers hand over to each other stands in `takes` and `hands_over` instead, so that programs
    can move it. A step that `is_for_machine` prepares the machine that commands run on: where others
    say the very same, once is enough.
    """

    title: str
    commands: tuple[str, ...]
    needs: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()
    takes: tuple[Taken, ...] = ()
    hands_over: tuple[Given, ...] = ()
    is_for_machine: bool = False
    on_failure: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Deployment:
    """What one target makes for one layer.

    `host` names the host that commands are run on, None the one that the run-book is read on.
    """

    layer: Ref
    target: str
    artifacts: tuple[Artifact, ...]
    steps: tuple[Step, ...]
    host: str | None = None


def standing(deployment: Deployment) -> Deployment:
    """The deployment of a layer that stands already: its files as ever, and nothing that deploys it anew.

    What its steps have handed over is there still, and others may take it.
    """
    if not deployment.steps:
        return deployment
    step = Step(
        title="Leave what stands already",
        commands=(),
        needs=(
            (
                f"`{deployment.layer}` deployed with `{deployment.target}` before: an upgrade leaves it alone. Where "
                "the files here are others than those it was deployed with, or where it is new, go by the steps "
                "that `oib compile` without `--from` writes"
            ),
        ),
        hands_over=tuple(given for each in deployment.steps for given in each.hands_over),
    )
    return replace(deployment, steps=(step,))


#: The text of a file of a layer as it was written last, by its path; None where there is none.
Before: TypeAlias = Callable[[str], str | None]


class Upgrades(Protocol):
    """How a target takes a layer that runs one release, the origin, to the one of the blueprint."""

    def takes(self, origin: str) -> bool:
        """Whether what `--from` states may be a release of what the target deploys."""
        ...

    def check(self, layer: Ref, model: Model, spans: Spans, origin: str) -> tuple[Diagnostic, ...]:
        """Why the layer can't be taken there from the origin."""
        ...

    def settled(
        self, layer: Ref, model: Model, spans: Spans, before: Before
    ) -> tuple[Diagnostic, ...]:
        """What a deployment decides for good, and is another now than in the files that it was deployed with."""
        ...

    def emit(self, layer: Ref, model: Model, spans: Spans, origin: str) -> Deployment:
        """The tool's native input, what changes on the way, and the steps of the upgrade."""
        ...


class Target(Protocol):
    """A deployment tool. It reads the model; it changes nothing, and has no privileges."""

    #: The name by which blueprints and folders call it, `kolla_ansible`.
    name: str
    #: One line for people.
    summary: str
    #: Targets whose deployments of the same layer come first.
    after: tuple[str, ...]
    #: How it takes a layer from release to release; None where its layers take no `--from` and stay as they are.
    upgrades: Upgrades | None

    def layers(self, model: Model) -> tuple[Ref, ...]:
        """The layers of the model that this target deploys."""
        ...

    def check(self, layer: Ref, model: Model, spans: Spans) -> tuple[Diagnostic, ...]:
        """What this tool can't do or doesn't know of the layer, before anything is written."""
        ...

    def emit(self, layer: Ref, model: Model) -> Deployment:
        """The tool's native input. Only called where nothing is wrong."""
        ...

    def rules(self) -> tuple[Rule, ...]:
        """Every rule that `check` may report, each with a page beside the target."""
        ...


def ordered(targets: Iterable[Target]) -> list[Target]:
    """The targets by name, each behind those that it says it comes after; one of a loop stays in its place."""
    waiting = {target.name: target for target in sorted(targets, key=lambda each: each.name)}
    found: list[Target] = []
    while waiting:
        ready = (t for t in waiting.values() if not any(name in waiting for name in t.after))
        target = next(ready, None) or next(iter(waiting.values()))
        found.append(waiting.pop(target.name))
    return found


def discover(names: Iterable[str] | None = None) -> Mapping[str, Callable[[], Target]]:
    """Loaders of the installed targets by name, sorted; nothing is imported until one is called."""
    from importlib.metadata import entry_points  # its import costs more than all else here

    wanted = None if names is None else set(names)
    found = sorted(entry_points(group=GROUP), key=lambda point: point.name)
    return {point.name: point.load for point in found if wanted is None or point.name in wanted}
