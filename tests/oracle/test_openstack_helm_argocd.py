"""The real charts, rendered as Argo CD's plug-in renders them: passwords arrive, and no job waits for those that wait for it."""

import base64
import functools
import http.server
import json
import os
import re
import subprocess
import sys
import threading
import urllib.parse
from pathlib import Path

import jsonschema
import pytest
import yaml

from targets.openstack_helm.catalog.derivation.charts import Chart
from tests.oracle.custom_resources import schemas, upstream
from tests.oracle.helm import clients, faults_of
from tests.oracle.openstack_helm import checkout
from tests.oracle.tools import or_skip
from tests.unit.targets.openstack_helm.regions import (
    EVERY_BODY,
    EVERY_SERVICE,
    SERVICES,
    compiled,
    region,
    with_shares,
)
from tests.unit.targets.openstack_helm.test_bare_metal import deployment as bare_metal

ARGOCD = 'delivery argocd { repository = "https://git.example/deploy.git" }'
BESIDE = "  pods = 10.96.0.0/14\n"
#: The artifacts of a region of nine services, of one with nearly all, of one with bare metal.
REGIONS = {
    "2025.1": lambda: compiled(region(cluster=ARGOCD, services=SERVICES)).deployment,
    "2026.1": lambda: (
        compiled(
            with_shares(
                region(EVERY_BODY, cluster=ARGOCD, services=EVERY_SERVICE, release="2026.1")
            )
        ).deployment
    ),
    "bare_metal": lambda: bare_metal((BESIDE, f"{BESIDE}  {ARGOCD}\n")),
}
#: What `kubectl apply` keeps beside a resource, at most (262144 bytes), as Argo CD applies these charts that way.
LONGEST = 256 * 1024
#: Passwords of parts that no region has switched on: the exporter of MariaDB, Glance in an object store.
UNREAD = {
    ("glance", "endpoints.ceph_object_store.auth.glance.password"),
    ("mariadb", "endpoints.identity.auth.admin.password"),
    ("mariadb", "endpoints.identity.auth.mariadb.password"),
    ("mariadb", "endpoints.oslo_db.auth.exporter.password"),
}
HOOK = "argocd.argoproj.io/hook"


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="module", params=REGIONS)
def layer(request, tmp_path_factory):
    """The layer's folder as it lies in Git, the files with passwords, and Applications whose charts can be fetched."""
    checkout()
    tools = or_skip(clients)
    made = REGIONS[request.param]()
    home = tmp_path_factory.mktemp("layer")
    for artifact in made.artifacts:
        (home / artifact.path).parent.mkdir(parents=True, exist_ok=True)
        (home / artifact.path).write_text(artifact.text, encoding="utf-8")
    folder = home / "openstack_helm"
    known = home / "known.json"
    names = json.loads((folder / "secrets.json").read_text(encoding="utf-8"))["secrets"]
    # Signs that addresses, YAML and INI files take for something else.
    known.write_text(json.dumps({name: f"{name}-a/b@c#d" for name in names}), encoding="utf-8")
    subprocess.run(
        [sys.executable, str(folder / "assemble-secrets.py"), str(known), str(home / "passwords")],
        check=True,
    )
    applications = {
        spec["plugin"]["env"][0]["value"]: spec
        for path in sorted((folder / "argocd" / "applications").glob("*.yaml"))
        for spec in [yaml.safe_load(path.read_text(encoding="utf-8"))["spec"]["source"]]
        if "plugin" in spec
    }
    charts = home / "charts"
    charts.mkdir()
    for name, spec in applications.items():
        scratch = home / "scratch" / name
        scratch.mkdir(parents=True)
        chart = Chart(checkout(), name, scratch)
        version = {each["name"]: each["value"] for each in spec["plugin"]["env"]}["VERSION"]
        _helm(
            tools, "package", str(chart.folder), "--version", version, "--destination", str(charts)
        )
    _helm(tools, "repo", "index", str(charts))
    handler = functools.partial(Quiet, directory=str(charts))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield tools, home, applications, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def _helm(tools, *arguments):
    return subprocess.run(
        [tools.helm, *arguments], check=True, capture_output=True, text=True
    ).stdout


