"""Writes YAML that YAML 1.1 and 1.2 readers read alike, with a cause for every line.

Text is written plain only where no reader could take it for anything else, and otherwise between
double quotes with every character escaped that a reader, an editor or a terminal might turn into
something else (control characters, line separators, bidirectional marks). Thousands of equal entries
(`Rows`) are one block of text and one `Run`.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from blueprint.target import Artifact, Cause
from blueprint.values import Ref
from targets._formats.page import Page, Traced

#: Words that YAML 1.1 takes for booleans or nothing, in any case.
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_PLAIN = re.compile(
    r"[A-Za-z_/][A-Za-z0-9_./-]*(?: [A-Za-z0-9_./-]+)*|[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?:/[0-9]{1,2})?"
).fullmatch
_ESCAPED = re.compile(
    '[\\x00-\\x1f"\\\\\\x7f-\\xa0\\xad\\u061c\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f'
    "\\ud800-\\udfff\\ufeff\\ufff0-\\uffff\\U000e0000-\\U000e0fff]"
)
_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
#: Readers look for the colon of a simple key within 1024 characters; escapes count.
_LONGEST_KEY = 1000

#: Types that have no parts; subclasses are looked at more closely.
_SIMPLE = frozenset({str, int, bool, type(None)})
#: Text of a scalar string, quoted as needed.
StringWriter = Callable[[str], str]


class Flow(str):
    """A value that is YAML already, in one line, as `flow_list` and `flow_map` make it."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Rows:
    """Many entries of one mapping that look alike: `KEY: {field: value, …}`, one for each member.

    `columns` maps each field to its values, one a member. `key_cause` and `causes` (one a field)
    may name the member as `[*]`.
    """

    members: Sequence[Ref]
    keys: Sequence[str]
    key_cause: Cause
    columns: Mapping[str, Sequence[str]]
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True)
class Items:
    """Many items of one list that look alike, one for each member; the cause may name it as `[*]`."""

    members: Sequence[Ref]
    values: Sequence[str]
    cause: Cause


@lru_cache(maxsize=1 << 14)  # a fleet says the same words of thousands of systems
def plain_string(text: str) -> str:
    """A string so that every reader gives back the same text."""
    if _PLAIN(text) and text.lower() not in _WORDS:
        return text
    return '"' + _ESCAPED.sub(_escape, text) + '"'


def ansible_string(text: str) -> str:
    """A string that Ansible never takes for a template: one that looks like it is marked unsafe."""
    written = plain_string(text)
    return f"!unsafe {written}" if looks_like_jinja(text) else written


def flow_list(items: Iterable[str], string: StringWriter = plain_string) -> Flow:
    """A list in one line."""
    return Flow(f"[{', '.join(string(item) for item in items)}]")


def flow_map(entries: Mapping[str, Any], string: StringWriter = plain_string) -> Flow:
    """A mapping of values without parts, in one line."""
    listed = (f"{string(key)}: {scalar(value, string)}" for key, value in entries.items())
    return Flow("{" + ", ".join(listed) + "}")


def looks_like_jinja(text: str) -> bool:
    """Whether Jinja would find something to evaluate in a text."""
    return "{{" in text or "{%" in text or "{#" in text


def yaml_artifact(
    path: str,
    document: Mapping[str, Any],
    header: Iterable[str] = (),
    string: StringWriter = plain_string,
) -> Artifact:
    """A file of one document, a mapping; `header` are comment lines above it."""
    return yaml_documents(path, [document], header, string)


def yaml_documents(
    path: str,
    documents: Sequence[Mapping[str, Any]],
    header: Iterable[str] = (),
    string: StringWriter = plain_string,
) -> Artifact:
    """A file of several documents, each a mapping, `---` before each."""
    page = _page(header)
    writer = _Writer(page, string)
    for document in documents:
        page.line("---")
        if document:
            writer.mapping(document, "", None)
        else:
            page.line("{}")
    return page.artifact(path)


