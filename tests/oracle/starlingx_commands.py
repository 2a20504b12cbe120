"""Judges commands of StarlingX's run-books by the arguments that its real clients declare.

`OIB_STARLINGX_CLIENTS` names a folder with git repositories of starlingx/update (`software`), config (`system`), distcloud-client
(`dcmanager`) and nfv (`sw-manager`) under those names. Their sources are read and not run: what declares an argument is
a call with plain values, of which argparse makes the same parser again.
"""

from __future__ import annotations

import argparse
import ast
import os
import re
import shlex
import subprocess
import warnings
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from targets.starlingx.catalog.releases import BRANCHES

from .tools import OracleUnavailableError

CLIENTS_VARIABLE = "OIB_STARLINGX_CLIENTS"
_SOFTWARE = "software-client/software_client/v1"
_SYSTEM = "sysinv/cgts-client/cgts-client/cgtsclient/v1"
_DCMANAGER = "distributedcloud-client/dcmanagerclient"
_STRATEGIES = "nfv/nfv-client/nfv_client/shell.py"
#: Options of all commands, and those that the framework of `dcmanager` gives to what prints.
_REGION = ("--os-region-name",)
_FORMATS = (("-c", "--column"), ("-f", "--format"))
_ACTIONS = {"store_true", "append"}
_TOOLS = ("software", "system", "dcmanager", "sw-manager")
_COMMAND = re.compile(rf"(?<![\w/.-])(?:{'|'.join(_TOOLS)}) (?=-|[a-z])[^|;&\n]*")


class UnknownCommandError(Exception):
    """What a client would say of a command that it does not take."""


class _Parser(argparse.ArgumentParser):
    def error(self, message):
        raise UnknownCommandError(message)


def commands_in(lines: Iterable[str]) -> Iterator[list[str]]:
    """The calls of the clients in lines of shell, as words; variables and what commands print are one word each."""
    for line in lines:
        plain = re.sub(r'"?\$\((?:[^()]|\([^()]*\))*\)"?', lambda m: _inner(m[0]), line)
        for found in _COMMAND.findall(plain):
            text = re.sub(r"\s(?:[0-9]?>|<).*", "", found.strip()).rstrip(")'")
            yield shlex.split(text)


def _inner(text: str) -> str:
    """What stands for the output of a command: the command itself where it is a client's, to be judged too."""
    inside = text.strip('"')[2:-1]
    return f"word; {inside} ;" if inside.startswith(_TOOLS) else "word"


def judge(release: str, words: list[str]) -> str | None:
    """What the release's client says of a call; None where it takes it."""
    tool, *rest = words
    parser = {"software": _software, "system": _system, "dcmanager": _dcmanager,
              "sw-manager": _sw_manager}[tool](release)  # fmt: skip
    while rest and rest[0] in _REGION:
        rest = rest[2:]
    length = 2 if tool in ("dcmanager", "sw-manager") or rest[0] == "deploy" else 1
    name, arguments = " ".join(rest[:length]), rest[length:]
    if name not in parser:
        return f"`{tool}` knows no `{name}`"
    try:
        parser[name].parse_args(arguments)
    except UnknownCommandError as error:
        return f"`{shlex.join(words)}`: {error}"
    return None