@functools.cache
def _documents(text):
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return [each for each in yaml.load_all(text, Loader=loader) if each]


def _rendered(layer, name):
    """What the plug-in prints for an Application, with the variables that Argo CD gives it."""
    tools, home, applications, repository = layer
    given = {
        f"ARGOCD_ENV_{each['name']}": each["value"] for each in applications[name]["plugin"]["env"]
    }
    environment = {
        **given,
        "ARGOCD_ENV_REPOSITORY": repository,
        "ARGOCD_APP_NAMESPACE": "openstack",
        "KUBE_VERSION": "1.34.2",
        "KUBE_API_VERSIONS": "v1,apps/v1,batch/v1,gateway.networking.k8s.io/v1",
        "OIB_PASSWORDS": str(home / "passwords"),
        "PATH": f"{Path(tools.helm).parent}:{os.environ['PATH']}",
    }
    plugin = yaml.safe_load(
        (home / "openstack_helm/argocd/plugin.yaml").read_text(encoding="utf-8")
    )
    script = home / "render.sh"
    script.write_text(plugin["data"]["render.sh"], encoding="utf-8")
    finished = subprocess.run(
        ["sh", str(script)], cwd=home / "openstack_helm", env=environment, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert finished.returncode == 0, f"{name}: {finished.stderr}"
    return finished.stdout


def _by_helm(layer, name):
    """What helm itself prints for the script's command."""
    tools, home, _, _ = layer
    passwords = home / "passwords" / f"{name}.json"
    more = ["--values", str(passwords)] if passwords.exists() else []
    return _helm(
        tools, "template", name, str(home / "scratch" / name / name), "--namespace", "openstack", "--include-crds",
        "--skip-tests", "--kube-version", "1.34.2", "--api-versions", "gateway.networking.k8s.io/v1",
        "--values", str(home / "openstack_helm/values" / f"{name}.yaml"), *more,
    )  # fmt: skip


def _annotations(document):
    return document["metadata"].get("annotations") or {}


@pytest.fixture(scope="module")
def charts(layer):
    return {name: _rendered(layer, name) for name in layer[2]}


def test_all_charts_of_the_layer_are_rendered_by_the_plug_in(layer, charts):
    values = {path.stem for path in (layer[1] / "openstack_helm/values").iterdir()}
    assert set(charts) == values


def test_jobs_run_in_the_sync_itself_unless_they_end_a_chart(charts):
    wrong = []
    for name, text in charts.items():
        for each in _documents(text):
            notes = _annotations(each)
            is_last = notes.get("helm.sh/hook") == "pre-delete"
            is_in_sync = notes.get(HOOK) == "Sync" and not any(
                "helm.sh/hook" in key for key in notes
            )
            if (each["kind"] == "Job" and is_last == is_in_sync) or (
                each["kind"] != "Job" and HOOK in notes
            ):
                wrong.append((name, each["metadata"]["name"], notes))
    assert wrong == []


def test_no_hook_is_left_for_the_time_after_the_pods(charts):
    left = [
        line
        for text in charts.values()
        for line in text.splitlines()
        if re.match(r"    \"?helm\.sh/hook\"?: *\"?post-", line)
    ]
    assert left == []


def _without_hooks(document):
    notes = {
        key: value
        for key, value in _annotations(document).items()
        if "hook" not in key and not key.startswith("argocd.")
    }
    return {**document, "metadata": {**document["metadata"], "annotations": notes}}


def test_nothing_else_is_changed(layer, charts):
    changed = []
    for name, text in charts.items():
        whole = re.sub(
            r"(-namespace-client-(?:ceph-config|key))-[a-z0-9]{5}$",
            r"\1",
            _by_helm(layer, name),
            flags=re.MULTILINE,
        )
        mine, theirs = _documents(text), _documents(whole)
        changed += [name] if [*map(_without_hooks, mine)] != [*map(_without_hooks, theirs)] else []
    assert changed == []


def test_two_renderings_are_the_same(layer, charts):
    """Else Argo CD would apply a chart again and again."""
    assert [name for name, text in charts.items() if _rendered(layer, name) != text] == []


def test_every_password_arrives_as_it_is_or_as_addresses_quote_it(layer, charts):
    table = json.loads((layer[1] / "openstack_helm/secrets.json").read_text(encoding="utf-8"))
    known = json.loads((layer[1] / "known.json").read_text(encoding="utf-8"))
    lost = []
    for name, text in charts.items():
        secrets = [each for each in _documents(text) if each["kind"] == "Secret"]
        held = [
            base64.b64decode(v or "").decode()
            for s in secrets
            for v in (s.get("data") or {}).values()
        ]
        held += [str(v) for s in secrets for v in (s.get("stringData") or {}).values()]
        whole = "\n".join((text, *held))
        for chart, path, secret in table["values"]:
            forms = (known[secret], urllib.parse.quote(known[secret], safe=""))
            if chart == name and not any(form in whole for form in forms):
                lost.append((name, ".".join(path)))
    assert {each for each in lost if each not in UNREAD} == set()


def _awaited(document):
    """What the first container of a pod waits for, as the charts' images read it: kind and name."""
    pod = (document.get("spec") or {}).get("template", {}).get("spec", {})
    for container in pod.get("initContainers", ()):
        given = {each["name"]: each.get("value") or "" for each in container.get("env", ())}
        for variable, kind in (("DEPENDENCY_SERVICE", "Service"), ("DEPENDENCY_JOBS", "Job")):
            for each in filter(None, given.get(variable, "").split(",")):
                yield kind, each.rpartition(":")[2]


def test_nothing_waits_for_what_a_later_wave_brings(layer, charts):
    """Argo CD ends a wave when all of it is healthy, so that would never be."""
    waves = {}
    for path in (layer[1] / "openstack_helm/argocd/applications").glob("*.yaml"):
        notes = yaml.safe_load(path.read_text(encoding="utf-8"))["metadata"]["annotations"]
        waves[path.stem] = int(notes["argocd.argoproj.io/sync-wave"])
    brought = {
        (each["kind"], each["metadata"]["name"]): waves[name]
        for name, text in charts.items()
        for each in _documents(text)
    }
    late = {
        (name, each["metadata"]["name"], *wanted)
        for name, text in charts.items()
        for each in _documents(text)
        for wanted in _awaited(each)
        if brought.get(wanted, 99) > waves[name]
    }
    assert late == set()


def test_no_resource_is_too_large_to_be_applied(charts):
    sizes = {
        (name, each["metadata"]["name"]): len(json.dumps(each))
        for name, text in charts.items()
        for each in _documents(text)
    }
    assert [key for key, size in sizes.items() if size > LONGEST] == []


EXTERNAL = region(cluster=ARGOCD).replace(
    'path = "demo" }', 'path = "demo"  cluster_store = "vault-prod" }', 1
)


def _external():
    text = EXTERNAL.replace(
        'url = "registry.example"',
        'url = "registry.example"  username = "pu\\"ll{{"  password = secrets.vault["registry"]',
        1,
    )
    return list(yaml.safe_load_all(compiled(text).text("passwords.yaml")))


def test_external_secrets_takes_what_is_made_by_its_own_definitions():
    known = schemas(*upstream("external-secrets"))
    made = _external()
    assert [each["kind"] for each in made] == ["ExternalSecret", "ExternalSecret"]
    for each in made:
        schema = known[(each["apiVersion"], each["kind"])]
        jsonschema.Draft202012Validator(schema).validate(each)


def _filled(template, fields, folder):
    """A template as Go fills it in: External Secrets has the functions of the library that Helm has."""
    chart = folder / "templating"
    (chart / "templates").mkdir(parents=True)
    (chart / "Chart.yaml").write_text("apiVersion: v2\nname: templating\nversion: 1.0.0\n")
    (chart / "values.yaml").write_text(json.dumps(fields))
    whole = (
        '{{- define "whole" }}{{ with .Values }}'
        + template
        + '{{ end }}{{ end -}}\nfilled: {{ include "whole" . | toJson }}\n'
    )
    (chart / "templates" / "filled.yaml").write_text(whole)
    return yaml.safe_load(_helm(or_skip(clients), "template", "filled", str(chart)))["filled"]


def test_templates_of_passwords_are_what_go_fills_in(tmp_path):
    passwords, _ = _external()
    template = passwords["spec"]["target"]["template"]["data"]["keystone.json"]
    fields = {name: f"{name} \"<&>' é\n" for name in re.findall(r"\.(\w+) \|", template)}
    filled = json.loads(_filled(template, fields, tmp_path))
    assert filled["endpoints"]["identity"]["auth"]["admin"]["password"] == fields["keystone_admin"]


def test_access_to_the_registry_is_what_kubernetes_reads(tmp_path):
    _, registry = _external()
    template = registry["spec"]["target"]["template"]["data"][".dockerconfigjson"]
    filled = json.loads(_filled(template, {"password": 'a"b:c'}, tmp_path))
    account = filled["auths"]["registry.example"]
    assert account == {
        "username": 'pu"ll{{', "password": 'a"b:c', "auth": base64.b64encode(b'pu"ll{{:a"b:c').decode(),
    }  # fmt: skip


#: What of Argo CD's own Deployment a patch could hurt: its container, and the volumes that plug-ins share with it.
SERVER = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "argocd-repo-server", "namespace": "argocd"},
    "spec": {
        "selector": {"matchLabels": {"app.kubernetes.io/name": "argocd-repo-server"}},
        "template": {
            "metadata": {"labels": {"app.kubernetes.io/name": "argocd-repo-server"}},
            "spec": {
                "containers": [
                    {
                        "name": "argocd-repo-server",
                        "image": "quay.example/argocd:v3.2.1",
                        "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}],
                    }
                ],
                "volumes": [
                    {"name": each, "emptyDir": {}} for each in ("tmp", "var-files", "plugins")
                ],
            },
        },
    },
}


