"""Settings of federation: users of an identity provider outside the region, such as Keycloak, by OpenID Connect.

Apache's module stands before Keystone, and the chart takes what Apache reads as one text. The provider's secret
and the key of sessions are values of a Secret of the chart's further objects, which Apache reads from its volume; no
file of ours holds them. Sessions lie in cookies, since no other server of the API knows one's memory.
What Keystone keeps in its database (domain, provider, mapping, protocol) is made by its API (`federation_steps`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from blueprint.diagnostics import Diagnostic
from blueprint.model.openstack_services import Federation
from blueprint.spans import Spans
from blueprint.target import Artifact, Cause
from targets._formats.page import Page
from targets._openstack.identity_providers import Unusable, schema_version, unusable_texts
from targets._openstack.mapping_rules import faults
from targets.openstack_helm import limits
from targets.openstack_helm.cloud import Cloud
from targets.openstack_helm.endpoints import public_host
from targets.openstack_helm.settings import ChartSetting, at

#: The Secret, its name among the chart's further objects, and what it holds.
SECRET, OBJECT = "keystone-oidc", "keystone_oidc"
CLIENT_SECRET = ("extraObjects", OBJECT, "stringData", "client_secret")
PASSPHRASE = ("extraObjects", OBJECT, "stringData", "passphrase")
#: The image that needs the module, as the chart names it.
IMAGE = "keystone_api"
_FOLDER = "/etc/keystone-oidc"
#: What is spoken with the provider, as Keystone names it.
PROTOCOL = "openid"
#: Where Apache's module finds authorities: in the image, which is Ubuntu's, and on hosts by their family.
_BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
_BUNDLE_OF_RED_HAT = "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem"
#: Words that stand between double quotes in a text that the chart runs as a template.
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~:/@+=-]*").fullmatch


def provider_of(cloud: Cloud) -> tuple[str, Federation] | None:
    """The identity provider, of which there is one at most."""
    stated = cloud.layer.keystone.federation if cloud.has("keystone") else {}
    return next(iter(stated.items()), None)


def federation(cloud: Cloud) -> Iterator[ChartSetting]:
    """All of it."""
    found = provider_of(cloud)
    if found is None:
        return
    name, provider = found
    field = cloud.path("keystone", "federation", name)
    cause = Cause("users of an identity provider outside may log in", (field,))
    yield from _keystone(cloud, provider, field, cause)
    if cloud.has("horizon"):
        yield from _dashboard(cloud, name, provider, field)


def redirect_uri(cloud: Cloud) -> str:
    """Where the provider sends users back to."""
    return f"https://{public_host(cloud, 'identity')}/redirect_uri"


def _keystone(
    cloud: Cloud, provider: Federation, field: str, cause: Cause
) -> Iterator[ChartSetting]:
    options = ("conf", "keystone")
    yield at("keystone", (*options, "auth", "methods"), "password,token,openid,application_credential", cause)  # fmt: skip
    yield at("keystone", (*options, PROTOCOL, "remote_id_attribute"), "HTTP_OIDC_ISS", cause)
    if cloud.has("horizon"):
        trusted = Cause("the dashboard, which Keystone hands users back to", (field, f"{cloud.public_field}.fqdn"))  # fmt: skip
        page = f"https://{public_host(cloud, 'dashboard')}/auth/websso/"
        yield at("keystone", (*options, "federation", "trusted_dashboard"), page, trusted)
    asked = ("issuer", "client", "scope")
    paths = (*(f"{field}.{each}" for each in asked), f"{cloud.public_field}.fqdn")
    rule = "what Apache asks of the provider, and where it sends users back to"
    yield at("keystone", "conf.wsgi_keystone", _apache(cloud, provider), Cause(rule, paths))
    document: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": SECRET, "namespace": cloud.options.namespace},
        "type": "Opaque",
    }
    yield at("keystone", ("extraObjects", OBJECT), document, cause)
    hosts = Cause("authorities that the control hosts trust, for the provider's certificate", (cloud.field_of("control"), field))  # fmt: skip
    volumes = [
        {"name": SECRET, "secret": {"secretName": SECRET}},
        {"name": "authorities", "hostPath": {"path": authorities_of_hosts(cloud), "type": "File"}},
    ]
    mounts = [
        {"name": SECRET, "mountPath": _FOLDER, "readOnly": True},
        {"name": "authorities", "mountPath": _BUNDLE, "readOnly": True},
    ]
    of_pods = ("pod", "mounts", "keystone_api", "keystone_api")
    yield at("keystone", (*of_pods, "volumes"), volumes, hosts)
    yield at("keystone", (*of_pods, "volumeMounts"), mounts, hosts)


def _dashboard(cloud: Cloud, name: str, provider: Federation, field: str) -> Iterator[ChartSetting]:
    config = ("conf", "horizon", "local_settings", "config")
    shown = Cause("the provider among the ways to log in", (field, f"{field}.title"))
    way = {
        "name": name,
        "label": provider.title or name,
        "idp": name,
        "protocol": PROTOCOL,
    }
    yield at("horizon", (*config, "auth", "sso", "enabled"), value=True, cause=shown)
    yield at("horizon", (*config, "auth", "idp_mapping"), [way], shown)
    where = Cause("Keystone as browsers reach it", (field, f"{cloud.public_field}.fqdn"))
    url = f"https://{public_host(cloud, 'identity')}/v3"
    yield at("horizon", (*config, "raw", "WEBSSO_KEYSTONE_URL"), url, where)


def _apache(cloud: Cloud, provider: Federation) -> str:
    """What Apache reads in the place of the chart's own text: the same server, with the module before Keystone."""
    issuer = provider.issuer.removesuffix("/")
    websso = "/v3/auth/OS-FEDERATION"
    protected = (
        "/redirect_uri",
        f"{websso}/websso/{PROTOCOL}",
        f"{websso}/identity_providers/[^/]+/protocols/{PROTOCOL}/websso",
        f"/v3/OS-FEDERATION/identity_providers/[^/]+/protocols/{PROTOCOL}/auth",
    )
    port = '{{ tuple "identity" "service" "api" $ | include "helm-toolkit.endpoints.endpoint_port_lookup" }}'
    lines = [
        "<IfModule !auth_openidc_module>",
        "  LoadModule auth_openidc_module /usr/lib/apache2/modules/mod_auth_openidc.so",
        "</IfModule>",
        f"Listen 0.0.0.0:{port}",
        "ErrorLog /dev/stdout",
        'ErrorLogFormat "%{cu}t %M"',
        "",
        f"<VirtualHost *:{port}>",
        '  CustomLog /dev/stdout "%{X-Forwarded-For}i %h %u %t \\"%r\\" %>s %b"',
        "  WSGIDaemonProcess keystone-public processes=1 threads=1 user=keystone group=keystone display-name=%{GROUP}",
        "  WSGIProcessGroup keystone-public",
        "  WSGIScriptAlias / /var/www/cgi-bin/keystone/wsgi.py",
        "  WSGIApplicationGroup %{GLOBAL}",
        "  WSGIPassAuthorization On",
        "  LimitRequestFieldSize 16384",
        "",
        '  OIDCClaimPrefix "OIDC-"',
        '  OIDCClaimDelimiter ";"',
        f'  OIDCScope "{" ".join(provider.scope)}"',
        f"  OIDCProviderMetadataURL {issuer}/.well-known/openid-configuration",
        f'  OIDCClientID "{provider.client}"',
        f'  OIDCClientSecret "exec:/bin/cat {_FOLDER}/{CLIENT_SECRET[-1]}"',
        f'  OIDCCryptoPassphrase "exec:/bin/cat {_FOLDER}/{PASSPHRASE[-1]}"',
        f"  OIDCRedirectURI {redirect_uri(cloud)}",
        "  OIDCSessionType client-cookie",
        "  OIDCXForwardedHeaders X-Forwarded-Proto",
    ]
    for path in protected:
        lines += [
            "",
            f'  <LocationMatch "^{path}$">',
            "    AuthType openid-connect",
            "    Require valid-user",
            "  </LocationMatch>",
        ]
    return "\n".join((*lines, "</VirtualHost>", ""))


