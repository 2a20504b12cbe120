"""TLS of what the load balancers are not part of: the queue, the servers of the database, migration of guests."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.target import Cause
from targets._formats.page import Traced
from targets.kolla_ansible.cloud import Cloud
from targets.kolla_ansible.limits import tls_without_authority
from targets.kolla_ansible.subject import Subject, Variables

NOT_MADE = Rule("OIB6146", "database-certificate-not-made")

#: The release whose `certificates` makes none for the database alone (roles/certificates/tasks/main.yml).
_NOT_FOR_DATABASE = "2024.2"
#: Field, and variable.
_SWITCHES = (
    (("api", "queue_tls"), "rabbitmq_enable_tls"),
    (("nova", "migration_tls"), "libvirt_tls"),
)


def _is_on(cloud: Cloud, field: tuple[str, str]) -> bool:
    block, name = field
    return (block == "api" or block in cloud.layer.services) and bool(
        getattr(getattr(cloud.layer, block), name)
    )


def _variables(cloud: Cloud) -> Variables:
    for field, variable in _SWITCHES:
        if _is_on(cloud, field):
            cause = Cause(
                f"TLS of {'the queue' if field[0] == 'api' else 'migration'}", (cloud.path(*field),)
            )
            yield variable, Traced(value=True, cause=cause)
    stated = cloud.layer.api.database_tls
    if stated is not None:
        cause = Cause("TLS to the servers of the database", (cloud.path("api", "database_tls"),))
        yield "database_enable_tls_backend", Traced(stated, cause)


def _check(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    api = cloud.layer.api
    wanted = [("api", "database_tls"), *(field for field, _ in _SWITCHES)]
    others = api.backend_tls or api.queue_tls
    if cloud.internal.tls is None:
        for field in wanted:
            if _is_on(cloud, field):
                yield tls_without_authority(spans.at(cloud.ref, *field), field[1])
    elif api.database_tls and cloud.layer.release == _NOT_FOR_DATABASE and not others:
        span = spans.at(cloud.ref, "api", "database_tls")
        yield _not_made(span, spans.at(cloud.ref, "release"))


def _not_made(span: Span, release: Span) -> Diagnostic:
    """Certificates that nothing makes."""
    return Diagnostic(
        NOT_MADE,
        span,
        "nothing would make the certificates of the database",
        labels=(Label(release, "this release makes them with those of services or of the queue"),),
        hint="state `backend_tls = true` or `queue_tls = true` too, or take a later release",
    )


SUBJECT = Subject(
    name="channels",
    variables=_variables,
    check=_check,
    rules=(NOT_MADE,),
    derived_variables={
        "database_enable_tls_backend": "`api { database_tls }`",
        "libvirt_tls": "`nova { migration_tls }`",
        "rabbitmq_enable_tls": "`api { queue_tls }`",
    },
)
