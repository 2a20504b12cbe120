"""The judges accept a good cloud and reject one that is broken in a single place."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from . import ceph, kolla, oslo, yaml_lint
from .three_nodes import FACTS, write_three_node_cloud
from .tools import OracleUnavailableError, or_skip

pytestmark = pytest.mark.oracle

RELEASE = "2025.1"
Break = Callable[[Path, Path], object]


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The emitted and the supplied folder of the good cloud."""
    or_skip(lambda: kolla.tool(RELEASE))
    return write_three_node_cloud(RELEASE, tmp_path_factory.mktemp("cloud"))


@pytest.fixture
def broken(cloud: tuple[Path, Path], tmp_path: Path) -> Callable[[Break], tuple[Path, Path]]:
    """Make a copy of the cloud and break it."""

    def broken_by(change: Break) -> tuple[Path, Path]:
        emitted, supplied = tmp_path / "emitted", tmp_path / "supplied"
        shutil.copytree(cloud[0], emitted)
        shutil.copytree(cloud[1], supplied)
        change(emitted, supplied)
        return emitted, supplied

    return broken_by


def replaced(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def added(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(before + text, encoding="utf-8")


# The inventory and the names of variables


def test_the_inventory_holds_the_hosts_of_a_group_of_groups(cloud: tuple[Path, Path]) -> None:
    listed = kolla.inventory_list(RELEASE, cloud[0])
    assert listed["nova"]["children"] == ["control"]
    assert listed["control"]["hosts"] == ["node-1", "node-2", "node-3"]


def test_an_inventory_file_that_ansible_cannot_read_is_rejected(
    broken: Callable[[Break], tuple[Path, Path]],
) -> None:
    emitted, _ = broken(lambda emitted, _: added(emitted / "inventory" / "hosts.yml", "]\n"))
    with pytest.raises(AssertionError, match=r"hosts\.yml"):
        kolla.inventory_list(RELEASE, emitted)


def test_the_good_cloud_states_known_variables_only(cloud: tuple[Path, Path]) -> None:
    assert kolla.unknown_variables(RELEASE, cloud[0]) == ()


@pytest.mark.parametrize(
    ("file_name", "line", "finding"),
    [
        ("globals.yml", "kolla_internal_vip_adress: 10.0.0.1\n", "kolla_internal_vip_adress"),
        ("inventory/group_vars/compute.yml", "tunnel_interfaces: bond0\n", "tunnel_interfaces"),
        ("inventory/host_vars/node-1.yml", "storage_interface: bond0\n", "storage_interface"),
        ("inventory/more.yml", "cinder: {vars: {cinder_clustername: x}}\n", "cinder_clustername"),
    ],
)
def test_a_misspelled_variable_is_found_wherever_it_stands(
    broken: Callable[[Break], tuple[Path, Path]], file_name: str, line: str, finding: str
) -> None:
    emitted, _ = broken(lambda emitted, _: added(emitted / file_name, line))
    assert kolla.unknown_variables(RELEASE, emitted) == (f"{file_name}: {finding}",)


def test_a_password_that_was_emitted_is_found(
    broken: Callable[[Break], tuple[Path, Path]],
) -> None:
    emitted, _ = broken(lambda emitted, _: added(emitted / "globals.yml", "database_password: x\n"))
    assert kolla.stated_passwords(RELEASE, emitted) == ("globals.yml: database_password",)


# Classes of hosts


def test_equal_hosts_are_one_class(cloud: tuple[Path, Path]) -> None:
    assert kolla.host_classes(RELEASE, cloud[0], FACTS) == (("node-1", "node-2", "node-3"),)


def test_a_host_variable_makes_a_class_of_its_own(
    broken: Callable[[Break], tuple[Path, Path]],
) -> None:
    emitted, _ = broken(
        lambda emitted, _: added(
            emitted / "inventory" / "host_vars" / "node-2.yml", "tunnel_interface: bond0.41\n"
        )
    )
    assert kolla.host_classes(RELEASE, emitted, FACTS) == (("node-1", "node-3"), ("node-2",))


# Rendering


@pytest.fixture(scope="module")
def rendered(cloud: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> kolla.Rendered:
    """Every service's configuration on one host of the only class."""
    scratch = tmp_path_factory.mktemp("render")
    return kolla.render(RELEASE, cloud[0], FACTS, cloud[1], scratch, hosts=["node-1"])


def test_every_service_of_the_three_node_cloud_renders(rendered: kolla.Rendered) -> None:
    assert rendered.is_whole, rendered.explain()


@pytest.mark.parametrize(
    ("path", "stated"),
    [
        ("keepalived/keepalived.conf", "10.20.0.250 dev bond0.20"),
        ("keepalived/keepalived.conf", "198.51.100.10 dev bond0.50"),
        ("neutron-server/ml2_conf.ini", "network_vlan_ranges = provider:1000:1999"),
        ("nova-compute/nova.conf", "reserved_host_memory_mb = 65536"),
        ("nova-compute/nova.conf", "live_migration_inbound_addr = 10.40.0.11"),
        ("cinder-volume/cinder.conf", "cluster = ceph"),
        ("glance-api/ceph/ceph.conf", "mon_host = 10.30.0.11,10.30.0.12,10.30.0.13"),
        ("keystone/keystone.conf", "api.int.cloud.example"),
    ],
)
def test_a_stated_fact_stands_in_the_rendered_file(
    rendered: kolla.Rendered, path: str, stated: str
) -> None:
    assert stated in rendered.text("node-1", path)


@pytest.fixture(scope="module")
def findings(rendered: kolla.Rendered) -> tuple[oslo.Finding, ...]:
    """What the services say about all files that were rendered for them."""
    or_skip(lambda: oslo.service_python(RELEASE))
    return oslo.check(RELEASE, oslo.rendered_services(rendered.folder / "node-1"))


def test_the_services_that_are_judged_are_those_that_were_rendered(
    rendered: kolla.Rendered,
) -> None:
    services = oslo.rendered_services(rendered.folder / "node-1")
    assert {"keystone", "nova-compute", "neutron-server", "cinder-volume"} <= {
        files[0].parent.name for files in services
    }


def test_what_kolla_renders_is_what_the_services_accept(
    findings: tuple[oslo.Finding, ...],
) -> None:
    assert oslo.unexplained(RELEASE, findings) == ()


def test_unknown_options_of_kollas_templates_are_explained_and_ours_are_not(tmp_path: Path) -> None:
    or_skip(lambda: kolla.tool(RELEASE))
    kollas = oslo.Finding(
        "masakari-api", "masakari.conf", "oslo_concurrency", "lock_path", "unknown", ""
    )
    nobodys = replace(kollas, option="lock_pth")
    assert oslo.unexplained(RELEASE, [kollas, nobodys]) == (nobodys,)
    (tmp_path / "config").mkdir()
    ours = "{% if 'x' in group_names %}\n[oslo_concurrency]\nlock_path = /tmp\n{% endif %}\n"
    (tmp_path / "config" / "masakari.conf").write_text(ours, encoding="utf-8")
    assert oslo.unexplained(RELEASE, [kollas], tmp_path) == (kollas,)


def test_values_that_services_refuse_are_never_explained() -> None:
    or_skip(lambda: kolla.tool(RELEASE))
    refused = oslo.Finding("nova", "nova.conf", "service_user", "region_name", "invalid", "not so")
    assert oslo.unexplained(RELEASE, [refused]) == (refused,)


@pytest.mark.matrix
def test_the_three_node_cloud_renders_on_the_newest_release(tmp_path: Path) -> None:
    or_skip(lambda: kolla.tool("2026.1"))
    emitted, supplied = write_three_node_cloud("2026.1", tmp_path / "cloud")
    result = kolla.render("2026.1", emitted, FACTS, supplied, tmp_path / "run", hosts=["node-1"])
    assert result.is_whole, result.explain()


def test_a_missing_keyring_is_rejected_by_name(
    broken: Callable[[Break], tuple[Path, Path]], tmp_path: Path
) -> None:
    keyring = "config/glance/ceph.client.glance.keyring"
    emitted, supplied = broken(lambda _, supplied: (supplied / keyring).unlink())
    result = kolla.render(
        RELEASE, emitted, FACTS, supplied, tmp_path / "run", tags=["glance"], hosts=["node-1"]
    )
    assert "ceph.client.glance.keyring" in result.explain()
    assert not result.is_whole


def test_an_interface_that_a_host_lacks_is_rejected_by_name(
    broken: Callable[[Break], tuple[Path, Path]], tmp_path: Path
) -> None:
    emitted, supplied = broken(
        lambda emitted, _: replaced(
            emitted / "globals.yml", "api_interface: bond0.20", "api_interface: bond0.21"
        )
    )
    result = kolla.render(
        RELEASE, emitted, FACTS, supplied, tmp_path / "run", tags=["keystone"], hosts=["node-1"]
    )
    assert "bond0.21" in result.explain()
    assert not result.is_whole


def test_a_variable_for_all_hosts_in_the_inventory_loses_to_kollas_own_default(
    broken: Callable[[Break], tuple[Path, Path]], tmp_path: Path
) -> None:
    def moved(emitted: Path, _: Path) -> None:
        line = "network_interface: bond0.20\n"
        replaced(emitted / "globals.yml", "\n" + line, "\n")
        replaced(emitted / "globals.yml", "api_interface: bond0.20\n", "")
        added(emitted / "inventory" / "group_vars" / "all.yml", line)

    emitted, supplied = broken(moved)
    result = kolla.render(
        RELEASE, emitted, FACTS, supplied, tmp_path / "run", tags=["keystone"], hosts=["node-1"]
    )
    assert "eth0" in result.explain()


def test_the_operator_may_not_replace_an_emitted_file(
    broken: Callable[[Break], tuple[Path, Path]], tmp_path: Path
) -> None:
    emitted, supplied = broken(lambda _, supplied: added(supplied / "globals.yml", "---\n"))
    with pytest.raises(AssertionError, match=r"globals\.yml was emitted as well"):
        kolla.render(RELEASE, emitted, FACTS, supplied, tmp_path / "run")


# Prechecks


def test_kollas_own_prechecks_pass(cloud: tuple[Path, Path], tmp_path: Path) -> None:
    result = kolla.precheck(RELEASE, cloud[0], FACTS, cloud[1], tmp_path / "run")
    assert result.is_whole, result.explain()


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ("cinder_cluster_name: ceph\n", "", "cinder_cluster_name is not set"),
        ("enable_valkey: true\n", "", "valkey or redis or etcd"),
        (
            "kolla_external_vip_interface: bond0.50",
            "kolla_external_vip_interface: x",
            "interface x",
        ),
    ],
)
def test_what_kolla_prechecks_is_rejected(
    broken: Callable[[Break], tuple[Path, Path]], tmp_path: Path, old: str, new: str, finding: str
) -> None:
    emitted, supplied = broken(lambda emitted, _: replaced(emitted / "globals.yml", old, new))
    result = kolla.precheck(RELEASE, emitted, FACTS, supplied, tmp_path / "run")
    assert finding in result.explain()
    assert not result.is_whole


# Values of options


@pytest.mark.parametrize(
    ("file_name", "text", "finding"),
    [
        ("nova.conf", "[scheduler]\nmax_attempts = 0\n", ("scheduler", "max_attempts", "value")),
        ("nova.conf", "[scheduler]\nmax_attempt = 5\n", ("scheduler", "max_attempt", "unknown")),
        ("nova.conf", "[libvirt]\ncpu_mode = host\n", ("libvirt", "cpu_mode", "value")),
        ("cinder.conf", "[DEFAULT]\nbackup_workers = x\n", ("DEFAULT", "backup_workers", "value")),
        ("ml2_conf.ini", "[ml2]\npath_mtu = big\n", ("ml2", "path_mtu", "value")),
    ],
)
def test_an_option_that_the_service_refuses_is_found(
    tmp_path: Path, file_name: str, text: str, finding: tuple[str, str, str]
) -> None:
    or_skip(lambda: oslo.service_python(RELEASE))
    (tmp_path / file_name).write_text(text, encoding="utf-8")
    found = oslo.unexplained(RELEASE, oslo.check(RELEASE, [[tmp_path / file_name]]))
    assert [(f.section, f.option, f.kind) for f in found] == [finding]


def test_options_that_the_service_accepts_give_no_finding(tmp_path: Path) -> None:
    or_skip(lambda: oslo.service_python(RELEASE))
    path = tmp_path / "nova.conf"
    path.write_text("[scheduler]\nmax_attempts = 5\n[libvirt]\ncpu_mode = none\n", encoding="utf-8")
    assert oslo.check(RELEASE, [[path]]) == ()


def test_a_deprecated_name_is_reported_but_needs_no_explanation(tmp_path: Path) -> None:
    or_skip(lambda: oslo.service_python(RELEASE))
    path = tmp_path / "nova.conf"
    path.write_text("[pci]\npassthrough_whitelist = {}\n", encoding="utf-8")
    findings = oslo.check(RELEASE, [[path]])
    assert ([f.kind for f in findings], oslo.unexplained(RELEASE, findings)) == (["deprecated"], ())


# Ceph's specifications

GOOD_SPECIFICATION = """\
service_type: host
hostname: node-1
addr: 10.20.0.11
labels: [mon, osd]
location: {root: default, rack: r1}
---
service_type: mon
placement: {hosts: [node-1, node-2, node-3]}
---
service_type: osd
service_id: main
placement: {label: osd}
spec: {data_devices: {paths: [/dev/nvme0n1]}}
"""


@pytest.fixture
def specification(tmp_path: Path) -> Callable[[str], tuple[str, ...]]:
    """Judge the text of a specification file."""

    def judge(text: str) -> tuple[str, ...]:
        path = tmp_path / "spec.yml"
        path.write_text(text, encoding="utf-8")
        return or_skip(lambda: ceph.check(path))

    return judge


def test_ceph_accepts_hosts_and_services(
    specification: Callable[[str], tuple[str, ...]],
) -> None:
    assert specification(GOOD_SPECIFICATION) == ()


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ("service_type: mon\n", "service_type: mons\n", "document 2: AssertionError"),
        ("hosts: [", "hostz: [", "document 2: SpecValidationError"),
        ("data_devices", "data_device", "document 3: DriveGroupValidationError"),
        ("addr: ", "address: ", "document 1: ValueError: a host has no address"),
        ("hostname: node-1", "hostname: node 1", "document 1: SpecValidationError"),
        ("data_devices: {paths: [/dev/nvme0n1]}", "encrypted: true", "document 3: DriveGroup"),
    ],
)
def test_ceph_refuses_a_broken_document(
    specification: Callable[[str], tuple[str, ...]], old: str, new: str, finding: str
) -> None:
    assert old in GOOD_SPECIFICATION
    (found,) = specification(GOOD_SPECIFICATION.replace(old, new))
    assert found.startswith(finding)


