"""The steps of a deployment with cephadm: exact commands, what they need, what shows success."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from blueprint.model import OpenStack
from blueprint.target import Given, HandOver, Step
from targets.cephadm.cluster import Cluster
from targets.cephadm.gateways import is_unverified, keystone_name, swift_region
from targets.cephadm.images import login_words, quoted_image, registry_needs
from targets.cephadm.objects import clients, has_objects

_SHELL = "sudo cephadm shell"
#: The addresses of all hosts, for a shell.
_ALL = "$(sed -n 's/^addr: //p' hosts.yaml | tr -d '\"')"


#: What is applied is a wish, which the orchestrator goes on trying to fulfil.
_TRIES_AGAIN = (
    "a service with fewer daemons than it should have: the orchestrator tries again by itself, and this step may be run "
    f"again; `{_SHELL} -- ceph log last cephadm` says what failed, `{_SHELL} -- ceph health detail` what is missing"
)


def steps(cluster: Cluster) -> tuple[Step, ...]:
    """The steps in their order, run on the first monitor's host."""
    parts = (_bootstrap, _hosts, _services, _pools, _gateways)
    return tuple(step for part in parts for step in part(cluster))


def _bootstrap(cluster: Cluster) -> Iterator[Step]:
    layer = cluster.layer
    host = cluster.first_monitor
    if host is None:
        return
    words = [
        f"sudo cephadm --image {quoted_image(cluster)} bootstrap --mon-ip {cluster.address(host)}",
        f"--config cluster.conf --ssh-user {shlex.quote(host.spec.user)}",
        "--skip-monitoring-stack --allow-fqdn-hostname",
        *login_words(cluster),
    ]
    if layer.fsid is not None:
        words.append(f"--fsid {shlex.quote(layer.fsid.lower())}")
    yield Step(
        title=f"Start the first monitor of Ceph {layer.release.capitalize()}",
        needs=(
            f"run this and all that follows on `{host.name}`, with this folder copied there",
            *_host_needs(cluster),
            f"on every host of the cluster, `{host.spec.user}` with `sudo`",
            f"`cephadm` of release {layer.release} on this host",
            *registry_needs(cluster),
            "no cluster on these hosts yet: this step is done once",
        ),
        commands=(" ".join(words),),
        checks=(f"{_SHELL} -- ceph fsid", f"{_SHELL} -- ceph -s"),
        gives=(
            (
                "the cluster's fsid, made here unless the blueprint states it; clients need only the "
                "monitors' addresses"
            ),
            "`/etc/ceph/ceph.client.admin.keyring`: keep a copy where secrets are kept",
        ),
        on_failure=(
            (
                "`/var/log/ceph/cephadm.log` on this host says why; as long as the cluster has no OSD, what was begun is "
                "taken away with `sudo cephadm rm-cluster --force --fsid` and the fsid that `sudo cephadm ls` shows; then "
                "run this step again"
            ),
        ),
    )


def _host_needs(cluster: Cluster) -> Iterator[str]:
    """What the hosts' own layers bring about, and what is asked of hosts that stand already."""
    groups = dict.fromkeys(host.group for host, _ in cluster.hosts.values())
    prepared = ", ".join(f"`{ref}`" for ref in groups if ref not in cluster.model.existing)
    if prepared:
        yield (
            f"{prepared}: prepared, as the steps of their own layers say, so that they have their networks, "
            "Podman, LVM and a time service"
        )
    standing = ", ".join(f"`{ref}`" for ref in groups if ref in cluster.model.existing)
    if standing:
        yield f"{standing}: Podman or Docker, LVM, Python 3, and a time service in step"


def _hosts(cluster: Cluster) -> Iterator[Step]:
    count = len(cluster.hosts)
    add = (
        "\"mkdir -p -m 0700 ~/.ssh && grep -qsxF '$key' ~/.ssh/authorized_keys "
        "|| (umask 077 && echo '$key' >> ~/.ssh/authorized_keys)\""
    )
    yield Step(
        title="Take in the hosts",
        needs=(
            (
                f"SSH without a password from here to every host as `{_user(cluster)}`, with a key of yours or an "
                "agent that `ssh -A` brings along"
            ),
        ),
        commands=(
            f"key=$(sudo cat /etc/ceph/ceph.pub); {_on_each(cluster, _ALL, add)}",
            f'{_SHELL} -m "$PWD/hosts.yaml" -- ceph orch apply -i /mnt/hosts.yaml',
        ),
        checks=(
            f'test "$({_SHELL} -- ceph orch host ls --format json | grep -o \'"hostname"\' | wc -l)" -ge {count}',
            f"{_SHELL} -- ceph osd tree",
        ),
    )


def _user(cluster: Cluster) -> str:
    return next((host.spec.user for host, _ in cluster.hosts.values()), "root")


