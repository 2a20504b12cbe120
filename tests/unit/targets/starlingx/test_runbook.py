"""The steps of systems: the same words for all subclouds of a group, and commands that do what they say."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from blueprint.output.runbook import deploy_md, order_json, waves_of
from blueprint.values import Ref
from targets.starlingx.catalog import catalog
from tests.unit.targets.starlingx.systems import cloud, compiled, files_of, texts


def fleet(count: int, **changes: str):
    """What is made of so many subclouds of one group."""
    files = files_of("distributed_cloud")
    main = str(files["main.oib"])
    for old, new in changes.items():
        assert old in main
        main = main.replace(old, new)
    head = str(files["subclouds.csv"]).splitlines()[0]
    rows = [
        f"s-{n:04},{n},south,aio_sx,south,10.{64 + n // 32}.{n % 32 * 8}.0/29,10.{64 + n // 32}.{n % 32 * 8}.1,"
        f"10.{64 + n // 32}.{n % 32 * 8}.2,10.96.{n // 200}.{n % 200 + 1},"
        f"02:00:00:02:{n // 256:02x}:{n % 256:02x},,"
        for n in range(count)
    ]
    made = compiled(files | {"main.oib": main, "subclouds.csv": "\n".join([head, *rows]) + "\n"})
    assert [d.message for d in made.diagnostics if d.is_error] == []
    return made


def waves(found):
    """The two waves of a distributed cloud."""
    refs = [deployment.layer for deployment in found.deployments]
    central = Ref("starlingx.central")
    return waves_of(found.deployments, [(central,), tuple(r for r in refs if r != central)])


def steps_of(found, layer):
    return next(d.steps for d in found.deployments if d.layer == layer)


def test_all_subclouds_of_a_group_have_the_same_steps():
    found = fleet(3)
    assert len({d.steps for d in found.deployments if d.layer != "starlingx.central"}) == 1


def test_the_run_book_of_a_large_fleet_is_as_long_as_that_of_a_small_one():
    lines = [len(deploy_md("dc", None, waves(fleet(n)), {}).splitlines()) for n in (3, 30)]
    assert lines[0] == lines[1]


def test_the_loop_of_the_run_book_finds_every_folder(tmp_path):
    ordered = waves(fleet(12))
    text = deploy_md("dc", None, ordered, {}).decode()
    (tmp_path / "order.json").write_bytes(order_json(ordered, {}))
    ask = next(line for line in text.splitlines() if line.startswith("folders="))
    said = subprocess.run(
        ["bash", "-c", f"{ask}; for each in $folders; do echo $each; done"],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert said.stdout.split() == [f"starlingx.edge/s-{n:04}/starlingx" for n in range(12)]


def test_groups_are_made_within_their_limits():
    steps = steps_of(cloud("distributed_cloud"), "starlingx.central")
    commands = [command for step in steps for command in step.commands]
    assert (
        "dcmanager subcloud-group add --name north --update_apply_type parallel --max_parallel_subclouds 50"
        in commands
    )


def test_no_more_subclouds_are_at_work_than_the_group_allows():
    commands = steps_of(cloud("distributed_cloud"), 'starlingx.edge["gd-gz-0001"]')[0].commands
    assert any("list-subclouds south" in each and "-lt 50 ]" in each for each in commands)


def test_a_secret_that_was_not_brought_is_seen(tmp_path):
    step = steps_of(cloud("aio_sx"), "starlingx.mast")[0]
    (check,) = step.checks
    check = check.replace("/home/sysadmin", str(tmp_path))
    paths = [word for word in check.split() if word.startswith(str(tmp_path))]
    for path in paths:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text("x")
    assert subprocess.run(check, shell=True, check=False, capture_output=True).returncode == 0
    Path(paths[-1]).unlink()
    assert subprocess.run(check, shell=True, check=False, capture_output=True).returncode != 0


def test_a_system_that_stands_alone_says_what_is_decided_for_good():
    steps = steps_of(cloud("aio_sx"), "starlingx.mast")
    said = next(step for step in steps if step.title.startswith("Bootstrap")).needs[0]
    assert "`cluster_pod_subnet`" in said
    assert "`timezone`" not in said


#: Stands for the tools of a controller: writes down how it was called, and copies what it was given.
TOOL = """#!/bin/bash
echo "$(basename "$0") $*" >> "$OUT/calls"
[ "$(basename "$0")" = kubectl ] && echo "kind: Secret"
[ "$1 $2" = "subcloud show" ] && exit "$KNOWN"
while [ $# -gt 0 ]; do case "$1" in --*-values|--deploy-config) cp "$2" "$OUT/";; esac; shift; done
exit 0
"""


#: The registry of the fleet, with a mirror beside it.
_MIRRORED = {
    'url = "registry.example:9001"': 'url = "registry.example:9001"\n  mirrors = ["http://mirror.example"]'
}


@pytest.fixture
def controller(tmp_path, request):
    """A folder that looks like a controller's, with secrets that have every mark that YAML or a shell knows."""
    asked = dict(getattr(request, "param", {}))
    known = asked.pop("KNOWN", "1")
    found = fleet(3, **asked)
    home, out, tools = tmp_path / "home", tmp_path / "out", tmp_path / "bin"
    for folder in (home / "secrets" / "vault.bmc", out, tools):
        folder.mkdir(parents=True)
    for name in ("dcmanager", "kubectl"):
        (tools / name).write_text(TOOL)
        (tools / name).chmod(0o755)
    (tmp_path / "openrc").write_text("export OS_PASSWORD='ad\"min $x'\n")
    (home / "secrets" / "vault.bmc" / "username").write_text("root")
    for name in ("vault.bmc/password", "vault.registry", "vault.stx_sysadmin"):
        (home / "secrets" / name).write_text('it\'s "$(id)" \\n: #')
    folder = tmp_path / "subcloud"
    folder.mkdir()
    for path, text in texts(found).items():
        layer, _, file = path.partition("/starlingx/")
        if layer == 'starlingx.edge["s-0001"]':
            (folder / file).write_text(text.replace("/home/sysadmin", str(home)))
    script = "\n".join(("set -e", *steps_of(found, 'starlingx.edge["s-0001"]')[0].commands))
    script = script.replace("/home/sysadmin", str(home))
    script = script.replace("/etc/platform/openrc", str(tmp_path / "openrc"))
    path = f"{tools}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(
        [shutil.which("bash") or "bash", "-c", script], cwd=folder, check=True, capture_output=True, text=True,
        env={"PATH": path, "OUT": str(out), "HOME": str(home), "TMPDIR": str(tmp_path), "KNOWN": known},
    )  # fmt: skip
    return out


