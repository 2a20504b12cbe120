"""The run-book: in which order the layers are deployed, with which commands, for people and for programs.

Texts of steps come from targets as Markdown of one line; whatever a blueprint put into them cannot
start a line, close a code block or become HTML.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from blueprint.diagnostics.display import escaped
from blueprint.handovers import HandOvers, Source, Transfer
from blueprint.output import alike
from blueprint.output.by_name import BLANK, in_prose, in_shell, template
from blueprint.output.handing import all_words, given_as, given_words, taken_as, taken_words
from blueprint.output.layout import MANIFEST, ORDER, PARTS, folder_of
from blueprint.output.numbers import Numbers
from blueprint.output.shares import shares_md
from blueprint.target import Deployment, HandOver, Step
from blueprint.values import Ref

#: Version of the form of `order.json`.
VERSION = 1

#: How lines inside of a layer's steps begin in the order.
_INSIDE = "\n" + 10 * " "
_IF_IT_FAILS = "If it fails:"
#: More layers than this are not listed by name.
_FEW = 8
#: Code in a line of Markdown, in which nothing is markup.
_CODE = re.compile(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)")


def waves_of(
    deployments: Iterable[Deployment], waves: Sequence[Sequence[Ref]]
) -> tuple[tuple[Deployment, ...], ...]:
    """The deployments in the waves of their layers; waves in which nothing is deployed are left out.

    A layer that no wave holds comes after all of them.
    """
    by_layer: dict[Ref, list[Deployment]] = {}
    for deployment in deployments:
        by_layer.setdefault(deployment.layer, []).append(deployment)
    ordered = [tuple(d for ref in wave for d in by_layer.pop(ref, ())) for wave in waves]
    ordered.append(tuple(d for ref in sorted(by_layer) for d in by_layer[ref]))
    return tuple(wave for wave in ordered if wave)


def order_json(waves: Sequence[Sequence[Deployment]], needs: Mapping[Ref, Sequence[Ref]]) -> bytes:
    """The order for programs: waves of layers, what each needs, its steps with their commands."""
    handed = HandOvers(waves)
    sets = alike.sets_of(waves, handed)
    numbers = Numbers(waves, sets)
    together: dict[str, Deployment] = {}
    listed = []
    for number, wave in enumerate(waves, start=1):
        layers = []
        for deployment, before in _in_turn(wave):
            entry = _layer(deployment, needs.get(deployment.layer, ()), before)
            told_with = sets.get(alike.key_of(deployment))
            if told_with is not None:
                entry["alike"] = told_with.number
            if told_with is None or told_with.by_name:
                entry["steps"] = _steps_as(deployment, handed, numbers)
            else:  # their steps are the same text, which is made once
                entry["steps"] = told_with.number
                together.setdefault(told_with.number, deployment)
            layers.append(entry)
        listed.append({"wave": number, "layers": layers})
    text = json.dumps({"version": VERSION, "waves": listed}, indent=2, ensure_ascii=False)
    same = {}
    for name, one in together.items():
        steps = _steps_as(one, handed, numbers)
        same[name] = json.dumps(steps, indent=2, ensure_ascii=False).replace("\n", _INSIDE)
    if same:  # all of them in one go: a text of thousands of layers is not copied for each set
        names = "|".join(map(re.escape, same))
        text = re.sub(f'"steps": "({names})"', lambda found: f'"steps": {same[found[1]]}', text)
    return f"{text}\n".encode()


def _in_turn(wave: Sequence[Deployment]) -> Iterator[tuple[Deployment, tuple[str, ...]]]:
    """The deployments of a wave, each with the targets that deploy the same layer before, in their order."""
    before: dict[Ref, tuple[str, ...]] = {}
    for deployment in wave:
        known = before.get(deployment.layer, ())
        yield deployment, known
        before[deployment.layer] = (*known, deployment.target)


def _layer(deployment: Deployment, needs: Sequence[Ref], before: Sequence[str]) -> dict[str, Any]:
    """A layer without its steps."""
    return {
        "layer": str(deployment.layer),
        "target": deployment.target,
        "directory": directory_of(deployment),
        **({} if deployment.host is None else {"host": deployment.host}),
        "needs": [str(ref) for ref in needs],
        **({"after": list(before)} if before else {}),
    }


def _steps_as(deployment: Deployment, handed: HandOvers, numbers: Numbers) -> list[dict[str, Any]]:
    return [
        {"step": number, **_step(step, deployment, handed, numbers)}
        for number, step in zip(numbers.of(deployment), deployment.steps, strict=True)
    ]


def _step(
    step: Step, deployment: Deployment, handed: HandOvers, numbers: Numbers
) -> dict[str, Any]:
    found: dict[str, Any] = {"title": step.title}
    for name in ("needs", "takes", "commands", "checks", "on_failure", "gives", "hands_over"):
        listed: list[Any] = list(getattr(step, name))
        if name == "takes":
            listed = [taken_as(each, numbers.made_in) for each in handed.of(step)]
        elif name == "hands_over":
            listed = [given_as(each, deployment) for each in listed]
        if listed:
            found[name] = listed
    return found


def directory_of(deployment: Deployment) -> str:
    """The folder from which the commands of a deployment are run."""
    return f"{folder_of(deployment.layer)}/{deployment.target}"


def deploy_md(
    name: str,
    title: str | None,
    waves: Sequence[Sequence[Deployment]],
    needs: Mapping[Ref, Sequence[Ref]],
) -> bytes:
    """The run-book for people."""
    handed = HandOvers(waves)
    lines = [f"# Deploying {_literal(title or name)}", ""]
    sets = alike.sets_of(waves, handed)
    numbers = Numbers(waves, sets)
    lines += _preface(name, waves, sets, numbers)
    lines += _handed_over(handed.between_layers())
    deployed = {deployment.layer for wave in waves for deployment in wave}
    done: dict[tuple[str | None, Step], str] = {}
    for number, wave in enumerate(waves, start=1):
        lines += [f"## Wave {number}", ""]
        if len({deployment.layer for deployment in wave}) > 1:
            lines += ["The layers of this wave do not need each other: they may run at once.", ""]
        turns = dict(_in_turn_by_key(wave))
        for told_with, members in alike.together(wave, sets):
            deployment = members[0]
            before = turns[alike.key_of(deployment)]
            if told_with is not None:
                lines += _set_heading(told_with, members, needs, deployed, before)
                if told_with.by_name:
                    lines += _set_by_name(told_with, members, handed, numbers)
                else:
                    lines += _set(told_with, deployment, numbers)
                continue
            wanted = needs.get(deployment.layer, ())
            after = [r for r in wanted if r in deployed]
            lines += _heading(deployment, after, before, numbers)
            if not before:
                lines += _standing([r for r in wanted if r not in deployed])
            lines += _steps(deployment, handed, numbers, done)
    lines += shares_md(name, waves)
    return ("\n".join(lines).rstrip() + "\n").encode()


def _in_turn_by_key(wave: Sequence[Deployment]) -> Iterator[tuple[alike.Key, tuple[str, ...]]]:
    for deployment, before in _in_turn(wave):
        yield alike.key_of(deployment), before


def _preface(
    name: str,
    waves: Sequence[Sequence[Deployment]],
    sets: Mapping[alike.Key, alike.Told],
    numbers: Numbers,
) -> list[str]:
    if not waves:
        return [f"`{name}` has no layer that a tool deploys: there is nothing to run.", ""]
    lines = [
        (
            f"Made by `oib` from the blueprint `{name}`. The waves are run in their order; each needs what "
            "the ones before it have made. The commands of a layer are run from the layer's folder, which is "
            "named first, relative to this file. A layer is done when the checks of all its steps succeed. "
            f"`{ORDER}` says the same for programs, and `{MANIFEST}` with `{PARTS}` lists every file."
        ),
        "",
        "| wave | layer | deployed with | steps |",
        "| --- | --- | --- | --- |",
    ]
    for number, wave in enumerate(waves, start=1):
        for _, members in alike.together(wave, sets):
            one = members[0]
            many = f"{len(members):,} of `{one.layer.family}`"
            layers = f"`{one.layer}`" if len(members) == 1 else many
            lines.append(
                f"| {number} | {_cell(layers)} | `{one.target}` | {numbers.all_of(alike.key_of(one))} |"
            )
    return [*lines, ""]


def _handed_over(transfers: Sequence[Transfer]) -> list[str]:
    """What one tool makes and another reads, as a table."""
    if not transfers:
        return []
    rows: dict[tuple[alike.Key, alike.Key], list[HandOver]] = {}
    for each in transfers:
        assert each.source is not None
        ends = alike.key_of(each.source.deployment), alike.key_of(each.deployment)
        rows.setdefault(ends, []).append(each.taken.what)
    same: dict[tuple[str, ...], list[tuple[alike.Key, alike.Key]]] = {}
    for (maker, reader), things in rows.items():
        key = reader[0].key or maker[0].key
        layers = [each if key is None else template(each, key) for each in (maker[0], reader[0])]
        same.setdefault((*layers, maker[1], reader[1], all_words(things)), []).append(
            (maker, reader)
        )
    lines = ["| made by | handed over | to |", "| --- | --- | --- |"]
    for (*layers, _, _, words), listed in same.items():
        if len(listed) < alike.MANY:
            told = [(_end(maker), _end(reader)) for maker, reader in listed]
        else:
            count = f"{len(listed):,} of "
            made, read = (
                _end(end, of_many=BLANK in of) for end, of in zip(listed[0], layers, strict=True)
            )
            if BLANK not in layers[0]:
                told = [(made, f"{count}{read}")]
            elif BLANK not in layers[1]:
                told = [(f"{count}{made}", read)]
            else:
                told = [(f"{count}{made}", f"each its own of {read}")]
        lines += [f"| {_cell(made)} | {_cell(words)} | {_cell(read)} |" for made, read in told]
    return [*lines, ""]


def _end(end: alike.Key, *, of_many: bool = False) -> str:
    """One who hands over or takes, or the family of many."""
    layer, target = end
    return f"`{layer.family if of_many else layer}` with `{target}`"


def _heading(
    deployment: Deployment, after: Sequence[Ref], before: Sequence[str], numbers: Numbers
) -> list[str]:
    lines = [f"### {_literal(deployment.layer)} with `{deployment.target}`", ""]
    if before:
        layer = deployment.layer
        tools = [f"`{target}` ({numbers.all_of((layer, target))})" for target in before]
        lines += [f"After the same layer with {', '.join(tools)}.", ""]
    elif after:
        lines += [f"After {_names(after)}.", ""]
    return lines


def _set_heading(
    told: alike.Told,
    members: Sequence[Deployment],
    needs: Mapping[Ref, Sequence[Ref]],
    deployed: AbstractSet[Ref],
    before: Sequence[str],
) -> list[str]:
    """Which layers of one family are deployed in the same words, and what they come after."""
    first = members[0]
    but = ", and its own name where they say `$name`" if told.by_name else ""
    lines = [
        f"### {len(members):,} of {_literal(first.layer.family)} with `{first.target}`",
        "",
        f"{_some([each.layer for each in members])}: the same steps for each, in its own folder{but}.",
        "",
    ]
    if before:
        tools = ", ".join(f"`{target}`" for target in before)
        return [*lines, f"Each after the same layer with {tools}.", ""]
    wanted = dict.fromkeys(ref for each in members for ref in needs.get(each.layer, ()))
    after = [ref for ref in wanted if ref in deployed]
    own = dict.fromkeys(
        in_prose(ref, each.layer.key or "")
        for each in members
        for ref in needs.get(each.layer, ())
        if ref in deployed
    )
    if told.by_name and len(own) < len(after):
        lines += [f"Each after {_names(list(own))}.", ""]
    elif after:
        lines += [f"After {_some(after)}.", ""]
    standing = list(dict.fromkeys(ref.family for ref in wanted if ref not in deployed))
    return lines + _standing(standing)


def _set(told: alike.Told, first: Deployment, numbers: Numbers) -> list[str]:
    """The steps of layers that are deployed in the very same words."""
    where = "From the folder of this file" if first.host is None else f"On `{first.host}`, there"
    lines = [f"{_prose(where)}:", "", *_shell((alike.folders(told.number),)), ""]
    for number, step in zip(numbers.of(first), first.steps, strict=True):
        lines += [f"#### {number} {_prose(step.title)}", ""]
        lines += _listed("Needs first:", step.needs)
        for head, commands in (("Run:", step.commands), ("Check:", step.checks)):
            if commands:
                lines += [head, "", *_shell(alike.in_each(commands)), ""]
        lines += _listed(_IF_IT_FAILS, step.on_failure)
        lines += _listed("Gives:", step.gives)
    return lines


def _set_by_name(
    told: alike.Told, members: Sequence[Deployment], handed: HandOvers, numbers: Numbers
) -> list[str]:
    """The steps of layers that are deployed in the same words but for their names."""
    first = members[0]
    key = first.layer.key
    assert key is not None
    folder, _, target = directory_of(first).rpartition(f"/{key}/")
    where = "from the folder of this file" if first.host is None else f"on `{first.host}`, there"
    lines: list[str] = []
    if len(members) > _FEW:  # fewer are listed already
        lines += ["Their names, from the folder of this file:", ""]
        lines += [*_shell((alike.names(told.number),)), ""]
    lines += [
        f"For each of them, {_prose(where)}; `name` is its own, on every host it is used on:",
        "",
    ]
    lines += [*_shell((f"name={key}", f"cd {shlex.quote(folder)}/$name/{target}")), ""]
    for position, (number, step) in enumerate(zip(numbers.of(first), first.steps, strict=True)):
        lines += [f"#### {number} {_prose(in_prose(step.title, key))}", ""]
        alike_steps = [each.steps[position] for each in members]
        taken = taken_words(handed.of(step), _same_for_all(alike_steps, handed, numbers))
        lines += _listed("Needs first:", [in_prose(each, key) for each in (*step.needs, *taken)])
        for head, commands in (("Run:", step.commands), ("Check:", step.checks)):
            if commands:
                lines += [head, "", *_shell([in_shell(each, key) for each in commands]), ""]
        lines += _listed(_IF_IT_FAILS, [in_prose(each, key) for each in step.on_failure])
        given = (given_words(each, first) for each in step.hands_over)
        lines += _listed("Gives:", [in_prose(each, key) for each in (*step.gives, *given)])
    return lines


def _same_for_all(
    steps: Sequence[Step], handed: HandOvers, numbers: Numbers
) -> Callable[[Source], str] | None:
    """What tells where things come from, if that is the same steps for all that take them."""
    made = {
        tuple(None if t.source is None else numbers.made_in(t.source) for t in handed.of(step))
        for step in steps
    }
    return numbers.made_in if len(made) == 1 else None


def _some(refs: Sequence[Ref]) -> str:
    """Layers by name, the first and the last of many."""
    if len(refs) <= _FEW:
        return _names(refs)
    return f"{_names(refs[:1])} to {_names(refs[-1:])}"


def _standing(needs: Sequence[Ref]) -> list[str]:
    """What a layer stands on that nothing in this folder deploys."""
    return [f"Stands on {_names(needs)}, which nothing here makes.", ""] if needs else []


def _names(refs: Sequence[str]) -> str:
    return ", ".join(f"`{_prose(ref)}`" for ref in refs)


def _steps(
    deployment: Deployment,
    handed: HandOvers,
    numbers: Numbers,
    done: dict[tuple[str | None, Step], str],
) -> list[str]:
    if not deployment.steps:
        return ["There is nothing to run.", ""]
    where = (
        "From this folder"
        if deployment.host is None
        else f"On `{deployment.host}`, from this folder"
    )
    lines = [f"{_prose(where)}:", "", *_shell((f"cd {shlex.quote(directory_of(deployment))}",)), ""]
    for number, step in zip(numbers.of(deployment), deployment.steps, strict=True):
        lines += [f"#### {number} {_prose(step.title)}", ""]
        before = done.get((deployment.host, step))
        if before is not None:
            lines += [f"Done already in step {before}.", "", *_listed("Gives:", step.gives)]
            continue
        if step.is_for_machine:
            done[deployment.host, step] = number
        taken = taken_words(handed.of(step), numbers.made_in)
        lines += _listed("Needs first:", (*step.needs, *taken))
        if step.commands:
            lines += ["Run:", "", *_shell(step.commands), ""]
        if step.checks:
            lines += ["Check:", "", *_shell(step.checks), ""]
        lines += _listed(_IF_IT_FAILS, step.on_failure)
        given = [given_words(each, deployment) for each in step.hands_over]
        lines += _listed("Gives:", (*step.gives, *given))
    return lines


def _listed(head: str, texts: Sequence[str]) -> list[str]:
    return [head, "", *(f"- {_prose(text)}" for text in texts), ""] if texts else []


def _shell(commands: Sequence[str]) -> list[str]:
    body = [escaped(line) for command in commands for line in command.split("\n")]
    ticks = max((len(run) for line in body for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, ticks + 1)
    return [f"{fence}sh", *body, fence]


def _prose(text: str) -> str:
    """Text for one line of Markdown: no line ends, no HTML, nothing hidden."""
    joined = escaped(" ".join(text.split()))
    found, end = [], 0
    for code in _CODE.finditer(joined):
        found += [_without_html(joined[end : code.start()]), code[0]]
        end = code.end()
    return "".join([*found, _without_html(joined[end:])])


def _without_html(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _literal(text: str) -> str:
    """Text of a blueprint for one line of Markdown, in which nothing is markup."""
    return re.sub(r"([\\`*_{}\[\]()#!|~:])", r"\\\1", _prose(text))


def _cell(text: str) -> str:
    return _prose(text).replace("|", "\\|")


__all__ = ["VERSION", "deploy_md", "directory_of", "order_json", "waves_of"]
