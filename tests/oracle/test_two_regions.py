"""The real Kolla-Ansible renders two regions that share an identity service, with federation and TLS everywhere.

The sentences about rendered files are written from the blueprint's text, by a person. The operator's part
(passwords, certificates, the provider's metadata, keys) stands in the run-book, and a test looks for it there.
"""

from __future__ import annotations

import configparser
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from blueprint.cli import main

from . import kolla, oslo
from .three_nodes import supply
from .tools import or_skip

pytestmark = [
    pytest.mark.oracle,
    pytest.mark.matrix,  # two to three minutes on two cores
    pytest.mark.xdist_group("two_regions"),
]

HERE = Path(__file__).parent
RELEASE = "2025.1"
CERTIFICATES = (
    "certificates/ca/root.crt",
    "certificates/haproxy-internal.pem",
    "certificates/haproxy.pem",
    "certificates/proxysql-cert.pem",
    "certificates/proxysql-key.pem",
)
BACK_ENDS = ("certificates/backend-cert.pem", "certificates/backend-key.pem")
ISSUER = "iam.example%2Frealms%2Fcloud"
#: Other files of the operator's, with what stands for their content.
FILES = {
    f"federation/corp/{ISSUER}.provider": '{"issuer": "https://iam.example/realms/cloud"}\n',
    f"federation/corp/{ISSUER}.client": '{"client_id": "keystone", "client_secret": "x"}\n',
    f"federation/corp/{ISSUER}.conf": '{"scope": "openid groups"}\n',
    "config/magnum/kubeconfig": "kind: Config\napiVersion: v1\n",
    "config/hacluster-corosync/authkey": "corosync\n",
    "config/hacluster-pacemaker/authkey": "pacemaker\n",
}
REGIONS = {
    "core": (
        "openstack.core",
        ("ctl-1", "cmp-1"),
        (
            "keystone", "horizon", "barbican", "magnum", "masakari", "hacluster", "prometheus", "grafana",
            "opensearch", "common", "nova",
        ),
    ),
    "second": ("openstack.second", ("edge-1",), ("glance", "placement", "nova", "neutron", "heat", "common")),
}  # fmt: skip


