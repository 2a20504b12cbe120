"""Texts that some reader would take for something else, where parts of them become names or files of nodes."""

from __future__ import annotations

import subprocess

import pytest

from blueprint.driver import Compilation, compile_blueprint
from blueprint.loader import MemoryLoader
from blueprint.resolve.world import Options
from blueprint.values import SecretRef
from targets._kubernetes.names import name_fault
from targets.cluster_api.metal import credentials
from tests.unit.targets.cluster_api.made import LAYERS, Made, sources
from tests.unit.targets.hostile import HOSTILE


def _compiled(name: str, old: str, new: str) -> Compilation:
    files = sources(name)
    assert old in files["main.oib"]
    files["main.oib"] = files["main.oib"].replace(old, new)
    return compile_blueprint(MemoryLoader(files), Options(targets=("cluster_api",)))


def _made(found: Compilation, name: str) -> Made:
    return Made(
        next(d for d in found.deployments if (d.layer, d.target) == (LAYERS[name], "cluster_api"))
    )


def _quoted(text: str) -> str:
    for char, written in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("${", "\\${")):  # fmt: skip
        text = text.replace(char, written)
    return f'"{text}"'


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_secret_is_named_plainly_whatever_its_key(text):
    found = _compiled("metal", 'secrets.vault["bmc"]', f"secrets.vault[{_quoted(text)}]")
    if not found.is_ok:
        return
    cluster = _made(found, "metal")
    names = {h["spec"]["bmc"]["credentialsName"] for h in cluster.of_kind("BareMetalHost").values()}
    assert [name_fault(each, "subdomain") for each in names] == [None]
    commands = "\n".join(cluster.commands)
    assert f"for secret in {names.pop()}; do kubectl create secret generic " in commands
    subprocess.run(["sh", "-n"], input=commands, text=True, check=True)


def test_two_keys_have_two_names():
    texts = [
        "bmc",
        "a b",
        "a: b",
        "a-b",
        "A-b",
        "a" * 49,
        "a" * 54,
        "a" * 55,
        "a" * 60 + "b",
        "a" * 60 + "c",
    ]
    names = {credentials(SecretRef(f'secrets.vault["{text}"]')) for text in texts}
    assert len(names) == len(texts)
    assert [name_fault(each, "label") for each in names] == [None] * len(texts)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize(
    "place", ['fqdn = "api.tenant.example"', 'client_id = "tenant"', '"direct.example"', 'namespace = "mirror"'],
)  # fmt: skip
def test_nothing_that_a_node_would_evaluate_gets_there(place, text):
    key, is_named, old = place.rpartition(" = ")
    found = _compiled("guests", place, f"{key}{is_named}{_quoted(text)}")
    assert old
    if not found.is_ok:
        return
    written = _made(found, "guests").files["cluster.yaml"].text
    rest = written.replace("{{ local_hostname }}", "").replace("{{ instance_id }}", "")
    assert not any(mark in rest for mark in ("{{", "{%", "{#"))
