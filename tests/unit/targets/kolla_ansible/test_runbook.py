"""The run-book: commands of the real tool, what they need, and what shows success."""

import re
import subprocess

import pytest

from blueprint.model import Model, Pki, Registry, Secrets
from blueprint.model.openstack import Endpoint, KollaAnsible
from blueprint.model.site import FileStore, GeneratedStore
from blueprint.target import HandOver, Taken
from blueprint.values import Duration, FileRef, Ref, SecretRef
from targets.kolla_ansible import TARGET
from targets.kolla_ansible.catalog import catalog
from tests.unit.targets.models import api, ceph, ip, openstack, region, three_node_cloud
from tests.unit.targets.reading import deployment


def steps(model):
    return {step.title: step for step in deployment(TARGET, model).steps}


def commands(model):
    return [command for step in deployment(TARGET, model).steps for command in step.commands]


def verbs(model):
    words = [command.split() for command in commands(model)]
    return [w[1] for w in words if w[0] == "kolla-ansible" and w[1] != "install-deps"]


def test_the_tool_is_used_in_its_own_order():
    assert verbs(three_node_cloud()) == [
        "bootstrap-servers",
        "certificates",
        "prechecks",
        "pull",
        "deploy",
        "post-deploy",
    ]


def test_prechecks_are_told_of_images_for_tests():
    (command,) = steps(three_node_cloud(release="2026.1"))[
        "Check the hosts before anything changes"
    ].commands
    assert command.endswith(" --use-test-images")


@pytest.mark.parametrize("release", ["2024.2", "2025.1", "2025.2", "2026.1"])
def test_the_tool_has_the_version_of_the_catalogue(release):
    version = catalog(release).kolla_ansible
    found = steps(three_node_cloud(release=release))[f"Install Kolla-Ansible {release}"]
    (install,) = (each for each in found.commands if each.startswith("pip install"))
    assert f"'kolla-ansible=={version}'" in install


@pytest.mark.parametrize("release", ["2024.2", "2025.1", "2025.2", "2026.1"])
@pytest.mark.parametrize("make", [three_node_cloud, region])
def test_every_command_is_one_of_the_release(make, release):
    found = deployment(TARGET, make(release=release)).steps
    texts = [text for step in found for text in (*step.commands, *step.checks)]
    used = {text.split()[1] for text in texts if text.startswith("kolla-ansible ")}
    assert used - catalog(release).commands - {"--version"} == set()


def test_tools_run_on_the_named_host():
    model = three_node_cloud(deploy_from=(Ref("hosts.node[2]"),))
    assert "`node-2`" in steps(model)["Install Kolla-Ansible 2025.1"].needs[0]


def test_every_command_reads_the_folder_of_its_region():
    model = three_node_cloud({"openstack.edge": openstack(region="edge")})
    found = TARGET.emit(Ref("openstack.edge"), model).steps
    kolla = [c for s in found for c in s.commands if c.startswith("kolla-ansible ")][1:]
    assert all("--configdir /etc/kolla-edge -i /etc/kolla-edge/inventory" in c for c in kolla)


def test_passwords_go_into_vault_once_and_come_from_it_ever_after():
    found = [c.split()[0] for c in commands(three_node_cloud()) if c.startswith("kolla-")]
    assert found[1:4] == ["kolla-genpwd", "kolla-writepwd", "kolla-readpwd"]


def test_vault_is_read_where_the_blueprint_says():
    (command,) = (c for c in commands(three_node_cloud()) if c.startswith("kolla-readpwd"))
    assert command == (
        "kolla-readpwd -p /etc/kolla/passwords.yml -v https://vault.cloud.example:8200 "
        '-kv secret -kvp openstack/three-node -t "$VAULT_TOKEN"'
    )


@pytest.mark.parametrize("secrets", [None, Ref("secrets.vault")])
def test_passwords_are_generated_where_no_store_keeps_them(secrets):
    generated = {"secrets.vault": Secrets(store=GeneratedStore())}
    model = three_node_cloud(generated, secrets=secrets)
    assert "Generate the passwords" in steps(model)


def test_passwords_come_from_a_file():
    model = three_node_cloud({"secrets.vault": Secrets(store=FileStore(path="/srv/pw.yml"))})
    assert steps(model)["Fetch the passwords"].commands == (
        "install -m 0640 /srv/pw.yml /etc/kolla/passwords.yml",
    )


