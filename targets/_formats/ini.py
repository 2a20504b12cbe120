"""Writes files of sections and options as oslo.config and Ceph read them, with a cause for every line.

Kolla-Ansible reads such a file as a Jinja template, parses it, writes it anew, and the service parses
that. A value must survive two readings: text that could not (line breaks, outer spaces, outer
quotes) has no way to be written and is refused by `unsayable`; Jinja in it is fenced.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from blueprint.target import Artifact, Cause
from targets._formats.page import Page, Traced

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*").fullmatch
_SECTION = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:/ -]*").fullmatch
#: A brace that would open a Jinja expression, statement or comment.
_OPENING = re.compile(r"\{(?=[{%#])")


@dataclass(frozen=True, slots=True)
class Only:
    """Options that hold only where a Jinja condition of ours does; never a condition of the user's."""

    condition: str
    options: Mapping[str, Traced]


#: Options of a section by name, and, after them, such as hold under a condition.
Section = Mapping[str, Traced] | tuple[Mapping[str, Traced], Sequence[Only]]


def unsayable(value: str) -> str | None:
    """Why a value can't be written so that it is read back the same, or None where it can."""
    if any(unicodedata.category(c) in {"Cc", "Zl", "Zp", "Cs"} for c in value):
        return "a line break or another control character"
    if value != value.strip():
        return "a space at an end"
    if value[:1] in {'"', "'"} and value[0] == value[-1]:
        return "quotes around the whole value, which readers remove"
    return None


def unsayable_name(name: str) -> bool:
    """Whether an option's name would be read as something else."""
    return _NAME(name) is None


def unsayable_section(name: str) -> bool:
    """Whether a section's name would be read as something else."""
    return _SECTION(name) is None or name != name.strip()


def option_text(value: Any) -> str:
    """A value without parts as services read it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{Decimal(value):f}"
    if isinstance(value, int):
        return str(int(value))
    return str(value)


def ini_artifact(
    path: str, sections: Mapping[str, Section], header: Iterable[str] = ()
) -> Artifact:
    """A file, in whose values Jinja stays text.

    A list is written as one line for each of its elements. Raises ValueError for what `unsayable`
    refuses: targets check that first.
    """
    page = Page()
    for comment in header:
        page.line(f"# {comment}".rstrip())
    blank_before = False
    for name, section in sections.items():
        options, guarded = section if isinstance(section, tuple) else (section, ())
        if unsayable_section(name):
            raise ValueError(f"section {name!r}")
        if blank_before:
            page.line("")
        blank_before = True
        page.line(f"[{name}]", _first_cause(options, guarded))
        _options(page, options)
        for only in guarded:
            cause = _first_cause(only.options, ())
            page.line(f"{{% if {only.condition} %}}", cause)
            _options(page, only.options)
            page.line("{% endif %}", cause)
    return page.artifact(path)


def _options(page: Page, options: Mapping[str, Traced]) -> None:
    for name, traced in options.items():
        if unsayable_name(name):
            raise ValueError(f"option {name!r}")
        values = traced.value if isinstance(traced.value, (list, tuple)) else (traced.value,)
        for value in values:
            text = option_text(value)
            reason = unsayable(text)
            if reason is not None:
                raise ValueError(f"{name}: {reason}")
            inert = _OPENING.sub("{{ '{' }}", text)
            page.line(f"{name} = {inert}".rstrip(), traced.cause)


def _first_cause(options: Mapping[str, Traced], guarded: Sequence[Only]) -> Cause | None:
    for group in (options, *(only.options for only in guarded)):
        for traced in group.values():
            return traced.cause
    return None
