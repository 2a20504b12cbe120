"""Where Barbican keeps keys: encrypted with a key of its own, or in a hardware security module.

Kolla-Ansible writes the section for the module with its library and its PIN; the slot or the token's
label are options of Barbican's. The library comes with the images, or is mounted from the hosts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic, Rule
from blueprint.model.openstack_services import Hsm
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.target import Cause, Step
from targets._formats.ini import unsayable
from targets._formats.page import Traced
from targets.kolla_ansible.cloud import Cloud
from targets.kolla_ansible.commands import folder_of, on_hosts
from targets.kolla_ansible.limits import unusable_text
from targets.kolla_ansible.subject import Files, Subject, Variables

NOT_OFFERED = Rule("OIB6126", "key-store-not-offered")
NO_TOKEN = Rule("OIB6127", "module-without-token")

_SECTION = "p11_crypto_plugin"
#: Labels of the two master keys in the module (roles/barbican/templates/barbican.conf.j2).
_MASTER_KEYS = ("kolla_master_kek", "kolla_hmac")
#: The containers that open the module.
_CONTAINERS = ("api", "worker")
_PATH = re.compile(r"/[A-Za-z0-9._/+-]*[A-Za-z0-9._+-]").fullmatch
#: A label of a token has at most 32 characters (PKCS#11); commas part several of them.
_TOKEN = re.compile(r"[!-+\--~](?:[ -+\--~]{0,30}[!-+\--~])?").fullmatch


def module(cloud: Cloud) -> Hsm | None:
    """The hardware security module of the region's key manager, or None without one."""
    backend = cloud.layer.barbican.backend
    return backend if "barbican" in cloud.layer.services and isinstance(backend, Hsm) else None


def _variables(cloud: Cloud) -> Variables:
    hsm = module(cloud)
    if hsm is None:
        return
    field = cloud.path("barbican", "backend")
    yield "barbican_crypto_plugin", Traced("p11_crypto", Cause("keys are in an HSM", (field,)))
    library = Cause("the module's PKCS#11 library", (f"{field}.library",))
    yield "barbican_library_path", Traced(hsm.library, library)
    if hsm.mounts:
        cause = Cause("what the module's library needs of the hosts", (f"{field}.mounts",))
        mounts = [f"{path}:{path}:ro" for path in hsm.mounts]
        for container in _CONTAINERS:
            yield f"barbican_{container}_extra_volumes", Traced(mounts, cause)


def _files(cloud: Cloud) -> Files:
    hsm = module(cloud)
    if hsm is None:
        return {}
    field = cloud.path("barbican", "backend")
    options = {}
    if hsm.token is not None:
        cause = Cause("the label of the module's token", (f"{field}.token",))
        options["token_labels"] = Traced(hsm.token, cause)
    if hsm.slot is not None:
        options["slot_id"] = Traced(hsm.slot, Cause("the module's slot", (f"{field}.slot",)))
    return {"barbican.conf": {_SECTION: options}} if options else {}


def _supplies(cloud: Cloud) -> Iterator[Step]:
    hsm = module(cloud)
    if hsm is None:
        return
    kek, hmac = _MASTER_KEYS
    held = (
        f"{', '.join(f'`{path}`' for path in hsm.mounts)} on every control host"
        if hsm.mounts
        else f"images of Barbican that hold `{hsm.library}` with all that it needs"
    )
    yield Step(
        title="Make the master keys in the HSM",
        needs=(
            held,
            (
                f"in the module: an AES key of 32 bytes with the label `{kek}` that encrypts and wraps, and a "
                f"key for HMAC with the label `{hmac}`; `barbican-manage hsm gen_mkek` and `barbican-manage "
                "hsm gen_hmac` make them"
            ),
        ),
        commands=(f"grep -q '^barbican_p11_password: .' {folder_of(cloud)}/passwords.yml",),
    )


def _steps(cloud: Cloud) -> Iterator[Step]:
    if module(cloud) is None:
        return
    engine = cloud.layer.kolla_ansible.container_engine
    there = f"{on_hosts(cloud, 'barbican-api')} -b -m command -a"
    yield Step(
        title="See that every Barbican finds its keys in the HSM",
        commands=tuple(
            f"{there} '{engine} exec barbican_api barbican-manage hsm {check}'"
            for check in ("check_mkek", "check_hmac")
        ),
    )


def _check(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    if "barbican" not in cloud.layer.services:
        return
    where = ("barbican", "backend")
    backend = cloud.layer.barbican.backend
    if backend.choice == "vault":
        yield _not_offered(spans.at(cloud.ref, *where), "vault")
    if not isinstance(backend, Hsm):
        return
    if backend.token is None and backend.slot is None:
        yield _no_token(spans.at(cloud.ref, *where))
    wanted = "an absolute path of letters, digits, `_`, `.`, `+` and `-`"
    if not _PATH(backend.library):
        yield unusable_text(
            spans.at(cloud.ref, *where, "library"), "library", backend.library, wanted
        )
    for position, path in enumerate(backend.mounts):
        if not _PATH(path):
            span = spans.at(cloud.ref, *where, "mounts", position)
            yield unusable_text(span, "mounts", path, wanted)
    if backend.token is not None and not (
        _TOKEN(backend.token) and unsayable(backend.token) is None
    ):
        span = spans.at(cloud.ref, *where, "token")
        wanted = "a label of at most 32 characters, no comma and no quotes around it"
        yield unusable_text(span, "token", backend.token, wanted)


def _not_offered(span: Span, kind: str) -> Diagnostic:
    """A store of keys that Kolla-Ansible does not configure."""
    return Diagnostic(
        NOT_OFFERED,
        span,
        f"Kolla-Ansible sets Barbican up with no `{kind}`",
        hint="write `backend = simple_crypto`, or `backend hsm { … }` with a module that speaks PKCS#11",
    )


def _no_token(span: Span) -> Diagnostic:
    """A module, and nothing that says which of its tokens."""
    return Diagnostic(
        NO_TOKEN,
        span,
        "nothing says which token of the module holds the keys",
        hint="set `token` to its label, or `slot` to its number",
    )


SUBJECT = Subject(
    name="key_manager",
    variables=_variables,
    files=_files,
    supplies=_supplies,
    steps=_steps,
    check=_check,
    rules=(NOT_OFFERED, NO_TOKEN),
    derived_variables=dict.fromkeys(
        ("barbican_crypto_plugin", "barbican_library_path"), "`barbican { backend }`"
    ),
    derived_options={
        ("barbican", _SECTION, "slot_id"): "`slot` in `barbican { backend hsm { … } }`",
        ("barbican", _SECTION, "token_labels"): "`token` in `barbican { backend hsm { … } }`",
        ("barbican", _SECTION, "library_path"): "`library` in `barbican { backend hsm { … } }`",
        ("barbican", "crypto", "enabled_crypto_plugins"): "`barbican { backend }`",
    },
)
