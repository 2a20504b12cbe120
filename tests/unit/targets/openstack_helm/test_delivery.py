"""Charts come in an order in which each finds what it needs, with passwords from outside."""

import json
import re
import subprocess
import sys

import pytest
import yaml

from targets._kubernetes.crds import judge
from tests.unit.targets.openstack_helm.regions import compiled, region
from tests.unit.targets.openstack_helm.test_bare_metal import deployment as bare_metal

FLUX = region(cluster='delivery flux { repository = "https://git.example/deploy.git" }')
ARGOCD = region(cluster='delivery argocd { repository = "https://git.example/deploy.git" }')
EXTERNAL = ARGOCD.replace('path = "demo" }', 'path = "demo"  cluster_store = "vault-prod" }', 1)
SECRET = "openstack-core-openstack-helm-passwords"
PASSWORD = re.compile(r"\{\{ \.(\w+) \| toJson \}\}")


def _order():
    lines = compiled(region()).text("deploy.sh").splitlines()
    return [line.split()[3] for line in lines if line.startswith("helm upgrade")]


def test_databases_and_keystone_come_before_services():
    order = _order()
    assert order.index("mariadb") < order.index("keystone") < order.index("glance")
    assert order.index("ceph-adapter-rook") < order.index("glance")


def test_the_network_comes_before_computes():
    order = _order()
    assert (
        order.index("openvswitch")
        < order.index("ovn")
        < order.index("libvirt")
        < order.index("nova")
    )


def test_helm_does_not_wait_for_pods_that_wait_for_its_hooks():
    script = compiled(region()).text("deploy.sh")
    assert "--wait" not in script
    assert "release_group in (openvswitch, ovn, libvirt, neutron, nova)" in script


def test_passwords_are_a_second_file_of_values():
    script = compiled(region()).text("deploy.sh")
    assert '--values "$OIB_SECRET_VALUES"/keystone.json' in script


def _read(text, kind):
    """The resources of a kind that the tool reads, by name."""
    return {
        each["metadata"]["name"]: each
        for path, artifact in compiled(text).files.items()
        if "/flux/" in path or "/argocd/" in path or path.endswith("/passwords.yaml")
        for each in yaml.safe_load_all(artifact.text)
        if each.get("kind") == kind
    }


def _commands(text):
    return [each for step in compiled(text).deployment.steps for each in step.commands]


def test_flux_reads_passwords_from_a_secret():
    spec = _read(FLUX, "HelmRelease")["openstack-core-openstack-helm-keystone"]["spec"]
    assert spec["valuesFrom"] == [
        {"kind": "Secret", "name": SECRET, "valuesKey": "keystone.json"},
    ]
    assert spec["install"]["disableWait"] is True


@pytest.mark.parametrize(("text", "namespace"), [(FLUX, "flux-system"), (ARGOCD, "argocd")])
def test_the_run_book_makes_that_secret_of_the_files(text, namespace):
    (made,) = [each for each in _commands(text) if "create secret generic" in each]
    assert made.startswith(
        f"kubectl --namespace {namespace} create secret generic {SECRET} --from-file="
    )


def test_argo_renders_each_chart_by_the_plug_in_with_its_passwords():
    applications = _read(ARGOCD, "Application")
    source = applications["openstack-core-openstack-helm-keystone"]["spec"]["source"]
    plugin = yaml.safe_load(
        _read(ARGOCD, "ConfigMap")["openstack-core-openstack-helm-render"]["data"]["plugin.yaml"]
    )
    assert source["path"] == "openstack.core/openstack_helm"
    assert source["plugin"]["name"] == plugin["metadata"]["name"]
    variables = {each["name"]: each["value"] for each in source["plugin"]["env"]}
    assert (variables["RELEASE"], variables["CHART"], variables["PASSWORDS"]) == (
        "keystone", "keystone", "yes",
    )  # fmt: skip


def test_a_chart_without_passwords_asks_for_none():
    source = _read(ARGOCD, "Application")["openstack-core-openstack-helm-openvswitch"]["spec"][
        "source"
    ]
    assert {"name": "PASSWORDS", "value": "no"} in source["plugin"]["env"]