@cache
def _text(repository: str, release: str, path: str) -> str:
    folder = os.environ.get(CLIENTS_VARIABLE)
    if not folder:
        raise OracleUnavailableError(f"`{CLIENTS_VARIABLE}` names no folder of StarlingX's clients")
    what = f"{BRANCHES[release]}:{path}"
    command = ["git", "-C", str(Path(folder) / repository), "show", what]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _tree(repository: str, release: str, path: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the clients' own texts
        return ast.parse(_text(repository, release, path))


def _names(repository: str, release: str, path: str) -> list[str]:
    """The files of a folder."""
    return _text(repository, release, path).splitlines()[2:]


@cache
def _software(release: str) -> dict[str, argparse.ArgumentParser]:
    found = dict(_decorated(_tree("update", release, f"{_SOFTWARE}/release_shell.py"), ""))
    return found | dict(
        _decorated(_tree("update", release, f"{_SOFTWARE}/deploy_shell.py"), "deploy ")
    )


@cache
def _system(release: str) -> dict[str, argparse.ArgumentParser]:
    found = {}
    for name in _names("config", release, f"{_SYSTEM}/"):
        if name.endswith("_shell.py"):
            found |= dict(_decorated(_tree("config", release, f"{_SYSTEM}/{name}"), ""))
    return found


def _decorated(tree: ast.Module, prefix: str) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Commands that are functions, `do_host_lock`, with an argument a decorator."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("do_"):
            declared = [each for each in node.decorator_list if isinstance(each, ast.Call)]
            yield prefix + node.name[3:].replace("_", "-"), _parser(reversed(declared))


def _parser(declared: Iterable[ast.Call], *formats: tuple[str, str]) -> argparse.ArgumentParser:
    parser = _Parser(add_help=False)
    names: set[str] = set()
    for call in declared:
        words = [a.value for a in call.args if isinstance(a, ast.Constant)]
        if not words or not all(isinstance(each, str) for each in words):
            continue
        plain = {k.arg: k.value.value for k in call.keywords if isinstance(k.value, ast.Constant)}
        choices = next((k.value for k in call.keywords if k.arg == "choices"), None)
        kept = {k: v for k, v in plain.items() if k in ("action", "nargs", "required", "default")}
        if kept.get("action") not in (*_ACTIONS, None):
            kept.pop("action")
        if not words[0].startswith("-"):
            kept.pop("required", None)
        if isinstance(choices, ast.List) and all(isinstance(e, ast.Constant) for e in choices.elts):
            kept["choices"] = ast.literal_eval(choices)
        if not names & set(words):
            names |= set(words)
            parser.add_argument(*words, **kept)
    for pair in formats:
        left = [each for each in pair if each not in names]
        if left:
            parser.add_argument(*left, action="append")
    return parser


@cache
def _dcmanager(release: str) -> dict[str, argparse.ArgumentParser]:
    shell = _tree("distcloud-client", release, f"{_DCMANAGER}/shell.py")
    modules = {
        each.asname or each.name: each.name
        for node in shell.body if isinstance(node, ast.ImportFrom) and node.module.endswith(".v1")
        for each in node.names
    }  # fmt: skip
    classes: dict[str, ast.ClassDef] = {}
    for name in modules.values():
        tree = _tree("distcloud-client", release, f"{_DCMANAGER}/commands/v1/{name}.py")
        classes |= {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    found = {}
    for node in ast.walk(shell):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(value, ast.Attribute):
                    found[str(key.value)] = _parser(_added(value.attr, classes), *_FORMATS)
    return found


def _added(name: str, classes: dict[str, ast.ClassDef]) -> Iterator[ast.Call]:
    """What a command and those that it is made of add to its parser."""
    if name not in classes:
        return
    yield from _calls(classes[name])
    for base in classes[name].bases:
        yield from _added(base.attr if isinstance(base, ast.Attribute) else base.id, classes)


@cache
def _sw_manager(release: str) -> dict[str, argparse.ArgumentParser]:
    functions = {
        node.name: list(_calls(node))
        for node in _tree("nfv", release, _STRATEGIES).body
        if isinstance(node, ast.FunctionDef)
    }
    strategies = {"kube-upgrade-strategy": "kube_upgrade", "sw-deploy-strategy": "sw_deploy"}
    found = {}
    for name, word in strategies.items():
        own = functions[f"setup_{word}_parser"]
        found[f"{name} create"] = _parser([*functions["setup_create_cmd"], *own])
        for action in ("apply", "show", "delete"):
            found[f"{name} {action}"] = _parser(functions[f"setup_{action}_cmd"])
    return found


def _calls(inside: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(inside):
        is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if is_call and node.func.attr == "add_argument":
            yield node


__all__ = ["CLIENTS_VARIABLE", "commands_in", "judge"]
