"""What the text of a module declares, read off before anything is evaluated; and its header."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from blueprint import typesys as ts
from blueprint.diagnostics import fields, names, nearest
from blueprint.evaluate.scope import IMPLICIT, Scope
from blueprint.resolve.aliases import Alias
from blueprint.resolve.variables import Let, Param
from blueprint.shape import KINDS
from blueprint.source import Span
from blueprint.syntax import ast

if TYPE_CHECKING:
    from blueprint.resolve.modules import Module


HEADERS = ("blueprint", "module", "environment")


@dataclass
class Outline:
    """What the text says about one `kind name` before anything is evaluated."""

    blocks: list[tuple[ast.BlockDecl, bool]]
    is_family: bool
    #: Whether it could not be told if it is there; that has been reported.
    is_undecided: bool = False

    @property
    def is_template(self) -> bool:
        """Whether it is never instantiated."""
        return all(block.is_template for block, _ in self.blocks)

    @property
    def is_exported(self) -> bool:
        """Whether users of the module may name it."""
        return any(exported for _, exported in self.blocks)


def gather(module: Module, body: ast.Body, scope: Scope, *, is_top: bool) -> None:
    """Notes the names that a body declares."""
    for entry in body.entries:
        _note(module, entry, scope, is_top=is_top, is_exported=False)


def _note(
    module: Module, entry: ast.Entry, scope: Scope, *, is_top: bool, is_exported: bool
) -> None:
    match entry:
        case ast.ExportDecl():
            if module.user is None:
                module.world.report(
                    names.wrong_place(entry.span, "only a module exports", "delete `export`")
                )
            _note(module, entry.entry, scope, is_top=is_top, is_exported=True)
        case ast.LetDecl():
            if is_new(module, entry.name, entry.name_span, scope):
                let = Let(module, entry, scope)
                scope.names[entry.name] = let
                module.lets.append(let)
                if is_exported:
                    module.exported.add(entry.name)
        case ast.ParamDecl():
            if not is_top:
                module.world.report(
                    names.wrong_place(
                        entry.span,
                        "a parameter stands at the top of a file",
                        "move it out of the block",
                    )
                )
            elif is_new(module, entry.name, entry.name_span, scope):
                module.params[entry.name] = Param(module, entry)
                scope.names[entry.name] = module.params[entry.name]
        case ast.TypeDecl():
            if entry.name in module.types.declared:
                module.world.report(
                    names.duplicate(
                        entry.name_span,
                        f"the type `{entry.name}`",
                        module.types.declared[entry.name].name_span,
                    )
                )
            elif entry.name in ts.SCALARS or entry.name in KINDS:
                module.world.report(
                    names.wrong_place(
                        entry.name_span,
                        f"`{entry.name}` is a type of the language",
                        "choose another name",
                    )
                )
            else:
                module.types.declared[entry.name] = entry
        case ast.UseDecl():
            if is_new(module, entry.alias, entry.alias_span, scope):
                module.aliases[entry.alias] = Alias(module, entry, scope)
                scope.names[entry.alias] = module.aliases[entry.alias]
        case ast.BlockDecl():
            _note_block(module, entry, is_top=is_top, is_exported=is_exported)
        case ast.ForDecl():
            _gather_inside(module, entry.body)
        case ast.IfDecl():
            _gather_inside(module, entry.body)
            if isinstance(entry.otherwise, ast.IfDecl):
                _note(module, entry.otherwise, scope, is_top=False, is_exported=False)
            elif entry.otherwise is not None:
                _gather_inside(module, entry.otherwise)
        case ast.AttributeDecl():
            module.world.report(
                names.wrong_place(
                    entry.name_span,
                    f"`{entry.name}` stands outside every block",
                    f"write `let {entry.name} = …`, or move it into a block",
                )
            )
        case ast.RemoveDecl():
            module.world.report(
                names.wrong_place(
                    entry.span,
                    "there is nothing to remove here",
                    "`remove` stands in a declaration that is `like` another",
                )
            )


def _gather_inside(module: Module, body: ast.Body) -> None:
    """Notes the declarations of a body whose `let`s are its own."""
    for entry in body.entries:
        if isinstance(entry, ast.UseDecl | ast.TypeDecl | ast.ExportDecl):
            module.world.report(
                names.wrong_place(
                    entry.span,
                    "this can't stand inside `for` or `if`",
                    'modules of a family are `use "…" as name[for x in xs]`'
                    if isinstance(entry, ast.UseDecl)
                    else "move it to the top of the file",
                )
            )
        elif not isinstance(entry, ast.LetDecl):
            _note(module, entry, module.scope, is_top=False, is_exported=False)


def is_new(module: Module, name: str, span: Span, scope: Scope) -> bool:
    """Whether a variable may have a name in a scope; reports why not."""
    known = scope.names.get(name)
    if name in IMPLICIT:
        module.world.report(names.reserved_name(span, name))
        return False
    if known is not None:
        module.world.report(names.duplicate(span, f"`{name}`", known.span or span))
        return False
    return True


def _note_block(module: Module, entry: ast.BlockDecl, *, is_top: bool, is_exported: bool) -> None:
    if entry.kind in HEADERS and not entry.is_text:
        _note_header(module, entry, is_top=is_top)
        return
    if entry.kind == "conform" and not entry.is_text:
        _note_conform(module, entry, is_top=is_top)
        return
    if entry.kind not in KINDS or entry.is_text:
        module.world.report(
            names.unknown_kind(entry.kind_span, entry.kind, [*KINDS, *HEADERS, "conform"])
        )
        module.misspelled.add(entry.kind)
        near = nearest(entry.kind, KINDS)
        if near is not None and entry.label is not None:
            module.meant.add((near, entry.label.name))
        return
    if entry.label is None:
        module.world.report(fields.wrong_label(entry.head, entry.kind, needs_label=True))
        return
    key = (entry.kind, entry.label.name)
    is_family = entry.label.index is not None or count_of(module, entry, set()) is not None
    outline = module.outlines.setdefault(key, Outline([], is_family))
    outline.blocks.append((entry, is_exported))
    outline.is_family |= is_family


def _note_conform(module: Module, entry: ast.BlockDecl, *, is_top: bool) -> None:
    if not is_top or module.user is not None:
        module.world.report(
            names.wrong_place(
                entry.head,
                "`conform` stands at the top of a blueprint",
                "move it into the blueprint's main file, out of every block",
            )
        )
        return
    if entry.label is None:
        module.world.report(fields.wrong_label(entry.head, entry.kind, needs_label=True))
        return
    for known in module.conforms:
        if known.label is not None and known.label.name == entry.label.name:
            what = f"`conform {entry.label.name}`"
            module.world.report(names.duplicate(entry.head, what, known.head))
            return
    module.conforms.append(entry)


def _note_header(module: Module, entry: ast.BlockDecl, *, is_top: bool) -> None:
    if not is_top:
        module.world.report(
            names.wrong_place(
                entry.head,
                f"`{entry.kind}` stands at the top of a file",
                "move it out of the block",
            )
        )
        return
    if entry.label is None:
        module.world.report(fields.wrong_label(entry.head, entry.kind, needs_label=True))
        return
    if entry.kind == "environment":
        known = module.environments.get(entry.label.name)
        if module.user is not None:
            module.world.report(
                names.wrong_place(
                    entry.head,
                    "a module has no environments",
                    "set its parameters where it is used",
                )
            )
        elif known is not None:
            module.world.report(
                names.duplicate(entry.head, f"the environment `{entry.label.name}`", known.head)
            )
        else:
            module.environments[entry.label.name] = entry
        return
    wanted = "blueprint" if module.user is None else "module"
    if module.header is not None:
        module.world.report(names.second_header(entry.head, entry.kind, module.header.head))
        return
    if entry.kind != wanted:
        what = (
            "a blueprint can't be used as a module"
            if module.user
            else "a module can't be compiled on its own"
        )
        module.world.report(
            names.wrong_header(
                entry.head, what, f"write `{wanted} {entry.label.name} {{ language = 1 }}`"
            )
        )
    module.header = entry


def count_of(module: Module, entry: ast.BlockDecl, seen: set[str]) -> ast.AttributeDecl | None:
    """Where a block says how many members it has, itself or in what it is like."""
    structural = KINDS[entry.kind].structural
    for each in entry.body.entries:
        if isinstance(each, ast.AttributeDecl) and each.name in structural:
            return each
    if entry.like is None or ".".join(entry.like.parts) in seen or not structural:
        return None
    seen.add(".".join(entry.like.parts))
    outline = module.outlines.get((entry.kind, entry.like.parts[-1]))
    found = (count_of(module, b, seen) for b, _ in outline.blocks) if outline else ()
    return next((each for each in found if each is not None), None)


def check_header(module: Module) -> tuple[str, str | None]:
    """The name and title of the file; reports what is wrong with its header."""
    kind = "blueprint" if module.user is None else "module"
    if module.header is None:
        module.world.report(
            names.wrong_header(
                _beginning(module),
                f"the file does not say that it is a {kind}",
                f"begin with `{kind} name {{ language = 1 }}`",
            )
        )
        return "", None
    found: dict[str, Any] = {}
    allowed = {"language": ts.INT, "title": ts.STRING}
    for entry in module.header.body.entries:
        if not isinstance(entry, ast.AttributeDecl) or entry.name not in allowed:
            span = entry.name_span if isinstance(entry, ast.AttributeDecl) else entry.span
            name = entry.name if isinstance(entry, ast.AttributeDecl) else "this"
            module.world.report(fields.unknown_attribute(span, name, f"`{kind}`", allowed))
            if nearest(name, allowed) == "language":
                found.setdefault("language", (1, span))
            continue
        code = module.elaborator.value(entry.value, module.scope, allowed[entry.name])
        if not code.is_broken:
            found[entry.name] = (module.world.attempt(partial(code.run, {})), entry.value.span)
        else:
            found[entry.name] = (1, entry.value.span)
    if "language" not in found:
        module.world.report(
            fields.missing_attribute(module.header.head, "language", f"`{kind}`", "language = 1")
        )
    elif found["language"][0] != 1:
        module.world.report(names.unknown_language(found["language"][1], str(found["language"][0])))
    name = module.header.label.name if module.header.label else ""
    title = found.get("title", (None, None))[0]
    return name, title


def _beginning(module: Module) -> Span:
    """The first word of the file."""
    source, entries = module.file.source, module.file.body.entries
    if not entries:
        return Span(source, 0, min(1, len(source.text)))
    start = entries[0].span.start
    word = re.match(r"\w+", source.text[start:])
    return Span(source, start, start + (len(word[0]) if word else 1))
