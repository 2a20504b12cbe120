"""The reference blueprints give exactly the trees that stand here, for each release.

A golden says unchanged; the judges under tests/oracle say right. A difference is rewritten with
`pytest --update-golden`, read, and explained in the commit.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from blueprint.cli import main
from tests.golden_files import Golden

#: Folders with a file for each host; of many hosts, the first stands for those of its declaration.
BY_HOST = ("netplan", "nmstate")
FEW_HOSTS = 3
REPOSITORY = Path(__file__).parents[2]
#: Machine-local state, and what holds digests of the compiler itself.
LEFT_OUT = (".oib/", "oib-manifest.json", "oib-manifest.d/")


def is_one_of_many(path: Path) -> bool:
    """Whether a file is about one host of many, and another stands for it."""
    if path.parent.name not in BY_HOST:
        return False
    hosts = sorted(path.parent.iterdir())
    return len(hosts) > FEW_HOSTS and path != hosts[0]


#: The blueprints, and the releases (of OpenStack, or of StarlingX) that a tree of each is kept for.
TREES = (
    ("china_mobile", "2025.1"),
    ("china_unicom", "2025.1"),
    ("h3c_cloudos", "2025.1"),
    ("huawei_dual_engine", "2025.1"),
    ("huawei_dual_engine", "2026.1"),
    ("telco_edge", "11.0"),
    ("telco_edge", "12.0"),
    ("three_node_cloud", "2025.1"),
    ("three_node_cloud", "2026.1"),
    ("vexxhost_atmosphere", "2025.1"),
)
#: The rows of a fleet's plans that stand for all: each configuration, with OpenStack and without, and three alike;
#: of a radio network a region, and a site of each sort of clock.
ROWS = {
    "china_unicom": {
        "sites.csv": ("bj-bj-01", "bj-bj-02", "bj-bj-03", "bj-bj-04", "bj-bj-05", "gd-gz-01"),
    },
    "telco_edge": {
        "cu_sites.csv": ("cu-ber",),
        "cu_servers.csv": tuple(f"cu-ber-{each}" for each in ("c0", "c1", "w0", "w1", "w2")),
        "du_sites.csv": ("du-ber-01", "du-ber-02"),
    },
}


def source_of(name: str, folder: Path) -> Path:
    """The blueprint; of one with plans of many sites, a copy with a few."""
    source = REPOSITORY / "reference_blueprints" / name
    if name not in ROWS:
        return source
    shutil.copytree(source, folder / name)
    for plan, rows in ROWS[name].items():
        header, *lines = (source / plan).read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if line.partition(",")[0] in rows]
        (folder / name / plan).write_text("".join((header, *kept)), encoding="utf-8")
    return folder / name


@pytest.mark.parametrize(("name", "release"), TREES)
def test_a_reference_blueprint_gives_the_tree_that_it_gave(
    name: str, release: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    source = source_of(name, tmp_path)
    output = tmp_path / "output"
    code = main(
        ["compile", str(source), "-o", str(output), "--set", f"release={release}", "--quiet"]
    )
    assert code == 0
    files = {
        path.relative_to(output).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(output.rglob("*"))
        if path.is_file()
        and not path.relative_to(output).as_posix().startswith(LEFT_OUT)
        and not is_one_of_many(path)
    }
    golden = Golden(Path(__file__).parent, request.config.getoption("--update-golden"))
    golden.check_tree(f"{name}/{release}", files)