def test_keyrings_are_fetched_for_every_service():
    found = [c for c in commands(three_node_cloud()) if "ceph auth get" in c]
    assert [c.rpartition(" > /etc/kolla/config/")[2].rstrip(")") for c in found] == [
        "cinder/cinder-backup/ceph.client.cinder-backup.keyring",
        "cinder/cinder-backup/ceph.client.cinder.keyring",
        "cinder/cinder-volume/ceph.client.cinder.keyring",
        "glance/ceph.client.glance.keyring",
        "nova/ceph.client.cinder.keyring",
        "nova/ceph.client.nova.keyring",
    ]


def test_keyrings_of_an_existing_cluster_are_asked_for():
    model = three_node_cloud({"ceph.main": ceph(monitors=())})
    takes = steps(model)["Hand over Ceph's keyrings"].takes
    place, main = "/etc/kolla/config", Ref("ceph.main")
    keyring = HandOver("keyring", main, "client.glance")
    assert Taken(keyring, f"{place}/glance/ceph.client.glance.keyring") in takes
    assert Taken(HandOver("ceph_conf", main), f"{place}/nova/ceph.conf") in takes


def test_keyrings_of_a_cluster_that_is_deployed_too_are_fetched():
    takes = steps(three_node_cloud())["Hand over Ceph's keyrings"].takes
    assert takes
    assert all(each.is_fetched for each in takes)


def test_provided_certificates_are_asked_for():
    pki = Pki(issuer="provided", ca_certificate=FileRef("pki/ca.pem"))
    model = three_node_cloud({"pki.ca": pki}, api=api(backend_tls=True))
    needs = steps(model)["Put the provided certificates in their places"].needs
    assert [n.partition("`: ")[0].rpartition("/")[2] for n in needs] == [
        "root.crt",
        "haproxy-internal.pem",
        "proxysql-cert.pem",
        "proxysql-key.pem",
        "haproxy.pem",
        "backend-cert.pem",
        "backend-key.pem",
    ]


def test_certificates_that_the_tool_makes_are_not_asked_for():
    assert "Put the provided certificates in their places" not in steps(three_node_cloud())


def test_certificates_are_checked_against_their_renewal():
    model = three_node_cloud({"pki.ca": Pki(renew_before=Duration.of(2, "days"))})
    checks = steps(model)["Make the certificates"].checks
    assert checks[0] == (
        "openssl x509 -checkend 172800 -noout -in /etc/kolla/certificates/haproxy.pem"
    )


@pytest.mark.parametrize(
    ("engine", "folder"), [("docker", "/etc/docker"), ("podman", "/etc/containers")]
)
def test_hosts_trust_the_registry(engine, folder):
    registry = Registry(url="harbor.example:5000", ca=FileRef("pki/ca.pem"))
    model = three_node_cloud(
        {"registry.r": registry},
        registry=Ref("registry.r"),
        deployer=KollaAnsible(container_engine=engine),
    )
    copied = steps(model)["Let the hosts trust the registry"].commands[1]
    assert f"dest={folder}/certs.d/harbor.example:5000/ca.crt" in copied


SAMPLE = "~/kolla-venv-2025.1/share/kolla-ansible/etc_examples/kolla/passwords.yml"
GIVEN = Registry(url="harbor.example", username="u", password=SecretRef('secrets.vault["robot"]'))


def with_given(*more, **changes):
    """The cloud with the password of a registry, which nothing can generate."""
    things = {"registry.r": GIVEN}
    for each in more:
        things |= each
    return three_node_cloud(things, registry=Ref("registry.r"), **changes)


def test_the_password_of_the_registry_is_asked_for():
    needs = [need for step in deployment(TARGET, with_given()).steps for need in step.needs]
    assert [n for n in needs if "docker_registry_password" in n and "`robot`" in n]


@pytest.mark.parametrize("store", [None, GeneratedStore()])
def test_given_secrets_are_filled_in_before_the_tool_invents_any(store):
    things = {} if store is None else {"secrets.vault": Secrets(store=store)}
    found = list(deployment(TARGET, with_given(things)).steps)
    (filled,) = (i for i, each in enumerate(found) if "fill in the secrets" in each.title.lower())
    generates = [any("genpwd" in c for c in each.commands) for each in found]
    assert any(SAMPLE in c for each in found[:filled] for c in each.commands)
    assert generates.index(True) == filled + 1


