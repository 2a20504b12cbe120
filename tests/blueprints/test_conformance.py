"""What the blueprints that ship are measured by: each claims something, meets it, and its page says so."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from blueprint.cli.opening import Place, locate, open_place
from blueprint.conform.run import Asked, judge_blueprint
from blueprint.conform.verdicts import Conformance, Judgement, counted
from blueprint.resolve.world import Options
from tests.golden_files import Golden

ROOT = Path(__file__).parents[2] / "reference_blueprints"
NAMES = sorted(path.parent.name for path in ROOT.glob("*/main.oib"))
TITLE = "## Conformance\n"
VERDICTS = ("pass", "waived", "declared", "fail", "not_applicable", "not_checkable")


@cache
def conformance(name: str) -> Conformance:
    place = locate(str(ROOT / name))
    assert isinstance(place, Place)
    found, diagnostics = judge_blueprint(open_place(place, ()), Options(), Asked())
    assert found is not None, (name, diagnostics)
    return found


def of_pack(found: Conformance, pack: str) -> list[Judgement]:
    return [j for j in found.judgements if j.requirement.pack == pack]


def section(found: Conformance) -> str:
    """What a page says: numbers by pack, what fails below MUST, and the waivers."""
    return "\n".join(
        [TITLE, "What `oib conform` says of it as it is:", "", *numbers(found), *failing(found), *waivers(found)]
    ) + "\n"  # fmt: skip


def numbers(found: Conformance) -> Iterator[str]:
    yield "| pack | judged | pass | waived | declared | fail | not applicable | not checkable |"
    yield "|---|---|---|---|---|---|---|---|"
    for pack in found.packs:
        count = counted(of_pack(found, pack.name))
        of = ", ".join(f"`{ref}`" for ref in found.scopes.get(pack.name, ())) or "everything"
        yield f"| `{pack.name}` | {of} | " + " | ".join(str(count[v]) for v in VERDICTS) + " |"


def failing(found: Conformance) -> Iterator[str]:
    rows = [j.requirement for j in found.judgements if j.verdict == "fail"]
    if rows:
        yield ""
        yield "Every MUST is met or waived. What is not met of SHOULD and MAY:"
        yield ""
    for rule in rows:
        yield f"- `{rule.id}` ({rule.level}): {rule.title}"


def waivers(found: Conformance) -> Iterator[str]:
    rows = [j for j in found.judgements if j.verdict == "waived" and j.waiver]
    if rows:
        yield ""
        yield "| waived | what it asks | why not here | until |"
        yield "|---|---|---|---|"
    for judged in rows:
        rule, waiver = judged.requirement, judged.waiver
        assert waiver is not None, judged
        yield f"| `{rule.id}` | {rule.title} | {waiver.because} | {waiver.until or ''} |"


@pytest.mark.parametrize("name", NAMES)
def test_a_reference_claims_what_it_is_measured_by(name):
    assert conformance(name).packs


@pytest.mark.parametrize("name", NAMES)
def test_every_must_of_what_it_claims_is_met_or_waived(name):
    assert [] == [j.requirement.id for j in conformance(name).failing("must")]


@pytest.mark.parametrize("name", NAMES)
def test_no_waiver_stands_for_what_is_met(name):
    judged = conformance(name).judgements
    assert [] == [j.requirement.id for j in judged if j.waiver and j.verdict != "waived"]


@pytest.mark.parametrize("name", NAMES)
def test_the_page_says_what_is_found(name, golden: Golden):
    page = ROOT / name / "README.md"
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(TITLE)
    said, title, after = rest.partition("\n## ")
    wanted = section(conformance(name))
    if golden.is_updating:
        page.write_text(f"{before.rstrip()}\n\n{wanted}{title}{after}", encoding="utf-8")
    else:
        assert wanted.rstrip() == (TITLE + said).rstrip()
