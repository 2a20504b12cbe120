"""Diagnostics about names and expressions: 2xxx.

Longer than most modules: one rule and one short constructor a code, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from blueprint.diagnostics import Diagnostic, Fix, Label, Rule, did_you_mean, nearest
from blueprint.source import Span
from blueprint.values import is_plain_label

UNKNOWN_NAME = Rule("OIB2001", "unknown-name")
UNKNOWN_KIND = Rule("OIB2002", "unknown-kind")
DUPLICATE = Rule("OIB2003", "duplicate-declaration")
UNKNOWN_THING = Rule("OIB2004", "unknown-thing")
WORD_CLASH = Rule("OIB2005", "word-is-variable")
UNKNOWN_MEMBER = Rule("OIB2006", "unknown-member")
UNKNOWN_FUNCTION = Rule("OIB2007", "unknown-function")
WRONG_ARGUMENTS = Rule("OIB2008", "wrong-arguments")
CYCLE = Rule("OIB2009", "evaluation-cycle")
STRUCTURE = Rule("OIB2010", "structure-sees-things")
RESERVED_NAME = Rule("OIB2011", "reserved-name")
NO_FAMILY = Rule("OIB2012", "no-family")
MISSING_KEY = Rule("OIB2013", "missing-key")
DUPLICATE_KEY = Rule("OIB2014", "duplicate-key")
BAD_KEY = Rule("OIB2015", "bad-key")
UNKNOWN_KEY = Rule("OIB2016", "unknown-key")
TEMPLATE_CYCLE = Rule("OIB2017", "template-cycle")
UNKNOWN_TEMPLATE = Rule("OIB2018", "unknown-template")
REMOVES_NOTHING = Rule("OIB2019", "removes-nothing")
ASSERTION = Rule("OIB2020", "assertion-failed")
TOO_LARGE = Rule("OIB2021", "expansion-limit")
UNKNOWN_PARAMETER = Rule("OIB2022", "unknown-parameter")
MISSING_PARAMETER = Rule("OIB2023", "missing-parameter")
UNKNOWN_ENVIRONMENT = Rule("OIB2024", "unknown-environment")
MODULE_CYCLE = Rule("OIB2025", "module-cycle")
NOT_A_MODULE = Rule("OIB2026", "wrong-header")
NOT_EXPORTED = Rule("OIB2027", "not-exported")
UNREADABLE = Rule("OIB2028", "unreadable-file")
ESCAPES = Rule("OIB2029", "path-outside-blueprint")
FILE_LIMIT = Rule("OIB2030", "file-limit")
BAD_DATA = Rule("OIB2031", "malformed-data")
ARITHMETIC = Rule("OIB2032", "impossible-arithmetic")
WRONG_PLACE = Rule("OIB2033", "wrong-place")
LANGUAGE = Rule("OIB2034", "unknown-language")
ONE_OF_FAMILY = Rule("OIB2035", "family-needs-key")
NOT_ITERABLE = Rule("OIB2036", "not-a-collection")
TEXT_VALUE = Rule("OIB2037", "value-has-no-text")
BAD_PARAMETER_TEXT = Rule("OIB2038", "malformed-parameter")
SECRET_NAME = Rule("OIB2039", "malformed-secret-name")


def unknown_name(
    span: Span, name: str, known: Iterable[str], expected: str = "", instead: str | None = None
) -> Diagnostic:
    """A bare name that is neither a variable nor a word that the attribute knows; `instead` is a hint."""
    names = list(known)
    near = nearest(name, names)
    otherwise = did_you_mean(name, names, otherwise="" if expected else f'quote text: `"{name}"`')
    return Diagnostic(
        UNKNOWN_NAME,
        span,
        f"`{name}` is not known here" + (f"; expected {expected}" if expected else ""),
        hint=otherwise if near or instead is None else instead,
        fix=Fix(span, near) if near else None,
    )


def unknown_kind(span: Span, kind: str, known: Iterable[str]) -> Diagnostic:
    """A block whose kind does not exist."""
    return Diagnostic(
        UNKNOWN_KIND, span, f"there is no kind `{kind}`", hint=did_you_mean(kind, known)
    )


def duplicate(span: Span, what: str, first: Span) -> Diagnostic:
    """A second declaration of a name."""
    return Diagnostic(
        DUPLICATE,
        span,
        f"{what} is declared twice",
        labels=(Label(first, "first declared here"),),
        hint="rename one of them, or delete it",
    )


def unknown_thing(span: Span, kind: str, name: str, known: Iterable[str]) -> Diagnostic:
    """A reference to a thing that nobody declares."""
    names = set(known)
    near = nearest(name, names)
    if near is not None:
        hint = f"did you mean `{_thing(kind, near)}`?"
    elif 0 < len(names) <= 8:
        hint = "known: " + ", ".join(f"`{_thing(kind, n)}`" for n in sorted(names))
    else:
        label = name if is_plain_label(name) else f'"{name}"'
        hint = f"declare it: `{kind} {label} {{ … }}`"
    return Diagnostic(UNKNOWN_THING, span, f"there is no `{_thing(kind, name)}`", hint=hint)


def _thing(kind: str, name: str) -> str:
    """A thing as a blueprint refers to it: `rack.r[1]`, `flavor["gp.4x16"]`."""
    return f"{kind}.{name}" if is_plain_label(name) else f'{kind}["{name}"]'


def template_named(span: Span, kind: str, name: str) -> Diagnostic:
    """A reference to a template, which is never a thing."""
    return Diagnostic(
        UNKNOWN_THING,
        span,
        f"`{kind}.{name}` is a template, not a thing",
        hint=f"declare a `{kind}` that is `like {kind}.{name}`, and name that",
    )


def not_taken(span: Span, name: str, place: Span) -> Diagnostic:
    """A reference to a thing that only a branch declares which is not taken."""
    return Diagnostic(
        UNKNOWN_THING,
        span,
        f"`{name}` is not there: the branch that declares it is not taken",
        labels=(Label(place, "declared in this branch only"),),
        hint="put what needs it under the same condition",
    )


def nested_outside(span: Span, kind: str, home: str, example: str) -> Diagnostic:
    """`rack.r` where nothing around it or named in it has racks."""
    return Diagnostic(
        UNKNOWN_THING,
        span,
        f"`{kind}` is part of a `{home}`, and none is meant here",
        hint=f"name the whole way: `{example}`",
    )


def word_clash(span: Span, name: str, variable: Span | None) -> Diagnostic:
    """A word of the attribute that is also the name of a variable."""
    return Diagnostic(
        WORD_CLASH,
        span,
        f"`{name}` is a word of this attribute and a variable as well",
        labels=(Label(variable, "the variable"),) if variable else (),
        hint=f'write the word in quotes, `"{name}"`, or rename the variable',
    )


def kind_hidden(span: Span, name: str, variable: object) -> Diagnostic:
    """`kind.name` where a variable is called like the kind."""
    place = getattr(variable, "span", None)
    return Diagnostic(
        WORD_CLASH,
        span,
        f"`{name}` is a variable here, so this names no `{name}`",
        labels=(Label(place, "the variable"),) if place else (),
        hint="rename the variable",
    )


def quoted_name(span: Span, kind: str, name: str) -> Diagnostic:
    """A declaration whose name stands in quotes."""
    return Diagnostic(
        BAD_KEY,
        span,
        "the name of a declaration stands without quotes",
        hint=f"write `{kind} {name}`",
        fix=Fix(span, name),
    )


def keyed_and_counted(span: Span, name: str, head: Span) -> Diagnostic:
    """`count` or `without` in a family whose keys stand in brackets."""
    return Diagnostic(
        WRONG_PLACE,
        span,
        f"`{name}` can't be said of a family whose members have keys in brackets",
        labels=(Label(head, "the keys of this family say which members there are"),),
        hint=f"delete `{name}`, or give a second loop a family of its own in `for … {{ }}`",
    )


def second_header(span: Span, kind: str, first: Span) -> Diagnostic:
    """A second `blueprint` or `module` in one file."""
    return Diagnostic(
        DUPLICATE,
        span,
        f"a file is one blueprint or one module: this `{kind}` is its second header",
        labels=(Label(first, "the first"),),
        hint="delete one of them",
    )


def unknown_member(span: Span, name: str, of: str, known: Iterable[str]) -> Diagnostic:
    """A member that the value on the left does not have."""
    return Diagnostic(UNKNOWN_MEMBER, span, f"{of} has no `{name}`", hint=did_you_mean(name, known))


def unknown_function(span: Span, name: str, known: Iterable[str]) -> Diagnostic:
    """A call of something that is no function."""
    return Diagnostic(
        UNKNOWN_FUNCTION, span, f"there is no function `{name}`", hint=did_you_mean(name, known)
    )


def wrong_arguments(span: Span, function: str, signature: str, problem: str) -> Diagnostic:
    """A call with too few, too many or unfitting arguments."""
    return Diagnostic(
        WRONG_ARGUMENTS, span, f"`{function}` {problem}", hint=f"it is called as `{signature}`"
    )


def cycle(loop: Sequence[tuple[str, Span]]) -> Diagnostic:
    """Values that need each other; `loop` names each with its place, in the order of need."""
    names = [name for name, _ in loop]
    return Diagnostic(
        CYCLE,
        loop[0][1],
        f"`{names[0]}` needs itself: " + " → ".join(f"`{n}`" for n in [*names, names[0]]),
        labels=tuple(Label(span, f"`{name}` is part of the loop") for name, span in loop[1:3]),
        hint="state one of them without the others",
    )


def structure_sees_things(span: Span, what: str) -> Diagnostic:
    """A count, key, loop or condition around blocks that depends on declared things."""
    return Diagnostic(
        STRUCTURE,
        span,
        f"{what} may depend on parameters, `let`s and data only, not on declared things",
        hint="move the number or the list into a `let` or a `param` that both use",
    )


def reserved_name(span: Span, name: str) -> Diagnostic:
    """A variable with a name that families bind."""
    return Diagnostic(
        RESERVED_NAME,
        span,
        f"`{name}` is bound by every family and can't be a name of yours",
        hint=f"choose another name, such as `this_{name}`",
    )


def no_family(span: Span, name: str, declaration: str, place: Span | None) -> Diagnostic:
    """`key`, `row`, `n` or `index` where no family binds it."""
    why = "there is no family around it" if not declaration else f"`{declaration}` is no family"
    if name == "row" and declaration:
        why = f"`{declaration}` is no family over rows"
    return Diagnostic(
        NO_FAMILY,
        span,
        f"`{name}` means nothing here: {why}",
        labels=(Label(place, "used by this declaration"),) if place else (),
        hint="declare a family: `[for s in rows]`, `[1..3]` or `count = 3`",
    )


def missing_key(span: Span) -> Diagnostic:
    """A family over rows that have no declared key, or a declaration in a loop without a key."""
    return Diagnostic(
        MISSING_KEY,
        span,
        "each member needs a key that stays when rows come and go",
        hint='name the column: `csv("…", key = "name")`, or write a key in brackets: `[s.name]`',
    )


def duplicate_key(span: Span, key: str, first: Span | None) -> Diagnostic:
    """Two members of a family with one key (without regard to case)."""
    return Diagnostic(
        DUPLICATE_KEY,
        span,
        f"the key `{key}` stands twice; keys differ in more than case",
        labels=(Label(first, "first here"),) if first and first != span else (),
    )


def bad_key(span: Span, key: str) -> Diagnostic:
    """A key that can't be part of a path."""
    shown = key if len(key) <= 40 else key[:40] + "…"
    return Diagnostic(
        BAD_KEY,
        span,
        f"`{shown}` can't be a key",
        hint="a key has 1 to 63 of `A-Z a-z 0-9 . _ -` and does not begin with a dot",
    )