def answer(check, text, folder):
    """What a check of `passwords.yml` says of a text."""
    (folder / "passwords.yml").write_text(text, encoding="utf-8")
    command = check.replace("/etc/kolla", str(folder))
    return subprocess.run(["sh", "-c", command], check=False).returncode == 0


@pytest.mark.parametrize(
    ("value", "is_there"),
    [("", False), (" null", False), (" ''", False), (' ""', False), (" s3cret", True)],
)
def test_a_given_secret_that_is_not_there_fails_the_check(value, is_there, tmp_path):
    step = steps(with_given())["Before the first deployment: fill in the secrets that others gave"]
    (check,) = step.checks
    assert answer(check, f"docker_registry_password:{value}\n", tmp_path) == is_there


def test_given_secrets_in_a_file_are_asked_for_there():
    model = with_given({"secrets.vault": Secrets(store=FileStore(path="/srv/pw.yml"))})
    step = steps(model)["Fetch the passwords"]
    assert any("docker_registry_password` in `/srv/pw.yml`" in need for need in step.needs)
    assert any("docker_registry_password" in check for check in step.checks)


def standing(model):
    """The model with all hosts as they stand already."""
    groups = frozenset(model.groups)
    return Model(model.name, model.title, model.things, model.groups, model.addresses, groups)


def test_guests_run_guests_on_hosts_that_stand_already():
    found = steps(standing(region()))["Let guests run guests of their own"]
    assert "oib_compute" in found.commands[0]
    assert "kvm_intel nested=1" in found.commands[0]


def test_hosts_that_are_prepared_let_guests_run_guests_by_themselves():
    assert "Let guests run guests of their own" not in steps(region())


def test_hosts_that_stand_already_keep_time_with_the_site():
    needs = steps(standing(three_node_cloud()))["Make the hosts ready"].needs
    assert "`hosts.node`: a time service that is in step with `10.20.0.2`" in needs
    assert "`hosts.node`: the time zone is `Europe/Berlin`" in needs


def test_of_hosts_that_are_prepared_only_their_own_steps_are_asked():
    needs = steps(three_node_cloud())["Make the hosts ready"].needs
    assert [need.partition(",")[0] for need in needs] == [
        "`hosts.node`: prepared",
        "SSH without a password as `deploy`",
    ]


def test_services_that_do_not_run_are_not_asked_for():
    found = steps(three_node_cloud(services=("keystone",)))["Make the administrator's credentials"]
    assert found.checks == ("openstack token issue", "openstack endpoint list")


def test_names_of_the_apis_are_looked_up_everywhere_before_prechecks():
    found = list(steps(three_node_cloud()).values())
    titles = [step.title for step in found]
    looked = titles.index("Look up the names of the APIs")
    assert looked < titles.index("Check the hosts before anything changes")
    here, *_, there = found[looked].checks
    assert here == "getent ahosts api.int.cloud.example | cut -d ' ' -f 1 | grep -Fxq 10.20.0.250"
    assert there.startswith("ansible -i /etc/kolla/inventory baremetal -m shell -a ")


def test_an_api_without_a_name_is_not_looked_up():
    bare = Endpoint(network=Ref("network.api"), vip=ip("10.20.0.250"))
    model = three_node_cloud(api=api(internal=bare, public=None))
    assert "Look up the names of the APIs" not in steps(model)


def test_regions_of_different_releases_have_different_environments():
    model = three_node_cloud({"openstack.edge": openstack(region="edge", release="2025.2")})
    for layer, release in (("core", "2025.1"), ("edge", "2025.2")):
        text = "\n".join(
            word
            for step in TARGET.emit(Ref(f"openstack.{layer}"), model).steps
            for word in (*step.needs, *step.commands, *step.checks, *step.gives)
        )
        assert set(re.findall(r"~/kolla-venv[^/`\s]*", text)) == {f"~/kolla-venv-{release}"}


def test_a_region_whose_tool_is_there_already_works_in_its_own_environment():
    """Steps that are for the machine are said once: another region may be active by then."""
    found = [step for step in steps(three_node_cloud()).values() if not step.is_for_machine]
    assert found[0].commands[0] == ". ~/kolla-venv-2025.1/bin/activate"
