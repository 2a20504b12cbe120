"""A proof of a few rows says what the proof of the whole says: of any change of a list, of whatever is asked for."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.benchmarks.fleet import name_of
from tests.changed_rows import Change, Fleet, Rows, result_of

SITES = 40
#: Columns of the list by what they hold, and what is put there besides cells of other rows.
_VALUES = {
    "name": ["site-new"],
    "seq": ["77", "-1", "x"],
    "region": ["west"],
    "mode": ["aio_dx", "aio_sx", "standard"],
    "group": ["north", "south", "nowhere"],
    "oam_cidr": ["10.66.0.0/29", "10.64.0.0/16", "10.20.0.0/26", "192.168.206.0/29", "fd00::/64", "10"],
    "oam_gateway": ["10.66.0.1", "10.64.1.1", "fd00::1"],
    "oam_floating": ["10.64.0.3", "10.64.0.83", "10.64.0.84", "10.64.0.86", "10.64.0.250", "10.66.0.2", ""],
    "bmc0": ["10.72.5.5", "10.14.0.11", "10.64.0.2", "10.128.0.2", "10.20.1.7", "10.10.0.53", "fd00::5"],
    "mac0": ["02:00:00:0f:00:01", "02:00:00:00:00:11", "02:00:00:01:00:zz"],
    "bmc1": ["10.72.5.6", ""],
    "mac1": ["02:00:00:0f:00:02", ""],
}  # fmt: skip
_ADDRESSES = ("oam_cidr", "oam_gateway", "oam_floating", "bmc0", "mac0", "bmc1", "mac1")


@pytest.fixture(scope="module")
def fleet(tmp_path_factory) -> Fleet:
    fleet = Fleet.of(tmp_path_factory.mktemp("fleets") / "fleet", SITES)
    assert fleet.whole.register is not None
    return fleet


@st.composite
def of_a_cell(draw) -> Change:
    """One cell is given a value of its own or that of another row, most often an address."""
    column = draw(st.sampled_from([*_ADDRESSES * 3, *_VALUES]))
    number = draw(st.integers(0, 12))
    at = list(_VALUES).index(column)
    other = draw(st.none() | st.integers(0, 12))
    value = draw(st.sampled_from(_VALUES[column]))

    def change(rows: Rows) -> None:
        rows[number][at] = value if other is None else rows[other][at]

    return change


@st.composite
def of_the_list(draw) -> Change:
    """A row goes, comes, or changes its place."""
    number, other = draw(st.integers(0, 12)), draw(st.integers(0, 12))
    what = draw(st.sampled_from(["remove", "repeat", "swap", "prefix"]))

    def change(rows: Rows) -> None:
        if what == "remove":
            del rows[number]
        elif what == "repeat":
            rows.append(list(rows[number]))
        elif what == "swap":
            rows[number], rows[other] = rows[other], rows[number]
        else:  # the site moves to another prefix as a whole
            rows[number][5:8] = ["10.66.0.8/29", "10.66.0.9", "10.66.0.10"]

    return change


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.one_of(of_a_cell(), of_a_cell(), of_the_list()), min_size=1, max_size=2),
    st.lists(st.integers(0, 12), min_size=1, max_size=2),
)
def test_rows_by_themselves_give_what_the_whole_gives(
    fleet: Fleet, edits: list[Change], asked: list[int]
) -> None:
    def change(rows: Rows) -> None:
        for edit in edits:
            edit(rows)

    after = fleet.changed(change)
    only = [f'starlingx.edge["{name_of(number)}"]' for number in asked]
    quick = after.of_rows(fleet, fleet.whole.register, only)
    assert result_of(quick) == result_of(after.of_rows(fleet, None, only))
