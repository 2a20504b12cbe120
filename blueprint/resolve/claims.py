"""`conform NAME { to = […] waive RULE { … } }`: what a blueprint says it conforms to, and its exceptions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from blueprint import typesys as ts
from blueprint.diagnostics import fields, names
from blueprint.resolve.modules import Module
from blueprint.resolve.stated import Attributes
from blueprint.source import Span
from blueprint.syntax import ast
from blueprint.values import Ref


@dataclass(frozen=True, slots=True)
class Waive:
    """A `waive` as it is written: `rule` may begin with the name of its pack."""

    rule: str
    because: str
    until: date | None
    only: tuple[Ref, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Claim:
    """One `conform`: the packs that it names, what it judges, the profiles that are meant, and its waivers.

    Of a kind that `of` names anything of, rules see no more than that; of other kinds everything.
    """

    name: str
    packs: tuple[tuple[str, Span], ...]
    profiles: tuple[tuple[str, Span], ...]
    waivers: tuple[Waive, ...]
    span: Span
    of: tuple[Ref, ...] = ()


def claims_of(module: Module) -> tuple[Claim, ...]:
    """What a blueprint claims; everything wrong with it is reported."""
    return tuple(_claim(module, block) for block in module.conforms)


def _claim(module: Module, block: ast.BlockDecl) -> Claim:
    assert block.label is not None, block
    stated = Attributes(
        module, block, "conform", {"of": ts.ANY}, words=("to", "profiles"), blocks=("waive",),
        may_see_things=True,
    )  # fmt: skip
    packs = tuple(stated.words_of("to"))
    if not packs:
        module.world.report(
            fields.missing_attribute(block.head, "to", "`conform`", "to = [anuket.ra2]")
        )
    seen: dict[str, Span] = {}
    waivers = []
    for waive in stated.inner("waive"):
        found = _waiver(module, waive)
        if found is None:
            continue
        first = seen.setdefault(found.rule, waive.head)
        if first is not waive.head:
            module.world.report(names.duplicate(waive.head, f"the waiver of `{found.rule}`", first))
            continue
        waivers.append(found)
    return Claim(
        block.label.name, packs, tuple(stated.words_of("profiles")), tuple(waivers), block.head,
        stated.things("of"),
    )  # fmt: skip


def _waiver(module: Module, block: ast.BlockDecl) -> Waive | None:
    if block.label is None or block.label.index is not None:
        module.world.report(fields.wrong_label(block.head, "waive", needs_label=True))
        return None
    stated = Attributes(
        module, block, "waive",
        {"because": ts.STRING, "until": ts.DATE, "only": ts.ANY}, ("because",),
        may_see_things=True,
    )  # fmt: skip
    because = stated.text("because")
    if "because" in stated and not because.strip():
        module.world.report(
            fields.out_of_bounds(block.head, because, "a waiver says why it is granted")
        )
    return Waive(
        block.label.name, because, stated.value("until", None), stated.things("only"),
        block.head,
    )  # fmt: skip


__all__ = ["Claim", "Waive", "claims_of"]
