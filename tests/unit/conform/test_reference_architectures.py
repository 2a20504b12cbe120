"""Packs of reference architectures beside the requirements that were read out of the documents."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from blueprint.conform.pack import Requirement
from blueprint.conform.run import read_packs
from blueprint.loader import MemoryLoader

SHARED = Path(__file__).parents[4] / "shared"
#: Packs that are complete, with the list of their document's requirements.
COMPLETE = {
    "anuket.ra1": SHARED / "facts" / "ra1.csv",
    "anuket.ra2": SHARED / "facts" / "ra2.csv",
}


def rows(name: str) -> list[dict[str, str]]:
    path = COMPLETE[name]
    if not path.exists():
        pytest.skip(f"{path.name} lies beside the repository, and not here")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def by_id(name: str) -> dict[str, Requirement]:
    packs, _ = read_packs(MemoryLoader({}))
    return {
        word: rule
        for pack in packs
        if pack.name == name
        for rule in pack.requirements
        for word in (rule.id, *rule.aliases)
    }


@pytest.mark.parametrize("name", COMPLETE)
def test_every_requirement_of_the_document_has_its_rule(name):
    known = by_id(name)
    assert [] == [i for row in rows(name) for i in row["id"].split(" / ") if i not in known]


@pytest.mark.parametrize("name", COMPLETE)
def test_no_rule_is_of_our_own_making(name):
    stated = {i for row in rows(name) for i in row["id"].split(" / ")}
    known = by_id(name).items()
    # a row may name a range of ids, `i.pm.001-022`: the rule has its name, and those as aliases
    assert (
        sorted(
            i for i, rule in known if i not in stated and not (rule.id in stated and "-" in rule.id)
        )
        == []
    )


@pytest.mark.parametrize("name", COMPLETE)
def test_levels_are_the_documents(name):
    known = by_id(name)
    assert [] == [
        f"{row['id']}: {rule.level}"
        for row in rows(name)
        if (rule := known[row["id"].split(" / ")[0]]).level != row["level"].lower()
    ]


@pytest.mark.parametrize("name", COMPLETE)
def test_what_can_not_be_known_before_it_runs_is_not_said_to_be_checked(name):
    known = by_id(name)
    assert [] == [
        row["id"]
        for row in rows(name)
        if row["checkable"] == "no"
        and known[row["id"].split(" / ")[0]].verdict_class != "not_checkable"
    ]
