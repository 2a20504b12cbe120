"""The language reference, made from the grammar, the function library and the model."""

from __future__ import annotations

from blueprint.reference.page import render

__all__ = ["render"]
