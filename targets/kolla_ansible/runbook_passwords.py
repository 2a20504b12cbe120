"""Steps that bring passwords.yml about: given secrets are in it before the tool invents the others."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from blueprint.model.site import FileStore, VaultStore
from blueprint.target import Step
from targets.kolla_ansible.cloud import Cloud
from targets.kolla_ansible.commands import folder_of, sample, vault_options
from targets.kolla_ansible.secret_list import given_secrets, is_filled_before, store_of

_READ = "a Vault token in `VAULT_TOKEN` that may read there"
_READ_AND_WRITE = "a Vault token in `VAULT_TOKEN` that may read and write there"


def secret_steps(cloud: Cloud) -> Iterator[Step]:
    """The passwords, from where they are kept."""
    secrets = store_of(cloud)
    store = None if secrets is None else secrets.store
    if isinstance(store, FileStore):
        yield _from_file(cloud, store)
    elif not isinstance(store, VaultStore):
        yield from _generated(cloud)
    elif is_filled_before(cloud):
        yield from _added(cloud, store)
    else:
        yield from _first(cloud, store)
        yield Step(
            title="Fetch the passwords from Vault",
            needs=(_READ,),
            commands=(_sample(cloud), f"kolla-readpwd -p {_file(cloud)} {vault_options(store)}"),
            checks=(_complete(cloud), *given_checks(cloud, _file(cloud))),
        )


def _from_file(cloud: Cloud, store: FileStore) -> Step:
    return Step(
        title="Fetch the passwords",
        needs=(
            f"`{store.path}` on this host, a `passwords.yml` with the names in `secrets.yml`",
            *given_needs(cloud, store.path),
        ),
        commands=(f"install -m 0640 {shlex.quote(store.path)} {_file(cloud)}",),
        checks=(_complete(cloud), *given_checks(cloud, _file(cloud))),
    )


def _generated(cloud: Cloud) -> Iterator[Step]:
    """Where no store keeps them, the file on this host is all there is."""
    commands: tuple[str, ...] = (_sample(cloud),)
    if given_secrets(cloud):
        yield Step(title="Lay out the list of passwords", commands=commands)
        yield fill_in(cloud, f"{cloud.configuration_folder}/passwords.yml")
        commands = ()
    yield Step(
        title="Generate the passwords",
        commands=(*commands, f"kolla-genpwd -p {_file(cloud)}"),
        checks=(_complete(cloud),),
        gives=(
            (
                f"`{cloud.configuration_folder}/passwords.yml`: the only copy; keep it where secrets are "
                "kept, a later run never makes the same again"
            ),
        ),
    )


def _first(cloud: Cloud, store: VaultStore) -> Iterator[Step]:
    """What is done once in the life of a cloud: the store is filled."""
    commands: tuple[str, ...] = (_sample(cloud),)
    if given_secrets(cloud):
        yield Step(
            title="Before the first deployment: lay out the list of passwords", commands=commands
        )
        yield fill_in(
            cloud, f"{cloud.configuration_folder}/passwords.yml", "Before the first deployment"
        )
        commands = ()
    yield Step(
        title="Before the first deployment: generate the passwords into Vault",
        needs=(
            "a Vault token in `VAULT_TOKEN` that may write there",
            "no passwords there yet: this step is done once in the life of the cloud",
        ),
        commands=(
            *commands,
            f"kolla-genpwd -p {_file(cloud)}",
            f"kolla-writepwd -p {_file(cloud)} {vault_options(store)}",
        ),
        checks=(_complete(cloud),),
    )


def _added(cloud: Cloud, store: VaultStore) -> Iterator[Step]:
    """A store that another region has filled: what this one needs beside that is added."""
    file, vault = _file(cloud), vault_options(store)
    deployed = "the region that keeps its passwords there too, deployed"
    fetch = (_sample(cloud), f"kolla-readpwd -p {file} {vault}")
    add = (f"kolla-genpwd -p {file}", f"kolla-writepwd -p {file} {vault}")
    if not given_secrets(cloud):
        yield Step(
            title="Fetch the passwords from Vault, and add what is missing",
            needs=(_READ_AND_WRITE, deployed),
            commands=(*fetch, *add),
            checks=(_complete(cloud),),
        )
        return
    yield Step(title="Fetch the passwords from Vault", needs=(_READ, deployed), commands=fetch)
    yield fill_in(cloud, f"{cloud.configuration_folder}/passwords.yml")
    yield Step(
        title="Add the passwords that are missing",
        needs=(_READ_AND_WRITE,),
        commands=add,
        checks=(_complete(cloud),),
    )


def fill_in(cloud: Cloud, path: str, when: str = "") -> Step:
    """What nothing can generate, put into a file by hand: the tool would invent what it finds empty."""
    title = "fill in the secrets that others gave"
    return Step(
        title=f"{when}: {title}" if when else title.capitalize(),
        needs=given_needs(cloud, path),
        commands=(),
        checks=given_checks(cloud, shlex.quote(path)),
    )


def given_needs(cloud: Cloud, path: str) -> tuple[str, ...]:
    """The secrets that the operator puts into a file of passwords."""
    return tuple(
        f"`{name}` in `{path}`: the secret `{secret.key}` of `{secret.store}`, put there by you"
        for name, (secret, _) in given_secrets(cloud).items()
    )


def given_checks(cloud: Cloud, file: str) -> tuple[str, ...]:
    """Commands that fail where a secret that the operator puts into a file is not there."""
    empty = "':[[:space:]]*(null|[^[:alnum:]]{0,2})[[:space:]]*$'"
    return tuple(f"grep -E '^{name}:' {file} | grep -Evq {empty}" for name in given_secrets(cloud))


def _file(cloud: Cloud) -> str:
    return f"{folder_of(cloud)}/passwords.yml"


def _sample(cloud: Cloud) -> str:
    """The tool's list of names, with those that it does not know and somebody gives."""
    laid_out = f"test -e {_file(cloud)} || install -m 0640 {sample(cloud)} {_file(cloud)}"
    ours = [name for name in given_secrets(cloud) if name not in cloud.catalog.passwords]
    if not ours:
        return laid_out
    added = [f"(grep -q '^{n}:' {_file(cloud)} || echo '{n}:' >> {_file(cloud)})" for n in ours]
    return " && ".join((f"({laid_out})", *added))


def _complete(cloud: Cloud) -> str:
    return f"! grep -E '^[^#].*:[[:space:]]*$' {_file(cloud)} | grep -v ssh_key"