# YAML


def test_the_emitted_yaml_is_clean(cloud: tuple[Path, Path]) -> None:
    hand_written = [p for p in yaml_lint.yaml_files(cloud[0]) if p.name != "groups.yml"]
    assert yaml_lint.check(hand_written) == ()


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("a: no\n", "truthy"),
        ("a: 010\n", "octal"),
        ("a: 1\na: 2\n", "duplication"),
        ("a: 1e3\n", "for one loader"),
        ("a: 190:20:30\n", "for one loader"),
        ("a: [\n", "syntax error"),
    ],
)
def test_yaml_that_two_readers_may_read_differently_is_rejected(
    tmp_path: Path, text: str, finding: str
) -> None:
    path = tmp_path / "some.yml"
    path.write_text(text, encoding="utf-8")
    (found,) = yaml_lint.check([path])
    assert finding in found


def test_a_bad_file_does_not_hide_what_is_wrong_with_the_next(tmp_path: Path) -> None:
    first, second = tmp_path / "a.yml", tmp_path / "b.yml"
    first.write_text("a: no\n", encoding="utf-8")
    second.write_text("a: 1e3\n", encoding="utf-8")
    assert [said.split(":")[0] for said in yaml_lint.check([first, second])] == ["a.yml", "b.yml"]


# The tools themselves


def _absent() -> object:
    raise OracleUnavailableError("not on this machine")


def test_a_missing_judge_skips_a_test_on_a_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="not on this machine"):
        or_skip(_absent)


def test_a_missing_judge_fails_the_test_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="must be present in CI"):
        or_skip(_absent)


@pytest.mark.xdist_group("harness-probe")
def test_tests_of_one_cell_stay_with_one_worker(request: pytest.FixtureRequest) -> None:
    if not getattr(request.config.option, "loadgroup", False):
        pytest.skip("only a run that is spread over workers by groups has them")
    assert request.node.nodeid.endswith("@harness-probe")  # else every cell is rendered twice
