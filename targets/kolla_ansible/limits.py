"""What Kolla-Ansible can't do or doesn't know: its rules, and the wording of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from blueprint.diagnostics import Diagnostic, Label, Rule, Severity, did_you_mean
from blueprint.source import Span
from targets._passthrough.limits import VariableLimits

# OIB6000 stood for a release without catalogue, until every release of the model had one.
HOST_SYSTEM = Rule("OIB6001", "unsupported-host-system")
HOST_NAMED_AS_GROUP = Rule("OIB6002", "host-named-as-group")
TEXT = Rule("OIB6003", "unusable-text")
INTERFACE_NAME = Rule("OIB6004", "interface-name-too-long")
UNKNOWN_FILE = Rule("OIB6020", "unknown-configuration-file")
UNKNOWN_SECTION = Rule("OIB6021", "unknown-section")
UNKNOWN_OPTION = Rule("OIB6022", "unknown-option")
OPTION_TYPE = Rule("OIB6023", "option-of-wrong-type")
DERIVED_OPTION = Rule("OIB6024", "derived-option")
OPTION_TEXT = Rule("OIB6025", "unsayable-option-value")
SECRET_OPTION = Rule("OIB6027", "option-holds-secret")
SERVICE_OFF = Rule("OIB6026", "configuration-of-absent-service")
OVERLAY = Rule("OIB6030", "overlay-not-offered")
NETWORK_IDENTIFIERS = Rule("OIB6031", "network-identifiers-out-of-range")
TOKEN_EXPIRY = Rule("OIB6032", "token-expiry-out-of-range")
GATEWAY_WITHOUT_PHYSNET = Rule("OIB6033", "gateway-without-physnet")
OWN_AUTHORITY = Rule("OIB6034", "authority-not-adopted")
BACKEND_WITHOUT_AUTHORITY = Rule("OIB6035", "backend-tls-without-authority")
PROXY_WITH_PODMAN = Rule("OIB6036", "proxy-without-docker")
CUSTOM_PROCESSOR = Rule("OIB6037", "custom-processor-without-model")
REGISTRY_USER = Rule("OIB6038", "registry-password-without-user")
TEST_IMAGES = Rule("OIB6039", "images-for-tests", Severity.WARNING)

NO_AUTHORITY_CERTIFICATE = Rule("OIB6120", "authority-without-certificate")

VARIABLES = VariableLimits(
    tool="kolla_ansible",
    title="Kolla-Ansible",
    secrets="keep it in the store that `secrets` names",
    unknown=Rule("OIB6010", "unknown-variable"),
    wrong_type=Rule("OIB6011", "variable-of-wrong-type"),
    derived=Rule("OIB6012", "derived-variable"),
    secret=Rule("OIB6013", "variable-holds-secret"),
    other_tool=Rule("OIB6014", "tool-not-chosen"),
    no_plain_form=Rule("OIB6015", "value-without-plain-form"),
)

RULES: tuple[Rule, ...] = (
    *VARIABLES.rules,
    NO_AUTHORITY_CERTIFICATE,
    HOST_SYSTEM, HOST_NAMED_AS_GROUP, TEXT, INTERFACE_NAME, UNKNOWN_FILE,
    UNKNOWN_SECTION, UNKNOWN_OPTION, OPTION_TYPE, DERIVED_OPTION, OPTION_TEXT, SERVICE_OFF,
    SECRET_OPTION, OVERLAY,
    NETWORK_IDENTIFIERS, TOKEN_EXPIRY, GATEWAY_WITHOUT_PHYSNET, OWN_AUTHORITY,
    BACKEND_WITHOUT_AUTHORITY, PROXY_WITH_PODMAN, CUSTOM_PROCESSOR,
    REGISTRY_USER,
    TEST_IMAGES,
)  # fmt: skip


def unsupported_host_system(
    span: Span, system: str, release: str, known: Sequence[str], like: str | None
) -> Diagnostic:
    """A host system that the release's own checks refuse."""
    what = f"`{system}`" if like is None else f"`{like}`, which `{system}` is said to be like,"
    return Diagnostic(
        HOST_SYSTEM,
        span,
        f"{what} is no host system of Kolla-Ansible {release}",
        notes=(f"{release} takes {', '.join(f'`{name}`' for name in known)}",),
        hint="choose one of these, or name the one that it behaves like: "
        f'`os "{system}" {{ like = "{known[-1]}" }}`',
    )


