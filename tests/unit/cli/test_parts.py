"""Compiling a part: a layer, a family, a shard. What it writes, what it leaves alone, and what it refuses."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from blueprint.output.scope import shard_of
from tests.benchmarks.fleet import changed, grown, name_of
from tests.unit.cli.conftest import Oib, Ran
from tests.unit.output.trees import standing

SITES = 9
SITE = 'starlingx.edge["site-00004"]'
FOLDER = "starlingx.edge/site-00004/"
PART = "oib-manifest.d/starlingx.edge/site-00004.json"
TOP = {"DEPLOY.md", "order.json", "oib-manifest.json"}


class Fleet:
    """A distributed cloud of a few sites, and oib."""

    def __init__(self, oib: Oib, folder: Path) -> None:
        self.oib = oib
        self.folder = folder
        self.rows = folder / "subclouds.csv"

    def compile(self, out: str, *arguments: str) -> Ran:
        return self.oib("compile", "fleet", "-o", out, *arguments)

    def whole(self, out: str = "whole") -> dict[str, bytes]:
        assert self.compile(out).code == 0
        return standing(out)

    def without(self, number: int) -> None:
        lines = self.rows.read_text().splitlines(keepends=True)
        self.rows.write_text("".join(line for line in lines if name_of(number) not in line))


@pytest.fixture
def fleet(oib, tmp_path) -> Fleet:
    grown(tmp_path / "fleet", SITES)
    return Fleet(oib, tmp_path / "fleet")


def of_site(tree: dict[str, bytes]) -> dict[str, bytes]:
    return {p: data for p, data in tree.items() if p.startswith(FOLDER) or p == PART}


# ----------------------------------------------------------------------------------------- --only


def test_one_layer_is_what_the_whole_gives_for_it(fleet):
    assert fleet.compile("part", "--only", SITE).code == 0
    assert standing("part") == of_site(fleet.whole())


def test_a_name_whose_quotes_the_shell_took_is_understood(fleet):
    fleet.compile("part", "--only", "starlingx.edge[site-00004]")
    assert PART in standing("part")


def test_several_layers_may_be_named(fleet):
    fleet.compile("part", "--only", SITE, "--only", "starlingx.central")
    assert ["oib-manifest.d/starlingx.central.json", PART] == sorted(
        path for path in standing("part") if path.startswith("oib-manifest.d/")
    )


def test_a_family_is_all_its_members_and_nothing_else(fleet):
    fleet.compile("part", "--only", "starlingx.edge")
    whole = fleet.whole()
    wanted = {
        p for p in whole if p.startswith(("starlingx.edge/", "oib-manifest.d/starlingx.edge/"))
    }
    assert standing("part") == {path: whole[path] for path in wanted}


def test_a_misspelled_layer_is_named_with_the_nearest(fleet):
    ran = fleet.compile("part", "--only", 'starlingx.edge["site-0004"]')
    assert (1, True, True) == (ran.code, "OIB4118" in ran.err, "did you mean" in ran.err)
    assert not os.path.exists("part")


def test_what_is_no_layer_cannot_be_compiled_alone(fleet):
    assert "OIB4118" in fleet.compile("part", "--only", "network.oam").err


def test_a_name_is_not_blamed_where_the_blueprint_is_wrong(fleet):
    fleet.rows.write_text(fleet.rows.read_text().replace("aio_sx", "aio_sy", 1))
    ran = fleet.compile("part", "--only", name_of(0))
    assert (1, False) == (ran.code, "OIB4118" in ran.err)


def test_only_and_shard_exclude_each_other(fleet):
    assert fleet.compile("part", "--only", SITE, "--shard", "1/2").code == 2


@pytest.mark.parametrize("text", ["0/2", "3/2", "1", "1/0", "a/b", "-1/2", "1/2/3"])
def test_what_is_no_share_is_refused(fleet, text):
    assert fleet.compile("part", f"--shard={text}").code == 2


def test_the_rest_of_the_blueprint_is_proven_all_the_same(fleet):
    fleet.rows.write_text(fleet.rows.read_text().replace(",10.72.0.1,", ",10.72.0.5,", 1))
    assert fleet.compile("part", "--only", SITE).code == fleet.compile("whole").code


# ------------------------------------------------------------------------------------ one changed row


def test_one_changed_row_and_its_site_make_the_whole_anew(fleet):
    fleet.whole("part")
    changed(fleet.folder, 4)
    assert fleet.compile("part", "--only", SITE).code == 0
    fresh = fleet.whole()
    assert {p: d for p, d in standing("part").items() if p not in TOP} == {
        p: d for p, d in fresh.items() if p not in TOP
    }


def test_a_part_touches_no_file_of_the_others(fleet):
    fleet.whole("part")
    before = {path: os.stat(f"part/{path}").st_mtime_ns for path in standing("part")}
    changed(fleet.folder, 4)
    changed(fleet.folder, 5)
    fleet.compile("part", "--only", SITE)
    touched = {p for p, at in before.items() if os.stat(f"part/{p}").st_mtime_ns != at}
    assert touched
    assert {p for p in touched if not p.startswith(FOLDER) and p != PART} == set()


def test_a_whole_compile_over_a_part_is_a_fresh_one(fleet):
    fleet.whole("part")
    changed(fleet.folder, 4)
    fleet.compile("part", "--only", SITE)
    assert fleet.compile("part").code == 0
    assert standing("part") == fleet.whole()


def test_a_whole_compile_after_a_part_is_not_taken_for_unchanged(fleet):
    fleet.whole("part")
    changed(fleet.folder, 4)
    fleet.compile("part", "--shard", "1/2")  # writes the manifest's head, with the new inputs
    assert "nothing changed" not in fleet.compile("part").out
    assert standing("part") == fleet.whole()


# ------------------------------------------------------------------------------------------ pruning


def test_a_row_that_is_gone_is_pruned_with_its_family_and_no_other_is(fleet):
    fleet.whole("part")
    fleet.without(4)
    fleet.compile("part", "--only", 'starlingx.edge["site-00005"]')
    assert PART in standing("part")
    fleet.compile("part", "--only", "starlingx.edge")
    assert of_site(standing("part")) == {}


def test_a_row_that_is_gone_is_pruned_by_its_own_shard(fleet):
    fleet.whole("part")
    fleet.without(4)
    mine = shard_of(FOLDER.rstrip("/"), 3)
    for number in {1, 2, 3} - {mine}:
        fleet.compile("part", "--shard", f"{number}/3")
    assert PART in standing("part")
    fleet.compile("part", "--shard", f"{mine}/3")
    assert standing("part") == fleet.whole()


def test_an_edited_file_of_another_layer_stands_in_nobodys_way(fleet):
    fleet.whole("part")
    (Path("part") / FOLDER / "oib-source-map.jsonl").write_text("edited")
    assert fleet.compile("part", "--only", "starlingx.central").code == 0
    assert "OIB4101" in fleet.compile("part", "--only", SITE).err


def test_check_looks_at_its_part_only(fleet):
    fleet.whole("part")
    changed(fleet.folder, 5)
    assert fleet.compile("part", "--check", "--only", SITE).code == 0
    assert fleet.compile("part", "--check", "--only", 'starlingx.edge["site-00005"]').code == 1


# ------------------------------------------------------------------------------------------- shards


@pytest.mark.parametrize("count", [2, 5, 16])
def test_shards_in_folders_of_their_own_are_together_the_whole(fleet, count):
    found: dict[str, bytes] = {}
    for number in range(1, count + 1):
        assert fleet.compile(f"part-{number}", "--shard", f"{number}/{count}").code == 0
        tree = standing(f"part-{number}")
        assert set(tree) & set(found) == set()
        found.update(tree)
    assert found == fleet.whole()


def test_a_share_of_nothing_is_nothing(fleet):
    empty = set(range(1, 33)) - {shard_of(f"starlingx.edge/{name_of(n)}", 32) for n in range(SITES)}
    empty -= {1, shard_of("starlingx.central", 32)}
    ran = fleet.compile("part", "--shard", f"{min(empty)}/32")
    assert (0, True) == (ran.code, "no layer is in this part" in ran.out)
    assert standing("part") == {}


def test_shards_in_one_folder_are_together_the_whole_in_any_order(fleet):
    for number in (3, 1, 2):
        fleet.compile("part", "--shard", f"{number}/3")
    assert standing("part") == fleet.whole()


def test_only_the_first_shard_writes_what_belongs_to_no_layer(fleet):
    fleet.compile("first", "--shard", "1/2")
    fleet.compile("second", "--shard", "2/2")
    assert (TOP, set()) == (TOP & set(standing("first")), TOP & set(standing("second")))


def test_shards_at_the_same_time_in_one_folder_lose_nothing(fleet):
    command = [sys.executable, "-m", "blueprint.cli", "compile", "fleet", "-o", "part", "-q"]
    runs = [subprocess.Popen([*command, "--shard", f"{number}/3"]) for number in (1, 2, 3)]
    assert [0, 0, 0] == [run.wait() for run in runs]
    assert standing("part") == fleet.whole()
    assert not os.path.exists("part/.oib/staging")


def test_no_shard_writes_the_lock(fleet):
    fleet.compile("part", "--shard", "1/2")
    assert not (fleet.folder / "oib.lock").exists()


def test_a_layer_stays_in_its_shard_where_others_come_and_go(fleet):
    fleet.compile("many", "--shard", "2/4")
    fleet.without(0)
    fleet.compile("fewer", "--shard", "2/4")
    many, fewer = (
        {p.split("/")[1] for p in standing(out) if p.startswith("starlingx.edge/")}
        for out in ("many", "fewer")
    )
    assert many - {name_of(0)} == fewer


def test_the_machine_form_tells_what_a_part_wrote(fleet):
    found = json.loads(fleet.compile("part", "--only", SITE, "--format", "json").out)
    assert sorted(standing("part")) == sorted(found["output"]["written"])


def test_the_summary_of_a_part_names_its_layers_only(fleet):
    out = fleet.compile("part", "--only", SITE).out
    assert (True, False, False) == ("site-00004" in out, "site-00005" in out, "DEPLOY.md" in out)


def test_the_folder_of_another_blueprint_is_left_alone_by_a_part(fleet):
    fleet.compile("part", "--shard", "2/2")
    main = fleet.folder / "main.oib"
    main.write_text(main.read_text().replace("blueprint distributed_cloud", "blueprint other"))
    assert "OIB4116" in fleet.compile("part", "--shard", "2/2").err


# ------------------------------------------------------------------------------- the lock of addresses


def test_hosts_without_a_lock_forbid_parts(hall):
    ran = hall.compile("--only", "hosts.node")
    assert (1, True) == (ran.code, "OIB4120" in ran.err)


def test_with_a_lock_hosts_are_compiled_in_parts(hall):
    hall.oib("lock", "hall")
    assert hall.compile("--only", "hosts.node").code == 0


# ------------------------------------------------------------------------------------ after a kill


def test_a_part_settles_what_a_killed_part_left(fleet):
    fleet.whole("part")
    torn(fleet)
    assert fleet.compile("part", "--only", "starlingx.central").code == 0
    assert not os.path.exists("part/oib-in-doubt.json")
    assert standing("part") == {**fleet.whole(), **{p: standing("part")[p] for p in TOP}}


def test_what_nobody_can_settle_is_left_to_a_whole_compile(fleet):
    fleet.whole("part")
    torn(fleet)
    shutil.rmtree("part/.oib")
    ran = fleet.compile("part", "--only", "starlingx.central")
    assert (1, True) == (ran.code, "OIB4119" in ran.err)
    assert fleet.compile("part").code == 0
    assert standing("part") == fleet.whole()


def torn(fleet: Fleet) -> None:
    """Kills a compile of one changed site after its first file is in place."""
    changed(fleet.folder, 4)
    program = (
        "import os, signal, sys\n"
        "from blueprint.output import disk\n"
        "from blueprint.cli import main\n"
        "done = disk.Disk.replace\n"
        "def replace(self, source, path):\n"
        "    if 'site-00004' in path and path.endswith('.json'):\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "    done(self, source, path)\n"
        "disk.Disk.replace = replace\n"
        "main(sys.argv[1:])\n"
    )
    arguments = ["compile", "fleet", "-o", "part", "-q", "--only", SITE]
    run = subprocess.run([sys.executable, "-c", program, *arguments], check=False)
    assert run.returncode == -9
    assert os.path.exists("part/oib-in-doubt.json")
