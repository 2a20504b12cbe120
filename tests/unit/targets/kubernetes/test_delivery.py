"""Charts and manifests come onto a cluster in their order, by helm, Argo CD or Flux."""

import subprocess
from dataclasses import replace

import pytest
import yaml

from blueprint.model.kubernetes_features import GitDelivery, HelmDelivery
from blueprint.model.site import VaultStore
from blueprint.target import Cause
from blueprint.values import Ref, SecretRef
from targets._formats.page import Traced
from targets._kubernetes.crds import is_known, judge
from targets._kubernetes.delivery import deliver
from targets._kubernetes.delivery_items import Manifests, Release, waves
from targets._kubernetes.resources import Resource

LAYER = Ref("ceph.main")
PATH = "kubernetes.infra.delivery"
WHY = Cause("it is installed", ("ceph.main",))
HOSTILE = "x'; touch /tmp/pwned; echo '{{ $(id) }}\"\n#"


def _release(name, *needs, repository="https://charts.example.org/stable", **values):
    return Release(
        name,
        "rook",
        name,
        "1.2.3",
        repository,
        WHY,
        {k: Traced(v, WHY) for k, v in values.items()},
        needs,
    )


OPERATOR = _release("operator", scale=3)
CLIENTS = Manifests(
    "clients",
    (Resource("ceph.rook.io/v1", "CephClient", "glance", WHY, namespace="rook",
              body={"spec": {"caps": {"mon": "profile rbd"}}}),),
    WHY, needs=("cluster",),
    waits=("kubectl wait --namespace rook cephclient/glance --for=jsonpath='{.status.phase}'=Ready",),
)  # fmt: skip
CLUSTER = _release("cluster", "operator", repository="oci://registry.example.org/charts")
ITEMS = (CLIENTS, OPERATOR, CLUSTER, _release("user", "clients"))
DELIVERIES = {
    "helm": HelmDelivery(),
    "argocd": GitDelivery(
        choice="argocd", repository="https://git.example.org/x.git", path="./out"
    ),
    "flux": GitDelivery(choice="flux", repository="https://git.example.org/x.git"),
}


def _files(delivery, items=ITEMS):
    made = deliver(LAYER, "rook", delivery, PATH, items)
    return {artifact.path: artifact for artifact in made.artifacts}


def _documents(files):
    return [
        (path, document)
        for path, artifact in files.items()
        if path.endswith(".yaml") and "/values/" not in path
        for document in yaml.safe_load_all(artifact.text)
    ]


def _of_kind(files, kind):
    return {d["metadata"]["name"]: d for _, d in _documents(files) if d.get("kind") == kind}


def test_items_come_in_waves_after_what_they_need():
    names = [[item.name for item in wave] for wave in waves(ITEMS)]
    assert names == [["operator"], ["cluster"], ["clients"], ["user"]]


@pytest.mark.parametrize(
    "items",
    [(OPERATOR, OPERATOR), (CLUSTER,), (_release("a", "b"), _release("b", "a"))],
    ids=["twice", "unknown", "loop"],
)
def test_items_that_have_no_order_are_our_fault(items):
    with pytest.raises(ValueError, match=r".+"):
        waves(items)


@pytest.mark.parametrize("choice", DELIVERIES)
def test_values_and_manifests_are_files_in_each_case(choice):
    files = _files(DELIVERIES[choice])
    assert yaml.safe_load(files["rook/values/operator.yaml"].text) == {"scale": 3}
    assert "rook/manifests/clients/clients.yaml" in files


@pytest.mark.parametrize("choice", DELIVERIES)
def test_every_line_knows_why(choice):
    for artifact in _files(DELIVERIES[choice]).values():
        causes = [cause for run in artifact.runs for cause in run.causes]
        lines = artifact.text.splitlines()
        bare = [line for line, c in zip(lines, causes, strict=True) if c is None]
        assert {line[:1] for line in bare} <= {"", "#", "-", "{"}, bare


@pytest.mark.parametrize("choice", ["argocd", "flux"])
def test_what_they_read_is_right_by_their_own_definitions(choice):
    documents = [d for _, d in _documents(_files(DELIVERIES[choice])) if "kind" in d]
    custom = [d for d in documents if is_known(d["apiVersion"], d["kind"])]
    assert [fault for d in custom for fault in judge(d)] == []
    assert {d["kind"] for d in documents if d not in custom} <= {"Secret"}


def test_the_script_is_one_that_a_shell_reads(tmp_path):
    text = _files(HelmDelivery())["rook/deploy.sh"].text
    assert subprocess.run(["sh", "-n"], input=text, text=True, check=False).returncode == 0


