"""The rules of our own targets: a page and a case for each code, all of which behave as they say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from blueprint.diagnostics import Rule
from blueprint.diagnostics.catalogue import pages
from blueprint.driver import check_blueprint
from blueprint.loader import MemoryLoader
from blueprint.resolve.world import Options
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

TARGETS = (
    KOLLA_ANSIBLE,
    CEPHADM,
    HOST_PREPARATION,
    OPENSTACK_RESOURCES,
    CLUSTER_API,
    MAGNUM,
    KUBESPRAY,
    OPENSTACK_HELM,
    KATA,
    CLUSTER_SERVICES,
    ROOK,
    STARLINGX,
)
RANGES = {
    "kolla_ansible": range(6000, 6200),
    "cephadm": range(6200, 6400),
    "host_preparation": range(6400, 6600),
    "openstack_resources": range(6600, 6700),
    "openstack_helm": range(6700, 6800),
    "kubespray": range(6800, 6900),
    "kata": range(7000, 7040),
    "cluster_services": range(7040, 7100),
    "rook": range(6900, 6950),
    "starlingx": range(8000, 8300),
    "cluster_api": range(6950, 7000),
    "magnum": range(6650, 6700),
}
CORPUS = Path(__file__).parent / "targets"
EXAMPLE = re.compile(r"^## (Rejected|Accepted)\n\n```oib\n(.*?)^```$", re.DOTALL | re.MULTILINE)
EXPECTED = re.compile(r"# (?:error|warning): (OIB[0-9]{4})")
# A comment says the command of a case that is about an upgrade.
ORIGIN = re.compile(r"^# oib check .*--from (\S+)", re.MULTILINE)
# And what a file said that was written before, with the layer's folder: a line of it.
BEFORE = re.compile(r"^# before (\S+): (.*)$", re.MULTILINE)
OPTIONS = Options(targets=tuple(target.name for target in TARGETS))
#: A version that a tool or an engine is too old for may be without fixes as well.
AGED = "OIB5715"
RULES: dict[str, Rule] = {rule.code: rule for target in TARGETS for rule in target.rules()}
PAGES = {c: t for target in TARGETS for c, t in pages((f"targets.{target.name}",)).items()}


def reported(text: str) -> list[tuple[int, str]]:
    origin = ORIGIN.search(text)
    written = dict(BEFORE.findall(text))
    options = OPTIONS
    if origin is not None:
        before = (lambda folder, path: written.get(f"{folder}/{path}")) if written else None
        options = replace(OPTIONS, origin=origin[1], before=before)
    found = check_blueprint(MemoryLoader({"main.oib": text}), options).diagnostics
    return [(d.span.line if d.span else 0, d.rule.code) for d in found]


def cases() -> Iterator[tuple[str, str]]:
    for file in sorted(CORPUS.glob("*.oib")):
        for text in file.read_text(encoding="utf-8").split("---\n"):
            yield f"{file.stem}: {text.partition(chr(10))[0].lstrip('# ')}", text


CASES = dict(cases())


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_codes_lie_in_the_range_of_their_target(target):
    numbers = {int(rule.code[3:]) for rule in target.rules()}
    assert numbers <= set(RANGES[target.name])


def test_every_code_has_a_page_and_every_page_a_code():
    assert set(PAGES) == set(RULES)


@pytest.mark.parametrize("code", RULES)
def test_a_page_is_headed_by_its_code_and_says_why(code):
    assert PAGES[code].startswith(f"# {code}: {RULES[code].slug}\n")
    headings = re.findall(r"^## (.*)$", PAGES[code], re.MULTILINE)
    assert headings == ["Means", "Rejected", "Accepted", "Why"]


@pytest.mark.parametrize("code", RULES)
def test_the_rejected_example_has_this_fault_and_no_other(code):
    text = dict(EXAMPLE.findall(PAGES[code]))["Rejected"]
    assert {found for _, found in reported(text)} - {AGED} == {code}


@pytest.mark.parametrize("code", RULES)
def test_the_accepted_example_has_none(code):
    assert reported(dict(EXAMPLE.findall(PAGES[code]))["Accepted"]) == []


@pytest.mark.parametrize("name", CASES)
def test_a_case_reports_what_it_says_where_it_says(name):
    text = CASES[name]
    expected = [
        (number, code)
        for number, line in enumerate(text.split("\n"), start=1)
        for code in EXPECTED.findall(line)
    ]
    assert reported(text) == expected


def test_every_code_has_a_case():
    covered = {code for text in CASES.values() for code in EXPECTED.findall(text)}
    assert set(RULES) - covered == set()
