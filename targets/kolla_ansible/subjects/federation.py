"""Identity providers outside the cloud: what Keystone and Apache are told of them, and what the operator brings.

Kolla-Ansible speaks OpenID Connect. Apache's module finds a provider's own document, the cloud's name
and secret there, and options of ours in three files named after the issuer; the first two are put in
place on the deployment host, and no artifact holds the secret.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from urllib.parse import quote

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.model.openstack_services import Federation
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.target import Artifact, Cause, Step
from targets._formats.page import Page, Traced
from targets._openstack.identity_providers import schema_version, unusable_texts
from targets._openstack.mapping_rules import Fault, faults, groups_of
from targets.kolla_ansible.cloud import Cloud
from targets.kolla_ansible.commands import folder_of
from targets.kolla_ansible.limits import unusable_text
from targets.kolla_ansible.regions import identity_url
from targets.kolla_ansible.subject import Subject, Variables

PROTOCOL = Rule("OIB6116", "protocol-not-offered")
MAPPING = Rule("OIB6117", "unusable-mapping")
WITHOUT_TLS = Rule("OIB6118", "federation-without-tls")

#: What Apache's module asks of a provider unless told otherwise (`keystone_federation_oidc_scopes`).
_SCOPE = ("openid", "email", "profile")


def providers(cloud: Cloud) -> dict[str, Federation]:
    """The providers of a region that has an identity service of its own."""
    return cloud.layer.keystone.federation if "keystone" in cloud.layer.services else {}


def file_name(issuer: str) -> str:
    """What Apache's module calls the files of an issuer: its URL without the scheme, escaped."""
    return quote(issuer.removeprefix("https://").removesuffix("/"), safe="")


def _mapping_file(name: str) -> str:
    """The rules of a provider below `config/`; the container keeps those of all in one folder."""
    return f"federation/{name}.json"


def _options_file(name: str) -> str:
    return f"federation/{name}.options.json"


def _metadata(folder: str, name: str) -> str:
    return f"{folder}/federation/{name}"


def _variables(cloud: Cloud) -> Variables:
    found = providers(cloud)
    if not found:
        return
    folder = cloud.configuration_folder
    entries, mappings = [], []
    for name, provider in found.items():
        field = cloud.path("keystone", "federation", name)
        rule = "an identity provider outside the cloud"
        stated = {
            "name": (name, ()),
            "openstack_domain": (provider.domain, ("domain",)),
            "protocol": ("openid", ("protocol",)),
            "identifier": (provider.issuer, ("issuer",)),
            "public_name": (provider.title or name, ("title",)),
            "attribute_mapping": (name, ()),
            "metadata_folder": (_metadata(folder, name), ()),
        }
        entries.append(
            {
                key: Traced(value, Cause(rule, (".".join((field, *attribute)),)))
                for key, (value, attribute) in stated.items()
            }
        )
        where = Cause("the rules that map a provider's users", (f"{field}.mapping",))
        path = f"{folder}/config/{_mapping_file(name)}"
        mappings.append({"name": Traced(name, where), "file": Traced(path, where)})
    all_of_them = Cause(
        "identity providers outside the cloud", (cloud.path("keystone", "federation"),)
    )
    yield "keystone_identity_providers", Traced(entries, all_of_them)
    yield "keystone_identity_mappings", Traced(mappings, all_of_them)


def _artifacts(cloud: Cloud) -> Iterator[Artifact]:
    for name, provider in providers(cloud).items():
        field = cloud.path("keystone", "federation", name)
        rules = Cause("the rules that map a provider's users", (f"{field}.mapping",))
        yield _json_file(_mapping_file(name), json.loads(provider.mapping), rules)
        if _asks_otherwise(provider):
            asked = Cause("what is asked of the provider", (f"{field}.scope",))
            yield _json_file(_options_file(name), {"scope": " ".join(provider.scope)}, asked)


def _json_file(path: str, value: object, cause: Cause) -> Artifact:
    page = Page()
    for line in json.dumps(value, indent=2, ensure_ascii=True).split("\n"):
        page.line(line, cause)
    return page.artifact(f"kolla_ansible/config/{path}")


def _asks_otherwise(provider: Federation) -> bool:
    return tuple(provider.scope) != _SCOPE


