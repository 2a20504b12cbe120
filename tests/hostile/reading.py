"""Reads what was written as its readers do, into plain lists, maps and texts that can be compared."""

from __future__ import annotations

import html
import json
import re
import shlex
import subprocess
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any
from xml.etree import ElementTree as ET

import jinja2
import yaml
from ruamel.yaml import YAML

from blueprint.driver import Compilation


class Unsafe(str):
    """A text that Ansible never takes for a template."""

    __slots__ = ()


class _PyYaml(yaml.SafeLoader):
    """PyYAML's reader in Python, with Ansible's `!unsafe`."""


class _LibYaml(yaml.CSafeLoader):
    """The reader of libyaml, with the same."""


for _loader in (_PyYaml, _LibYaml):
    _loader.add_constructor("!unsafe", lambda loader, node: Unsafe(loader.construct_scalar(node)))


@cache  # most files are the same whatever the text
def yaml_documents(text: str) -> list[Any]:
    """The documents of a YAML file, on which three readers agree."""
    documents = list(yaml.load_all(text, _LibYaml))
    assert list(yaml.load_all(text, _PyYaml)) == documents
    assert _as_ruamel_reads(text) == documents
    return documents


def _as_ruamel_reads(text: str) -> list[Any]:
    """YAML 1.2 by ruamel; marked as 1.1 where a plain scalar would mean something else there."""
    reader = YAML(typ="safe", pure=True)
    reader.version = (1, 1)
    reader.constructor.add_constructor(
        "!unsafe", lambda loader, node: loader.construct_scalar(node)
    )
    return list(reader.load_all(text))


@cache
def options(text: str) -> dict[str, list[tuple[str, str]]]:
    """A file of options after Jinja, as Ansible sets it up, and the rules of oslo.config."""
    environment = jinja2.Environment(
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True, autoescape=False,
        undefined=jinja2.StrictUndefined,
    )  # fmt: skip
    rendered = environment.from_string(text).render(group_names=["oib_node"])
    sections: dict[str, list[tuple[str, str]]] = {}
    current: list[tuple[str, str]] = []
    for line in rendered.split("\n"):
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("["):
            assert line.rstrip().endswith("]"), line
            current = sections.setdefault(line.strip()[1:-1], [])
            continue
        name, equals, value = line.partition("=")
        assert equals, line
        current.append((name.strip(), value.strip()))
    return sections


@cache
def commands(script: str) -> list[list[str]]:
    """The words of a shell script, line by line; bash finds nothing wrong with it."""
    checked = subprocess.run(
        ["bash", "-n"], input=script.encode(), capture_output=True, check=False, timeout=30
    )
    assert checked.returncode == 0, checked.stderr
    return [shlex.split(script, comments=True)]


def fenced(markdown: str) -> tuple[list[str], list[str]]:
    """The lines of a page outside the scripts in it, and the scripts."""
    prose: list[str] = []
    blocks: list[str] = []
    current: list[str] | None = None
    for line in markdown.split("\n"):
        if line.lstrip().startswith("```"):
            if current is not None:
                blocks.append("\n".join(current))
            current = [] if current is None else None
        else:
            (prose if current is None else current).append(line)
    assert current is None, "a fence is not closed"
    return prose, blocks


_SPAN = re.compile(r"(?<![`\\])(`+)(?!`)(.*?[^`])\1(?!`)")


def shown(line: str) -> str:
    """A line of Markdown as a reader sees it: escapes and entities resolved, but for those in code."""
    found, end = "", 0
    for span in _SPAN.finditer(line):
        found += _unescaped(line[end : span.start()]) + f"`{span[2].strip()}`"
        end = span.end()
    return found + _unescaped(line[end:])


def _unescaped(text: str) -> str:
    return html.unescape(re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text))


def mermaid_text(line: str) -> str:
    """A line of Mermaid with its entities resolved."""
    return re.sub(r"#([0-9]+);", lambda match: chr(int(match[1])), line)


def dot_text(line: str) -> str:
    """A line of DOT with its escapes resolved."""
    return re.sub(r"\\([\\\"])", r"\1", line)


def read(path: str, text: str) -> Any:
    """The content of a file of the output, as its reader sees it."""
    if path.endswith((".yml", ".yaml")):
        return yaml_documents(text)
    if path.endswith(".json"):
        return json.loads(text)
    if path.endswith((".conf", ".ini")) and "/config/" in path and "/fluentd/" not in path:
        return options(text)
    if path.endswith(".sh"):
        return commands(text)
    if path.endswith(".md"):
        prose, scripts = fenced(text)
        return [[shown(line) for line in prose], [commands(script) for script in scripts]]
    if path.endswith(".mermaid"):
        return [mermaid_text(line) for line in text.split("\n")]
    if path.endswith(".dot"):
        return [dot_text(line) for line in text.split("\n")]
    if path.endswith(".svg"):
        return sorted({element.tag for element in ET.fromstring(text).iter()})
    return text.split("\n")


def content(
    found: Compilation, tree: Mapping[str, bytes], drawn: Mapping[str, str]
) -> dict[str, Any]:
    """Everything that was made, as its readers see it; source maps are ours alone."""
    files = {path: data.decode() for path, data in tree.items() if not path.endswith(".jsonl")}
    assert found.model is not None
    return {path: read(path, text) for path, text in {**files, **drawn}.items()}


def leaves(value: Any) -> Iterable[str]:
    """Every text in a content, keys too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from leaves(key)
            yield from leaves(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from leaves(item)
