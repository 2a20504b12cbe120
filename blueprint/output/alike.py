"""Layers of one family that are deployed in the same words: the run-book says them once, however many they are.

What such layers differ in stands in the files of their folders. The order for programs has every layer with all its
steps, and says beside each of these which set it belongs to, so that a loop finds their folders there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from blueprint.output.layout import ORDER
from blueprint.target import Deployment
from blueprint.values import Ref

#: Fewer layers than this are told one by one.
MANY = 3
#: The folders of a set, asked of the order for programs.
_ASK = (
    "import json, sys; "
    f'waves = json.load(open("{ORDER}"))["waves"]; '
    'layers = [each for wave in waves for each in wave["layers"]]; '
    'print(*(each["directory"] for each in layers if each.get("alike") == sys.argv[1]))'
)

#: What a deployment is known by: no layer has a target twice.
Key = tuple[Ref, str]


def sets_of(waves: Sequence[Sequence[Deployment]]) -> Mapping[Key, str]:
    """The name of the set of each deployment that is told with others: `2-1`, the first of the second wave."""
    found: dict[Key, str] = {}
    for number, wave in enumerate(waves, start=1):
        sets: dict[object, list[Deployment]] = {}
        often = Counter(deployment.layer for deployment in wave)
        for deployment in wave:
            if often[deployment.layer] == 1 and _may_be_told_once(deployment):
                words = (deployment.layer.family, deployment.target, deployment.host)
                sets.setdefault((words, deployment.steps), []).append(deployment)
        many = [each for each in sets.values() if len(each) >= MANY]
        for position, members in enumerate(many, start=1):
            found.update({key_of(each): f"{number}-{position}" for each in members})
    return found


def _may_be_told_once(deployment: Deployment) -> bool:
    """Whether a layer is one of a family, and its steps neither give to others nor take from them."""
    return (
        deployment.layer.endswith("]")
        and bool(deployment.steps)
        and not any(
            step.takes or step.hands_over or step.is_for_machine for step in deployment.steps
        )
    )


def key_of(deployment: Deployment) -> Key:
    """What a deployment is known by."""
    return deployment.layer, deployment.target


def together(
    wave: Sequence[Deployment], sets: Mapping[Key, str]
) -> Iterator[tuple[str | None, tuple[Deployment, ...]]]:
    """The deployments of a wave in their order, those of a set where its first one is."""
    by_set: dict[str, list[Deployment]] = {}
    for deployment in wave:
        name = sets.get(key_of(deployment))
        if name is not None:
            by_set.setdefault(name, []).append(deployment)
    for deployment in wave:
        name = sets.get(key_of(deployment))
        if name is None:
            yield None, (deployment,)
        elif name in by_set:
            yield name, tuple(by_set.pop(name))


def folders(name: str) -> str:
    """The command that keeps the folders of a set in `folders`."""
    return f"folders=$(python3 -c '{_ASK}' {name})"


def in_each(commands: Sequence[str]) -> tuple[str, ...]:
    """Commands for each of `folders`; a folder in which one fails is named, and the others go on."""
    return (
        "for folder in $folders; do (",
        'set -e; cd "$folder"',
        *commands,
        # No `||` after the bracket: inside of it, that would let commands fail unseen.
        '); [ $? -eq 0 ] || echo "failed in $folder" >&2; done',
    )


__all__ = ["MANY", "folders", "in_each", "key_of", "sets_of", "together"]