def _supplies(cloud: Cloud) -> Iterator[Step]:
    for name, provider in providers(cloud).items():
        folder = _metadata(folder_of(cloud), name)
        place = f"{folder}/{shlex.quote(file_name(provider.issuer))}"
        issuer = provider.issuer.removesuffix("/")
        document = shlex.quote(f"{issuer}/.well-known/openid-configuration")
        options = f"{folder_of(cloud)}/config/{_options_file(name)}"
        yield Step(
            title=f"Hand over the identity provider `{name}`",
            needs=(
                (
                    f"the cloud is registered at {provider.issuer} as `{provider.client}`, with the redirect URI "
                    f"`{identity_url(cloud, 'public', cloud.path('keystone')).value}/redirect_uri`"
                ),
                (
                    f"the secret `{provider.secret.key}` of `{provider.secret.store}` in the variable "
                    "`CLIENT_SECRET`, exported"
                ),
                f"{provider.issuer} answers this host and the control hosts",
            ),
            commands=(
                f"install -d -m 0750 {folder}",
                f"curl -fsS -o {place}.provider {document}",
                (
                    f"(umask 027 && python3 -c {shlex.quote(_CREDENTIALS)} "
                    f"{shlex.quote(provider.client)} > {place}.client)"
                ),
                f"install -m 0640 {options} {place}.conf"
                if _asks_otherwise(provider)
                else f"echo '{{}}' > {place}.conf",
            ),
            checks=(
                (
                    f"python3 -c {shlex.quote(_SAME_ISSUER)} {place}.provider "
                    f"{shlex.quote(provider.issuer)}"
                ),
                f"python3 -m json.tool {place}.conf",
                f"test -s {place}.client",
            ),
            gives=(f"`{cloud.configuration_folder}/federation/{name}`, the provider's metadata",),
        )


#: Writes the cloud's name and its secret, which no command line shows.
_CREDENTIALS = (
    "import json, os, sys; print(json.dumps("
    '{"client_id": sys.argv[1], "client_secret": os.environ["CLIENT_SECRET"]}))'
)
#: The module compares the issuer in the document with the one that tokens name.
_SAME_ISSUER = (
    'import json, sys; found = json.load(open(sys.argv[1]))["issuer"]; '
    'sys.exit(0 if found.rstrip("/") == sys.argv[2].rstrip("/") else found)'
)


def _steps(cloud: Cloud) -> Iterator[Step]:
    """The groups that rules speak of, which Keystone looks for when somebody logs in."""
    wanted = dict.fromkeys(
        group for each in providers(cloud).values() for group in groups_of(each.mapping)
    )
    if not wanted:
        return
    pairs = [(shlex.quote(domain), shlex.quote(name)) for domain, name in wanted]
    domains = dict.fromkeys(domain for domain, _ in pairs)
    yield Step(
        title="Make the groups of users from outside",
        commands=(
            *(
                f"openstack domain show {domain} >/dev/null 2>&1 || openstack domain create {domain}"
                for domain in domains
            ),
            *(
                f"openstack group show --domain {domain} {name} >/dev/null 2>&1 || "
                f"openstack group create --domain {domain} {name}"
                for domain, name in pairs
            ),
        ),
        checks=tuple(f"openstack group list --domain {domain}" for domain in domains),
        gives=("groups to give roles to: a user without a role can't log in",),
    )


def _check(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    for name, provider in providers(cloud).items():
        where = ("keystone", "federation", name)
        if provider.protocol != "openid":
            span = spans.at(cloud.ref, *where, "protocol")
            yield _protocol_not_offered(span, provider.protocol)
        if cloud.public.tls is None:
            endpoint = "public" if cloud.layer.api.public else "internal"
            yield _without_tls(
                spans.key(cloud.ref, *where), name, spans.at(cloud.ref, "api", endpoint)
            )
        for fault in faults(provider.mapping, schema_version(cloud.layer.keystone)):
            yield _unusable_mapping(spans.at(cloud.ref, *where, "mapping"), fault)
        yield from _texts(cloud, spans, name, provider)


def _texts(cloud: Cloud, spans: Spans, name: str, provider: Federation) -> Iterator[Diagnostic]:
    where = ("keystone", "federation", name)
    for each in unusable_texts(name, provider):
        place = (*where, *each.field)
        span = spans.at(cloud.ref, *place) if each.field else spans.key(cloud.ref, *where)
        yield unusable_text(span, each.name, each.text, each.wanted)


def _protocol_not_offered(span: Span, protocol: str) -> Diagnostic:
    """A protocol that Kolla-Ansible sets nothing up for."""
    return Diagnostic(
        PROTOCOL,
        span,
        f"Kolla-Ansible sets up no federation over `{protocol}`",
        hint="write `protocol = openid`: providers of SAML mostly speak OpenID Connect too, and brokers "
        "such as Keycloak stand between",
    )


def _without_tls(span: Span, name: str, endpoint: Span) -> Diagnostic:
    """A provider that would have to send tokens over plain HTTP."""
    return Diagnostic(
        WITHOUT_TLS,
        span,
        f"`{name}` would send its tokens to an endpoint without TLS",
        labels=(Label(endpoint, "users log in here"),),
        hint="set `tls = pki.…` on the endpoint that users reach",
    )


def _unusable_mapping(span: Span, fault: Fault) -> Diagnostic:
    """Rules that Keystone would refuse, or fail on when somebody logs in."""
    message, hint = fault
    return Diagnostic(MAPPING, span, f"Keystone can't use this mapping: {message}", hint=hint)


SUBJECT = Subject(
    name="federation",
    variables=_variables,
    artifacts=_artifacts,
    supplies=_supplies,
    steps=_steps,
    check=_check,
    rules=(PROTOCOL, MAPPING, WITHOUT_TLS),
    derived_variables={
        "enable_keystone_federation": "`keystone { federation … }`",
        "keystone_identity_mappings": "`keystone { federation … }`",
        "keystone_identity_providers": "`keystone { federation … }`",
    },
)
