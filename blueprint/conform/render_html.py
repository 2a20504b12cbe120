"""One self-contained page for reviewers."""

from __future__ import annotations

from blueprint.conform.verdicts import Conformance


def page(found: Conformance) -> str:
    """The page."""
    return found.title