def secret_name(span: Span, name: str, what: str) -> Diagnostic:
    """A name of a secret, or a path of secrets, that stores and commands can't take."""
    shown = name.encode("unicode_escape").decode("ascii")
    shown = shown if len(shown) <= 40 else shown[:40] + "…"
    return Diagnostic(
        SECRET_NAME,
        span,
        f"`{shown}` can't be {what}" if name else f"{what} can't be empty",
        hint="use letters, digits and `._-`, with `/` between parts, none of them `.` or `..`",
    )


def unknown_key(span: Span, family: str, key: str, known: Iterable[str]) -> Diagnostic:
    """A member that the family does not have."""
    names = list(known)
    hint = did_you_mean(key, names)
    if hint is None and names:
        hint = f"keys run from `{names[0]}` to `{names[-1]}`"
    return Diagnostic(UNKNOWN_KEY, span, f"`{family}` has no member `{key}`", hint=hint)


def template_cycle(span: Span, loop: Sequence[str]) -> Diagnostic:
    """Declarations that are like each other."""
    shown = " → ".join(f"`{n}`" for n in loop)
    return Diagnostic(
        TEMPLATE_CYCLE,
        span,
        f"`{loop[0]}` inherits from itself: {shown}",
        hint="take out one `like`, or move what is shared into a `template`",
    )


