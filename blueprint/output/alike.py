"""Layers of one family that are deployed in the same words: the run-book says them once, however many they are.

What such layers differ in stands in the files of their folders; or their steps say the same but for their name, also
of what they take from others and give to them. The order for programs has every layer with all its steps, and says
beside each of these which set it belongs to, so that a loop finds their folders and names there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from blueprint.handovers import HandOvers
from blueprint.output.by_name import has_shell_name, template
from blueprint.output.handing import given_words, taken_words
from blueprint.output.layout import ORDER
from blueprint.target import Deployment, Step
from blueprint.values import Ref

#: Fewer layers than this are told one by one.
MANY = 3
#: Something of each layer of a set, asked of the order for programs.
_ASK = (
    "import json, sys; "
    f'waves = json.load(open("{ORDER}"))["waves"]; '
    'layers = [each for wave in waves for each in wave["layers"]]; '
    'print(*(%s for each in layers if each.get("alike") == sys.argv[1]))'
)
_FOLDER = 'each["directory"]'
#: The folder of a layer that has a key ends with it, before the target's.
_NAME = 'each["directory"].split("/")[-2]'

#: What a deployment is known by: no layer has a target twice.
Key = tuple[Ref, str]


class Told(NamedTuple):
    """A set of deployments that are told together: `2-1` is the first of the second wave.

    Steps of those that are told by name differ in the names of their layers, those of others in nothing.
    """

    number: str
    by_name: bool = False


def sets_of(waves: Sequence[Sequence[Deployment]], handed: HandOvers) -> Mapping[Key, Told]:
    """The set of each deployment that is told with others."""
    found: dict[Key, Told] = {}
    for number, wave in enumerate(waves, start=1):
        before = _before(wave)
        same: dict[object, list[Deployment]] = {}
        often = Counter(deployment.layer for deployment in wave)
        for deployment in wave:
            if often[deployment.layer] == 1 and _may_be_told_once(deployment):
                same.setdefault((_place(deployment), deployment.steps), []).append(deployment)
        many = [(each, False) for each in same.values() if len(each) >= MANY]
        told = {key_of(each) for members, _ in many for each in members}
        named: dict[object, list[Deployment]] = {}
        for deployment in wave:
            if key_of(deployment) not in told and _may_be_told_by_name(deployment):
                words = (_place(deployment), before[key_of(deployment)], _words(deployment, handed))
                named.setdefault(words, []).append(deployment)
        many += [(each, True) for each in named.values() if len(each) >= MANY]
        for position, (members, by_name) in enumerate(many, start=1):
            one = Told(f"{number}-{position}", by_name)
            found.update({key_of(each): one for each in members})
    return found


def _place(deployment: Deployment) -> tuple[Ref, str, str | None]:
    return deployment.layer.family, deployment.target, deployment.host


def _before(wave: Sequence[Deployment]) -> Mapping[Key, tuple[str, ...]]:
    """The targets that deploy the same layer before."""
    found: dict[Key, tuple[str, ...]] = {}
    known: dict[Ref, tuple[str, ...]] = {}
    for deployment in wave:
        found[key_of(deployment)] = earlier = known.get(deployment.layer, ())
        known[deployment.layer] = (*earlier, deployment.target)
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


def _may_be_told_by_name(deployment: Deployment) -> bool:
    """Whether a layer is one of a family, and a shell can put its name where its commands have it."""
    key = deployment.layer.key
    return (
        deployment.layer.endswith("]")
        and key is not None
        and bool(deployment.steps)
        and not any(step.is_for_machine for step in deployment.steps)
        and all(
            has_shell_name(command, key)
            for step in deployment.steps
            for command in (*step.commands, *step.checks)
        )
    )


def _words(deployment: Deployment, handed: HandOvers) -> object:
    """What the steps of a deployment say, with a blank where they say its name."""
    key = deployment.layer.key
    assert key is not None
    return tuple(
        tuple(
            tuple(template(text, key) for text in texts)
            for texts in _texts(step, handed, deployment)
        )
        for step in deployment.steps
    )


def _texts(step: Step, handed: HandOvers, deployment: Deployment) -> Iterator[tuple[str, ...]]:
    yield (step.title,)
    yield step.commands
    yield step.needs
    yield step.checks
    yield step.gives
    yield step.on_failure
    yield tuple(taken_words(handed.of(step)))
    yield tuple(given_words(each, deployment) for each in step.hands_over)


def key_of(deployment: Deployment) -> Key:
    """What a deployment is known by."""
    return deployment.layer, deployment.target


def together(
    wave: Sequence[Deployment], sets: Mapping[Key, Told]
) -> Iterator[tuple[Told | None, tuple[Deployment, ...]]]:
    """The deployments of a wave in their order, those of a set where its first one is.

    A set waits for the targets that deploy layers of it before, and what comes after a set waits for it.
    """
    before = _before(wave)
    members: dict[Told | Key, list[Deployment]] = {}
    for deployment in wave:
        key = key_of(deployment)
        members.setdefault(sets.get(key, key), []).append(deployment)
    waiting, told = list(members.items()), set[Key]()
    while waiting:
        later = []
        for name, listed in waiting:
            keys = [key_of(each) for each in listed]
            if all((key[0], target) in told for key in keys for target in before[key]):
                told.update(keys)
                yield name if isinstance(name, Told) else None, tuple(listed)
            else:
                later.append((name, listed))
        waiting = later


def folders(name: str) -> str:
    """The command that keeps the folders of a set in `folders`."""
    return f"folders=$(python3 -c '{_ASK % _FOLDER}' {name})"


def names(name: str) -> str:
    """The command that prints the names of a set's layers."""
    return f"python3 -c '{_ASK % _NAME}' {name}"


def in_each(commands: Sequence[str]) -> tuple[str, ...]:
    """Commands for each of `folders`; a folder in which one fails is named, and the others go on."""
    return (
        "for folder in $folders; do (",
        'set -e; cd "$folder"',
        *commands,
        # No `||` after the bracket: inside of it, that would let commands fail unseen.
        '); [ $? -eq 0 ] || echo "failed in $folder" >&2; done',
    )


__all__ = ["MANY", "Key", "Told", "folders", "in_each", "key_of", "names", "sets_of", "together"]
