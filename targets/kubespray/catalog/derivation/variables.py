"""Which variables a release of Kubespray reads, with the type and the words that its roles show.

Variables come from four places. *Declared* ones have a default in a role or stand in the sample
inventory. *Read* ones have no default, yet a template or a condition reads them
(`kubelet_cpu_manager_policy`). *Shown* ones stand commented out in the sample or in a role's
defaults, or are named in the documentation, and count where something reads them. *Computed* ones
stand in a role's `vars/`, which outrank an inventory: setting them there has no effect.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from targets._derivation.ansible_text import (
    ansible_yaml,
    expressions,
    free_names,
    tolerant_environment,
)
from targets._derivation.default_types import UNKNOWN, is_template, type_of

from .tree import Tree

_SAMPLE = re.compile(r"inventory/sample/group_vars/.+\.yml$")
_DEFAULTS = re.compile(r"roles/(?!kubespray-defaults/).+/defaults/.+\.ya?ml$")
_VARS = re.compile(r"roles/.+/vars/.+\.ya?ml$")
_CODE = re.compile(r"(roles|playbooks)/.+\.(ya?ml|j2)$")
_SHOWN = re.compile(r"^# ?([a-z][A-Za-z0-9_]*):(?: (.*))?$")
_DOCUMENTED = re.compile(r"\*([a-z][A-Za-z0-9_]*)\*")
_NAME = re.compile(r"[a-z][a-z0-9]*(_[A-Za-z0-9]+)+").fullmatch
_ASSERTED = re.compile(r"([a-z][a-z0-9_]*) in (\[[^\[\]]*\])").fullmatch
_ANSIBLE_OWN = {
    "groups", "group_names", "hostvars", "inventory_hostname", "inventory_dir", "play_hosts",
    "playbook_dir", "role_path", "role_name",
}  # fmt: skip
#: Ends of names that are put together when they are read: `lookup('vars', scope + '_reserved')`.
_ASSEMBLED = re.compile(r"[+~] ?['\"](_[a-z_]+)['\"]")


def variables(tree: Tree) -> dict[str, dict[str, Any]]:
    """Return every variable that an inventory may set, with what its defaults and checks tell."""
    defaults: dict[str, list[Any]] = {}
    for path, text in tree.items():
        if _SAMPLE.match(path) or _DEFAULTS.match(path):
            for name, value in (ansible_yaml(text) or {}).items():
                defaults.setdefault(name, []).append(value)
    used = _words(tree)
    endings = _endings(tree)
    examples: dict[str, list[Any]] = {}
    for path in (p for p in tree if _SAMPLE.match(p) or _DEFAULTS.match(p)):
        for name, value in _shown(tree[path]):
            if name not in defaults and used.get(name):
                examples.setdefault(name, []).append(value)
    for name in _DOCUMENTED.findall(tree.get("docs/ansible/vars.md", "")):
        if used.get(name) and "." not in name:
            examples.setdefault(name, [])
    read, local = _read(tree)
    for name in read - local:
        if _NAME(name):
            examples.setdefault(name, [])
    words = _asserted(tree)
    hidden = _ANSIBLE_OWN | set(computed(tree))
    return {
        name: _described(
            name, defaults, examples, words, is_read=bool(used.get(name)) or name.endswith(endings)
        )
        for name in sorted({*defaults, *examples})
        if name not in hidden and not name.startswith(("ansible_", "_"))
    }


def computed(tree: Tree) -> list[str]:
    """Return the variables of roles' `vars/`, which outrank an inventory, that have no default."""
    fixed: set[str] = set()
    declared: set[str] = set()
    for path, text in tree.items():
        if _VARS.match(path):
            fixed |= set(ansible_yaml(text) or {})
        elif _SAMPLE.match(path) or _DEFAULTS.match(path):
            declared |= set(ansible_yaml(text) or {})
    return sorted(name for name in fixed - declared if not name.startswith("_"))