def unknown_template(span: Span, name: str, kind: str, known: Iterable[str]) -> Diagnostic:
    """`like` with a name that is no declaration of the same kind."""
    return Diagnostic(
        UNKNOWN_TEMPLATE,
        span,
        f"there is no `{name}` to be like",
        hint=did_you_mean(
            name, known, otherwise=f"`like` takes a `template {kind}` or another `{kind}`"
        ),
    )


def removes_nothing(span: Span, name: str, known: Iterable[str]) -> Diagnostic:
    """`remove`, `+=` or `-=` of what was not inherited."""
    return Diagnostic(
        REMOVES_NOTHING,
        span,
        f"nothing inherited is called `{name}`",
        hint=did_you_mean(name, known),
    )


def assertion_failed(span: Span, message: str | None) -> Diagnostic:
    """An `assert` whose condition is false."""
    return Diagnostic(ASSERTION, span, message or "this does not hold")


def too_large(span: Span, what: str, limit: int) -> Diagnostic:
    """An expansion beyond a limit of the language."""
    return Diagnostic(TOO_LARGE, span, f"{what}; the limit is {limit:,}")


def unknown_parameter(span: Span | None, name: str, where: str, known: Iterable[str]) -> Diagnostic:
    """A parameter that is set but not declared."""
    return Diagnostic(
        UNKNOWN_PARAMETER, span, f"{where} sets `{name}`, which is no parameter",
        hint=did_you_mean(name, known),
    )  # fmt: skip