def _ran(tmp_path, items):
    """The words that each command of the script was called with, by stand-ins that write them down."""
    files = _files(HelmDelivery(), items)
    log = tmp_path / "log"
    for path, artifact in files.items():
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(artifact.text)
    for name in ("helm", "kubectl"):
        stand_in = tmp_path / "bin" / name
        stand_in.parent.mkdir(exist_ok=True)
        stand_in.write_text(
            f'#!/bin/sh\nfor w in {name} "$@"; do printf "%s\\0" "$w"; done >> {log}\nprintf "\\036" >> {log}\n'
        )
        stand_in.chmod(0o755)
    environment = {"PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin", "KUBECONFIG": "x"}
    script = tmp_path / "rook" / "deploy.sh"
    subprocess.run(["sh", str(script)], check=True, env=environment)
    return [call.split("\0")[:-1] for call in log.read_text().split("\036")[:-1]]


def test_the_script_installs_in_the_order_of_the_needs(tmp_path):
    called = [
        (call[0], call[3] if call[0] == "helm" else call[1]) for call in _ran(tmp_path, ITEMS)
    ]
    assert called == [
        ("helm", "operator"), ("helm", "cluster"), ("kubectl", "apply"), ("kubectl", "wait"), ("helm", "user"),
    ]  # fmt: skip


def test_texts_are_words_to_the_shell(tmp_path):
    item = Release("safe", HOSTILE, HOSTILE, HOSTILE, HOSTILE, WHY)
    (call,) = _ran(tmp_path, (item,))
    assert call.count(HOSTILE) == 4


def test_a_script_without_a_kubeconfig_does_nothing():
    text = _files(HelmDelivery())["rook/deploy.sh"].text
    ran = subprocess.run(
        ["/bin/sh"], input=text, text=True, check=False, env={"PATH": ""}, capture_output=True
    )
    assert (ran.returncode != 0, "KUBECONFIG" in ran.stderr) == (True, True)


def test_charts_of_a_registry_are_named_whole(tmp_path):
    calls = _ran(tmp_path, (OPERATOR, CLUSTER))
    assert "--repo" in calls[0]
    assert calls[1][4] == "oci://registry.example.org/charts/cluster"


def test_a_group_is_in_one_wave_after_what_any_of_it_needs():
    first, second = (
        replace(_release(name, *needs), group="x") for name, needs in (("a", ()), ("b", ("c",)))
    )
    items = (first, second, _release("c"), _release("d", "a"))
    found = [[item.name for item in wave] for wave in waves(items, by_group=True)]
    assert found == [["c"], ["a", "b"], ["d"]]


def test_a_group_that_needs_one_another_in_a_loop_is_still_one_wave():
    items = tuple(replace(_release(n, m), group="x") for n, m in (("a", "b"), ("b", "a")))
    assert [[item.name for item in wave] for wave in waves(items, by_group=True)] == [["a", "b"]]


def test_what_stands_between_two_of_a_group_is_in_their_wave():
    first, last = (
        replace(_release(name, *needs), group="x") for name, needs in (("a", ()), ("c", ("b",)))
    )
    items = (first, last, _release("b", "a", "d"), _release("d"), _release("e", "b"))
    found = [[item.name for item in wave] for wave in waves(items, by_group=True)]
    assert found == [["d"], ["a", "c", "b"], ["e"]]


def test_charts_without_passwords_need_no_plug_in():
    assert not [
        path for path in _files(DELIVERIES["argocd"]) if "plugin" in path or "repo-server" in path
    ]


def test_sync_waves_follow_the_needs():
    applications = _of_kind(_files(DELIVERIES["argocd"]), "Application")
    found = {
        name: each["metadata"].get("annotations", {}).get("argocd.argoproj.io/sync-wave")
        for name, each in applications.items()
    }
    assert found == {
        "ceph-main-rook": None, "ceph-main-rook-operator": "0", "ceph-main-rook-cluster": "1",
        "ceph-main-rook-clients": "2", "ceph-main-rook-user": "3",
    }  # fmt: skip


def test_argo_reads_values_where_they_lie_in_the_repository():
    application = _of_kind(_files(DELIVERIES["argocd"]), "Application")["ceph-main-rook-operator"]
    chart, values = application["spec"]["sources"]
    assert chart["helm"]["valueFiles"] == ["$values/out/ceph.main/rook/values/operator.yaml"]
    assert (values["ref"], values["repoURL"]) == ("values", "https://git.example.org/x.git")


def test_argo_is_told_which_registries_hold_charts():
    (secret,) = _of_kind(_files(DELIVERIES["argocd"]), "Secret").values()
    data = secret["stringData"]
    assert (data["url"], data["enableOCI"]) == ("registry.example.org/charts", "true")
    assert not {"password", "username"} & set(data)