def host_named_as_group(span: Span, name: str, host: str) -> Diagnostic:
    """A host that has the name of an inventory group, so that one hides the other."""
    return Diagnostic(
        HOST_NAMED_AS_GROUP,
        span,
        f"`{name}` is the name of an inventory group, so `{host}` can't have it",
        hint=f"choose another name, such as `{name}-1`",
    )


def unusable_text(span: Span, field: str, value: str, wanted: str) -> Diagnostic:
    """A text that would be read as something else where the tool puts it."""
    return Diagnostic(
        TEXT,
        span,
        f"`{field}` can't be `{value}`",
        hint=f"write {wanted}",
    )


def interface_name_too_long(span: Span, name: str, longest: int) -> Diagnostic:
    """An interface that Linux can't name so."""
    return Diagnostic(
        INTERFACE_NAME,
        span,
        f"interface `{name}` has {len(name)} characters, and Linux allows {longest}",
        hint="choose a shorter label for the bond, or a lower VLAN",
    )


def option_holds_secret(span: Span, file: str, name: str) -> Diagnostic:
    """An option that the service itself takes for a secret, written into the blueprint."""
    return Diagnostic(
        SECRET_OPTION,
        span,
        f"`{name}` of `{file}` is a secret, and secrets never stand in a blueprint",
        hint="take it out: what Kolla-Ansible knows it fills in from `passwords.yml`; the rest is added to "
        "`/etc/kolla/config` on the host that deploys",
    )


def unknown_configuration_file(
    span: Span, service: str, name: str, known: Sequence[str]
) -> Diagnostic:
    """A file that Kolla-Ansible would not read."""
    return Diagnostic(
        UNKNOWN_FILE,
        span,
        f"Kolla-Ansible reads no file `{name}` for `{service}`",
        hint=did_you_mean(
            name, known, otherwise="take it out: its settings are no options of files"
        )
        if known
        else "take it out: its settings are no options of files",
    )


def unknown_section(
    span: Span, file: str, section: str, release: str, known: Iterable[str]
) -> Diagnostic:
    """A section that the service does not have."""
    return Diagnostic(
        UNKNOWN_SECTION,
        span,
        f"`{file}` of {release} has no section `{section}`",
        hint=did_you_mean(section, known, otherwise="take it out: nothing would read it"),
    )


def unknown_option(
    span: Span, file: str, section: str, option: str, release: str, known: Iterable[str]
) -> Diagnostic:
    """An option that the service does not have."""
    return Diagnostic(
        UNKNOWN_OPTION,
        span,
        f"section `{section}` of `{file}` has no option `{option}` in {release}",
        hint=_renamed(known)
        or did_you_mean(option, known, otherwise="take it out: nothing would read it"),
    )


def _renamed(known: Iterable[str]) -> str | None:
    """A hint where a service knows the option under one other name only."""
    names = tuple(known) if isinstance(known, tuple) else ()
    return f"it is called `{names[0]}` now" if len(names) == 1 else None


def option_of_wrong_type(span: Span, option: str, found: str, wanted: str) -> Diagnostic:
    """A value that the service would refuse."""
    return Diagnostic(OPTION_TYPE, span, f"`{option}` is {found}", hint=f"write {wanted}")


def derived_option(span: Span, file: str, option: str, attribute: str) -> Diagnostic:
    """An option that the blueprint's own attributes decide."""
    return Diagnostic(
        DERIVED_OPTION,
        span,
        f"`{option}` in `{file}` follows from the blueprint and can't be set apart from it",
        hint=f"set {attribute} instead",
    )


def unsayable_option(span: Span, option: str, reason: str) -> Diagnostic:
    """A value, or a name, that no configuration file can hold."""
    return Diagnostic(
        OPTION_TEXT,
        span,
        f"`{option}` can't be written into a configuration file: it has {reason}",
        hint="write it without",
    )


def configuration_of_absent_service(span: Span, service: str, services: Span) -> Diagnostic:
    """Options of a service that does not run."""
    return Diagnostic(
        SERVICE_OFF,
        span,
        f"`{service}` does not run, so its configuration would reach nobody",
        labels=(Label(services, "the services that run"),),
        hint=f"add `{service}` to `services`, or take its `config` out",
    )


