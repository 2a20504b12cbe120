"""Declarations and their members, and the merged body that each member is made from.

A declaration such as `hosts compute` has one member, or as a family one for each key. Members come
from an origin: a block of text in a scope, with what loops and families bind around it. The body of
a member is the merge of the templates that it is like, oldest first, and its own block: a tree of
`Node`s whose leaves are unevaluated expressions. Members of one origin share the tree unless an
`if` or a `for` inside the body depends on what the family binds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from blueprint import typesys as ts
from blueprint.evaluate.code import Binder, Code, Env
from blueprint.evaluate.scope import Scope
from blueprint.shape import Shape
from blueprint.source import Span
from blueprint.syntax import ast
from blueprint.values import Ref, keyed

if TYPE_CHECKING:
    from blueprint.resolve.modules import Module


@dataclass(eq=False, slots=True)
class Origin:
    """A block of text that members come from, and the scope of its body."""

    block: ast.BlockDecl
    scope: Scope
    owner: Declaration
    shared: Node | None = None
    varies: bool = False
    chain: list[Layer] | None = None
    #: Whether something that it is like could not be found, so that nothing can be missed in it.
    is_partial: bool = False
    variants: dict[tuple[Any, ...], Node] = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class Layer:
    """One block in a chain of inheritance, with the scope that its names resolve in."""

    block: ast.BlockDecl
    scope: Scope
    name: str


@dataclass(eq=False, slots=True)
class Member:
    """One thing: what it is called, what is bound for it, and where it comes from."""

    ref: Ref
    key: str | None
    position: int
    env: Env
    origin: Origin
    node: Node | None = None
    #: Whether it only serves to check the text: nothing is bound for it.
    is_probe: bool = False
    memo: dict[tuple[str, ...], Any] = field(default_factory=dict)


@dataclass(eq=False)
class Declaration:
    """All members of one `kind name`, in the order of the source."""

    module: Module
    kind: str
    name: str
    model: Shape
    span: Span
    is_family: bool
    is_existing: bool
    doc: str | None
    #: Whether its members could not be told; then nothing is said about what is missing.
    is_broken: bool = False
    members: dict[str | None, Member] = field(default_factory=dict)
    folded: dict[str, tuple[str, Span]] = field(default_factory=dict)
    heir_scopes: dict[tuple[int, int], Scope] = field(default_factory=dict)

    @property
    def ref(self) -> Ref:
        """The address, without a key."""
        return Ref(f"{self.module.prefix}{self.kind}.{self.name}")

    @property
    def title(self) -> str:
        """The name as messages show it."""
        return f"`{self.ref}`"

    @property
    def first(self) -> Member | None:
        """The first member, or None of an empty family."""
        return next(iter(self.members.values()), None)

    def heir_scope(self, home: Module, origin: Origin) -> Scope:
        """The scope of a template's body in this heir: its own module's names, the heir's family."""
        found = self.heir_scopes.get((id(home), id(origin)))
        if found is None:
            found = Scope(home.scope, owner=self, implicit=origin.scope.find_implicit)
            self.heir_scopes[id(home), id(origin)] = found
        return found

    def address(self, key: str | None) -> Ref:
        """The address of the member with a key."""
        return self.ref if key is None else keyed(self.ref, key)


class Assign:
    """One assignment of an attribute, as written: `=`, `+=` or `-=`."""

    __slots__ = ("code", "decl", "layer", "scope")

    def __init__(self, decl: ast.AttributeDecl, scope: Scope, layer: str) -> None:
        self.decl = decl
        self.scope = scope
        self.layer = layer
        self.code: Code | None = None

    @property
    def operator(self) -> str:
        """`=`, `+=` or `-=`."""
        return self.decl.operator

    @property
    def span(self) -> Span:
        """The value as written."""
        return self.decl.value.span


@dataclass(eq=False, slots=True)
class Node:
    """A merged block: assignments by attribute, nested blocks, what a family inside it binds.

    `model` is None inside what passes through to a tool, where any name goes.
    """

    model: Shape | None
    span: Span
    head: Span
    title: str
    assigns: dict[str, list[Assign]] = field(default_factory=dict)
    blocks: dict[str, Node] = field(default_factory=dict)
    labelled: dict[str, dict[str, Node]] = field(default_factory=dict)
    choices: dict[str, tuple[str, Node]] = field(default_factory=dict)
    maps: dict[str, list[tuple[ast.Body, Scope, Span]]] = field(default_factory=dict)
    bound: Env = field(default_factory=dict)
    layers: tuple[tuple[str, Span], ...] = ()
    asserts: list[tuple[ast.AssertDecl, Scope]] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    #: What attributes that do not exist were most likely meant to be.
    meant: set[str] = field(default_factory=set)
    #: Whether something in it could not be understood, so that it can't be told what heirs edit.
    is_faulty: bool = False
    #: Where the label of a labelled block stands.
    label: Span | None = None

    def has(self, name: str) -> bool:
        """Whether anything with a name is written in the block."""
        return (
            name in self.assigns
            or name in self.blocks
            or name in self.labelled
            or (name in self.choices or name in self.maps)
        )

    def copied(self) -> Node:
        """A copy that can be edited without a change to this one."""
        made = Node(self.model, self.span, self.head, self.title, label=self.label)
        made.assigns = {name: list(assigns) for name, assigns in self.assigns.items()}
        made.blocks = {name: inner.copied() for name, inner in self.blocks.items()}
        made.labelled = {
            name: {label: inner.copied() for label, inner in table.items()}
            for name, table in self.labelled.items()
        }
        made.choices = {
            name: (word, inner.copied()) for name, (word, inner) in self.choices.items()
        }
        made.maps = {name: list(bodies) for name, bodies in self.maps.items()}
        made.bound = dict(self.bound)
        made.broken, made.is_faulty = set(self.broken), self.is_faulty
        return made

    def at(self, path: tuple[str, ...]) -> tuple[Node, Env] | None:
        """The nested block at a path, and what the families on the way bind."""
        node, env = self, dict(self.bound)
        rest = list(path)
        while rest:
            name = rest.pop(0)
            inner = node.blocks.get(name)
            if inner is None and name in node.choices:
                inner = node.choices[name][1]
            if inner is None and name in node.labelled and rest:
                inner = node.labelled[name].get(rest.pop(0))
            if inner is None:
                return None
            node = inner
            env |= node.bound
        return node, env

    def walk(self, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Node]]:
        """The block and all nested ones with their paths."""
        yield path, self
        for name, inner in self.blocks.items():
            yield from inner.walk((*path, name))
        for name, (_, inner) in self.choices.items():
            yield from inner.walk((*path, name))
        for name, labelled in self.labelled.items():
            for label, inner in labelled.items():
                yield from inner.walk((*path, name, label))


def implicit_types(key: ts.Type, row: ts.Type | None) -> Mapping[str, Binder]:
    """The variables that a family binds; `row` only where its members are rows."""
    found = {
        "key": Binder("key", key, None),
        "n": Binder("n", ts.INT, None),
        "index": Binder("index", ts.INT, None),
    }
    if row is not None:
        found["row"] = Binder("row", row, None)
    return found
