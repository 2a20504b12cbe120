"""Versions without fixes: the last day counts, one warning a cluster, and facts follow the files they come from."""

from __future__ import annotations

import pytest

from blueprint.checks.kubernetes_support import Support, support
from targets._derivation.kubernetes_releases import derived
from tests.unit.checks.clusters import ON_HOSTS, found

FACTS = Support("2026-09-15", {"1.35": "2026-09-16", "1.34": "2026-09-15", "1.9": "2020-01-01"})


@pytest.mark.parametrize(
    ("version", "end"), [("1.35.1", None), ("1.34.1", "2026-09-15"), ("1.40", None)]
)
def test_a_version_ends_with_its_last_day_and_unknown_ones_never(version, end):
    assert FACTS.ended(version) == end


def test_versions_with_fixes_are_in_the_order_of_their_numbers():
    facts = Support("2026-01-01", {"1.10": "2027-01-01", "1.9": "2026-06-01"})
    assert facts.supported() == ("1.9", "1.10")


def test_some_version_that_the_tools_make_still_gets_fixes():
    assert {"1.34", "1.35"} <= set(support().supported())


def test_a_cluster_and_its_pools_give_one_warning():
    edits = (
        ('version = "1.34"', 'version = "1.33"'),
        ("pool workers {", 'pool workers { version = "1.32" '),
    )
    (warning,) = found(ON_HOSTS, *edits)
    assert (warning.rule.code, warning.span.text) == ("OIB5715", '"1.33"')


def test_a_pool_alone_may_be_without_fixes():
    (warning,) = found(ON_HOSTS, ("pool workers {", 'pool workers { version = "1.33" '))
    assert (warning.rule.code, warning.span.text) == ("OIB5715", '"1.33"')


def test_a_cluster_that_stands_already_is_not_told():
    assert (
        found(
            ON_HOSTS.replace('version = "1.34"', 'version = "1.33"').replace(
                "kubernetes base", "existing kubernetes base"
            )
        )
        == ()
    )


def test_facts_take_the_day_of_the_newest_patch_and_keep_what_no_file_names():
    schedule = {
        "schedules": [
            {
                "release": "1.36",
                "releaseDate": "2026-04-22",
                "endOfLifeDate": "2027-06-28",
                "previousPatches": [{"targetDate": "2026-08-11"}],
                "next": {"targetDate": "2026-09-15"},
            }
        ]
    }
    ended = {
        "branches": [
            {"release": "1.33", "endOfLifeDate": "2026-07-14"},
            {"release": "1.33", "endOfLifeDate": "2026-06-28"},
        ]
    }
    facts = derived(schedule, ended, {"end_of_life": {"1.32": "2026-02-28"}})
    assert facts["as_of"] == "2026-08-11"
    assert facts["end_of_life"] == {
        "1.32": "2026-02-28",
        "1.33": "2026-07-14",
        "1.36": "2027-06-28",
    }