def _patched(deployment, folder):
    """The Deployment as kubectl leaves it, by the run-book's patch."""
    path = folder / "deployment.yaml"
    path.write_text(yaml.safe_dump(deployment), encoding="utf-8")
    patch = compiled(region(cluster=ARGOCD)).text("argocd/repo-server.yaml")
    command = [
        or_skip(clients).kubectl, "patch", "--local", "--filename", str(path), "--type", "strategic", "--output", "yaml",
        "--patch", patch.replace("ARGOCD_IMAGE", "quay.example/argocd:v3.2.1"),
    ]  # fmt: skip
    made = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return yaml.safe_load(made)


def test_the_plug_in_comes_beside_what_argo_has(tmp_path):
    pod = _patched(SERVER, tmp_path)["spec"]["template"]["spec"]
    own = SERVER["spec"]["template"]["spec"]
    assert own["containers"][0] in pod["containers"]
    assert [each for each in own["volumes"] if each not in pod["volumes"]] == []
    assert [each["name"] for each in pod["containers"]].count(
        "openstack-core-openstack-helm-render"
    ) == 1


def test_the_patch_may_be_applied_again(tmp_path):
    once = _patched(SERVER, tmp_path)
    assert _patched(once, tmp_path) == once


def test_kubernetes_takes_the_patched_server(tmp_path):
    assert faults_of([_patched(SERVER, tmp_path)], tmp_path) == []
