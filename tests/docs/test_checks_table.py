"""The table of what is checked: every code stands in it, and what it names is there."""

import csv
import re
from pathlib import Path

import pytest

from blueprint.diagnostics.catalogue import merged, rules
from targets.cephadm import TARGET as CEPHADM
from targets.cluster_api import TARGET as CLUSTER_API
from targets.cluster_services import TARGET as CLUSTER_SERVICES
from targets.host_preparation import TARGET as HOST_PREPARATION
from targets.kata import TARGET as KATA
from targets.kolla_ansible import TARGET as KOLLA_ANSIBLE
from targets.kubespray import TARGET as KUBESPRAY
from targets.magnum import TARGET as MAGNUM
from targets.openstack_helm import TARGET as OPENSTACK_HELM
from targets.openstack_resources import TARGET as OPENSTACK_RESOURCES
from targets.rook import TARGET as ROOK
from targets.starlingx import TARGET as STARLINGX
from tests.golden_files import Golden

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
PAGE = ROOT / "blueprint" / "checks" / "README.md"
TEXT = PAGE.read_text(encoding="utf-8")
TITLE = "## Every code\n"
OF_CHECKS = rules(("blueprint.checks",))
OF_TARGETS = {
    target.name: {rule.code: rule for rule in target.rules()}
    for target in (
        KOLLA_ANSIBLE,
        CEPHADM,
        HOST_PREPARATION,
        OPENSTACK_RESOURCES,
        KUBESPRAY,
        KATA,
        CLUSTER_SERVICES,
        MAGNUM,
        CLUSTER_API,
        OPENSTACK_HELM,
        ROOK,
        STARLINGX,
    )
}
ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
WRITTEN = TEXT.partition(TITLE)[0]
ROWS = [row for row in ROW.findall(WRITTEN) if row[2] != "held by" and set(row[2]) != {"-"}]
#: The areas of the tools' rules that there are targets for.
AREAS = ("Kolla", "Ceph", "OSH", "Kata", "Magnum", "Metal3", "StarlingX")


def every_code() -> str:
    """The lists of codes with their names, of the checks across layers and of each tool."""
    lists = [("Across layers", OF_CHECKS), *OF_TARGETS.items()]
    parts = [
        f"\n{title}:\n\n" + "".join(f"- {code} {rule.slug}\n" for code, rule in found.items())
        for title, found in lists
    ]
    return TITLE + "".join(parts)


def test_every_code_stands_in_the_lists(request):
    golden = Golden(PAGE.parent, request.config.getoption("--update-golden"))
    golden.check(PAGE.name, WRITTEN + every_code())


def test_every_code_that_holds_a_rule_is_there():
    known = rules()
    for found in OF_TARGETS.values():
        known = merged(known, found.values())
    assert set(re.findall(r"OIB\d{4}", WRITTEN)) - set(known) == set()


def test_every_rule_is_held_by_a_code_or_a_test():
    held = re.compile(r"OIB\d{4}|`test_\w+`|not checked: \w+")
    assert [row[0] for row in ROWS if not held.search(row[2])] == []


def test_every_test_that_is_named_is_there():
    named = set(re.findall(r"`(test_\w+)`", WRITTEN))
    files = (path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    there = {
        name for text in files for name in re.findall(r"^def (test_\w+)\(", text, re.MULTILINE)
    }
    assert named - there == set()


def test_the_rules_across_layers_are_numbered_without_a_gap():
    numbers = [int(row[0].split()[0]) for row in ROWS if re.match(r"\d+ ", row[0])]
    assert numbers == [*range(1, 111)]


def test_every_fault_of_others_has_a_case():
    faults = {row[0] for row in ROWS if row[0].isdigit()}
    corpus = (ROOT / "tests" / "errors" / "targets" / "pains.oib").read_text(encoding="utf-8")
    assert faults == set(re.findall(r"^# (\d+): ", corpus, re.MULTILINE))


@pytest.mark.skipif(not SHARED.is_dir(), reason="the design is not beside the repository")
def test_the_rules_across_layers_are_those_of_the_design():
    text = (SHARED / "design" / "model.md").read_text(encoding="utf-8")
    designed = re.findall(r"^(\d+) ([a-z0-9]+\.[a-z0-9-]+) — ", text, re.MULTILINE)
    here = {row[0] for row in ROWS}
    assert [f"{n} {slug}" for n, slug in designed if f"{n} {slug}" not in here] == []


@pytest.mark.skipif(not SHARED.is_dir(), reason="the facts are not beside the repository")
def test_the_rules_of_the_tools_are_those_of_the_facts():
    with (SHARED / "facts" / "rules.csv").open(encoding="utf-8", newline="") as file:
        known = {row["id"] for row in csv.DictReader(file) if row["area"] in AREAS}
    assert known - {row[0] for row in ROWS} == set()
