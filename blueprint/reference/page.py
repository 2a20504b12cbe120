"""The reference as one Markdown page: syntax, types, functions, kinds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, NoReturn

from blueprint import typesys as ts
from blueprint import values
from blueprint.conform.functions import functions
from blueprint.conform.members import DERIVED
from blueprint.evaluate.functions import FUNCTIONS, READER_DOCS, READERS
from blueprint.model import KINDS
from blueprint.model.json_schema import json_schema
from blueprint.model.schema import Block, FieldSpec, fields_from_files, fields_of
from blueprint.model.workload import Workload
from blueprint.reference.syntax import pattern_terminals, productions

_HEAD = """\
# The language, whole

Made from the grammar (`oib.lark`), the function library and the model by `nox -s reference`; a test keeps
it current. For a way in, read the tutorial in the [README](../README.md) first.

- [Syntax](#syntax)
- [Types and literals](#types-and-literals)
- [Functions](#functions)
- [Kinds](#kinds): {kinds}
- [Rules](#rules)

"""
_SYNTAX = """\
## Syntax

A blueprint is UTF-8 text. Newlines are white space, `#` starts a comment, and lines that start with `##`
document the declaration below them. `{ }` holds entries without commas; `[ ]` and `( )` hold values with
commas, a trailing one allowed. A value begins on the line of its `=`. What is named by a quantity may say so
without quotes: `hugepages 1 GiB { … }` is `hugepages "1 GiB" { … }`, and `remove hugepages[1 GiB]` takes it away.

`x*` is any number of `x`, `x+` one or more, `[x]` at most one. Words in capitals are explained below.

"""
_TERMINALS: Mapping[str, str] = MappingProxyType(
    {
        "NAME": "letters, digits and `_`, not a digit first, and no word of the language",
        "MEMBER": "letters, digits and `_`",
        "NUMBER": "`42`, `1_000`, `0x1f`, `1.5`",
        "QUANTITY": "a number with a unit: `16 GiB`, `25 Gbps`, `80 %`",
        "DOTTED": "an IPv4 address or prefix: `10.20.0.1`, `10.20.0.0/24`",
        "COLONED": "an IPv6 address or prefix, or a MAC address",
        "DATE": "`2027-06-30`",
        "EQUAL": "`=`",
        "ASSIGN": "`+=` or `-=`",
        "OPERATOR": "`==` `!=` `<` `<=` `>` `>=` `+` `*` `/` `??` `and` `or`",
        "NOT_IN": "`not in`",
        "MINUS": "`-`",
        "PLAIN": 'text in double quotes, with `\\"`, `\\\\`, `\\n`, `\\t`, `\\$` and `\\u{263a}`',
        "QUOTE": '`"`',
        "TEXT_QUOTE": '`"""`, around text of several lines whose common indentation is removed',
        "CHARS": "characters of a text",
        "FORMAT": "`:` and a format: `:03` pads with zeros",
    }
)
_RULES = """\
## Rules

A pack is one file that begins with `pack NAME { … }`, or a folder of files: one of them begins so, the others
with `chapter NAME { title = "…" }`. It holds `let`s, parameters and types, which all its files share, and rules:

```oib
pack acme.telco { title = "ACME's own rules"  version = "3"  profiles = [basic, edge] }

rule acme.net.7 {
  level = must
  title = "networks carry frames of 1,500 bytes or more"
  require every net in network: net.mtu >= 1500, "`${net.name}` carries ${net.mtu}"
  fail { network oam { mtu = 1400 } }
}
```

Conditions are the expressions of blueprints. A kind's name stands for everything of that kind, each host on its
own; `hosts.name` is the member of each, those without it left out. A member that may be absent needs `?? default`
or is asked for with `is_set`. `require every x in xs: c, "message"` finds each `x` that fails, and its message may
name it. A rule of whose `require`s none is reached is not applicable.

A rule has `level` (`must`, `should` or `may`), `title`, `source`, `profile`, `aliases`, `note`, and `class`:
`declared` where what is stated is proved at run time only, `not_checkable` where nothing that is stated could
show it, both with `because` and `suite`, the run-time suite that covers it. Blocks `pass` and `fail` hold
examples: edits of the pack's `base { … }`, which is a blueprint. Blocks merge by kind and label, attributes replace, `+=` and `-=` edit lists, `remove` takes away. `base NAME like base { … }` is another base, for `fail like base.NAME { … }`; a chapter's own `base` is laid over that of the pack.
`oib test` runs them.

`pack` has `title`, `version`, `source`, `profiles` and blocks `extends PACK { parameter = value }`. A blueprint
says what it meets with `conform`:

```oib
conform core {
  to = [anuket.ra2, "./rules/acme.oib"]
  of = kubernetes.edge
  profiles = [basic]
  waive ra2.k8s.010 { because = "single stack until 2027"  until = 2027-06-30  only = [kubernetes.edge] }
}
```

`of` names what is judged where not everything is meant: of a kind that it names anything of, rules see that alone, of
other kinds all. Without it the whole blueprint is judged.

"""
_MANIFESTS = """\
### Workloads

`workload` names what runs on a cluster: `manifests`, files of rendered YAML or folders of them beside the file that says so, or a few
objects as text, `inline = \"\"\"…\"\"\"`. They are held against the API of the cluster's version and against the cluster itself. Rules read
their objects as members, with the values in force, and a finding stands at its line of the manifest. A `chart` alone says nothing of
objects: rules that ask for them are not checkable until it is rendered, and the report names the command.

```oib
workload upf {
  on = kubernetes.edge
  namespace = "core"
  chart = "oci://registry.example/charts/upf"
  version = "4.2.1"
  manifests = "rendered/upf.yaml"
}
```

Examples of a pack hold manifests as text too. With `let`s for what is changed, each example is one line:

```oib
base {
  let image = "registry.example/upf:4.2.1"
  workload upf {
    on = kubernetes.main
    inline = \"\"\"
      apiVersion: v1
      kind: Pod
      metadata: { name: upf }
      spec: { containers: [{ name: upf, image: '${image}' }] }
      \"\"\"
  }
}
rule acme.image {
  level = must
  title = "images have a version"
  require every c in workload.pod.container: c.image_tag not in ["", "latest"], "`${c.name}` has `${c.image}`"
  fail { let image = "registry.example/upf" }
}
```

"""
_FORMS = {
    "block": "block",
    "labelled": "labelled blocks",
    "choice": "choice",
    "open": "pass-through",
}


def render() -> str:
    """The whole page."""
    grammar = (files("grammars") / "oib.lark").read_text(encoding="utf-8")
    links = ", ".join(f"[`{kind}`](#{kind})" for kind in KINDS)
    parts = [
        _HEAD.format(kinds=links),
        _SYNTAX,
        *_syntax(grammar),
        *_types(),
        *_functions(),
        *_kinds(),
        *_rules(),
    ]
    return "".join(parts).rstrip("\n") + "\n"


def _syntax(grammar: str) -> Iterator[str]:
    rows = []
    for production in productions(grammar):
        texts = [text or "(nothing)" for text in production.alternatives]
        rows.append((f"**{production.name}**", "<br>".join(_cell(text) for text in texts)))
    yield _table(("", ""), rows)
    yield "\n"
    rows = [(name, _TERMINALS[name]) for name in pattern_terminals(grammar)]
    yield _table(("word", "stands for"), rows)
    yield "\n"


def _types() -> Iterator[str]:
    yield "## Types and literals\n\n"
    yield _table(
        ("type", "written as"), [(f"`{name}`", f"`{kind.example}`") for name, kind in _scalars()]
    )
    yield (
        "\nAlso `list(T)`, `map(T)`, `{ name: T }`, `T?` (may be absent), `a | b` (one of these words), "
        "`T in 1..9` (within bounds), and the name of any kind.\n\n"
    )
    rows = [
        (kind.type_name, " ".join(f"`{unit}`" for unit in kind.units)) for kind in values.QUANTITIES
    ]
    yield _table(("quantity", "units"), rows)
    yield "\n`GB` is 10⁹ bytes, `GiB` is 2³⁰. `80 %` is the ratio 0.8.\n\n"


def _scalars() -> Iterator[tuple[str, ts.Scalar]]:
    for name, kind in ts.SCALARS.items():
        if isinstance(kind, ts.Scalar):
            yield name, kind


def _functions() -> Iterator[str]:
    yield "## Functions\n\n"
    rows = [(f"`{f.signature}`", f.doc) for f in FUNCTIONS.values()]
    rows += [(f"`{READERS[name]}`", READER_DOCS[name]) for name in READERS]
    yield _table(("call", "gives"), rows)
    yield "\n"


def _rules() -> Iterator[str]:
    yield _RULES
    rows = [
        (f"`{f.signature}`", f.doc)
        for name, f in functions(_no_subject).items()
        if name not in FUNCTIONS
    ]
    yield "Functions of rules, beside those of the language:\n\n"
    yield _table(("call", "gives"), rows)
    yield "\nMembers of things beside what their kind states:\n\n"
    members = [
        (
            "any" if kind == "*" else f"`{kind}`",
            f"`{name}`",
            f"`{type_}`{' ?' if is_optional else ''}",
            doc,
        )
        for kind, table in DERIVED.items()
        for name, (type_, is_optional, doc) in table.items()
    ]
    yield _table(("of", "member", "type", ""), members)
    yield "\n"
    yield _MANIFESTS
    yield _table(("of", "member", "type", ""), _from_manifests("workload", Workload))
    yield "\n"


def _from_manifests(path: str, model: type[Block]) -> list[tuple[str, str, str, str]]:
    """What rules may read of a workload's objects."""
    rows: list[tuple[str, str, str, str]] = []
    specs = fields_from_files(model) if model is Workload else fields_of(model)
    for name, spec in specs.items():
        may_be_absent = spec.default is None and not spec.is_required
        rows.append((f"`{path}`", f"`{name}`", _type_of(spec) + " ?" * may_be_absent, spec.doc))
    for name, spec in specs.items():
        for block in spec.block:
            rows += _from_manifests(name, block)
    return rows


def _no_subject() -> NoReturn:
    raise AssertionError("the page names functions and runs none")


def _kinds() -> Iterator[str]:
    yield "## Kinds\n\nAttributes without a default must be stated.\n\n"
    for kind, model in KINDS.items():
        yield f"### {kind}\n\n{_about(model)}\n\n"
        yield from _fields(kind, model)


def _fields(path: str, model: type[Block]) -> Iterator[str]:
    specs = fields_of(model)
    if specs:
        yield _table(
            ("attribute", "type", "default", ""),
            [
                (f"`{name}`", _type_of(spec) + _bounds(model, name), _default(spec), spec.doc)
                for name, spec in specs.items()
            ],
        )
        yield "\n"
    for name, spec in specs.items():
        if spec.form == "choice":
            for word, option in spec.choices.items():
                if fields_of(option):
                    yield f"#### {path}: `{name} {word} {{ }}`\n\n{_about(option)}\n\n"
                    yield from _fields(f"{path} {name} {word}", option)
            continue
        for inner in spec.block if spec.form in ("block", "labelled") else ():
            label = " NAME" if spec.form == "labelled" else ""
            yield f"#### {path}: `{name}{label} {{ }}`\n\n{_about(inner)}\n\n"
            yield from _fields(f"{path} {name}", inner)


def _about(model: type[Block]) -> str:
    return " ".join((model.__doc__ or "").split())


def _type_of(spec: FieldSpec) -> str:
    match spec.form:
        case "attribute":
            return _cell(_words(spec.type))
        case "choice":
            choices = " ".join(f"`{word}`" for word in spec.choices)
            return f"one of {choices}" if choices else "a word, or a block with options"
    return _FORMS[spec.form]


def _bounds(model: type[Block], name: str) -> str:
    """The bounds of a number, as the language writes them."""
    entry = _definitions()[model.__name__]["properties"][name]
    low, high = entry.get("minimum"), entry.get("maximum")
    if low is None and high is None:
        return ""
    return f" in {low}..{high}" if high is not None else f" from {low}"


@cache
def _definitions() -> Mapping[str, Any]:
    definitions: Mapping[str, Any] = json_schema()["$defs"]
    return definitions


def _words(kind: ts.Type) -> str:
    match kind:
        case ts.Words():
            return " ".join(f"`{word}`" for word in kind.words[:12]) + (
                " …" if len(kind.words) > 12 else ""
            )
        case ts.ListOf():
            return f"list of {_words(kind.element)}"
        case ts.MapOf():
            return f"map to {_words(kind.element)}"
        case ts.RangeOf():
            return "range"
        case ts.Either():
            single = dict.fromkeys(
                _words(option) for option in kind.options if not isinstance(option, ts.ListOf)
            )
            lists = [option for option in kind.options if isinstance(option, ts.ListOf)]
            words = " or ".join(single)
            return f"{words}; or a list" if lists and single else words or _words(lists[0])
        case ts.Thing():
            return " or ".join(f"{name} reference" for name in kind.kinds)
    return str(kind)


def _default(spec: FieldSpec) -> str:
    if spec.is_required:
        return "**required**"
    if spec.form in ("block", "labelled", "open") or spec.default in (None, ()):
        return ""
    return f"`{_value(spec.default)}`"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Block):
        return str(getattr(value, "choice", ""))
    if isinstance(value, tuple):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    return str(value)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    columns = list(head)
    lines = [columns, ["---"] * len(columns), *(list(row) for row in rows)]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def _cell(text: str) -> str:
    """Text of a table's cell: a bar would end it."""
    return text.replace("|", "\\|")


__all__ = ["render"]
