"""Sends logs to a store outside of the region, beside its own: an output of Fluentd in the place of the tool's.

The first `match` that fits takes an event, so one file must say all: it has the name of the tool's own file, which it
replaces (`customise_fluentd`). The region's own store stands in it too, behind the load balancer. Events that a store refuses
are tried again for that store alone. Logs that the load balancer sends by syslog go where the tool sends them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic
from blueprint.model.openstack import LogStore
from blueprint.spans import Spans
from blueprint.target import Artifact, Cause
from targets._formats.page import Page
from targets.kolla_ansible.cloud import Cloud
from targets.kolla_ansible.limits import unusable_text
from targets.kolla_ansible.subject import Subject

_FILE = "kolla_ansible/config/fluentd/output/03-opensearch.conf"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(
    rf"(?P<scheme>https?)://(?P<host>{_LABEL}(?:\.{_LABEL})*|\[[0-9A-Fa-f:]+\])(?::(?P<port>[1-9][0-9]{{0,4}}))?/?"
).fullmatch
_USER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}").fullmatch
_INDEX = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}").fullmatch
#: The usual port of OpenSearch.
_PORT = "9200"
_BUFFERS = "/var/lib/fluentd/data"


def _artifacts(cloud: Cloud) -> Iterator[Artifact]:
    store = cloud.layer.log_store
    if store is None:
        return
    page = Page()
    outside = Cause("the store of logs outside", (cloud.path("log_store"),))
    own = "opensearch" in cloud.layer.services
    tags = (*(("retry_os",) if own else ()), "retry_outside", "**")
    for tag in tags:
        page.line(f"<match {tag}>", outside)
        page.line("  @type copy", outside)
        if own and tag != "retry_outside":
            for line in _own(tag):
                page.line(line, _why_own(cloud))
        if tag != "retry_os":
            for line, field in _outside(store, tag):
                cause = (
                    outside
                    if field is None
                    else Cause(outside.rule, (cloud.path("log_store", field),))
                )
                page.line(line, cause)
        page.line("</match>", outside)
    yield page.artifact(_FILE)


def _why_own(cloud: Cloud) -> Cause:
    return Cause("the region's own store of logs", (cloud.path("services"), cloud.path("release")))


def _own(tag: str) -> Iterator[str]:
    """The region's own store, by way of the load balancer: its servers know no TLS, and later releases go to them."""
    yield "  <store>"
    yield "    @type opensearch"
    yield "    host {{ opensearch_address }}"
    yield "    port {{ opensearch_port }}"
    yield "    scheme {{ internal_protocol }}"
    yield "{% if internal_protocol == 'https' and openstack_cacert | length > 0 %}"
    yield "    ca_file {{ openstack_cacert }}"
    yield "{% endif %}"
    yield "    logstash_format true"
    yield "    logstash_prefix {{ opensearch_log_index_prefix }}"
    yield from (f"    {line}" for line in _tried("retry_os", tag, "opensearch"))
    yield "  </store>"


def _tried(again: str, tag: str, buffer: str) -> Iterator[str]:
    yield "reconnect_on_error true"
    if tag == "**":
        yield f"retry_tag {again}"
    yield "request_timeout {{ fluentd_opensearch_request_timeout }}"
    yield "suppress_type_name true"
    yield "bulk_message_request_threshold {{ fluentd_bulk_message_request_threshold }}"
    name = "openstack" if tag == "**" else "openstack_retry"
    yield "<buffer>"
    yield "@type file"
    yield f"path {_BUFFERS}/{buffer}.buffer/{name}.*"
    yield "flush_interval 15s"
    yield "chunk_limit_size {{ fluentd_buffer_chunk_limit_size }}"
    yield "retry_forever true"
    yield "</buffer>"


def _outside(store: LogStore, tag: str) -> Iterator[tuple[str, str | None]]:
    found = _ADDRESS(store.address)
    assert found is not None, store.address
    yield "  <store>", None
    yield "    @type opensearch", None
    yield f"    host {found['host']}", "address"
    yield f"    port {found['port'] or _PORT}", "address"
    yield f"    scheme {found['scheme']}", "address"
    if found["scheme"] == "https":
        yield "    ssl_verify true", "address"
        yield "{% if openstack_cacert | length > 0 %}", None
        yield "    ca_file {{ openstack_cacert }}", None
        yield "{% endif %}", None
    if store.user is not None:
        yield f"    user {store.user}", "user"
    if store.password is not None:
        yield "    password {{ fluentd_opensearch_password }}", "password"
    yield "    logstash_format true", None
    yield f"    logstash_prefix {store.index}", "index"
    for line in _tried("retry_outside", tag, "outside"):
        yield f"    {line}", None
    yield "  </store>", None


def _check(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    store = cloud.layer.log_store
    if store is None:
        return
    at = (cloud.ref, "log_store")
    found = _ADDRESS(store.address)
    if found is None or int(found["port"] or 1) > 65535:
        wanted = "`https://`, a host and a port, such as `https://logs.example:9200`"
        yield unusable_text(spans.at(*at, "address"), "address", store.address, wanted)
    if store.user is not None and not _USER(store.user):
        wanted = "letters, digits, `.`, `_`, `@` and `-`"
        yield unusable_text(spans.at(*at, "user"), "user", store.user, wanted)
    if not _INDEX(store.index):
        wanted = "lower-case letters, digits, `_` and `-`"
        yield unusable_text(spans.at(*at, "index"), "index", store.index, wanted)


SUBJECT = Subject(
    name="log_store",
    artifacts=_artifacts,
    check=_check,
)
