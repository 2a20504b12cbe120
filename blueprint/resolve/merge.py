"""Builds the merged body of a member: templates first, the member's own block last.

Labelled blocks merge by label, unlabelled ones as they are, attributes and lists replace, `+=` and
`-=` edit an inherited list, `remove` takes away. `if` and `for` inside bodies are structure: they
see parameters, `let`s, data and what the family binds, never declared things.

Longer than most modules: one short method for each form of entry, all of which share the state of one merge.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from blueprint import typesys as ts
from blueprint.diagnostics import fields, names
from blueprint.evaluate.code import Binder, Code, Env, Stop
from blueprint.evaluate.scope import Scope
from blueprint.resolve import misplaced
from blueprint.resolve.checking import check_codes
from blueprint.resolve.declarations import Assign, Declaration, Member, Node, Origin
from blueprint.resolve.families import keys_of
from blueprint.resolve.inheritance import chain_of
from blueprint.shape import Field, fields_of
from blueprint.source import Span
from blueprint.syntax import ast
from blueprint.values import keyed

if TYPE_CHECKING:
    from blueprint.resolve.modules import Module

LABEL = re.compile(r"[^\x00-\x1f\x7f]{1,255}")


def node_of(member: Member) -> Node:
    """The merged body of a member."""
    if member.node is None:
        origin = member.origin
        if origin.shared is not None and not origin.varies:
            member.node = origin.shared
        else:
            member.node = Merge(member).run()
    return member.node


class Merge:
    """One merge; `signature` collects the outcomes that may differ between members."""

    def __init__(self, member: Member) -> None:
        self.member = member
        self.origin: Origin = member.origin
        self.declaration: Declaration = member.origin.owner
        self.world = self.declaration.module.world
        self.signature: list[Any] = []
        self.env: Env = dict(member.env)
        self.seen_blocks: dict[tuple[str, str], tuple[Span, int]] = {}
        #: What loops around the entries bind, and which round of a loop this is.
        self.bound: Env = {}
        self.round = 0

    def run(self) -> Node:
        """The tree; shared with all members of the origin where nothing in it varies."""
        block = self.origin.block
        node = Node(self.declaration.model, block.span, block.head, f"`{block.kind}`")
        chain = chain_of(self.origin)
        node.layers = tuple((layer.name, layer.block.head) for layer in chain[:-1])
        for depth, layer in enumerate(chain):
            name = layer.name if depth < len(chain) - 1 else ""
            self.body(node, layer.block.body, layer.scope, name)
        key = tuple(self.signature)
        known = self.origin.variants.get(key)
        if known is not None:
            return known
        self.origin.variants[key] = node
        if self.signature:
            self.origin.varies = True
        else:
            self.origin.shared = node
        return node

    # ----------------------------------------------------------------------------------------- entries

    def body(self, node: Node, body: ast.Body, scope: Scope, layer: str) -> None:
        """Merges the entries of a body into a node."""
        outer, self.seen_blocks = self.seen_blocks, {}
        self.entries(node, body, self.inner_scope(body, scope), layer)
        self.seen_blocks = outer

    def entries(self, node: Node, body: ast.Body, scope: Scope, layer: str) -> None:
        """Merges the entries one by one."""
        seen: dict[str, Span] = {}
        for entry in body.entries:
            try:
                self.entry(node, entry, scope, layer, seen)
            except KeyError:
                # Nothing is bound for a probe: what shapes itself after a member is seen in its members.
                if not self.member.is_probe:
                    raise

    def entry(
        self, node: Node, entry: ast.Entry, scope: Scope, layer: str, seen: dict[str, Span]
    ) -> None:
        """Merges one entry; `seen` are the attributes that the body has set so far."""
        match entry:
            case ast.AttributeDecl():
                if entry.name in seen and entry.operator == "=":
                    first = seen[entry.name]
                    self.world.report(
                        fields.duplicate_attribute(entry.name_span, entry.name, first)
                    )
                    return
                seen.setdefault(entry.name, entry.name_span)
                self.attribute(node, entry, scope, layer)
            case ast.BlockDecl():
                self.block(node, entry, scope, layer)
            case ast.IfDecl():
                self.branch(node, entry, scope, layer)
            case ast.ForDecl():
                self.loop(node, entry, scope, layer)
            case ast.RemoveDecl():
                self.remove(node, entry)
            case ast.AssertDecl():
                node.asserts.append((entry, scope))
            case ast.LetDecl():
                pass
            case _:
                self.world.report(
                    names.wrong_place(
                        entry.span,
                        "this can't stand inside a block",
                        "move it to the top of the file",
                    )
                )

    def inner_scope(self, body: ast.Body, scope: Scope) -> Scope:
        """The scope of a body that has `let`s of its own; made once."""
        lets = [e for e in body.entries if isinstance(e, ast.LetDecl)]
        if not lets:
            return scope
        module: Module = scope.nearest_module()
        return module.scope_of(body, scope, lets)

    def attribute(self, node: Node, entry: ast.AttributeDecl, scope: Scope, layer: str) -> None:
        """Merges one attribute."""
        if entry.key is not None:
            self.world.report(
                names.wrong_place(
                    entry.name_span,
                    "only the names in a map may hold `${…}`",
                    "write the name out, or make the whole a map: `name = { … }`",
                )
            )
            return
        spec = self.spec(node, entry.name, entry.name_span)
        if spec is None and node.model is not None:
            return
        form = spec.form if spec else "attribute"
        if form in ("block", "labelled", "open"):
            if isinstance(entry.value, ast.MapExpr) and form == "block":
                self.nested(node, spec, entry.value.body, entry.span, entry.name_span, scope, layer)
                return
            hint = f"write a block: `{misplaced.as_block(spec, entry.value)}`" if spec else ""
            self.world.report(fields.wrong_form(entry.name_span, entry.name, hint))
            node.broken.add(entry.name)
            return
        if form == "choice":
            node.choices.pop(entry.name, None)
        known = node.assigns.get(entry.name)
        if entry.operator != "=":
            if spec is not None and not ts.takes_list(spec.type):
                edit = fields.edit_of_no_list(entry.name_span, entry.operator, entry.name)
                self.world.report(edit)
                node.broken.add(entry.name)
                return
            if known is None and entry.name not in node.maps:
                self.edits_nothing(node, entry.name, entry.name_span, entry.name, node.assigns)
                node.broken.add(entry.name)
                return
            node.assigns.setdefault(entry.name, []).append(Assign(entry, scope, layer))
            return
        node.maps.pop(entry.name, None)
        node.assigns[entry.name] = [Assign(entry, scope, layer)]

    def spec(self, node: Node, name: str, span: Span) -> Field | None:
        """What the model says of a name; reports what it does not know."""
        if node.model is None:
            return None
        known = fields_of(node.model)
        found = known.get(name)
        if found is None:
            kind = self.declaration.kind
            hint, meant = misplaced.hint_for(kind, node.model, name)
            self.world.report(fields.unknown_attribute(span, name, node.title, known, kind, hint))
            node.is_faulty = True
            if meant is not None:
                node.meant.add(meant)
        return found

    def block(self, node: Node, entry: ast.BlockDecl, scope: Scope, layer: str) -> None:
        """Merges one nested block."""
        if entry.like is not None:
            self.world.report(
                names.wrong_place(
                    entry.like.span,
                    "`like` stands in the header of a declaration only",
                    "repeat what is alike, or make it a `let`",
                )
            )
        if entry.is_template or entry.is_existing:
            self.world.report(
                names.wrong_place(
                    entry.head,
                    "only declarations can be templates or `existing`",
                    "delete the word",
                )
            )
        if node.model is None:
            self.passed_through(node, entry, scope, layer)
            return
        spec = self.spec(node, entry.kind, entry.kind_span)
        if spec is None:
            return
        match spec.form:
            case "block":
                if entry.label is not None:
                    self.world.report(
                        fields.wrong_label(entry.label.span, entry.kind, needs_label=False)
                    )
                    node.broken.add(entry.kind)
                    return
                if self.is_first(entry.kind, "", entry.head):
                    self.nested(node, spec, entry.body, entry.span, entry.head, scope, layer)
            case "labelled":
                self.labelled(node, spec, entry, scope, layer)
            case "choice":
                self.choice(node, spec, entry, scope, layer)
            case "open":
                self.open_block(node, spec, entry, scope, layer)
            case "attribute":
                if isinstance(ts.plain(spec.type), ts.MapOf) and entry.label is None:
                    node.assigns.pop(entry.kind, None)
                    node.maps.setdefault(entry.kind, []).append((entry.body, scope, entry.head))
                    return
                self.world.report(
                    fields.wrong_form(
                        entry.kind_span, entry.kind, f"write an attribute: `{entry.kind} = …`"
                    )
                )
                node.broken.add(entry.kind)

    def nested(
        self,
        node: Node,
        spec: Field | None,
        body: ast.Body,
        span: Span,
        head: Span,
        scope: Scope,
        layer: str,
    ) -> None:
        """Merges an unlabelled block."""
        assert spec is not None, span
        inner = node.blocks.get(spec.name)
        if inner is None:
            inner = Node(spec.block[0], span, head, f"`{spec.name}`")
            inner.is_faulty = node.is_faulty or spec.name in node.broken
            node.blocks[spec.name] = inner
        inner.span, inner.head = span, head
        self.body(inner, body, scope, layer)

    def labelled(
        self, node: Node, spec: Field, entry: ast.BlockDecl, scope: Scope, layer: str
    ) -> None:
        """Merges a labelled block, or a family of them."""
        if entry.label is None:
            self.unlabelled(node, spec, entry)
            node.broken.add(entry.kind)
            return
        node.labelled.setdefault(spec.name, {})
        label = entry.label
        is_part = len(label.path) > 1
        if label.index is None or is_part:
            text = self.label_text(label, scope)
            if text is None:
                node.broken.add(entry.kind)
                return
            self.fill(node, spec, text, entry, scope, layer, {})
            return
        made = keys_of(label.index, scope, self.env, self.declaration.module)
        if made is None:
            node.broken.add(entry.kind)
            return
        if made.binders_read:
            self.signature.append(tuple(key for key, _, _ in made.members))
        cached = self.declaration.module.family_scope(entry, made)
        for position, (key, row, env) in enumerate(made.members):
            bound = {**env, **_implicit(cached.binders, key, row, position, made)}
            outer = self.env
            self.env = {**self.env, **bound}
            self.fill(node, spec, str(keyed(label.name, key)), entry, cached.scope, layer, bound)
            self.env = outer

    def unlabelled(self, node: Node, spec: Field, entry: ast.BlockDecl) -> None:
        """Reports a block without the label that it needs."""
        assert node.model is not None, entry
        example = misplaced.labelled_as(node.model, spec)
        self.world.report(
            fields.wrong_label(entry.head, entry.kind, needs_label=True, example=example)
        )

    def label_text(self, label: ast.Label, scope: Scope) -> str | None:
        """A label as the key of its block: `bond0`, `nic.ocp[0]`."""
        if label.index is None:
            if not LABEL.fullmatch(label.name):
                self.world.report(names.bad_key(label.span, label.name))
                return None
            return label.name
        assert not isinstance(label.index, ast.ForClause), label
        code = self.structure(label.index, scope, ts.INT, "the position of a port")
        if code is None:
            return None
        value = self.world.attempt(lambda: code.run(self.env))
        return None if value is None else str(keyed(label.name, str(value)))

    def fill(
        self,
        node: Node,
        spec: Field,
        text: str,
        entry: ast.BlockDecl,
        scope: Scope,
        layer: str,
        bound: Env,
    ) -> None:
        """Merges the body of one labelled block."""
        inner = node.labelled.get(spec.name, {}).get(text)
        if inner is None:
            inner = Node(spec.block[0], entry.span, entry.head, f"`{entry.kind} {text}`")
            inner.is_faulty = node.is_faulty or spec.name in node.broken
            node.labelled.setdefault(spec.name, {})[text] = inner
        if not self.is_first(spec.name, text, entry.head):
            return
        inner.span, inner.head = entry.span, entry.head
        inner.label = None if entry.label is None else entry.label.span
        inner.bound = {**inner.bound, **self.bound, **bound}
        self.body(inner, entry.body, scope, layer)

    def is_first(self, kind: str, label: str, head: Span) -> bool:
        """Whether a body holds a block for the first time; reports a second one."""
        first, at_round = self.seen_blocks.setdefault((kind, label), (head, self.round))
        if first is head and at_round == self.round:
            return True
        shown = f"{kind} {label}".strip()
        if first is head:
            self.world.report(names.duplicate_key(head, shown, None))
        else:
            self.world.report(names.duplicate(head, f"`{shown}`", first))
        return False

    def choice(
        self, node: Node, spec: Field, entry: ast.BlockDecl, scope: Scope, layer: str
    ) -> None:
        """Merges `store vault { … }`."""
        if entry.label is None:
            self.unlabelled(node, spec, entry)
            node.broken.add(spec.name)
            return
        words = spec.choices
        word = entry.label.name
        if words and word not in words:
            self.world.report(fields.unknown_word(entry.label.span, word, words))
            node.broken.add(spec.name)
            return
        model = words[word] if words else spec.block[0]
        known = node.choices.get(spec.name)
        is_new = known is None or known[0] != word
        inner = (
            Node(model, entry.span, entry.head, f"`{entry.kind} {word}`")
            if is_new or known is None
            else known[1]
        )
        node.assigns.pop(spec.name, None)
        node.choices[spec.name] = (word, inner)
        inner.span, inner.head = entry.span, entry.head
        self.body(inner, entry.body, scope, layer)

    def open_block(
        self, node: Node, spec: Field, entry: ast.BlockDecl, scope: Scope, layer: str
    ) -> None:
        """Merges `config "nova.conf" { … }` and `tool kolla_ansible { … }`."""
        if entry.label is None:
            self.unlabelled(node, spec, entry)
            node.broken.add(entry.kind)
            return
        table = node.labelled.setdefault(entry.kind, {})
        inner = table.get(entry.label.name)
        if inner is None:
            inner = Node(None, entry.span, entry.head, f'`{entry.kind} "{entry.label.name}"`')
            table[entry.label.name] = inner
        inner.label = entry.label.span
        self.body(inner, entry.body, scope, layer)

    def passed_through(self, node: Node, entry: ast.BlockDecl, scope: Scope, layer: str) -> None:
        """Merges a section of what passes through to a tool."""
        name = entry.kind if entry.label is None else f"{entry.kind}:{entry.label.name}"
        inner = node.blocks.get(name)
        if inner is None:
            inner = Node(None, entry.span, entry.head, f"`{name}`")
            node.blocks[name] = inner
        self.body(inner, entry.body, scope, layer)

    def remove(self, node: Node, entry: ast.RemoveDecl) -> None:
        """Takes away what was inherited."""
        parts = list(entry.path.parts)
        name = parts[0]
        label = ".".join(parts[1:])
        index = entry.path.index
        if index is not None and not isinstance(index, ast.LiteralExpr):
            self.world.report(
                names.wrong_place(
                    index.span,
                    "`remove` takes a key that is written out",
                    "write the name, the number or the text itself",
                )
            )
            return
        if index is not None:
            # `remove hugepages[1 GiB]`: a label that is no name stands in the brackets alone
            label = str(keyed(label, str(index.value))) if label else str(index.value)
        if label:
            if node.labelled.get(name, {}).pop(label, None) is None:
                known = [f"{name}.{known}" for known in node.labelled.get(name, ())]
                self.edits_nothing(node, name, entry.path.span, f"{name}.{label}", known)
            return
        tables: tuple[dict[str, Any], ...] = (node.assigns, node.blocks, node.choices, node.maps)
        if not sum(table.pop(name, None) is not None for table in tables):
            written = [n for t in tables for n in t]
            self.edits_nothing(node, name, entry.path.span, name, written)

    def edits_nothing(
        self, node: Node, name: str, span: Span, shown: str, known: Iterable[str]
    ) -> None:
        """Reports an edit of what was not inherited; not where a reported mistake may have been it."""
        if not (node.is_faulty or name in node.broken):
            self.world.report(names.removes_nothing(span, shown, known))

    # --------------------------------------------------------------------------------------- structure

    def structure(self, expr: ast.Expr, scope: Scope, wanted: ts.Type, what: str) -> Code | None:
        """The code of an expression that shapes the body; None where it is wrong."""
        code = self.declaration.module.code(expr, scope, wanted)
        if code.is_broken:
            return None
        if code.sees_things:
            self.world.report(names.structure_sees_things(expr.span, what))
            return None
        return code

    def branch(self, node: Node, entry: ast.IfDecl, scope: Scope, layer: str) -> None:
        """Merges the branch of an `if` that is taken."""
        code = self.structure(entry.condition, scope, ts.BOOL, "a condition around entries")
        if code is None:
            return
        if self.member.is_probe and code.binders:
            self.untaken(node, entry.body, scope, layer)
            self.untaken(node, entry.otherwise, scope, layer)
            return
        outcome = self.world.attempt(lambda: code.run(self.env))
        if outcome is None:
            return
        if code.binders:
            self.signature.append((id(entry), outcome))
        taken, left = (entry.body, entry.otherwise) if outcome else (entry.otherwise, entry.body)
        self.untaken(node, left, scope, layer)
        if isinstance(taken, ast.IfDecl):
            self.branch(node, taken, scope, layer)
        elif taken is not None:
            self.body(node, taken, scope, layer)

    def untaken(
        self, node: Node, text: ast.Body | ast.IfDecl | None, scope: Scope, layer: str
    ) -> None:
        """Checks names and types in a branch that is not taken, on a copy of what it would edit."""
        token = (id(text), id(scope))
        if text is None or token in self.world.checked_branches or self.declaration.first is None:
            return
        self.world.checked_branches[token] = (text, scope)
        scratch, signature = node.copied(), list(self.signature)
        if isinstance(text, ast.IfDecl):
            self.structure(text.condition, scope, ts.BOOL, "a condition around entries")
            self.untaken(node, text.body, scope, layer)
            self.untaken(node, text.otherwise, scope, layer)
        else:
            self.body(scratch, text, scope, layer)
            check_codes(scratch, self.declaration.module)
        self.signature = signature

    def loop(self, node: Node, entry: ast.ForDecl, scope: Scope, layer: str) -> None:
        """Merges the body of a `for` once a round; its blocks have keys or labels that differ."""
        module = self.declaration.module
        loop = module.loop(entry.clause, scope)
        if loop is None:
            return
        iterate, inner, parts = loop
        if any(code.sees_things for code in parts):
            self.world.report(
                names.structure_sees_things(entry.clause.span, "a loop around blocks")
            )
            return
        own = [binder for binder in inner.names.values() if isinstance(binder, Binder)]
        varies = any(code.binders.difference(own) for code in parts)
        inside = self.inner_scope(entry.body, inner)
        work = dict(self.env)
        outer = self.env, self.bound
        seen = dict(self.seen_blocks)
        try:
            for _ in iterate(work):
                bound = {binder: work[binder] for binder in own}
                if varies:
                    self.signature.append(tuple(repr(value) for value in bound.values()))
                self.env, self.bound = {**outer[0], **bound}, {**outer[1], **bound}
                self.round += 1
                self.loop_round(node, entry.body, inside, layer)
        except Stop as stop:
            self.world.report(stop.diagnostic)
        self.env, self.bound = outer
        self.seen_blocks = seen

    def loop_round(self, node: Node, body: ast.Body, scope: Scope, layer: str) -> None:
        """One round: blocks with labels only, since anything else would be there once a round."""
        for entry in body.entries:
            match entry:
                case ast.BlockDecl() if entry.label is not None:
                    self.block(node, entry, scope, layer)
                case ast.ForDecl():
                    self.loop(node, entry, scope, layer)
                case ast.LetDecl():
                    pass
                case _:
                    self.world.report(
                        names.wrong_place(
                            entry.span,
                            "only blocks with names may stand in a loop",
                            "move it out of the `for`, or give the attribute a list: "
                            "`[for x in xs: …]`",
                        )
                    )


def _implicit(
    binders: Mapping[str, Binder], key: str, row: Any, position: int, made: Any
) -> dict[Binder, Any]:
    found: dict[Binder, Any] = {
        binders["key"]: made.key_value(key, position),
        binders["n"]: position + 1,
        binders["index"]: position,
    }
    if "row" in binders:
        found[binders["row"]] = row
    return found


__all__ = ["Merge", "node_of"]