def test_helm_releases_depend_on_those_they_need():
    releases = _of_kind(_files(DELIVERIES["flux"]), "HelmRelease")
    assert releases["ceph-main-rook-cluster"]["spec"]["dependsOn"] == [
        {"name": "ceph-main-rook-operator"}
    ]
    assert releases["ceph-main-rook-operator"]["spec"]["values"] == {"scale": 3}


@pytest.mark.parametrize(
    ("revision", "kind"),
    [("main", "branch"), ("refs/tags/v1", "name"), ("0" * 40, "commit"), ("0" * 39, "branch")],
)
def test_flux_is_told_what_a_revision_is(revision, kind):
    delivery = replace_in(DELIVERIES["flux"], revision=revision)
    (source,) = _of_kind(_files(delivery), "GitRepository").values()
    assert source["spec"]["ref"] == {kind: revision}


def test_a_wave_of_flux_waits_for_the_one_before():
    units = _of_kind(_files(DELIVERIES["flux"]), "Kustomization")
    found = {
        name: ([each["name"] for each in unit["spec"].get("dependsOn", [])], unit["spec"]["path"])
        for name, unit in units.items()
    }
    assert found == {
        "ceph-main-rook-wave-0": ([], "./ceph.main/rook/flux/wave-0"),
        "ceph-main-rook-wave-1": (["ceph-main-rook-wave-0"], "./ceph.main/rook/flux/wave-1"),
        "ceph-main-rook-clients": (["ceph-main-rook-wave-1"], "./ceph.main/rook/manifests/clients"),
        "ceph-main-rook-wave-3": (["ceph-main-rook-clients"], "./ceph.main/rook/flux/wave-3"),
    }


def test_a_folder_that_flux_applies_holds_no_values():
    files = _files(DELIVERIES["flux"])
    folders = [
        u["spec"]["path"].removeprefix("./ceph.main/")
        for u in _of_kind(files, "Kustomization").values()
    ]
    applied = [path for path in files if path.rpartition("/")[0] in folders]
    assert len(applied) == len(folders)


def test_access_to_the_repository_is_asked_for_by_reference():
    secret = SecretRef.of("secrets.vault", "git")
    needs = deliver(
        LAYER, "rook",
        GitDelivery(choice="flux", repository="https://git.example.org/x.git", credentials=secret),
        PATH, ITEMS,
    ).needs  # fmt: skip
    assert any("git" in need and "Secret" in need for need in needs)


VAULT = VaultStore(address="https://vault.example:8200", path="demo", cluster_store="vault-prod")


def _opened(choice):
    """The delivery by a tool, where the cluster reads access to the repository out of Vault."""
    delivery = replace_in(DELIVERIES[choice], credentials=SecretRef.of("secrets.vault", "git"))
    made = deliver(LAYER, "rook", delivery, PATH, ITEMS, VAULT)
    return made, {artifact.path: artifact for artifact in made.artifacts}


def replace_in(delivery, **changes):
    return delivery.model_copy(update=changes)


@pytest.mark.parametrize("choice", ["argocd", "flux"])
def test_the_cluster_reads_access_to_the_repository(choice):
    made, files = _opened(choice)
    (secret,) = _of_kind(files, "ExternalSecret").values()
    assert judge(secret) == ()
    assert secret["spec"]["dataFrom"] == [{"extract": {"key": "demo/git"}}]
    assert made.commands[0] == f"kubectl apply --server-side --filename {choice}/repository.yaml"


def test_flux_names_the_secret_that_opens_its_source():
    _, files = _opened("flux")
    (secret,) = _of_kind(files, "ExternalSecret")
    (source,) = _of_kind(files, "GitRepository").values()
    assert source["spec"]["secretRef"] == {"name": secret}


def test_argo_knows_the_secret_by_its_label_and_the_address_in_it():
    _, files = _opened("argocd")
    (secret,) = _of_kind(files, "ExternalSecret").values()
    template = secret["spec"]["target"]["template"]
    assert template["metadata"]["labels"] == {"argocd.argoproj.io/secret-type": "repository"}
    assert template["data"] == {"type": "git", "url": "https://git.example.org/x.git"}
    assert template["mergePolicy"] == "Merge"


def test_layers_that_are_read_out_of_one_repository_share_its_secret():
    others = deliver(
        Ref("kubernetes.infra"), "kata", replace_in(DELIVERIES["flux"], credentials=SecretRef.of("secrets.vault", "git")),
        PATH, ITEMS, VAULT,
    )  # fmt: skip
    found = {artifact.path: artifact for artifact in others.artifacts}
    assert _of_kind(found, "ExternalSecret") == _of_kind(_opened("flux")[1], "ExternalSecret")