def missing_parameter(span: Span, name: str, type_: str) -> Diagnostic:
    """A parameter of the blueprint without default that nobody sets."""
    return Diagnostic(
        MISSING_PARAMETER,
        span,
        f"the parameter `{name}` has no value",
        hint=f"set it with `--set {name}=…`, in a parameter file or an environment ({type_})",
    )


def missing_argument(span: Span, name: str, type_: str, example: str, declared: Span) -> Diagnostic:
    """A parameter of a module without default that its user does not set."""
    return Diagnostic(
        MISSING_PARAMETER,
        span,
        f"the module needs its parameter `{name}` ({type_})",
        labels=(Label(declared, "declared here"),),
        hint=f"set it where the module is used: `{{ {name} = {example or '…'} }}`",
    )


def unknown_environment(name: str, known: Iterable[str]) -> Diagnostic:
    """`--env` with a name that the blueprint does not declare."""
    return Diagnostic(
        UNKNOWN_ENVIRONMENT, None, f"the blueprint has no environment `{name}`",
        hint=did_you_mean(name, known, otherwise="it declares none"),
    )  # fmt: skip


def module_cycle(span: Span, loop: Sequence[str]) -> Diagnostic:
    """Modules that use each other."""
    return Diagnostic(MODULE_CYCLE, span, "modules use each other: " + " → ".join(loop))


def wrong_header(span: Span, problem: str, hint: str) -> Diagnostic:
    """A file without the header that its use asks for."""
    return Diagnostic(NOT_A_MODULE, span, problem, hint=hint)


