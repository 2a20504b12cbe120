"""From release to release: which steps a system gets, in which order, and that its script does what it says."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from blueprint.driver import Options, compile_blueprint
from blueprint.loader import MemoryLoader
from blueprint.target import discover
from blueprint.values import Ref
from tests.unit.targets.starlingx.systems import files_of

#: Releases that the blueprints of the tests state.
_STATED = {"dedicated_storage": "10.0", "standard": "11.0"}


def upgraded(name: str, before: str, after: str, *changes: tuple[str, str]):
    """What is made of a blueprint whose systems run one release and come to another."""
    files = files_of(name)
    main = str(files["main.oib"])
    stated = _STATED.get(name, "12.0")
    for old, new in ((f'release = "{stated}"', f'release = "{after}"'), *changes):
        assert old in main
        main = main.replace(old, new)
    options = Options(targets=("starlingx",), origin=before)
    return compile_blueprint(MemoryLoader(files | {"main.oib": main}), options)


def steps(found, layer: str):
    assert [d.message for d in found.diagnostics if d.is_error] == []
    return next(d.steps for d in found.deployments if d.layer == Ref(layer))


def commands(found, layer: str) -> list[str]:
    return [command for step in steps(found, layer) for command in step.commands]


def told(found) -> list[str]:
    return [d.rule.code for d in found.diagnostics if d.is_error]


def test_controllers_go_before_storage_hosts_and_these_before_workers():
    found = commands(upgraded("dedicated_storage", "10.0", "11.0"), "starlingx.vault")
    order = [each for each in found if "upgrade-host.sh" in each or "host-swact" in each]
    assert order == [
        "./upgrade-host.sh controller-1",
        "system host-swact controller-0",
        "./upgrade-host.sh controller-0",
        "system host-swact controller-1",
        'for host in storage-0 storage-1 storage-2 storage-3; do ./upgrade-host.sh "$host" || break; done',
        'for host in worker-0 worker-1; do ./upgrade-host.sh "$host" || break; done',
    ]


def test_the_deployment_is_closed_after_all_hosts_and_before_kubernetes():
    found = commands(upgraded("aio_sx", "11.0", "12.0"), "starlingx.mast")
    words = [
        "upload",
        "precheck",
        "deploy start",
        "upgrade-host",
        "activate",
        "complete",
        "delete",
        "kube-",
    ]
    places = [next(i for i, each in enumerate(found) if word in each) for word in words]
    assert places == sorted(places)


def test_kubernetes_goes_through_every_minor_version_to_the_stated_one():
    stated = ('release = "12.0"\n', 'release = "12.0"\n  kubernetes = "1.33"\n')
    found = commands(upgraded("aio_sx", "11.0", "12.0", stated), "starlingx.mast")
    assert "for version in v1.32.2 v1.33.0; do" in found[-1]


def test_a_system_controller_takes_the_groups_of_its_subclouds_along():
    found = steps(upgraded("distributed_cloud", "11.0", "12.0"), "starlingx.central")
    assert [each.title for each in found[-2:]] == [
        "Take the subclouds of the group `north` to StarlingX 12.0",
        "Take the subclouds of the group `south` to StarlingX 12.0",
    ]
    said = "\n".join(found[-1].commands)
    assert (
        'dcmanager sw-deploy-strategy create --release-id "$RELEASE" --with-delete --group south'
        in said
    )


def test_a_subcloud_is_looked_at_and_nothing_else():
    found = upgraded("distributed_cloud", "11.0", "12.0")
    (only,) = steps(found, 'starlingx.edge["gd-gz-0001"]')
    assert only.commands == ()


def test_openstack_follows_its_system_with_the_next_application():
    found = commands(upgraded("aio_dx", "11.0", "12.0"), "openstack.cell")
    assert "system application-update --reuse-user-overrides true stx-openstack-*.tgz" in found
    assert not any("application-upload" in each for each in found)


@pytest.mark.parametrize(
    ("before", "after", "codes"),
    [
        ("10.0", "11.0", []),
        ("11.0", "12.0", []),
        ("9.0", "10.0", ["OIB8165"]),
        ("10.0", "12.0", ["OIB8165"]),
        ("12.0", "11.0", ["OIB8165"]),
        ("11.0", "11.0", ["OIB8164"]),
        ("8.5", "11.0", ["OIB8163"]),
    ],
)
def test_only_what_one_upgrade_reaches_is_accepted(before, after, codes):
    assert told(upgraded("standard", before, after)) == codes


@pytest.mark.parametrize(
    ("origin", "tools"),
    [
        ("11.0", ["starlingx"]),
        ("1.34", []),
        ("2025.1", ["kolla_ansible"]),
        ("zed", ["kolla_ansible"]),
    ],
)
def test_one_tool_takes_an_origin(origin, tools):
    known = {
        name: load().upgrades for name, load in discover(("starlingx", "kolla_ansible")).items()
    }
    assert sorted(name for name, each in known.items() if each.takes(origin)) == tools


def test_a_version_of_kubernetes_is_no_release_of_a_system():
    assert told(upgraded("aio_sx", "1.34", "12.0")) == ["OIB4117"]


def test_a_subcloud_whose_system_controller_is_there_already_has_steps_of_its_own():
    found = upgraded(
        "distributed_cloud", "11.0", "12.0", ("starlingx central {", "existing starlingx central {")
    )
    said = "\n".join(commands(found, 'starlingx.edge["gd-gz-0001"]'))
    assert (
        'dcmanager sw-deploy-strategy create --release-id "$RELEASE" --with-delete "$NAME"' in said
    )


#: Stands for `system` and `software` of a controller: keeps the state of a host in files.
_TOOL = """#!/bin/bash
state=$STATE/$(basename "$0")
echo "$(basename "$0") $*" >> "$STATE/calls"
case "$*" in
  host-show*) echo "| administrative | $(cat "$STATE/administrative") |"; echo "| availability | $(cat "$STATE/availability") |";;
  host-lock*) echo locked > "$STATE/administrative"; echo online > "$STATE/availability";;
  host-unlock*) echo unlocked > "$STATE/administrative"; echo available > "$STATE/availability";;
  "deploy host-list") echo "| controller-1 | a | b | True | deploy-host-$(cat "$STATE/deployed") |";;
  "deploy host "*) cat "$STATE/outcome" > "$STATE/deployed";;