def test_only_the_plug_in_sees_the_passwords():
    patch = yaml.safe_load(compiled(ARGOCD).text("argocd/repo-server.yaml"))
    pod = patch["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    (volume,) = [each["name"] for each in pod["volumes"] if "secret" in each]
    assert {"name": volume, "mountPath": "/passwords"} in container["volumeMounts"]
    assert container["name"] != "argocd-repo-server"


def test_the_plug_in_runs_in_the_image_that_argo_runs_in(tmp_path):
    """The patch is a file without the image, which the command asks the cluster for."""
    (command,) = [each for each in _commands(ARGOCD) if "patch deployment" in each]
    kubectl = tmp_path / "kubectl"
    kubectl.write_text(
        '#!/bin/sh\n[ "$3" = get ] && { printf quay.example/argocd:v3.2.1; exit; }\nprintf "%s" "$9"\n'
    )
    kubectl.chmod(0o755)
    folder = tmp_path / "argocd"
    folder.mkdir()
    (folder / "repo-server.yaml").write_text(compiled(ARGOCD).text("argocd/repo-server.yaml"))
    ran = subprocess.run(
        ["/bin/sh", "-c", command], cwd=tmp_path, env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    (container,) = yaml.safe_load(ran.stdout)["spec"]["template"]["spec"]["containers"]
    assert container["image"] == "quay.example/argocd:v3.2.1"


def test_what_gets_ready_together_is_in_one_wave_of_argo():
    """Argo CD waits for the health of a wave, and pods of these charts on a node wait for each other."""
    waves = {
        name.removeprefix("openstack-core-openstack-helm-"): each["metadata"]["annotations"][
            "argocd.argoproj.io/sync-wave"
        ]
        for name, each in _read(ARGOCD, "Application").items()
        if "annotations" in each["metadata"]
    }
    together = {waves[name] for name in ("openvswitch", "ovn", "libvirt", "neutron", "nova")}
    assert len(together) == 1
    assert int(waves["keystone"]) < int(waves["placement"]) < int(together.pop())


def test_ironic_that_needs_neutron_and_serves_nova_is_in_their_wave():
    beside = "  pods = 10.96.0.0/14\n"
    stated = '  delivery argocd { repository = "https://git.example/deploy.git" }\n'
    made = {a.path: a.text for a in bare_metal((beside, beside + stated)).artifacts}
    waves = {
        yaml.safe_load(made[f"openstack_helm/argocd/applications/{name}.yaml"])["metadata"][
            "annotations"
        ]["argocd.argoproj.io/sync-wave"]
        for name in ("neutron", "ironic", "nova")
    }
    assert len(waves) == 1


@pytest.mark.parametrize("text", [FLUX, ARGOCD, EXTERNAL])
def test_what_the_tools_read_is_right_by_their_own_definitions(text):
    kinds = (
        "Application",
        "HelmRelease",
        "Kustomization",
        "GitRepository",
        "HelmRepository",
        "ExternalSecret",
    )
    made = [each for kind in kinds for each in _read(text, kind).values()]
    assert made
    assert [fault for each in made for fault in judge(each)] == []


def test_the_cluster_reads_vault_where_it_has_a_store_for_that():
    made = _read(EXTERNAL, "ExternalSecret")[SECRET]
    spec = made["spec"]
    assert made["metadata"]["namespace"] == "argocd"
    assert spec["secretStoreRef"] == {"kind": "ClusterSecretStore", "name": "vault-prod"}
    assert spec["dataFrom"] == [{"extract": {"key": "demo/core"}}]


def test_external_secrets_makes_the_same_files_as_the_script(tmp_path):
    made = compiled(ARGOCD)
    for name in ("assemble-secrets.py", "secrets.json"):
        (tmp_path / name).write_text(made.text(name), encoding="utf-8")
    script = [
        sys.executable,
        str(tmp_path / "assemble-secrets.py"),
        "known.json",
        "values",
        "--generate",
    ]
    subprocess.run(script, cwd=tmp_path, check=True)
    known = json.loads((tmp_path / "known.json").read_text(encoding="utf-8"))
    data = _read(EXTERNAL, "ExternalSecret")[SECRET]["spec"]["target"]["template"]["data"]
    filled = {
        name: json.loads(PASSWORD.sub(lambda found: json.dumps(known[found[1]]), text))
        for name, text in data.items()
    }
    written = {
        path.name: json.loads(path.read_text(encoding="utf-8"))
        for path in (tmp_path / "values").iterdir()
    }
    assert filled == written


def test_passwords_that_the_cluster_reads_pass_no_other_machine():
    commands = _commands(EXTERNAL)
    assert not [each for each in commands if "vault kv" in each or "create secret generic" in each]
    assert "openstack_helm/assemble-secrets.py" not in compiled(EXTERNAL).files
    (access,) = [each for each in commands if "| jq " in each]
    assert f"get secret {SECRET}" in access


def test_a_script_of_helm_commands_reads_files_whatever_the_cluster_could_read():
    text = region().replace('path = "demo" }', 'path = "demo"  cluster_store = "vault-prod" }', 1)
    assert "openstack_helm/passwords.yaml" not in compiled(text).files
    assert [each for each in _commands(text) if "vault kv get" in each]


def test_the_cluster_reads_the_password_of_the_registry_too():
    text = EXTERNAL.replace(
        'url = "registry.example"',
        'url = "registry.example"  username = "pull"  password = secrets.vault["registry"]',
        1,
    )
    made = _read(text, "ExternalSecret")["oib-registry"]["spec"]
    assert made["dataFrom"] == [{"extract": {"key": "demo/registry"}}]
    assert made["target"]["template"]["type"] == "kubernetes.io/dockerconfigjson"
    assert not [each for each in _commands(text) if "REGISTRY_PASSWORD" in each]
