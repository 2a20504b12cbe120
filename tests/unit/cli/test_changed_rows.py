"""`--only` after one changed row: what the compile before left makes it quick, and nothing else of it different."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import pytest

from blueprint.cli.compile import _compiled
from blueprint.cli.opening import locate
from blueprint.incremental import WORTH_REGISTERING
from blueprint.output.manifest import Settings
from tests.benchmarks.fleet import changed, grown
from tests.unit.cli.conftest import Oib, Ran
from tests.unit.output.trees import standing

SITE = 'starlingx.edge["site-00004"]'
REGISTER = Path("out/.oib/register.json")


@pytest.fixture
def fleet(oib: Oib, tmp_path: Path) -> Path:
    """A fleet that was compiled as a whole."""
    grown(tmp_path / "fleet", WORTH_REGISTERING + 8)
    assert oib("compile", "fleet", "-o", "out").code == 0
    assert REGISTER.is_file()
    return tmp_path / "fleet"


def is_by_rows(settings: Settings | None = None) -> bool:
    """Whether the site is proved by its row from what stands there."""
    given = argparse.Namespace(only=[SITE], shard=None, jobs=1, output="out", check=False)
    return _compiled(locate("fleet"), settings or Settings(), given, None).is_by_rows


def both_ways(oib: Oib, *arguments: str) -> tuple[Ran, Ran]:
    """The same compile of a site with the register and without; what they leave is equal."""
    shutil.copytree("out", "kept")
    quick = oib("compile", "fleet", "-o", "out", "--only", SITE, *arguments)
    left = standing("out")
    shutil.rmtree("out")
    shutil.copytree("kept", "out")
    REGISTER.unlink()
    slow = oib("compile", "fleet", "-o", "out", "--only", SITE, *arguments)
    assert left == standing("out")
    return quick, slow


@pytest.mark.parametrize("arguments", [(), ("--check",), ("--format", "json"), ("--quiet",)])
def test_a_changed_site_is_compiled_as_without_a_register(oib, fleet, arguments):
    changed(fleet, 4)
    assert is_by_rows()
    quick, slow = both_ways(oib, *arguments)
    assert quick == slow
    assert quick.code == (1 if "--check" in arguments else 0)


def test_an_address_of_a_neighbour_is_refused_as_without_a_register(oib, fleet):
    path = fleet / "subclouds.csv"
    path.write_text(path.read_text().replace("10.64.0.32/29", "10.64.0.40/29"))
    quick, slow = both_ways(oib)
    assert quick == slow
    assert quick.code == 1


def test_one_site_after_the_other_is_proved_by_rows(oib, fleet):
    changed(fleet, 7)
    oib("compile", "fleet", "-o", "out", "--only", 'starlingx.edge["site-00007"]')
    changed(fleet, 4)
    assert is_by_rows()


def test_another_word_of_the_text_is_proved_by_the_whole(fleet):
    main = fleet / "main.oib"
    main.write_text(f"{main.read_text()}\n# a remark\n")
    assert not is_by_rows()


def test_a_lock_that_appears_is_proved_by_the_whole(fleet):
    (fleet / "oib.lock").write_text("{}")
    given = argparse.Namespace(only=[SITE], shard=None, jobs=1, output="out", check=False)
    assert not _compiled(locate("fleet"), Settings(), given, None).is_by_rows


def test_other_options_are_proved_by_the_whole(fleet):
    assert not is_by_rows(Settings(targets=("starlingx",)))


def test_a_damaged_register_is_proved_by_the_whole(oib, fleet):
    REGISTER.write_bytes(REGISTER.read_bytes()[:-1])
    assert not is_by_rows()
    assert oib("compile", "fleet", "-o", "out", "--only", SITE).code == 0


def test_a_register_of_another_oib_is_proved_by_the_whole(fleet):
    from blueprint.output import register

    found = register.recall("out")
    assert found is not None
    known, origin = found
    register.remember("out", known, register.Origin("other", *_rest(origin)))
    assert not is_by_rows()
    register.remember("out", known, origin)
    assert is_by_rows()


def _rest(origin):
    return origin.main, origin.settings, origin.inputs


def test_a_compile_of_everything_that_leaves_none_takes_the_old_one_away(oib, fleet):
    path = fleet / "subclouds.csv"
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:9]))
    assert oib("compile", "fleet", "-o", "out").code == 0
    assert not REGISTER.exists()