def not_exported(span: Span, name: str, module: str, place: Span | None) -> Diagnostic:
    """A thing of a module that it keeps to itself."""
    return Diagnostic(
        NOT_EXPORTED,
        span,
        f"the module `{module}` does not export `{name}`",
        labels=(Label(place, "declared here"),) if place else (),
        hint="write `export` before its declaration",
    )


def unreadable(span: Span | None, path: str, why: str) -> Diagnostic:
    """A file that can't be read."""
    return Diagnostic(UNREADABLE, span, f"`{path}` can't be read: {why}")


def not_in_library(span: Span | None, path: str, known: Iterable[str]) -> Diagnostic:
    """`use "std/…"` of what the standard library does not have."""
    have = [f"std/{name}" for name in known]
    return Diagnostic(
        UNREADABLE,
        span,
        f"the standard library has no `std/{path}`",
        hint=did_you_mean(f"std/{path}", have),
    )


def escapes(span: Span, path: str) -> Diagnostic:
    """A path that leads out of the blueprint's folder."""
    return Diagnostic(
        ESCAPES,
        span,
        f"`{path}` leads out of the blueprint's folder",
        hint="a blueprint reads only what lies beside or below its `main.oib`",
    )


def file_limit(span: Span | None, what: str) -> Diagnostic:
    """Too many files, or one that is too large."""
    return Diagnostic(FILE_LIMIT, span, what)


def bad_data(span: Span, problem: str, hint: str | None = None) -> Diagnostic:
    """A data file that is not what its function reads."""
    return Diagnostic(BAD_DATA, span, problem, hint=hint)


def arithmetic(span: Span, problem: str) -> Diagnostic:
    """Arithmetic without a result."""
    return Diagnostic(ARITHMETIC, span, problem)


def wrong_place(span: Span, what: str, hint: str) -> Diagnostic:
    """An entry that may not stand where it stands."""
    return Diagnostic(WRONG_PLACE, span, what, hint=hint)


def unknown_language(span: Span, version: str) -> Diagnostic:
    """A version of the language that this compiler does not read."""
    return Diagnostic(
        LANGUAGE, span, f"this compiler does not read version {version} of the language",
        hint="write `language = 1`",
    )  # fmt: skip


def family_needs_key(span: Span, family: str, known: Sequence[str]) -> Diagnostic:
    """A whole family where one member is wanted."""
    example = known[0] if known else "key"
    shown = example if example.isdigit() else f'"{example}"'
    return Diagnostic(
        ONE_OF_FAMILY,
        span,
        f"`{family}` is a family; one member is wanted here",
        hint=f"name the member by its key: `{family}[{shown}]`",
    )


def no_address(span: Span, host: str, network: str, known: Iterable[str]) -> Diagnostic:
    """An address that is read and that nobody has."""
    shown = ", ".join(f"`addresses.{name}`" for name in known)
    return Diagnostic(
        UNKNOWN_MEMBER,
        span,
        f"`{host}` has no address on `{network}`",
        hint=f"it has {shown}" if shown else f"attach it: put `{network}` into a bond or a port",
    )


def absent_in_member(span: Span, member: str) -> Diagnostic:
    """An attribute of all members of a family that one of them leaves unset."""
    return Diagnostic(
        ONE_OF_FAMILY,
        span,
        f"`{member}` leaves this unset, so there is no list of it",
        hint="say what stands for it: `[for m in …: m.attribute ?? …]`",
    )


def not_iterable(span: Span, type_: str) -> Diagnostic:
    """A loop over something without members."""
    return Diagnostic(NOT_ITERABLE, span, f"there is nothing to loop over: this is of type {type_}")


def no_text(span: Span, type_: str) -> Diagnostic:
    """A value inside a string that has no text."""
    return Diagnostic(TEXT_VALUE, span, f"a value of type {type_} can't be part of a text")


def bad_parameter_text(
    name: str, text: str, wanted: str, example: str, declared: Span | None
) -> Diagnostic:
    """A `--set` whose text is no value of the parameter's type."""
    return Diagnostic(
        BAD_PARAMETER_TEXT,
        None,
        f"`--set {name}`: expected {wanted}, found `{text}`",
        labels=(Label(declared, "declared here"),) if declared else (),
        hint=f"for example `--set {name}={example}`" if example else None,
    )
