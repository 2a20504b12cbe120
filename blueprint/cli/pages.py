"""Pages and rules of the compiler and of every installed target."""

from __future__ import annotations

from collections.abc import Mapping

from blueprint.diagnostics import Rule, catalogue
from blueprint.target import discover


def packages() -> tuple[str, ...]:
    """The packages that keep pages beside them: those of the compiler, then those of the targets."""
    from importlib.metadata import entry_points

    from blueprint.target import GROUP

    modules = {_package(point.module) for point in entry_points(group=GROUP)}
    return (*catalogue.PACKAGES, *sorted(modules - {""}))


def _package(module: str) -> str:
    """The package that a target's pages lie in: the module itself, or the one that holds it."""
    from importlib.util import find_spec

    spec = find_spec(module)
    if spec is None or spec.submodule_search_locations is None:
        return module.rpartition(".")[0]
    return module


def page(code: str) -> str | None:
    """The text that explains a code."""
    return catalogue.page(code, packages())


def codes() -> tuple[str, ...]:
    """Every code that has a page."""
    return tuple(catalogue.pages(packages()))


def rules() -> Mapping[str, Rule]:
    """Every rule by its code, those of targets included."""
    found = dict(catalogue.rules())
    for load in discover().values():
        found = catalogue.merged(found, load().rules())
    return found
