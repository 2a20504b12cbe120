"""Lists and maps as written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from blueprint import typesys as ts
from blueprint.diagnostics import fields, names
from blueprint.evaluate import loops
from blueprint.evaluate.code import (
    Code,
    Env,
    Stop,
    broken,
    constant,
    joined,
    outside,
)
from blueprint.evaluate.convert import example_of
from blueprint.evaluate.scope import Scope
from blueprint.source import Span
from blueprint.syntax import ast

if TYPE_CHECKING:
    from blueprint.evaluate.elaborate import Elaborator


def list_of(walk: Elaborator, expr: ast.ListExpr, scope: Scope, wanted: ts.Type) -> Code:
    """The code of `[a, b]`."""
    element = element_wanted(wanted)
    codes = [walk.present(walk.value(item, scope, element)) for item in expr.items]
    if any(code.is_broken for code in codes):
        return broken(expr.span)
    runs = [code.run for code in codes]
    type_ = ts.ListOf(ts.either(tuple(code.type for code in codes)) if codes else ts.ANY)
    return joined(type_, lambda env: tuple([run(env) for run in runs]), expr.span, codes)


def map_of(walk: Elaborator, body: ast.Body, scope: Scope, wanted: ts.Type) -> Code:
    """The code of `{ name = value … }`, as a record where one is wanted."""
    plain = ts.plain(wanted)
    record = plain if isinstance(plain, ts.Record) else None
    element = plain.element if isinstance(plain, ts.MapOf) else ts.ANY
    seen: dict[str, Span] = {}
    entries: list[tuple[str, Code]] = []
    loops: list[tuple[str, Code]] = []
    is_broken = False
    for entry in body.entries:
        if isinstance(entry, ast.AttributeDecl) and entry.key is not None and not record:
            loops.append(("", named_entry(walk, entry, entry.key, scope, element)))
        elif isinstance(entry, ast.AttributeDecl) and entry.operator == "=":
            if entry.name in seen:
                walk.report(
                    fields.duplicate_attribute(entry.name_span, entry.name, seen[entry.name])
                )
                is_broken = True
            seen[entry.name] = entry.name_span
            inner = record.fields.get(entry.name, ts.ANY) if record else element
            if record and entry.name not in record.fields:
                walk.report(
                    fields.unknown_attribute(
                        entry.name_span, entry.name, "the value", record.fields
                    )
                )
                is_broken = True
            entries.append(
                (
                    entry.name,
                    walk.value(entry.value, scope, inner)
                    if record
                    else walk.expr(entry.value, scope, inner),
                )
            )
        elif isinstance(entry, ast.BlockDecl) and entry.label is None and entry.like is None:
            entries.append((entry.kind, map_of(walk, entry.body, scope, element)))
        elif isinstance(entry, ast.ForDecl):
            loops.append(("", map_loop(walk, entry, scope, element)))
        else:
            walk.report(
                names.wrong_place(
                    entry.span,
                    "only `name = value` and `for` may stand in a map",
                    "write `name = value`",
                )
            )
            is_broken = True
    codes = [code for _, code in (*entries, *loops)]
    if is_broken or any(code.is_broken for code in codes):
        return broken(body.span)
    if record:
        for name, type_ in record.fields.items():
            if name not in seen and not isinstance(type_, ts.OptionalOf):
                return walk.fail(
                    fields.missing_attribute(
                        body.span, name, "the value", f"{name} = {example_of(type_)}"
                    )
                )
    pairs = [(name, code.run) for name, code in entries]
    more = [code.run for _, code in loops]

    def run(env: Env) -> dict[str, Any]:
        made = {name: value(env) for name, value in pairs}
        for each in more:
            made.update(each(env))
        return made

    values = [code.type for _, code in entries]
    values += [ts.plain(code.type).element for _, code in loops]  # type: ignore[union-attr]  # a map each
    type_ = record or ts.MapOf(ts.either(tuple(values)) if values else ts.ANY)
    if not record and entries and not loops and plain is ts.ANY:
        type_ = ts.inferred_record({name: code.type for name, code in entries})
    return joined(type_, run, body.span, codes)


def named_entry(
    walk: Elaborator, entry: ast.AttributeDecl, key: ast.TextExpr, scope: Scope, element: ts.Type
) -> Code:
    """`"${name}" = value`: a map of one entry."""
    name = walk.value(key, scope, ts.STRING)
    value = walk.expr(entry.value, scope, element)
    one, other = name.run, value.run
    return joined(
        ts.MapOf(value.type), lambda env: {one(env): other(env)}, entry.span, [name, value]
    )


def map_loop(walk: Elaborator, entry: ast.ForDecl, scope: Scope, element: ts.Type) -> Code:
    """The code of `for … { name = value }` inside a map."""
    loop = loops.loop_of(walk, entry.clause, scope)
    if loop is None:
        return broken(entry.span)
    iterate, inner, parts = loop
    pairs: list[tuple[Code, Code]] = []
    for item in entry.body.entries:
        if not isinstance(item, ast.AttributeDecl):
            return walk.fail(
                names.wrong_place(
                    item.span, "only `name = value` may stand here", "write `name = value`"
                )
            )
        name = (
            Code(ts.STRING, constant(item.name), item.name_span)
            if item.key is None
            else walk.value(item.key, inner, ts.STRING)
        )
        pairs.append((name, walk.expr(item.value, inner, element)))
    if any(name.is_broken or value.is_broken for name, value in pairs):
        return broken(entry.span)

    def run(env: Env) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for _ in iterate(env):
            for name, value in pairs:
                at = name.run(env)
                if at in made:
                    raise Stop(names.duplicate_key(name.span, at, None))
                made[at] = value.run(env)
        return made

    made_type = ts.either(tuple(value.type for _, value in pairs)) if pairs else element
    codes = [*parts, *(code for pair in pairs for code in pair)]
    code = joined(ts.MapOf(made_type), run, entry.span, codes)
    return outside(code, inner.names.values())


def element_wanted(wanted: ts.Type) -> ts.Type:
    """What the members of a list must be, where a value of a type is wanted."""
    plain = ts.plain(wanted)
    if isinstance(plain, ts.Either):
        lists = [o for option in plain.options if isinstance(o := ts.plain(option), ts.ListOf)]
        return lists[0].element if len(lists) == 1 else ts.element_of(plain) or ts.ANY
    return ts.element_of(plain) or ts.ANY