def _on_each(cluster: Cluster, addresses: str, command: str) -> str:
    """A command, quoted for a shell, on hosts one after another; the first that fails ends it."""
    login = f'ssh -n -o StrictHostKeyChecking=accept-new {shlex.quote(_user(cluster))}@"$address"'
    return f"(for address in {addresses}; do {login} {command} || exit 1; done)"


def _services(_: Cluster) -> Iterator[Step]:
    yield Step(
        title="Start monitors, managers and OSDs",
        needs=("the disks for OSDs are empty: no partitions, no LVM, no file system",),
        commands=(
            f'{_SHELL} -m "$PWD/services.yaml" -- ceph orch apply -i /mnt/services.yaml --dry-run',
            f'{_SHELL} -m "$PWD/services.yaml" -- ceph orch apply -i /mnt/services.yaml',
        ),
        checks=(
            f"{_SHELL} -- ceph orch ls",
            f"{_SHELL} -- ceph osd stat",
            f"{_SHELL} -- ceph quorum_status --format json-pretty",
        ),
        on_failure=(
            _TRIES_AGAIN,
            (
                f"fewer OSDs than disks: `{_SHELL} -- ceph orch device ls --wide --refresh` says why a disk was "
                "rejected; do not zap a disk before you know whose data is on it"
            ),
        ),
    )


def _pools(cluster: Cluster) -> Iterator[Step]:
    if not has_objects(cluster):
        return
    layer = cluster.layer
    used = [use for use in clients() if layer.pool_for(use) or layer.filesystem_for(use)]
    yield Step(
        title="Make pools and clients",
        needs=("OSDs are up in as many failure domains as each pool keeps copies",),
        commands=(f'{_SHELL} -m "$PWD/pools.sh" -- sh /mnt/pools.sh',),
        checks=(f"{_SHELL} -- ceph osd pool ls detail", f"{_SHELL} -- ceph health"),
        hands_over=tuple(_handed_over(cluster, used)),
    )


def _handed_over(cluster: Cluster, used: list[str]) -> Iterator[Given]:
    """A key for each client, and how clients find the monitors; charts of OpenStack make clients themselves."""
    regions = cluster.model.of(OpenStack).values()
    if any(each.storage == cluster.ref and each.on is not None for each in regions):
        admin = HandOver("keyring", cluster.ref, "client.admin")
        yield Given(admin, command=f"{_SHELL} -- ceph auth get client.admin")
    for use in used:
        client = f"client.{clients()[use]}"
        keyring = HandOver("keyring", cluster.ref, client)
        yield Given(keyring, command=f"{_SHELL} -- ceph auth get {client}")
    reached = HandOver("ceph_conf", cluster.ref)
    yield Given(reached, command=f"{_SHELL} -- ceph config generate-minimal-conf")


def _gateways(cluster: Cluster) -> Iterator[Step]:
    """Metadata servers and gateways, once the pools are there that they would else make themselves."""
    layer = cluster.layer
    if not (layer.filesystem or layer.rgw or layer.nfs):
        return
    checks = [f"{_SHELL} -- ceph orch ls"]
    checks += [f"{_SHELL} -- ceph fs status {shlex.quote(name)}" for name in layer.filesystem]
    if layer.nfs:
        checks.append(f"{_SHELL} -- ceph nfs cluster info {shlex.quote(cluster.ref.plain)}")
    region = swift_region(cluster.model, cluster.ref) if layer.rgw else None
    needs: tuple[str, ...] = ()
    named = keystone_name(cluster.model, cluster.ref) if layer.rgw else None
    if named is not None:
        name, vip = named
        needs = (
            f"`{name}`, where object gateways ask for their users, leads to `{vip}` in the DNS",
        )
        found = map(cluster.address, cluster.members("rgw"))
        addresses = " ".join(address for address in found if address is not None)
        looked_up = f"getent ahosts {shlex.quote(name)} | cut -d ' ' -f 1 | grep -Fxq {vip}"
        checks.append(_on_each(cluster, addresses, shlex.quote(looked_up)))
    if layer.rgw and is_unverified(cluster.model, cluster.ref):
        needs += (
            (
                "a network to the identity service on which nobody poses as it: object gateways do not verify its "
                "certificate (`rgw_keystone_verify_ssl`), since their containers trust public authorities alone"
            ),
        )
    yield Step(
        title="Start metadata servers and gateways",
        needs=needs,
        commands=(
            f'{_SHELL} -m "$PWD/gateways.yaml" -- ceph orch apply -i /mnt/gateways.yaml --dry-run',
            f'{_SHELL} -m "$PWD/gateways.yaml" -- ceph orch apply -i /mnt/gateways.yaml',
        ),
        checks=tuple(checks),
        on_failure=(_TRIES_AGAIN,),
        gives=()
        if region is None
        else (
            (
                f"object gateways that let nobody in by Keystone yet: the run-book of `{region}` hands them the "
                "password of their user there"
            ),
        ),
    )