def overlay_not_offered(span: Span, overlay: str, plugin: str, offered: str) -> Diagnostic:
    """An encapsulation that Kolla-Ansible does not set up with a plug-in."""
    return Diagnostic(
        OVERLAY,
        span,
        f"Kolla-Ansible sets up no `{overlay}` with plug-in `{plugin}`",
        hint=f"write `overlay = {offered}`, or leave it out",
    )


def network_identifiers_out_of_range(span: Span, stated: str, most: int) -> Diagnostic:
    """Identifiers that the overlay's header has no room for."""
    return Diagnostic(
        NETWORK_IDENTIFIERS,
        span,
        f"network identifiers {stated} are not within 1 and {most:,}",
        hint=f"choose a range of whole numbers within 1..{most}",
    )


def token_expiry_out_of_range(span: Span, stated: str, most_days: int) -> Diagnostic:
    """A lifetime for which Kolla-Ansible can't plan the rotation of keys."""
    return Diagnostic(
        TOKEN_EXPIRY,
        span,
        f"a token can't be good for {stated} under Kolla-Ansible",
        hint=f"choose whole seconds, at most {most_days} days",
    )


def gateway_without_physnet(span: Span, hosts: str, role: Span) -> Diagnostic:
    """Gateways without any link for provider networks."""
    return Diagnostic(
        GATEWAY_WITHOUT_PHYSNET,
        span,
        f"`{hosts}` are gateways and carry no physical network",
        labels=(Label(role, "named as gateways here"),),
        hint="give one of their links `physnet = physnet.…`, without addresses of the host on it",
    )


def authority_not_adopted(pki: str, stated: Mapping[str, Span]) -> Diagnostic:
    """An authority of the operator's, where Kolla-Ansible makes one of its own; `stated` are its fields."""
    (first, span), *others = stated.items()
    fields = " and ".join(f"`{field}`" for field in stated)
    away = "take it out" if len(stated) == 1 else "take both out"
    return Diagnostic(
        OWN_AUTHORITY,
        span,
        f"{fields} of `{pki}` would reach nobody: Kolla-Ansible signs with an authority of its own or "
        "not at all",
        labels=tuple(Label(there, "this too") for _, there in others),
        hint=away
        if first == "ca_key"
        else f"{away}, or write `issuer = provided` and hand over certificates",
    )


def authority_without_certificate(span: Span, pki: str) -> Diagnostic:
    """An authority behind the internal API, and nothing by which services could know it."""
    return Diagnostic(
        NO_AUTHORITY_CERTIFICATE,
        span,
        f"services would have nothing to trust the certificates of `{pki}` by",
        hint='name the authority\'s certificate: `ca_certificate = file("…")`',
    )


def backend_tls_without_authority(span: Span) -> Diagnostic:
    """TLS to services, and nobody to sign for it."""
    return tls_without_authority(span, "backend_tls")


def tls_without_authority(span: Span, field: str) -> Diagnostic:
    """TLS inside of the region, and nobody to sign for it."""
    return Diagnostic(
        BACKEND_WITHOUT_AUTHORITY,
        span,
        f"`{field}` has no authority behind it",
        hint="set `tls = pki.…` in `api { internal { … } }`",
    )


def proxy_without_docker(span: Span, engine: Span) -> Diagnostic:
    """A proxy that only Docker would be told of."""
    return Diagnostic(
        PROXY_WITH_PODMAN,
        span,
        "Kolla-Ansible tells no container engine but Docker of a proxy",
        labels=(Label(engine, "the engine is `podman`"),),
        hint="write `container_engine = docker`, or name a `registry` that needs no proxy",
    )


def custom_processor_without_model(span: Span) -> Diagnostic:
    """A processor of one's own choice, not chosen."""
    return Diagnostic(
        CUSTOM_PROCESSOR,
        span,
        "`cpu_mode = custom` does not say which processor guests see",
        hint='name it, or several with the best last: `cpu_models = ["…"]`',
    )


def registry_password_without_user(span: Span, registry: str) -> Diagnostic:
    """A password, and nobody whose it is."""
    return Diagnostic(
        REGISTRY_USER,
        span,
        f"`{registry}` has a password and no user",
        hint="set `username` too",
    )


def images_for_tests(span: Span, release: str) -> Diagnostic:
    """The tool's own registry, which it calls one for tests."""
    return Diagnostic(
        TEST_IMAGES,
        span,
        f"Kolla-Ansible {release} takes the images of its own registry for tests only",
        notes=("the run-book tells its prechecks to let them pass",),
        hint="name a `registry` with images of your own",
    )
