"""The attributes of a block that is no kind: of a pack, a rule, a `conform`. A closed list, typed, constant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from blueprint import typesys as ts
from blueprint.diagnostics import fields, names
from blueprint.evaluate.convert import misfit
from blueprint.resolve.modules import Module
from blueprint.source import Span
from blueprint.syntax import ast
from blueprint.values import Ref


def dotted(expr: ast.Expr) -> tuple[str, Span] | None:
    """A name that is written bare, with dots, or in quotes; None where it is something else."""
    match expr:
        case ast.NameExpr():
            return expr.name, expr.span
        case ast.LiteralExpr() if isinstance(expr.value, str):
            return expr.value, expr.span
        case ast.MemberExpr():
            inner = dotted(expr.object)
            return None if inner is None else (f"{inner[0]}.{expr.name}", expr.span)
    return None


class Attributes:
    """What a block states, held against what it may state; everything wrong is reported at once."""

    def __init__(
        self,
        module: Module,
        block: ast.BlockDecl,
        what: str,
        typed: Mapping[str, ts.Type],
        required: tuple[str, ...] = (),
        *,
        words: tuple[str, ...] = (),
        blocks: tuple[str, ...] = (),
        is_open: bool = False,
        may_see_things: bool = False,
    ) -> None:
        self._may_see_things = may_see_things
        self.module = module
        self._words: dict[str, list[tuple[str, Span]]] = {}
        self._values: dict[str, Any] = {}
        self._places: dict[str, Span] = {}
        self._inner: list[ast.BlockDecl] = []
        self._known: set[int] = set()
        stated: dict[str, Span] = {}
        allowed = [*typed, *words, *blocks]
        for entry in block.body.entries:
            if isinstance(entry, ast.AttributeDecl):
                self._known.add(id(entry))
                first = stated.setdefault(entry.name, entry.name_span)
                if first is not entry.name_span:
                    module.world.report(
                        fields.duplicate_attribute(entry.name_span, entry.name, first)
                    )
                elif entry.name in typed:
                    self._take(entry, typed[entry.name])
                elif entry.name in words:
                    self._words[entry.name] = list(self._listed(entry.value))
                else:
                    module.world.report(
                        fields.unknown_attribute(entry.name_span, entry.name, f"`{what}`", allowed)
                    )
            elif isinstance(entry, ast.BlockDecl):
                self._known.add(id(entry))
                if entry.kind in blocks and not entry.is_text:
                    self._inner.append(entry)
                else:
                    module.world.report(
                        fields.unknown_attribute(entry.kind_span, entry.kind, f"`{what}`", allowed)
                    )
            elif not is_open:
                module.world.report(
                    names.wrong_place(entry.span, f"this can't stand in `{what}`", "delete it")
                )
        for name in required:
            if name not in stated:
                example = f'{name} = "…"' if typed[name] is ts.STRING else f"{name} = must"
                module.world.report(
                    fields.missing_attribute(block.head, name, f"`{what}`", example)
                )

    def _take(self, entry: ast.AttributeDecl, wanted: ts.Type) -> None:
        code = self.module.code(entry.value, self.module.scope, wanted)
        if code.is_broken:
            return
        if code.sees_things and not self._may_see_things:
            self.module.world.report(
                names.structure_sees_things(entry.value.span, f"`{entry.name}`")
            )
            return
        value = self.module.world.attempt(lambda: code.run({}))
        problem = misfit(value, wanted) if value is not None else None
        if problem is not None:
            shown = entry.value.span.text[:60]
            self.module.world.report(fields.out_of_bounds(entry.value.span, shown, problem))
            return
        if value is not None:
            self._values[entry.name] = value
            self._places[entry.name] = entry.value.span

    def _listed(self, expr: ast.Expr) -> Iterator[tuple[str, Span]]:
        for item in expr.items if isinstance(expr, ast.ListExpr) else (expr,):
            name = dotted(item)
            if name is None:
                self.module.world.report(
                    fields.type_mismatch(item.span, "a name", "something else", "name", None)
                )
            else:
                yield name

    def is_known(self, entry: ast.Entry) -> bool:
        """Whether an entry is an attribute or a block, and no statement."""
        return id(entry) in self._known

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def value(self, name: str, default: Any) -> Any:
        """The value of an attribute."""
        return self._values.get(name, default)

    def things(self, name: str) -> tuple[Ref, ...]:
        """The declared things that an attribute names, one or a list; reported where it names others."""
        found = tuple(_flat(self._values.get(name, ())))
        refs = tuple(value for value in found if isinstance(value, Ref))
        if len(refs) < len(found):
            span = self._places[name]
            example = f"{name} = [kubernetes.edge]"
            self.module.world.report(
                fields.type_mismatch(span, "declared things", "something else", example, None)
            )
        return refs

    def text(self, name: str) -> str:
        """The text of an attribute; empty where it is unset."""
        found: str = self._values.get(name, "")
        return found

    def words_of(self, name: str) -> list[tuple[str, Span]]:
        """The names in a list, with their places."""
        return self._words.get(name, [])

    def listed(self, name: str) -> tuple[str, ...]:
        """The names in a list."""
        return tuple(word for word, _ in self.words_of(name))

    def inner(self, kind: str) -> Iterator[ast.BlockDecl]:
        """The blocks of a kind."""
        return (block for block in self._inner if block.kind == kind)


def _flat(value: Any) -> Iterator[Any]:
    if isinstance(value, tuple) and not hasattr(value, "first"):
        for each in value:
            yield from _flat(each)
    else:
        yield value


__all__ = ["Attributes", "dotted"]
