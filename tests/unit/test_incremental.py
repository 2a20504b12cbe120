"""Which changes of rows are proved by the rows alone, and which only by the whole; all give the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from blueprint.incremental import WORTH_REGISTERING
from tests.benchmarks.fleet import name_of
from tests.changed_rows import Change, Fleet, Rows, result_of

SITES = WORTH_REGISTERING + 8
NUMBER = 5
SITE = f'starlingx.edge["{name_of(NUMBER)}"]'
COLUMNS = (
    "name", "seq", "region", "mode", "group", "oam_cidr", "oam_gateway", "oam_floating",
    "bmc0", "mac0", "bmc1", "mac1",
)  # fmt: skip


def cell(column: str, value: str, number: int = NUMBER) -> Change:
    def change(rows: Rows) -> None:
        rows[number][COLUMNS.index(column)] = value

    return change


def nothing(_: Rows) -> None:
    pass


@pytest.fixture(scope="module")
def fleet(tmp_path_factory) -> Fleet:
    return Fleet.of(tmp_path_factory.mktemp("fleets") / "fleet", SITES)


def is_by_rows(fleet: Fleet, change: Change, *only: str) -> bool:
    """Whether a change is proved by rows alone, after it was seen that the whole gives the same."""
    after = fleet.changed(change)
    asked = only or (SITE,)
    found = after.of_rows(fleet, fleet.whole.register, asked)
    assert result_of(found) == result_of(after.of_rows(fleet, None, asked))
    return found.is_by_rows


# ------------------------------------------------------------------------------- proved by rows alone


@pytest.mark.parametrize(
    ("column", "value"),
    [("oam_floating", "10.64.0.43"), ("bmc0", "10.66.0.9"), ("mac0", "02:00:00:0f:00:01")],
)
def test_an_address_that_nobody_else_claims_is_proved_by_its_row(fleet, column, value):
    assert is_by_rows(fleet, cell(column, value))


def test_a_site_that_moves_to_a_free_prefix_is_proved_by_its_row(fleet):
    def move(rows: Rows) -> None:
        rows[NUMBER][5:8] = ["10.66.0.8/29", "10.66.0.9", "10.66.0.10"]

    assert is_by_rows(fleet, move)


def test_nothing_has_changed_is_proved_by_the_row_that_is_asked_for(fleet):
    assert is_by_rows(fleet, nothing)


def test_a_changed_row_that_is_not_asked_for_is_proved_too(fleet):
    assert is_by_rows(fleet, cell("oam_floating", "10.64.0.59", 7))
    assert not is_by_rows(fleet, cell("oam_floating", "10.64.0.45", 7))  # a neighbour's prefix


# ----------------------------------------------------------------------------- proved by the whole


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("oam_cidr", "10.64.0.48/29"),  # a neighbour's
        ("oam_cidr", "10.64.0.0/16"),  # holds those of all others
        ("oam_floating", "10.64.0.42 "),  # nothing, but the row is read anew
        ("bmc0", "10.72.0.13"),  # a neighbour's
        ("bmc0", "10.20.1.200"),  # on a network that all share
        ("bmc0", "fd00::1"),
        ("mac0", "02:00:00:01:00:0c"),  # a neighbour's
        ("mac0", "no address"),
        ("group", "north"),
        ("mode", "aio_dx"),
        ("name", "site-new"),
        ("seq", "3000"),
        ("region", "west"),
    ],
)
def test_whatever_else_changes_gives_what_the_whole_gives(fleet, column, value):
    assert is_by_rows(fleet, cell(column, value)) == (value == "10.64.0.42 ")


def test_a_row_that_goes_or_comes_is_proved_by_the_whole(fleet):
    def remove(rows: Rows) -> None:
        del rows[20]

    def add(rows: Rows) -> None:
        rows.append(["new", "900", "s", "aio_sx", "south", "10.67.0.0/29", "10.67.0.1",
                     "10.67.0.2", "10.67.1.1", "02:00:00:0f:00:07", "", ""])  # fmt: skip

    assert not is_by_rows(fleet, remove)
    assert not is_by_rows(fleet, add)


@pytest.mark.parametrize("only", ["starlingx.edge", "starlingx.central", "starlingx.nowhere"])
def test_what_is_not_made_for_a_row_is_proved_by_the_whole(fleet, only):
    assert not is_by_rows(fleet, nothing, only)


# --------------------------------------------------------------- text that lets rows look at each other

_EDGE = "  starlingx edge[s.name] like starlingx.edge_system {\n"
OTHERS = {
    "a row of the list by its place": (_EDGE, f'{_EDGE}    description = "hub ${{nth(sites, 5).oam_floating}}"\n'),
    "an element of the list": (_EDGE, f'{_EDGE}    description = "hub ${{sites[5].oam_floating}}"\n'),
    "a loop over the column": (_EDGE, f'{_EDGE}    description = "${{nth([for t in sites: t.oam_floating], 5)}}"\n'),
    "a field of another site's thing": (_EDGE, f'{_EDGE}    description = "${{bmc_of}}"\n    let bmc_of = hosts.edge_node["{name_of(NUMBER)}-0"].bmc.address ?? 10.0.0.1\n'),
    "a field of a whole family": (_EDGE, f'{_EDGE}    description = "${{nth(network.edge_oam.cidr, 5)}}"\n'),
    "the members of a family": (_EDGE, f'{_EDGE}    description = "${{count(network.edge_oam)}}"\n'),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERS)
def test_where_rows_read_each_other_the_whole_is_proved(tmp_path, name):
    was, becomes = OTHERS[name]
    fleet = Fleet.of(tmp_path / "fleet", SITES, lambda text: text.replace(was, becomes))
    assert fleet.whole.found.is_ok, fleet.whole.found.diagnostics
    for number in (NUMBER, 9):
        assert not is_by_rows(
            fleet, cell("oam_floating", "10.64.0.43"), f'starlingx.edge["{name_of(number)}"]'
        )


def test_an_address_on_a_network_that_sites_share_is_proved_by_the_whole(tmp_path):
    def shared(text: str) -> str:
        text = text.replace("bmc { address = if", "bmc { network = network.bmc  address = if")
        return text.replace("10.14.0.0/24", "10.72.0.0/24").replace("10.14.0.1", "10.72.0.21")

    fleet = Fleet.of(tmp_path / "fleet", SITES, shared)
    assert fleet.whole.register is not None, fleet.whole.found.diagnostics
    assert not is_by_rows(fleet, cell("bmc0", "10.72.0.200"))
    assert is_by_rows(fleet, cell("mac0", "02:00:00:0f:00:01"))


def test_a_row_that_another_refers_to_is_proved_by_the_whole(tmp_path):
    own = '  pki edge[s.name] { issuer = provided  ca_certificate = file("ca.pem") }\n'
    theirs = f'if s.seq == 9 then pki.edge["{name_of(NUMBER)}"] else pki.edge[s.name]'

    fleet = Fleet.of(
        tmp_path / "fleet",
        SITES,
        lambda text: text.replace(
            _EDGE, f"{own}{_EDGE}    certificates {{ trusted = {theirs} }}\n"
        ),
    )
    register = fleet.whole.register
    assert register is not None, fleet.whole.found.diagnostics
    assert {each.number for each in register.tied} == {NUMBER, 9}
    assert not is_by_rows(fleet, cell("oam_floating", "10.64.0.43"))
    assert is_by_rows(
        fleet, cell("oam_floating", "10.64.0.59", 7), f'starlingx.edge["{name_of(7)}"]'
    )


def test_a_compile_that_has_anything_to_say_leaves_no_register(fleet):
    wrong = fleet.changed(cell("group", "nowhere"))
    assert wrong.whole.register is None


def test_few_rows_leave_no_register(tmp_path):
    assert Fleet.of(tmp_path / "fleet", 9).whole.register is None


def test_the_layer_as_it_was_must_be_what_the_whole_made_of_it(fleet):
    register = fleet.whole.register
    assert register is not None
    layers = {name: replace(each, sha256="0" * 64) for name, each in register.layers.items()}
    after = fleet.changed(cell("oam_floating", "10.64.0.43"))
    found = after.of_rows(fleet, replace(register, layers=layers), (SITE,))
    assert not found.is_by_rows