def authorities_of_hosts(cloud: Cloud) -> str:
    """Where the control hosts keep the authorities that they trust."""
    systems = {
        host.spec.os.like or host.spec.os.name for host in cloud.control_hosts if host.spec.os
    }
    is_debian = all(system.startswith(("debian", "ubuntu")) for system in systems)
    return _BUNDLE if is_debian else _BUNDLE_OF_RED_HAT


def mapping_file(name: str) -> str:
    """The rules of a provider, below the target's folder."""
    return f"federation/{name}.json"


def mappings(cloud: Cloud) -> Iterator[Artifact]:
    """The rules that map the provider's users, for Keystone's API."""
    found = provider_of(cloud)
    if found is None:
        return
    name, provider = found
    field = cloud.path("keystone", "federation", name)
    cause = Cause("the rules that map a provider's users", (f"{field}.mapping",))
    page = Page()
    for line in json.dumps(json.loads(provider.mapping), indent=2, ensure_ascii=True).split("\n"):
        page.line(line, cause)
    yield page.artifact(f"openstack_helm/{mapping_file(name)}")


def check_federation(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    """What the chart has no way to do, and what Keystone would not take."""
    stated = cloud.layer.keystone.federation if cloud.has("keystone") else {}
    if not stated:
        return
    for number, (name, provider) in enumerate(stated.items()):
        where = ("keystone", "federation", name)
        if number:
            what = "more than one identity provider"
            instead = "let one of them broker the others, as Keycloak does"
            yield limits.not_expressible(spans.key(cloud.ref, *where), what, instead)
            continue
        yield from _check_provider(cloud, spans, name, provider)
    if cloud.public.tls is None:
        span = spans.at(cloud.ref, "api", "public" if cloud.layer.api.public else "internal")
        what = "an identity provider that sends its tokens to an endpoint without TLS"
        yield limits.not_expressible(
            span, what, "set `tls = pki.…` on the endpoint that users reach"
        )
    if IMAGE not in cloud.options.images:
        span = spans.at(cloud.ref, "keystone", "federation")
        what = "an identity provider with the project's own image of Keystone, which lacks Apache's module for it"
        instead = (
            "name an image that has it, which the run-book then builds: "
            f'`deployer openstack_helm {{ images = {{ {IMAGE} = "…" }} }}`'
        )
        yield limits.not_expressible(span, what, instead)


def _check_provider(
    cloud: Cloud, spans: Spans, name: str, provider: Federation
) -> Iterator[Diagnostic]:
    where = ("keystone", "federation", name)
    if provider.protocol != PROTOCOL:
        span = spans.at(cloud.ref, *where, "protocol")
        instead = (
            f"write `protocol = {PROTOCOL}`: providers of SAML mostly speak OpenID Connect too, and brokers such as "
            "Keycloak stand between"
        )
        yield limits.not_expressible(span, f"federation over `{provider.protocol}`", instead)
    for message, hint in faults(provider.mapping, schema_version(cloud.layer.keystone)):
        yield limits.unusable_mapping(spans.at(cloud.ref, *where, "mapping"), message, hint)
    found = list(unusable_texts(name, provider))
    texts = (
        (("client",), "client", provider.client),
        *((("scope", number), "scope", scope) for number, scope in enumerate(provider.scope)),
    )
    told = {each.field for each in found}
    wanted = "letters, digits and `._~:/@+=-`, a letter or digit first"
    found += [
        Unusable(field, word, text, wanted)
        for field, word, text in texts
        if field not in told and not _WORD(text)
    ]
    for each in found:
        place = (*where, *each.field)
        span = spans.at(cloud.ref, *place) if each.field else spans.key(cloud.ref, *where)
        yield limits.unusable_text(span, each.name, each.text, each.wanted)
