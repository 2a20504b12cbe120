"""Plans the list of secrets: the names that must be in passwords.yml and how each comes about.

Only names: no artifact ever holds a secret. Kolla-Ansible refuses to start while any name of its own
list is empty, also those of services that are off, so all of them are listed.
"""

from __future__ import annotations

from blueprint.model import OpenStack, Registry, Secrets
from blueprint.model.openstack_services import Hsm
from blueprint.model.site import FileStore, GeneratedStore, VaultStore
from blueprint.target import Cause
from blueprint.values import Ref, SecretRef
from targets._formats.page import Traced
from targets.kolla_ansible.cloud import Cloud

_WORDS = {
    "password": "random password",
    "uuid": "random UUID",
    "ssh_key": "SSH key pair",
    "fernet_key": "random Fernet key",
    "hmac_md5": "random HMAC-MD5 key",
    "bcrypt_salt": "random bcrypt salt",
}


def plan_secrets(cloud: Cloud) -> dict[str, Traced]:
    """The store, and each secret's name with what it is."""
    release = Cause("a secret that the release asks for", (cloud.path("release"),))
    names: dict[str, Traced] = {}
    for name, kind in cloud.catalog.passwords.items():
        if kind != "stated":
            names[name] = Traced(_WORDS[kind], release)
    for name, (secret, cause) in given_secrets(cloud).items():
        names[name] = Traced(f"the secret {secret}", cause)
    return {
        "store": _store(cloud),
        "passwords": Traced(dict(sorted(names.items())), release),
    }


def given_secrets(cloud: Cloud) -> dict[str, tuple[SecretRef, Cause]]:
    """Secrets of passwords.yml that somebody else gives, by name: nothing can generate them."""
    found: dict[str, tuple[SecretRef, Cause]] = {}
    ref = cloud.layer.registry
    password = None if ref is None else cloud.model.at(ref, Registry).password
    if password is not None:
        paths = (f"{ref}.password", cloud.path("registry"))
        found["docker_registry_password"] = (
            password,
            Cause("the password of the registry's user", paths),
        )
    logs = cloud.layer.log_store
    if logs is not None and logs.password is not None:
        cause = Cause("the password at the store of logs", (cloud.path("log_store", "password"),))
        found["fluentd_opensearch_password"] = logs.password, cause
    backend = cloud.layer.barbican.backend
    if "barbican" in cloud.layer.services and isinstance(backend, Hsm):
        cause = Cause("the PIN of the module's token", (cloud.path("barbican", "backend", "pin"),))
        found["barbican_p11_password"] = backend.pin, cause
    return found


def store_of(cloud: Cloud) -> Secrets | None:
    """The store of the layer's secrets, or None where the tool generates them."""
    ref = cloud.layer.secrets
    return None if ref is None else cloud.model.at(ref, Secrets)


def same_place(one: Secrets | None, other: Secrets | None) -> bool:
    """Whether two regions keep their passwords in one place; what a tool generates is each region's own."""
    if one is None or other is None or isinstance(one.store, GeneratedStore):
        return False
    return one.store == other.store


def is_filled_before(cloud: Cloud) -> bool:
    """Whether a region that is deployed earlier keeps its passwords where this one does."""
    regions = cloud.model.of(OpenStack)

    def turn(ref: Ref) -> tuple[bool, Ref]:
        return regions[ref].identity is not None, ref

    return any(
        turn(ref) < turn(cloud.ref)
        and ref not in cloud.model.existing
        and same_place(store_of(cloud), store_of(Cloud(ref, cloud.model)))
        for ref in regions
    )


def _store(cloud: Cloud) -> Traced:
    field = cloud.path("secrets")
    secrets = store_of(cloud)
    if secrets is None:
        return Traced("generated", Cause("generated once by the tool unless stated", (field,)))
    store = secrets.store
    cause = Cause("where the secrets are kept", (field, f"{cloud.layer.secrets}.store"))
    if isinstance(store, VaultStore):
        place = {"address": store.address, "mount": store.mount, "path": store.path}
        return Traced({"vault": place}, cause)
    if isinstance(store, FileStore):
        return Traced({"file": {"path": store.path}}, cause)
    return Traced("generated", cause)
