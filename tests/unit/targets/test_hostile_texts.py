"""Hostile texts in every string of a model arrive as text, or are refused before anything is written."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache

import jinja2
import pytest

from blueprint.diagnostics import has_errors
from blueprint.model import Hardware, HostGroup, Model, Pki, Proxy, Registry, Secrets
from blueprint.model.ceph import Pool
from blueprint.model.hardware import Disk
from blueprint.model.hosts import OperatingSystem
from blueprint.model.openstack import KollaAnsible
from blueprint.model.openstack_resources import (
    Aggregate,
    ExternalNetwork,
    Flavor,
    Image,
    Project,
    ProviderNetwork,
)
from blueprint.model.openstack_services import Cinder, Nova
from blueprint.model.site import FileStore, VaultStore
from blueprint.target import Artifact, Deployment, Target
from blueprint.values import FileRef, Ref, SecretRef, Size
from targets.cephadm import TARGET as CEPHADM
from targets.host_preparation import TARGET as HOSTS
from targets.kolla_ansible import TARGET as KOLLA
from targets.openstack_resources import TARGET as RESOURCES
from tests.unit.targets.hostile import HOSTILE, MARK
from tests.unit.targets.models import (
    Endpoint,
    api,
    bond,
    ceph,
    collapsed_hosts,
    group,
    ip,
    server,
    site,
    spans_of,
    three_node_cloud,
    with_hosts,
)
from tests.unit.targets.reading import Unsafe, read

MakeModel = Callable[[str], Model]


def hosts_with(**changes: object) -> Model:
    return with_hosts(three_node_cloud(), group("node", collapsed_hosts(**changes), 3))


def hardware(**changes: object) -> Model:
    return three_node_cloud({"hardware.r760": Hardware(**{**dict(server()), **changes})})


def registry(**changes: object) -> Model:
    fields = {"url": "harbor.example", **changes}
    return three_node_cloud({"registry.r": Registry(**fields)}, registry=Ref("registry.r"))


def proxy(**changes: object) -> Model:
    return three_node_cloud({"proxy.p": Proxy(**changes)}, proxy=Ref("proxy.p"))


def secrets(store: VaultStore | FileStore) -> Model:
    return three_node_cloud({"secrets.vault": Secrets(store=store)})


def places(text: str) -> Model:
    model = three_node_cloud()
    (node,) = model.groups.values()
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    rack, zone = Ref(f'site.dc1.rack.r["{quoted}"]'), Ref(f'site.dc1.zone.z["{quoted}"]')
    members = tuple(replace(host, rack=rack, zone=zone) for host in node)
    return with_hosts(model, HostGroup(node.ref, members, is_family=True))


def external(text: str) -> Model:
    network = ExternalNetwork(network=Ref("network.floating"), physnet=Ref("physnet.provider"))
    return three_node_cloud(external_network={text: network})


def fqdn(text: str) -> Model:
    endpoint = Endpoint(network=Ref("network.api"), vip=ip("10.20.0.250"), fqdn=text)
    return three_node_cloud(api=api(internal=endpoint, public=endpoint))


def config(name: str, text: str) -> Model:
    return three_node_cloud(nova=Nova(config={"nova.conf": {"DEFAULT": {name: text}}}))


NODES = (Ref("hosts.node"),)
SMALL = Flavor(vcpus=1, ram=Size.of(1, "GiB"))


def flavor(**changes: object) -> Model:
    return three_node_cloud(flavor={"a": SMALL.model_copy(update=changes)})


def image(**changes: object) -> Model:
    return three_node_cloud(image={"a": Image(file=FileRef("a.img")).model_copy(update=changes)})


def tool(value: object) -> Model:
    return three_node_cloud(
        tool={"kolla_ansible": {"keepalived_track_script_enabled": True, **value}}
    )  # type: ignore[dict-item]


STRINGS: dict[str, MakeModel] = {
    "region": lambda t: three_node_cloud(region=t),
    "fqdn": fqdn,
    "user": lambda t: hosts_with(user=t),
    "host system": lambda t: hosts_with(os=OperatingSystem(choice=t, like="ubuntu-24.04")),
    "likeness": lambda t: hosts_with(os=OperatingSystem(choice="a", like=t)),
    "bond": lambda t: hosts_with(
        bond={
            t: bond(0, "api", "tenant", "external", "storage"),
            "b": bond(1, physnet=Ref("physnet.provider")),
        }
    ),
    "tag": lambda t: three_node_cloud(deployer=KollaAnsible(tag=t)),
    "registry url": lambda t: registry(url=t),
    "registry namespace": lambda t: registry(namespace=t),
    "registry user": lambda t: registry(username=t, password=SecretRef('secrets.vault["a"]')),
    "registry secret": lambda t: registry(
        username="u", password=SecretRef(f'secrets.vault["{t.replace(chr(92), chr(92) * 2)}"]')
    ),
    "registry authority": lambda t: registry(ca=FileRef(t)),
    "proxy": lambda t: proxy(http=t),
    "secure proxy": lambda t: proxy(https=t),
    "no proxy": lambda t: proxy(no_proxy=(t,)),
    "vault address": lambda t: secrets(VaultStore(address=t, path="a")),
    "vault mount": lambda t: secrets(VaultStore(address="https://v", mount=t, path="a")),
    "vault path": lambda t: secrets(VaultStore(address="https://v", path=t)),
    "secrets file": lambda t: secrets(FileStore(path=t)),
    "authority file": lambda t: three_node_cloud(
        {"pki.ca": Pki(issuer="provided", ca_certificate=FileRef(t))}
    ),
    "time zone": lambda t: three_node_cloud(
        {"site.dc1": site().model_copy(update={"timezone": t})}
    ),
    "time server": lambda t: three_node_cloud(
        {"site.dc1": site().model_copy(update={"ntp": (t,)})}
    ),
    "name server": lambda t: three_node_cloud(
        {"site.dc1": site().model_copy(update={"dns": (t,)})}
    ),
    "rack and zone": places,
    "external network": external,
    "pool": lambda t: three_node_cloud({"ceph.main": ceph(pool={t: Pool(use="cinder")})}),
    "fsid": lambda t: three_node_cloud({"ceph.main": ceph(fsid=t)}),
    "device path": lambda t: hardware(
        disk={"osd": Disk(count=1, size=Size.of(1, "TB"), media="ssd", paths=(t,))}
    ),
    "processor": lambda t: hardware(cpu=server().cpu.model_copy(update={"model": t})),
    "option": lambda t: config("my_ip", t),
    "option's name": lambda t: config(t, "a"),
    "section": lambda t: three_node_cloud(nova=Nova(config={"nova.conf": {t: {"a": "b"}}})),
    "file": lambda t: three_node_cloud(nova=Nova(config={t: {"DEFAULT": {"debug": True}}})),
    "open section": lambda t: three_node_cloud(
        cinder=Cinder(config={"cinder.conf": {t: {"volume_backend_name": t}}})
    ),
    "list of options": lambda t: three_node_cloud(
        nova=Nova(config={"nova.conf": {"pci": {"alias": [t]}}})
    ),
    "variable": lambda t: tool({"nova_api_image": t}),
    "variable's name": lambda t: tool({t: "a"}),
    "map of a variable": lambda t: tool({"docker_custom_config": {t: {"a": [t]}}}),
    "tool": lambda t: three_node_cloud(tool={t: {"a": "b"}}),
    "project": lambda t: three_node_cloud(project={t: Project()}),
    "domain": lambda t: three_node_cloud(project={"a": Project(domain=t)}),
    "description": lambda t: three_node_cloud(project={"a": Project(description=t)}),
    "aggregate": lambda t: three_node_cloud(aggregate={t: Aggregate(hosts=NODES)}),
    "metadata": lambda t: three_node_cloud(
        aggregate={"a": Aggregate(hosts=NODES, metadata={"k": t})}
    ),
    "name of metadata": lambda t: three_node_cloud(
        aggregate={"a": Aggregate(hosts=NODES, metadata={t: "v"})}
    ),
    "trait": lambda t: three_node_cloud(aggregate={"a": Aggregate(hosts=NODES, traits=(t,))}),
    "flavor": lambda t: three_node_cloud(flavor={t: SMALL}),
    "extra spec": lambda t: flavor(extra_specs={"aggregate_instance_extra_specs:b": t}),
    "name of an extra spec": lambda t: flavor(
        extra_specs={f"aggregate_instance_extra_specs:{t}": "v"}
    ),
    "image": lambda t: three_node_cloud(image={t: Image(file=FileRef("a.img"))}),
    "image file": lambda t: three_node_cloud(image={"a": Image(file=FileRef(t))}),
    "image address": lambda t: three_node_cloud(image={"a": Image(file=f"https://a/{t}")}),
    "image tag": lambda t: image(tags=(t,)),
    "image system": lambda t: image(os=t),
    "image property": lambda t: image(properties={"os_admin_user": t}),
    "Kubernetes of an image": lambda t: image(os="ubuntu-24.04", kubernetes=t),
    "provider network": lambda t: three_node_cloud(
        provider_network={
            t: ProviderNetwork(network=Ref("network.floating"), physnet=Ref("physnet.provider"))
        },
        external_network={},
    ),
}
TARGETS: tuple[Target, ...] = (KOLLA, CEPHADM, HOSTS, RESOURCES)


@cache
def emitted(name: str) -> tuple[Deployment, ...]:
    """What is emitted for hostile texts in one string by the targets that do not refuse them."""
    found = []
    for text in HOSTILE:
        model = STRINGS[name](text)
        spans = spans_of(model)
        for target in TARGETS:
            for layer in target.layers(model):
                if not has_errors(target.check(layer, model, spans)):
                    found.append(target.emit(layer, model))  # noqa: PERF401 - reads as three loops
    return tuple(found)


def strings_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from strings_in(key)
            yield from strings_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings_in(item)


def is_read_by_ansible(artifact: Artifact) -> bool:
    return artifact.path.endswith(".yml") and not artifact.path.endswith("secrets.yml")


def is_jinja(text: str) -> bool:
    return any(opening in text for opening in ("{{", "{%", "{#"))


cases = pytest.mark.parametrize("name", STRINGS)


@cases
def test_ansible_finds_nothing_to_evaluate_in_variables(name: str) -> None:
    for made in emitted(name):
        for artifact in made.artifacts:
            if is_read_by_ansible(artifact) and MARK in artifact.text:
                found = [s for s in strings_in(read(artifact)) if is_jinja(s)]
                assert all(isinstance(s, Unsafe) for s in found), (artifact.path, found)


@cases
def test_jinja_finds_nothing_to_evaluate_in_files_of_services(name: str) -> None:
    environment = jinja2.Environment(
        trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined, autoescape=False
    )
    for made in emitted(name):
        for artifact in made.artifacts:
            if "/config/" in artifact.path and MARK in artifact.text:
                environment.from_string(artifact.text).render(group_names=[])


@cases
def test_no_text_begins_a_line_of_a_file(name: str) -> None:
    for made in emitted(name):
        for artifact in made.artifacts:
            assert not re.search(rf"^\W*{MARK}", artifact.text, re.MULTILINE) or is_key(artifact)


def is_key(artifact: Artifact) -> bool:
    """Whether every line that begins with the mark is an entry of its own, quoted where need be."""
    return artifact.path.endswith((".yml", ".yaml", ".conf", ".ini"))


def outside_quotes(command: str) -> str:
    """A command without what stands between single quotes, which a shell takes as it is."""
    return re.sub(r"'[^']*'", "", command.replace("'\"'\"'", ""))


@cases
def test_no_shell_takes_a_text_for_a_command(name: str) -> None:
    for made in emitted(name):
        scripts = [a.text for a in made.artifacts if a.is_executable]
        steps = [c for step in made.steps for c in (*step.commands, *step.checks)]
        for command in (*steps, *(line for s in scripts for line in s.splitlines())):
            if MARK in command:
                bare = outside_quotes(command)
                assert MARK not in bare or re.fullmatch(r"[\w@%+=:,./-]*", word_with_mark(bare)), (
                    command
                )


def word_with_mark(command: str) -> str:
    return next(word for word in command.split() if MARK in word)


@cases
def test_no_command_takes_a_text_for_an_option(name: str) -> None:
    for made in emitted(name):
        words = [w for s in made.steps for c in (*s.commands, *s.checks) for w in shlex.split(c)]
        assert not [word for word in words if word.startswith(f"-{MARK}")]


@cases
def test_every_command_is_whole(name: str) -> None:
    for made in emitted(name):
        for step in made.steps:
            for command in (*step.commands, *step.checks):
                assert shlex.split(command)


def test_a_secret_never_reaches_an_artifact() -> None:
    model = registry(username="u", password=SecretRef('secrets.vault["registry"]'))
    (layer,) = KOLLA.layers(model)
    texts = [a.text for a in KOLLA.emit(layer, model).artifacts]
    assert not [
        text for text in texts if "docker_registry_password: " in text and "the secret" not in text
    ]
