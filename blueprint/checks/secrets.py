"""Secrets that somebody else gives, which need a store that holds what is put into it; and names in Vault."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from blueprint.diagnostics import Diagnostic, Label, Rule, names
from blueprint.model import Model, OpenStack, Pki, Registry, Secrets
from blueprint.model.openstack_services import Hsm, VaultKeys
from blueprint.model.site import GeneratedStore, VaultStore
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref, SecretRef, is_secret_name

NOBODY_GIVES = Rule("OIB5609", "secret-nobody-gives")
UNUSABLE_STORE = Rule("OIB5610", "cluster-store-not-for-kubernetes")

_LABEL = r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*").fullmatch
#: The longest name of a resource of Kubernetes.
_LONGEST = 253

#: Whose field refers to a secret, which field, the secret, and whose it is to give.
_Wanted: TypeAlias = tuple[Ref, tuple[str, ...], SecretRef | None, str]


def secrets(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Secrets of others in a store that only ever holds what a tool generates, and paths that no store has."""
    stores = model.of(Secrets)
    yield from _paths(stores, spans)
    for ref, field, secret, whose in _given(model):
        if secret is None:
            continue
        store = stores.get(Ref(secret.store))
        if store is not None and isinstance(store.store, GeneratedStore):
            where = spans.at(secret.store, "store")
            yield nobody_gives(spans.at(ref, *field), secret, whose, where)


def _paths(stores: Mapping[Ref, Secrets], spans: Spans) -> Iterator[Diagnostic]:
    """Places in Vault, which are part of the names of all secrets there, and who reads them on clusters."""
    for ref, each in stores.items():
        if isinstance(each.store, VaultStore):
            for field, text in (("mount", each.store.mount), ("path", each.store.path)):
                if not is_secret_name(text):
                    span = spans.at(ref, "store", field)
                    yield names.secret_name(span, text, f"the {field} of secrets")
            name = each.store.cluster_store
            if name is not None and not (_SUBDOMAIN(name) and len(name) <= _LONGEST):
                yield unusable_store(spans.at(ref, "store", "cluster_store"), name)


def _given(model: Model) -> Iterator[_Wanted]:
    for ref, registry in model.of(Registry).items():
        yield ref, ("password",), registry.password, "the registry gives it"
    for ref, pki in model.of(Pki).items():
        yield ref, ("ca_key",), pki.ca_key, "the authority has it already"
    for group in model.groups.values():
        stores: set[str] = set()  # each server may have a secret of its own: one mistake, said once
        for host in group:
            secret = host.bmc_credentials
            if secret is not None and secret.store not in stores:
                stores.add(secret.store)
                yield host.ref, ("bmc", "credentials"), secret, "the servers have it already"
    for ref, region in model.of(OpenStack).items():
        backend = region.barbican.backend
        if isinstance(backend, Hsm):
            yield ref, ("barbican", "backend", "pin"), backend.pin, "the module has it already"
        if isinstance(backend, VaultKeys):
            yield ref, ("barbican", "backend", "role"), backend.role, "Vault gives it"
        for name, provider in region.keystone.federation.items():
            field = ("keystone", "federation", name, "secret")
            yield ref, field, provider.secret, "the identity provider gives it"
        access = region.magnum.kubeconfig
        yield ref, ("magnum", "kubeconfig"), access, "whoever runs the manager gives it"


def nobody_gives(span: Span, secret: SecretRef, whose: str, store_span: Span) -> Diagnostic:
    """A secret of somebody else's that would be made up."""
    return Diagnostic(
        NOBODY_GIVES,
        span,
        f"`{secret}` would be made up, and {whose}",
        labels=(Label(store_span, "this store holds only what is generated"),),
        hint="name a `secrets` with `store vault` or `store file`, and put it there",
    )


def unusable_store(span: Span, name: str) -> Diagnostic:
    """A name that no ClusterSecretStore can have."""
    return Diagnostic(
        UNUSABLE_STORE,
        span,
        f"no ClusterSecretStore can be called {name!r}",
        hint=f"allowed: at most {_LONGEST} of a-z, 0-9, `-` and `.`, a letter or number at each end",
    )