def _words(tree: Tree) -> dict[str, int]:
    """How often each word stands in playbooks and roles other than where it is declared."""
    counts: dict[str, int] = {}
    for path, text in tree.items():
        if not _CODE.match(path):
            continue
        for line in text.splitlines():
            if line.lstrip().startswith("#"):
                continue
            is_declaration = re.match(r"([A-Za-z_]\w*):", line) if _DEFAULTS.match(path) else None
            rest = line[is_declaration.end() :] if is_declaration else line
            for word in re.findall(r"[A-Za-z_]\w*", rest):
                counts[word] = counts.get(word, 0) + 1
    return counts


def _endings(tree: Tree) -> tuple[str, ...]:
    """The ends of names that expressions put together."""
    found = {end for path in tree if _CODE.match(path) for end in _ASSEMBLED.findall(tree[path])}
    return tuple(sorted(found - {"_"}))


def _shown(text: str) -> Iterator[tuple[str, Any]]:
    """Yield variables that stand commented out, with the value that is shown, or None."""
    lines = text.splitlines()
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        found = _SHOWN.match(line)
        if found is None:
            continue
        name, value = found.groups()
        if value and value.strip():
            try:
                yield name, ansible_yaml(value)
            except Exception:  # noqa: BLE001 - prose in a comment is no YAML, and that is all right
                yield name, None
        elif re.match(r"#\s+- ", following):
            yield name, []
        elif re.match(r"#\s+[A-Za-z_]\w*:", following):
            yield name, {}
        else:
            yield name, None


def _read(tree: Tree) -> tuple[set[str], set[str]]:
    """The names that expressions read, and those that tasks define themselves."""
    environment = tolerant_environment()
    read: set[str] = set()
    local: set[str] = set()
    for path, text in tree.items():
        if not _CODE.match(path):
            continue
        texts = [text] if path.endswith(".j2") else _of_document(text, local)
        for each in texts:
            read |= free_names(environment, each)
    return read, local


def _of_document(text: str, local: set[str]) -> Iterator[str]:
    try:
        document = ansible_yaml(text)
    except Exception:  # noqa: BLE001 - a manifest among files may hold several documents
        return iter(())
    return expressions(document, local)


def _asserted(tree: Tree) -> dict[str, list[Any]]:
    """The words that assertions of roles allow for a variable."""
    found: dict[str, list[Any]] = {}
    for path, text in tree.items():
        if _CODE.match(path) and "/tasks/" in path and path.endswith((".yml", ".yaml")):
            for condition in _conditions(ansible_yaml(text)):
                asserted = _ASSERTED(condition.strip())
                if asserted is not None:
                    known = found.setdefault(asserted[1], [])
                    known += [w for w in ansible_yaml(asserted[2]) if w not in known]
    return found


def _conditions(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key in ("assert", "ansible.builtin.assert"):
            that = value[key].get("that", []) if isinstance(value.get(key), dict) else []
            yield from [that] if isinstance(that, str) else [c for c in that if isinstance(c, str)]
        for inner in value.values():
            yield from _conditions(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _conditions(inner)


def _described(
    name: str,
    defaults: Mapping[str, list[Any]],
    examples: Mapping[str, list[Any]],
    words: Mapping[str, list[Any]],
    *,
    is_read: bool,
) -> dict[str, Any]:
    values = [value for value in defaults.get(name, ()) if value is not None]
    shown = [value for value in examples.get(name, ()) if value is not None]
    kind = type_of(name, {**defaults, name: values or shown})
    described: dict[str, Any] = {"type": kind}
    if len({repr(value) for value in values}) == 1:
        default = _literal(values[0], kind)
        if default is not None:
            described["default"] = default
    if name in words and kind in {"string", "int", UNKNOWN}:
        own = [v for v in values if isinstance(v, str) and not is_template(v)]
        described["words"] = list(dict.fromkeys([*words[name], *own]))
    if not is_read:
        described["unread"] = True
    return described


def _literal(value: Any, kind: str) -> bool | int | float | str | None:
    if is_template(value):
        return None
    if isinstance(value, str) and kind == "bool":
        return value.lower() in {"yes", "true"}
    if isinstance(value, str) and kind == "int":
        return int(value)
    return value if isinstance(value, bool | int | float | str) else None
