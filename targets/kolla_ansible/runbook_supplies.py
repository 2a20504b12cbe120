"""Steps for what the operator supplies and the compiler never sees: certificates and keyrings."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.model import Pki
from blueprint.target import HandOver, Step, Taken
from targets.kolla_ansible.certificates import (
    AUTHORITY,
    CertificateFile,
    authorities,
    made_by_tool,
    provided_files,
)
from targets.kolla_ansible.cloud import Cloud
from targets.kolla_ansible.commands import folder_of, kolla
from targets.kolla_ansible.storage import keyrings, monitor_addresses, monitor_login, uses
from targets.kolla_ansible.trust import TRUSTED, client_bundle, joins_known

_SECOND = 10**9


def certificate_steps(cloud: Cloud) -> Iterator[Step]:
    """Certificates made by the tool, then those provided, which may replace some."""
    folder = folder_of(cloud)
    if made_by_tool(cloud):
        yield Step(
            title="Make the certificates",
            needs=("the hosts answer, since their addresses go into certificates",),
            commands=(kolla(cloud, "certificates"),),
            checks=_expiry(cloud, _made(cloud)),
            gives=(
                (
                    f"`{cloud.configuration_folder}/{AUTHORITY}`, the authority's certificate: hand it to "
                    "users of the public API"
                ),
                f"`{cloud.configuration_folder}/certificates/private`: keep a copy where secrets are kept",
            ),
        )
    provided = provided_files(cloud)
    if provided:
        folders = dict.fromkeys(f"{folder}/{file.path.rpartition('/')[0]}" for file in provided)
        yield Step(
            title="Put the provided certificates in their places",
            needs=tuple(_provided(cloud, file) for file in provided),
            commands=(f"install -d -m 0750 {' '.join(folders)}",),
            checks=(
                *(f"test -s {folder}/{file.path}" for file in provided),
                *_expiry(cloud, [f.path for f in provided if not f.path.endswith("key.pem")]),
            ),
        )
    if client_bundle(cloud) == TRUSTED:
        known = '"$(python3 -m certifi)" ' if joins_known(cloud) else ""
        yield Step(
            title="Join the authorities that clients trust",
            commands=(
                f"(umask 027 && cat {known}{folder}/certificates/ca/*.crt > {folder}/{TRUSTED})",
            ),
            checks=(f"openssl x509 -noout -subject -in {folder}/{TRUSTED}",),
        )


def storage_steps(cloud: Cloud) -> Iterator[Step]:
    """The keyrings of the storage."""
    ceph, wanted = cloud.ceph, keyrings(cloud)
    if ceph is None or not uses(cloud):
        return
    folder = f"{folder_of(cloud)}/config"
    folders = dict.fromkeys(f"{folder}/{ring.path.rpartition('/')[0]}" for ring in wanted)
    storage = cloud.layer.storage
    assert storage is not None
    needs = []
    commands = [f"install -d -m 0750 {' '.join(folders)}"]
    login = monitor_login(cloud)
    is_by_cephadm = storage not in cloud.model.existing and ceph.on is None
    is_fetched = is_by_cephadm and login is not None
    if is_fetched:
        needs.append("SSH to the first monitor's host, with `sudo` there")
        commands += [
            f"(umask 027 && {login} sudo cephadm shell -- ceph auth get {ring.client} "
            f"| sed 's/^[[:space:]]*//' > {folder}/{ring.path})"
            for ring in wanted
        ]
    place = f"{cloud.configuration_folder}/config"
    takes = [
        Taken(HandOver("keyring", storage, ring.client), f"{place}/{ring.path}", is_fetched)
        for ring in wanted
    ]
    if not monitor_addresses(cloud):
        services = dict.fromkeys(ring.path.partition("/")[0] for ring in wanted)
        reached = HandOver("ceph_conf", storage)
        takes += [Taken(reached, f"{place}/{name}/ceph.conf") for name in services]
    yield Step(
        title="Hand over Ceph's keyrings",
        needs=tuple(needs),
        commands=tuple(commands),
        checks=tuple(f"grep -q 'key *=' {folder}/{ring.path}" for ring in wanted),
        takes=tuple(takes),
    )


def _provided(cloud: Cloud, file: CertificateFile) -> str:
    place = f"`{cloud.configuration_folder}/{file.path}`: {file.content}"
    beside = f", which is `{file.source}` beside the blueprint" if file.source is not None else ""
    return f"{place}, from `{file.pki}`{beside}"


def _made(cloud: Cloud) -> list[str]:
    sides = (
        (cloud.public, "certificates/haproxy.pem"),
        (cloud.internal, "certificates/haproxy-internal.pem"),
    )
    return [
        path
        for endpoint, path in sides
        if endpoint.tls is not None and cloud.model.at(endpoint.tls, Pki).issuer != "acme"
    ]


def _expiry(cloud: Cloud, files: list[str]) -> tuple[str, ...]:
    """Commands that fail as soon as a certificate is due for renewal."""
    due = min(
        (int(cloud.model.at(ref, Pki).renew_before) // _SECOND for ref in authorities(cloud)),
        default=0,
    )
    folder = folder_of(cloud)
    return tuple(f"openssl x509 -checkend {due} -noout -in {folder}/{path}" for path in files)
