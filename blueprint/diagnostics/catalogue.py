"""Every rule that is known, and the page that explains it.

Rules are the module-level constants of the modules that report them. A page is one file named by the
code, beside those modules; to find one, nothing but its file is touched.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable

from blueprint.diagnostics import Rule

#: Packages of the compiler whose modules hold rules, their pages in `explain/` beside them.
PACKAGES = ("blueprint.diagnostics", "blueprint.checks")


def rules(packages: Iterable[str] = PACKAGES) -> Mapping[str, Rule]:
    """Every rule of the packages by code, sorted. Raises ValueError where two share a code."""
    found: dict[str, Rule] = {}
    for package in packages:
        for module in _modules(package):
            held = (value for value in vars(module).values() if isinstance(value, Rule))
            found = merged(found, held)
    return found


def merged(known: Mapping[str, Rule], more: Iterable[Rule]) -> dict[str, Rule]:
    """Rules by code, sorted. Raises ValueError where two differ under one code."""
    found = dict(known)
    for rule in more:
        if found.setdefault(rule.code, rule) != rule:
            raise ValueError(f"{rule.code} is {found[rule.code].slug} and {rule.slug}")
    return dict(sorted(found.items()))


def page(code: str, packages: Iterable[str] = PACKAGES) -> str | None:
    """The text that explains a code, from the first package that has one."""
    if not (code.isascii() and code.isalnum()):
        return None
    for package in packages:
        file = _explain(package) / f"{code.upper()}.md"
        if file.is_file():
            return file.read_text(encoding="utf-8")
    return None


def pages(packages: Iterable[str] = PACKAGES) -> Mapping[str, str]:
    """Every page by its code, sorted."""
    found = {}
    for package in packages:
        folder = _explain(package)
        if folder.is_dir():
            for file in folder.iterdir():
                if file.name.endswith(".md"):
                    found[file.name.removesuffix(".md")] = file.read_text(encoding="utf-8")
    return dict(sorted(found.items()))


def _modules(package: str) -> Iterator[object]:
    try:
        parent = importlib.import_module(package)
    except ModuleNotFoundError as error:
        if error.name != package:
            raise
        return
    yield parent
    for found in pkgutil.iter_modules(parent.__path__):
        yield importlib.import_module(f"{package}.{found.name}")


def _explain(package: str) -> Traversable:
    """The folder of a package's pages, found from the top: a package below it is not imported."""
    top, *below = package.split(".")
    return files(top).joinpath(*below, "explain")


__all__ = ["PACKAGES", "merged", "page", "pages", "rules"]
