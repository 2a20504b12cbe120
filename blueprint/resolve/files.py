"""Calls that read files: `csv(…)`, `json(…)`, `yaml(…)`, `file(…)`, `text(…)`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from blueprint import typesys as ts
from blueprint.diagnostics import Diagnostic, names
from blueprint.evaluate.code import Code, Env, Stop, joined
from blueprint.evaluate.convert import impossible_character
from blueprint.evaluate.csv_files import read_csv
from blueprint.evaluate.documents import read_document
from blueprint.evaluate.functions import READERS
from blueprint.evaluate.scope import Scope
from blueprint.loader import DATA_LIMIT, resolve_path
from blueprint.source import Source, Span
from blueprint.syntax import ast
from blueprint.values import FileRef

if TYPE_CHECKING:
    from blueprint.resolve.things import References


def read(
    refs: References, call: ast.CallExpr, function: str, scope: Scope, wanted: ts.Type | None
) -> Code:
    """The code of a call that reads a file."""
    signature = READERS[function]
    options = {"csv": ("key",), "json": ("key", "at"), "yaml": ("key", "at")}.get(function, ())
    if len(call.arguments) != 1:
        return refs.fail(
            names.wrong_arguments(call.span, function, signature, "takes the path of one file")
        )
    base = (scope.nearest_module() or refs.module).path
    texts: dict[str, Code] = {}
    for argument in call.named:
        if argument.name not in options:
            return refs.fail(
                names.wrong_arguments(
                    argument.name_span,
                    function,
                    signature,
                    f"has no argument `{argument.name}`",
                )
            )
        code = refs.module.elaborator.value(argument.value, scope, ts.STRING)
        if code.is_broken:
            return code
        texts[argument.name] = code
    path = refs.module.elaborator.value(call.arguments[0], scope, ts.STRING)
    if path.is_broken:
        return path
    parts = [path, *texts.values()]
    element = wanted.element if isinstance(wanted, ts.ListOf) else None
    type_: ts.Type = wanted if wanted is not None and wanted is not ts.ANY else ts.ANY
    if function == "file":
        return joined(
            ts.FILE, lambda env: _file(refs, base, path.run(env), path.span), call.span, parts
        )
    if function == "text":
        return joined(
            ts.STRING,
            lambda env: file_text(refs, _file(refs, base, path.run(env), path.span), path.span),
            call.span,
            parts,
        )
    if function == "csv":
        type_ = ts.ListOf(element if element is not None else ts.MapOf(ts.STRING))

    def rows(env: Env) -> Any:
        key = texts["key"].run(env) if "key" in texts else None
        at = texts["at"].run(env) if "at" in texts else None
        source = _source(refs, base, path.run(env), path.span)
        if function == "csv":
            table: Any = read_csv(source, call.span, key, element, refs.world.report)
        else:
            table = read_document(
                source,
                call.span,
                key,
                at,
                wanted,
                refs.world.report,
                is_json=function == "json",
            )
        if table is None:
            raise Stop
        return table

    return joined(type_, rows, call.span, parts)


def _resolved(base: str, written: str, span: Span) -> str:
    path = resolve_path(base, written)
    if path is None:
        raise Stop(names.escapes(span, written))
    return path


def _source(refs: References, base: str, written: str, span: Span) -> Source:
    path = _resolved(base, written, span)
    _note(refs, path)
    source = refs.world.loader.text(path, span, DATA_LIMIT)
    if isinstance(source, Diagnostic):
        raise Stop(source)
    return source


def _note(refs: References, path: str) -> None:
    known = refs.world.rows.readings
    known[path] = known.get(path, 0) + 1


def _file(refs: References, base: str, written: str, span: Span) -> FileRef:
    path = _resolved(base, written, span)
    _note(refs, path)
    obstacle = refs.world.loader.obstacle(path)
    if obstacle is not None:
        raise Stop(names.unreadable(span, written, obstacle))
    return FileRef(path)


def file_text(refs: References, path: str, span: Span) -> str:
    """The text of a file."""
    source = refs.world.loader.text(path, span, DATA_LIMIT)
    if isinstance(source, Diagnostic):
        raise Stop(source)
    if (character := impossible_character(source.text)) is not None:
        raise Stop(names.unreadable(span, path, f"it holds {character}, which no text can"))
    return source.text
