"""Checks what the bootstrap reads from files: authorities whose certificate or key nobody brings."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.model import Pki
from blueprint.source import Span
from blueprint.spans import Spans
from targets.starlingx.system import System

NO_CERTIFICATE = Rule("OIB8118", "authority-without-file")

RULES: tuple[Rule, ...] = (NO_CERTIFICATE,)

_NEEDED = {"trusted": ("ca_certificate",), "etcd": ("ca_certificate", "ca_key")}


def authorities(system: System, spans: Spans) -> Iterator[Diagnostic]:
    """Authorities of a system without the files that the bootstrap takes."""
    for name, needed in _NEEDED.items():
        ref = getattr(system.layer.certificates, name)
        authority = None if ref is None else system.model.things.get(ref)
        if not isinstance(authority, Pki):
            continue
        lacking = [field for field in needed if getattr(authority, field) is None]
        if lacking:
            span = spans.at(system.ref, "certificates", name)
            yield no_certificate(span, name, ref, lacking, spans.at(ref))


def no_certificate(span: Span, name: str, ref: str, lacking: list[str], there: Span) -> Diagnostic:
    """An authority that StarlingX can't be given."""
    listed = " and ".join(f"`{each}`" for each in lacking)
    return Diagnostic(
        NO_CERTIFICATE,
        span,
        f"the bootstrap reads {listed} of `{ref}`, which states none",
        labels=(Label(there, "the authority"),),
        notes=(
            f"nothing makes the authority in `certificates.{name}`; StarlingX is given its files",
        ),
        hint=f"state {listed} there",
    )


__all__ = ["RULES", "authorities"]