@dataclass(frozen=True)
class Region:
    """What was emitted, and what the tool made of it."""

    emitted: Path
    rendered: kolla.Rendered

    def options(self, host: str, path: str) -> dict[str, dict[str, str]]:
        """A rendered file as sections and options; of a repeated option the last."""
        parser = configparser.ConfigParser(
            interpolation=None, strict=False, default_section="", delimiters=("=",)
        )
        parser.read_string(self.rendered.text(host, path))
        return {name: dict(parser[name]) for name in parser.sections()}


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The blueprint, compiled."""
    or_skip(lambda: kolla.tool(RELEASE))
    folder = tmp_path_factory.mktemp("two_regions")
    made = folder / "output"
    assert (
        main(["compile", str(HERE / "fixtures" / "two_regions"), "-o", str(made), "--quiet"]) == 0
    )
    return made


@pytest.fixture(scope="module")
def regions(output: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Region]:
    """Both regions, rendered."""
    found = {}
    for name, (layer, hosts, tags) in REGIONS.items():
        folder = tmp_path_factory.mktemp(name)
        supplied, scratch = folder / "supplied", folder / "scratch"
        supply(RELEASE, supplied, (), (*CERTIFICATES, *(BACK_ENDS if name == "core" else ())))
        for path, text in FILES.items() if name == "core" else ():
            (supplied / path).parent.mkdir(parents=True, exist_ok=True)
            (supplied / path).write_text(text, encoding="utf-8")
        emitted = folder / "emitted"
        shutil.copytree(output / layer / "kolla_ansible", emitted)
        # The configuration lies elsewhere than on a deployment host; the paths to it are told so.
        variables = emitted / "globals.yml"
        text = variables.read_text(encoding="utf-8")
        moved = text.replace(f"/etc/kolla-{name}", str(scratch / "configuration"))
        variables.write_text(moved, encoding="utf-8")
        facts = HERE / "facts" / "two_regions.yml"
        done = kolla.render(RELEASE, emitted, facts, supplied, scratch, tags, hosts)
        found[name] = Region(output / layer / "kolla_ansible", done)
    return found


@pytest.mark.parametrize("name", REGIONS)
def test_every_task_succeeds_on_every_host(regions: dict[str, Region], name: str) -> None:
    assert regions[name].rendered.is_whole, regions[name].rendered.explain()


@pytest.mark.parametrize("name", REGIONS)
def test_every_variable_is_known_to_the_release(regions: dict[str, Region], name: str) -> None:
    assert kolla.unknown_variables(RELEASE, regions[name].emitted) == ()


def test_the_run_book_asks_for_all_that_the_operator_supplied(output: Path) -> None:
    runbook = (output / "DEPLOY.md").read_text(encoding="utf-8")
    wanted = [path for path in (*CERTIFICATES, *BACK_ENDS, *FILES) if path not in runbook]
    named = [path for path in wanted if path.rpartition(".")[0] not in runbook]
    assert named == []


@pytest.mark.parametrize(
    ("name", "host", "file", "section", "option", "value"),
    [
        ("core", "ctl-1", "keystone/keystone.conf", "token", "expiration", "7200"),
        ("core", "ctl-1", "keystone/keystone.conf", "auth", "methods", "password,token,openid,application_credential"),
        ("core", "ctl-1", "keystone/keystone.conf", "openid", "remote_id_attribute", "HTTP_OIDC_ISS"),
        ("core", "ctl-1", "barbican-api/barbican.conf", "crypto", "enabled_crypto_plugins", "p11_crypto"),
        ("core", "ctl-1", "barbican-api/barbican.conf", "p11_crypto_plugin", "library_path", "/opt/hsm/libCryptoki2_64.so"),
        ("core", "ctl-1", "barbican-api/barbican.conf", "p11_crypto_plugin", "token_labels", "north"),
        ("core", "ctl-1", "magnum-conductor/magnum.conf", "cluster", "pre_delete_lb_timeout", "90"),
        ("core", "ctl-1", "magnum-conductor/magnum.conf", "certificates", "cert_manager_type", "barbican"),
        ("core", "ctl-1", "masakari-hostmonitor/masakari-monitors.conf", "host", "pacemaker_node_type", "cluster"),
        ("core", "ctl-1", "nova-api/nova.conf", "keystone_authtoken", "auth_url", "https://north.int.cloud.example:5000"),
        ("second", "edge-1", "nova-api/nova.conf", "keystone_authtoken", "auth_url", "https://north.int.cloud.example:5000"),
        ("second", "edge-1", "nova-api/nova.conf", "keystone_authtoken", "www_authenticate_uri", "https://north.cloud.example:5000"),
        ("second", "edge-1", "nova-compute/nova.conf", "placement", "auth_url", "https://north.int.cloud.example:5000"),
        ("second", "edge-1", "nova-compute/nova.conf", "placement", "region_name", "south"),
        ("second", "edge-1", "nova-compute/nova.conf", "placement", "cafile", "/etc/ssl/certs/ca-certificates.crt"),
        ("second", "edge-1", "neutron-server/neutron.conf", "nova", "auth_url", "https://north.int.cloud.example:5000"),
        ("second", "edge-1", "glance-api/glance-api.conf", "keystone_authtoken", "region_name", "south"),
        ("second", "edge-1", "heat-engine/heat.conf", "trustee", "auth_url", "https://north.int.cloud.example:5000"),
    ],
)  # fmt: skip
def test_a_stated_fact_stands_in_the_rendered_file(
    regions: dict[str, Region],
    name: str,
    host: str,
    file: str,
    section: str,
    option: str,
    value: str,
) -> None:
    assert regions[name].options(host, file)[section].get(option) == value


@pytest.mark.parametrize(
    ("name", "host", "file", "line"),
    [
        ("core", "ctl-1", "keystone/wsgi-keystone.conf", "OIDCRedirectURI https://north.cloud.example:5000/redirect_uri"),
        ("core", "ctl-1", "keystone/wsgi-keystone.conf", "<LocationMatch /v3/auth/OS-FEDERATION/identity_providers/corp/protocols/openid/websso>"),
        ("core", "ctl-1", "horizon/_9998-kolla-settings.py", '("corp_openid", "Corporate login"),'),
        ("core", "ctl-1", "horizon/_9998-kolla-settings.py", "('https://north.int.cloud.example:5000', 'south'),"),
        ("core", "ctl-1", "haproxy/services.d/keystone.cfg", "bind 10.20.0.250:5000 ssl crt /etc/haproxy/certificates/haproxy-internal.pem alpn h2,http/1.1"),
        ("core", "ctl-1", "haproxy/services.d/keystone.cfg", "bind 198.51.100.50:5000 ssl crt /etc/haproxy/certificates/haproxy.pem alpn h2,http/1.1"),
        ("core", "ctl-1", "keepalived/keepalived.conf", "virtual_router_id 51"),
        ("second", "edge-1", "keepalived/keepalived.conf", "virtual_router_id 52"),
    ],
)  # fmt: skip
def test_a_stated_line_stands_in_the_rendered_file(
    regions: dict[str, Region], name: str, host: str, file: str, line: str
) -> None:
    lines = [each.strip() for each in regions[name].rendered.text(host, file).splitlines()]
    assert line in lines


def test_the_mapping_reaches_keystone_as_it_is_written(regions: dict[str, Region]) -> None:
    text = regions["core"].rendered.text(
        "ctl-1", "keystone/federation/oidc/attribute_maps/corp.json"
    )
    written = HERE / "fixtures" / "two_regions" / "iam" / "mapping.json"
    assert json.loads(text) == json.loads(written.read_text(encoding="utf-8"))


def test_the_provider_is_known_by_three_files(regions: dict[str, Region]) -> None:
    folder = "keystone/federation/oidc/metadata/"
    files = [f for f in regions["core"].rendered.files("ctl-1") if f.startswith(folder)]
    assert files == [f"{folder}{ISSUER}.{kind}" for kind in ("client", "conf", "provider")]


def test_the_second_region_runs_no_keystone_and_no_dashboard(regions: dict[str, Region]) -> None:
    folders = {path.partition("/")[0] for path in regions["second"].rendered.files("edge-1")}
    assert not folders & {"keystone", "horizon"}


def test_the_driver_for_cluster_api_is_on(regions: dict[str, Region]) -> None:
    found = regions["core"].options("ctl-1", "magnum-conductor/magnum.conf")
    assert "disabled_drivers" not in found.get("drivers", {})
    assert "magnum-conductor/kubeconfig" in regions["core"].rendered.files("ctl-1")


def test_measurements_and_logs_are_kept_as_long_as_stated(regions: dict[str, Region]) -> None:
    variables = yaml.safe_load(
        (regions["core"].emitted / "globals.yml").read_text(encoding="utf-8")
    )
    assert variables["opensearch_hard_retention_period_days"] == 14
    command = regions["core"].rendered.text("ctl-1", "prometheus-server/config.json")
    assert "--storage.tsdb.retention.time=15d" in command


def test_computes_are_remotes_of_the_hosts_that_watch_them(regions: dict[str, Region]) -> None:
    files = regions["core"].rendered.files("cmp-1")
    assert "hacluster-pacemaker-remote/authkey" in files
    assert "hacluster-corosync/corosync.conf" not in files


@pytest.mark.parametrize(
    ("service", "file", "stated"),
    [
        ("keystone", "keystone.conf", {("token", "expiration")}),
        (
            "barbican-api",
            "barbican.conf",
            {("p11_crypto_plugin", "token_labels"), ("p11_crypto_plugin", "library_path")},
        ),
        ("magnum-conductor", "magnum.conf", {("cluster", "pre_delete_lb_timeout")}),
    ],
)
def test_the_services_read_the_values_that_the_blueprint_states(
    regions: dict[str, Region], service: str, file: str, stated: set[tuple[str, str]]
) -> None:
    path = regions["core"].rendered.folder / "ctl-1" / service / file
    found = {(each.section, each.option) for each in oslo.check(RELEASE, [(path,)])}
    assert found & stated == set()
