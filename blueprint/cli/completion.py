"""`oib completion`: scripts that complete oib's arguments, made from the parser itself.

The scripts are static: they name verbs, options and fixed words, and leave files to the shell, so that
completing costs no start of Python.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from blueprint.cli import exits

DESCRIPTION = """\
Prints a script that completes oib's arguments in a shell.
"""
EXAMPLES = """\
  oib completion bash > ~/.local/share/bash-completion/completions/oib
  oib completion zsh > ~/.zfunc/_oib          # with ~/.zfunc in fpath
  oib completion fish > ~/.config/fish/completions/oib.fish
"""

SHELLS = ("bash", "zsh", "fish")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of `completion`."""
    parser.add_argument("shell", choices=SHELLS, help="the shell")


def run(given: argparse.Namespace) -> int:
    """Prints the script."""
    sys.stdout.write(script(given.shell))
    return exits.OK


@dataclass(frozen=True, slots=True)
class _Option:
    """One option of a verb, or one positional argument where it has no flags."""

    flags: tuple[str, ...]
    help: str
    words: tuple[str, ...]
    takes_value: bool


@dataclass(frozen=True, slots=True)
class _Verb:
    name: str
    summary: str
    options: tuple[_Option, ...]

    @property
    def flags(self) -> tuple[str, ...]:
        return tuple(flag for option in self.options for flag in option.flags)

    @property
    def words(self) -> tuple[str, ...]:
        """The words that may stand as its positional arguments."""
        return tuple(word for option in self.options if not option.flags for word in option.words)


def script(shell: str) -> str:
    """The script for one of `SHELLS`."""
    verbs = tuple(_verbs())
    return {"bash": _bash, "zsh": _zsh, "fish": _fish}[shell](verbs)


def _verbs() -> Iterator[_Verb]:
    from blueprint.cli.parser import VERBS, top

    children = next(
        action
        for action in top(list(VERBS))._actions  # noqa: SLF001  # argparse has no public way to its arguments
        if isinstance(action, argparse._SubParsersAction)  # noqa: SLF001  # same
    )
    for name, parser in children.choices.items():
        found = (_option(name, action) for action in parser._actions)  # noqa: SLF001  # same
        yield _Verb(name, VERBS[name], tuple(found))


def _option(verb: str, action: argparse.Action) -> _Option:
    words = tuple(str(choice) for choice in action.choices or ())
    if verb == "schema" and action.dest == "kind":
        from blueprint.model import KINDS

        words = tuple(KINDS)
    return _Option(
        tuple(action.option_strings),
        (action.help or "").partition(" (default")[0].partition(";")[0],
        words,
        action.nargs != 0,
    )


def _bash(verbs: tuple[_Verb, ...]) -> str:
    cases = []
    values: dict[str, str] = {}
    for verb in verbs:
        words = " ".join((*verb.flags, *verb.words))
        cases.append(f'    {verb.name}) words="{words}" ;;')
        for option in verb.options:
            if option.takes_value and option.flags:
                key = "|".join(f"{verb.name}:{flag}" for flag in option.flags)
                values[key] = " ".join(option.words)
    chosen = [f'    {key}) value="{words}" ;;' for key, words in values.items() if words]
    names = " ".join(verb.name for verb in verbs)
    files = "|".join(key for key, words in values.items() if not words)
    lines = [
        "# bash completion for oib, made by `oib completion bash`",
        "_oib() {",
        '  local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}"',
        '  local verb="" word words="" value="" i',
        "  COMPREPLY=()",
        "  for ((i = 1; i < COMP_CWORD; i++)); do",
        '    if [[ "${COMP_WORDS[i]}" != -* ]]; then verb="${COMP_WORDS[i]}"; break; fi',
        "  done",
        '  if [[ -z "$verb" ]]; then',
        f'    mapfile -t COMPREPLY < <(compgen -W "{names} --help --version" -- "$current")',
        "    return",
        "  fi",
        '  case "$verb:$previous" in',
        *chosen,
        f'    {files}) mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;',
        "  esac",
        '  if [[ -n "$value" ]]; then',
        '    mapfile -t COMPREPLY < <(compgen -W "$value" -- "$current")',
        "    return",
        "  fi",
        '  case "$verb" in',
        *cases,
        "  esac",
        '  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current"; compgen -f -- "$current")',
        "}",
        "complete -o filenames -F _oib oib",
    ]
    return "\n".join(lines) + "\n"


def _zsh(verbs: tuple[_Verb, ...]) -> str:
    lines = [
        "#compdef oib",
        "# zsh completion for oib, made by `oib completion zsh`",
        "",
        "_oib() {",
    ]
    lines += ["  local -a verbs", "  verbs=("]
    lines += [f"    {_quoted(f'{verb.name}:{verb.summary}')}" for verb in verbs]
    lines += [
        "  )",
        "  if (( CURRENT == 2 )); then",
        "    _describe -t verbs verb verbs",
        "    _arguments '--help[show help]' '--version[show the version]'",
        "    return",
        "  fi",
        "  local verb=$words[2]",
        "  shift words; (( CURRENT-- ))",
        "  case $verb in",
    ]
    for verb in verbs:
        specs = [spec for option in verb.options for spec in _zsh_specs(option)]
        joined = " \\\n        ".join(specs)
        lines += [f"    {verb.name})", f"      _arguments \\\n        {joined} ;;"]
    lines += [
        "  esac",
        "}",
        "",
        'if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _oib "$@"; else compdef _oib oib; fi',
    ]
    return "\n".join(lines) + "\n"


def _zsh_specs(option: _Option) -> Iterator[str]:
    words = f"({' '.join(option.words)})" if option.words else "_files"
    if not option.flags:
        yield _quoted(f"*:{'word' if option.words else 'file'}:{words}")
        return
    text = (
        option.help.replace("\\", "\\\\")
        .replace("[", "\\[")
        .replace("]", "\\]")
        .replace(":", "\\:")
    )
    for flag in option.flags:
        yield _quoted(f"*{flag}[{text}]" + (f":value:{words}" if option.takes_value else ""))


def _fish(verbs: tuple[_Verb, ...]) -> str:
    lines = ["# fish completion for oib, made by `oib completion fish`"]
    lines += [
        f"complete -c oib -n __fish_use_subcommand -f -a {verb.name} -d {_quoted(verb.summary)}"
        for verb in verbs
    ]
    lines.append("complete -c oib -n __fish_use_subcommand -s V -l version -d 'show the version'")
    for verb in verbs:
        inside = f"complete -c oib -n '__fish_seen_subcommand_from {verb.name}'"
        for option in verb.options:
            words = f" -a {_quoted(' '.join(option.words))}" if option.words else ""
            if not option.flags:
                if words:
                    lines.append(f"{inside} -f{words}")
                continue
            names = "".join(
                f" -l {flag[2:]}" if flag.startswith("--") else f" -s {flag[1:]}"
                for flag in option.flags
            )
            value = "" if not option.takes_value else " -x" if option.words else " -r"
            lines.append(f"{inside}{names}{value}{words} -d {_quoted(option.help)}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