def yaml_sequence(
    path: str,
    items: Sequence[Any],
    header: Iterable[str] = (),
    string: StringWriter = plain_string,
) -> Artifact:
    """A file of one document, a list, such as the plays of a playbook."""
    page = _page(header)
    page.line("---")
    _Writer(page, string).sequence(items, "", None)
    return page.artifact(path)


def _page(header: Iterable[str]) -> Page:
    """A page that begins with comments."""
    page = Page()
    for comment in header:
        page.line(f"# {comment}".rstrip())
    return page


def scalar(value: Any, string: StringWriter = plain_string) -> str:
    """A value without parts, as YAML."""
    if isinstance(value, Flow):
        return str(value)
    if isinstance(value, str):
        return string(str(value))
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, Decimal):
        number = Decimal(value)
        return f"{number:f}" if number % 1 else f"{number:.1f}"
    if isinstance(value, (ipaddress._BaseAddress, ipaddress._BaseNetwork)):  # noqa: SLF001 - the one name for both families
        return string(str(value))
    raise TypeError(f"no YAML for {type(value).__name__}")


def _escape(found: re.Match[str]) -> str:
    character = found.group()
    short = _SHORT.get(character)
    if short is not None:
        return short
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


class _Writer:
    """Lays out nested mappings and lists in block style, two spaces a level."""

    def __init__(self, page: Page, string: StringWriter) -> None:
        self.page = page
        self.string = string

    def mapping(
        self, entries: Mapping[str, Any], indent: str, cause: Cause | None, lead: str | None = None
    ) -> None:
        """The entries of a mapping; `lead` stands in the place of the first one's indentation."""
        for key, item in entries.items():
            value, why = (item.value, item.cause) if isinstance(item, Traced) else (item, cause)
            written = self.string(key)
            if len(written) > _LONGEST_KEY:
                self.page.line(f"{lead or indent}? {written}", why)
                self.entry(f"{indent}:", value, indent, why)
            else:
                self.entry(f"{lead or indent}{written}:", value, indent, why)
            lead = None

    def sequence(self, items: Sequence[Any], indent: str, cause: Cause | None) -> None:
        for item in items:
            value, why = (item.value, item.cause) if isinstance(item, Traced) else (item, cause)
            if isinstance(value, Items):
                string = self.string
                text = "".join([f"{indent}- {string(each)}\n" for each in value.values])
                self.page.block(text, (value.cause,), value.members)
            elif type(value) not in _SIMPLE and isinstance(value, (dict, Mapping)) and value:
                self.mapping(value, indent + "  ", why, f"{indent}- ")
            else:
                self.entry(f"{indent}-", value, indent, why)

    def entry(self, lead: str, value: Any, indent: str, cause: Cause | None) -> None:
        """One entry after its `KEY:` or its `-`."""
        if type(value) in _SIMPLE:  # nearly all are; abstract classes are asked last
            self.page.line(f"{lead} {scalar(value, self.string)}", cause)
        elif isinstance(value, Rows):
            self.page.line(lead, cause)
            self.rows(value, indent + "  ")
        elif isinstance(value, (dict, Mapping)):
            if value:
                self.page.line(lead, cause)
                self.mapping(value, indent + "  ", cause)
            else:
                self.page.line(f"{lead} {{}}", cause)
        elif isinstance(value, (list, tuple)):
            if value:
                self.page.line(lead, cause)
                self.sequence(value, indent + "  ", cause)
            else:
                self.page.line(f"{lead} []", cause)
        else:
            self.page.line(f"{lead} {scalar(value, self.string)}", cause)

    def rows(self, rows: Rows, indent: str) -> None:
        string = self.string
        pieces: list[str] = [f"{indent}{string(key)}:\n" for key in rows.keys]
        for name, values in rows.columns.items():
            lead = f"{indent}  {string(name)}: "
            pieces = [
                f"{done}{lead}{v if type(v) is Flow else string(v)}\n"
                for done, v in zip(pieces, values, strict=True)
            ]
        self.page.block("".join(pieces), (rows.key_cause, *rows.causes), rows.members)