esac
"""


@pytest.fixture
def host(tmp_path):
    """Runs the script of one host, and gives its exit code and the calls that changed something."""
    found = upgraded("aio_dx", "11.0", "12.0")
    text = next(
        a.text for d in found.deployments for a in d.artifacts if a.path.endswith("upgrade-host.sh")
    )
    (tmp_path / "upgrade-host.sh").write_text(text)
    for name in ("system", "software"):
        (tmp_path / name).write_text(_TOOL)
        (tmp_path / name).chmod(0o755)

    def run(
        *,
        administrative="unlocked",
        availability="available",
        deployed="pending",
        outcome="deployed",
    ):
        given = {"administrative": administrative, "availability": availability,
                 "deployed": deployed, "outcome": outcome}  # fmt: skip
        for name, value in given.items():
            (tmp_path / name).write_text(value)
        (tmp_path / "calls").write_text("")
        finished = subprocess.run(
            [shutil.which("bash") or "bash", str(tmp_path / "upgrade-host.sh"), "controller-1"],
            env={"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}", "STATE": str(tmp_path)},
            capture_output=True, check=False, timeout=60,
        )  # fmt: skip
        calls = (tmp_path / "calls").read_text().splitlines()
        shows = ("system host-show", "software deploy host-list")
        return finished.returncode, [each for each in calls if not each.startswith(shows)]

    return run


def test_a_host_is_locked_deployed_and_unlocked(host):
    assert host() == (0, [
        "system host-lock controller-1", "software deploy host controller-1", "system host-unlock controller-1",
    ])  # fmt: skip


def test_a_host_that_is_there_is_only_unlocked(host):
    found = host(administrative="locked", availability="online", deployed="deployed")
    assert found == (0, ["system host-unlock controller-1"])


def test_a_host_that_failed_stays_locked(host):
    code, calls = host(outcome="failed")
    assert code != 0
    assert calls[-1] == "software deploy host controller-1"
