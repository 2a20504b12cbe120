"""What a run judges by: the packs that are asked for, and the waivers of the blueprint, each for one rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from blueprint.conform.pack import Pack, Requirement
from blueprint.conform.verdicts import Waiver
from blueprint.diagnostics import Diagnostic, conform
from blueprint.resolve.claims import Claim, Waive

Report = Callable[[Diagnostic], None]


def requirements_by_name(packs: Iterable[Pack]) -> dict[str, list[Requirement]]:
    """The requirements by each name that means them: their id, an alias, either with their pack before it."""
    found: dict[str, list[Requirement]] = {}
    seen: set[str] = set()
    for pack in packs:
        for _, requirement in pack.all():
            if requirement.full_id in seen:
                continue
            seen.add(requirement.full_id)
            for name in (requirement.id, *requirement.aliases):
                found.setdefault(name, []).append(requirement)
                found.setdefault(f"{requirement.pack}.{name}", []).append(requirement)
    return found


def waivers_of(
    claims: Sequence[Claim], packs: Sequence[Pack], report: Report
) -> tuple[Waiver, ...]:
    """The waivers of a blueprint, each held against the rules that there are."""
    known = requirements_by_name(packs)
    found = []
    for claim in claims:
        for waive in claim.waivers:
            requirement = _meant(waive, known, report)
            if requirement is not None:
                found.append(
                    Waiver(
                        requirement.pack, requirement.id, waive.because, waive.until, waive.only,
                        waive.span,
                    )
                )  # fmt: skip
    return tuple(found)


def _meant(
    waive: Waive, known: Mapping[str, list[Requirement]], report: Report
) -> Requirement | None:
    matches = known.get(waive.rule, [])
    if not matches:
        report(conform.unknown_rule(waive.span, waive.rule, known))
        return None
    if len(matches) > 1:
        report(conform.ambiguous_rule(waive.span, waive.rule, [m.pack for m in matches]))
        return None
    return matches[0]