def test_the_manager_gets_values_with_the_secrets_in_them(controller):
    install = yaml.safe_load((controller / "install-values.yml").read_text())
    assert install["bmc_username"] == "root"
    assert catalog("12.0").judge_install(install) == ()
    values = yaml.safe_load((controller / "bootstrap-values.yml").read_text())
    assert catalog("12.0").judge_subcloud(values) == ()
    assert values["vault_docker_registries"]["defaults"] == {
        **values["docker_registries"]["defaults"],
        "password": 'it\'s "$(id)" \\n: #',
    }


@pytest.mark.parametrize("controller", [_MIRRORED], indirect=True)
def test_the_manager_gets_the_password_of_each_registry_with_a_user(controller):
    values = yaml.safe_load((controller / "bootstrap-values.yml").read_text())
    assert catalog("12.0").judge_subcloud(values) == ()
    for name, stated in values["docker_registries"].items():
        given = {"password": 'it\'s "$(id)" \\n: #'} if "username" in stated else {}
        assert values["vault_docker_registries"][name] == stated | given


def test_the_deployment_manager_gets_its_way_to_the_platform(controller):
    documents = list(yaml.safe_load_all((controller / "deployment-config.yml").read_text()))
    endpoint = documents[-1]
    assert endpoint["metadata"]["name"] == "system-endpoint"
    assert base64.b64decode(endpoint["data"]["OS_PASSWORD"]).decode() == 'ad"min $x'
    assert endpoint["stringData"]["OS_AUTH_URL"] == "http://10.128.0.34:5000/v3"
    assert documents[-2] == {"kind": "Secret"}


def test_the_manager_is_called_with_the_words_of_the_subcloud(controller):
    calls = (controller / "calls").read_text().splitlines()
    added = next(each for each in calls if each.startswith("dcmanager subcloud add"))
    assert "--bootstrap-address 10.64.8.2 " in added
    assert "--group south " in added
    assert json.dumps(added).count("it's") == 2


@pytest.mark.parametrize("controller", [{"KNOWN": "0"}], indirect=True)
def test_a_subcloud_that_the_manager_has_is_not_added_again(controller):
    calls = (controller / "calls").read_text()
    assert "dcmanager subcloud show s-0001" in calls
    assert "dcmanager subcloud add" not in calls


def test_subclouds_of_one_host_and_of_two_are_told_together():
    found = cloud("distributed_cloud")
    modes = {
        deployment.layer: text
        for deployment in found.deployments
        for path, text in texts(found).items()
        if path == f"{deployment.layer}/starlingx/bootstrap-values.yml"
    }
    assert {"system_mode: simplex" in text for text in modes.values()} == {True, False}
    assert len({steps_of(found, layer)[0].needs for layer in modes}) == 1


def test_the_run_book_says_how_to_go_on_where_a_subcloud_fails():
    text = deploy_md("dc", None, waves(fleet(3)), {}).decode()
    assert "If it fails:\n\n- `dcmanager subcloud errors NAME` says why" in text
    ordered = json.loads(order_json(waves(fleet(3)), {}))
    added = ordered["waves"][1]["layers"][0]["steps"][0]
    assert any("subcloud deploy resume" in each for each in added["on_failure"])


def test_kata_containers_of_a_subcloud_come_with_its_configuration():
    change = {"  cpu_manager = static": "  runtime kata {}\n  cpu_manager = static"}
    commands = steps_of(fleet(3, **change), 'starlingx.edge["s-0001"]')[0].commands
    assert 'cat runtime-classes.yml >> "$staged/deployment-config.yml"' in commands


def test_the_values_that_a_bootstrap_decides_for_good_are_named_for_subclouds_too():
    needs = steps_of(cloud("distributed_cloud"), 'starlingx.edge["gd-gz-0002"]')[0].needs
    said = next(each for each in needs if "`bootstrap-values.yml`" in each)
    assert "`management_subnet`" in said


@pytest.mark.parametrize(
    ("release", "said"), [("9.0", "helm upgrade --install"), ("10.0", "system application-apply")]
)
def test_the_deployment_manager_is_installed_as_its_release_has_it(release, said):
    found = fleet(
        1, **{'release = "12.0"': f'release = "{release}"', "rook { devices": "ceph { devices"}
    )
    steps = steps_of(found, "starlingx.central")
    commands = next(each for each in steps if each.title.startswith("Install the")).commands
    assert any(f"{said} " in each and "deployment-manager" in each for each in commands)
