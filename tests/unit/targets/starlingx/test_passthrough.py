"""What a blueprint passes through to the bootstrap is held to the keys of its release."""

from __future__ import annotations

import pytest
import yaml

from blueprint.driver import check_blueprint
from blueprint.loader import MemoryLoader
from blueprint.resolve.world import Options
from targets.starlingx.catalog import catalog, releases
from targets.starlingx.passthrough import derived_from
from tests.unit.targets.starlingx.systems import compiled, texts

SYSTEM = """
blueprint demo {{ language = 1 }}
hardware server {{
  cpu {{ cores = 32  features = [vmx] }}
  memory = 128 GiB
  disk root {{ size = 960 GB  media = nvme }}
  nic lom {{ ports = 1  speed = 10 Gbps  names = ["eno1"] }}
}}
site mast {{ country = CN  timezone = "Asia/Shanghai"  dns = [10.53.0.53] }}
network oam {{ cidr = 10.20.0.0/24  gateway = 10.20.0.1 }}
hosts node {{
  hardware = hardware.server
  managed_by = starlingx
  boot {{ mac = 02:00:00:00:00:01 }}
  port nic.lom[0] {{ networks = [network.oam] }}
}}
secrets vault {{ store vault {{ address = "https://vault.example:8200"  path = "stx" }} }}
starlingx edge {{
  release = "{release}"
  config = aio_sx
  controllers = hosts.node
  networks {{ oam = network.oam }}
  oam {{ floating = 10.20.0.10 }}
  admin_password = secrets.vault["admin"]
  sysadmin_password = secrets.vault["sysadmin"]
  tool starlingx {{ {stated} }}
}}
"""


def reported(stated, release="12.0"):
    text = SYSTEM.format(stated=stated, release=release)
    found = check_blueprint(MemoryLoader({"main.oib": text}), Options(targets=("starlingx",)))
    return [each for each in found.diagnostics if each.rule.code.startswith("OIB800")]


def codes(stated, release="12.0"):
    return [each.rule.code for each in reported(stated, release)]


@pytest.mark.parametrize(
    "stated",
    [
        "virtual_system = true",
        'apiserver_extra_args = { "event-ttl" = "12h" }',
        'user_dns_host_records = { "host1" = "host,10.0.0.1" }',
        'additional_local_registry_images = ["quay.io/org/image:v1"]',
        'banner = { "motd" = { "head" = "hello" } }',
    ],
)
def test_what_the_playbook_takes_is_taken(stated):
    assert codes(stated) == []


def test_an_unknown_key_brings_the_nearest():
    (found,) = reported("enable_volume_snapshots = true")
    assert (found.rule.code, found.hint) == (
        "OIB8000", "did you mean `enable_volume_snapshot_support`?",
    )  # fmt: skip


def test_a_misspelt_key_that_an_attribute_decides_names_the_attribute():
    (found,) = reported('cluster_pod_subnets = "10.0.0.0/16"')
    assert "`cluster.pods`" in (found.hint or "")


@pytest.mark.parametrize(
    ("stated", "hint"),
    [
        ('wipe_ceph_osds = "no"', None),
        ('banner = { "modt" = { "head" = "hello" } }', "did you mean `motd`?"),
        (
            'apiserver_extra_volumes = [{ "name" = "x" "hostPath" = "/x" "mountPath" = "/x" "readOnly" = true }]',
            "state `pathType`",
        ),
    ],
)
def test_a_part_that_does_not_fit_is_named(stated, hint):
    (found,) = reported(stated)
    assert (found.rule.code, found.hint) == ("OIB8001", hint)


def test_a_key_that_an_attribute_decides_is_said_so_in_releases_without_it():
    assert codes("docker_fs_size = 60", release="11.0") == ["OIB8002"]


def test_a_key_of_a_later_release_says_of_which():
    (found,) = reported("calico_mtu = 1450", release="12.0")
    assert (found.rule.code, found.notes) == ("OIB8006", ("releases that do: the one after 12.0",))


def test_a_key_of_an_earlier_release_says_of_which():
    (found,) = reported('apiserver_cert_sans = ["api.example.org"]', release="12.0")
    assert (found.rule.code, found.notes) == ("OIB8006", ("releases that do: 9.0, 10.0, 11.0",))


@pytest.mark.parametrize("name", ["vault_admin_password", "ansible_become_pass", "admin_password"])
def test_passwords_have_attributes_of_their_own(name):
    assert codes(f'{name} = "hunter2"') == ["OIB8002"]


def test_a_key_in_the_text_is_a_secret_and_its_file_is_none():
    assert codes('system_local_ca_key = "LS0tLS1CRUdJTg=="') == ["OIB8003"]
    assert codes('system_local_ca_key = "/home/sysadmin/ca.key"') == []


@pytest.mark.parametrize("release", releases())
def test_every_mandatory_key_but_a_folder_follows_from_the_blueprint(release):
    mandatory = [key.name for key in catalog(release).bootstrap.values() if key.is_mandatory]
    assert [name for name in mandatory if derived_from(name) is None] == ["override_files_dir"]


def test_a_template_is_refused_since_nothing_would_expand_it():
    assert codes('banner = { "motd" = { "head" = "{{ hello }}" } }') == ["OIB8005"]


def test_what_is_passed_through_stands_in_the_overrides():
    text = SYSTEM.format(stated="enable_volume_snapshot_support = false", release="12.0")
    found = texts(compiled({"main.oib": text}))
    overrides = yaml.safe_load(found["starlingx.edge/starlingx/localhost.yml"])
    assert overrides["enable_volume_snapshot_support"] is False
