"""What parameters are set to: by `use`, `--set`, parameter files, environments, or their defaults."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from blueprint import typesys as ts
from blueprint.diagnostics import Diagnostic, fields, names
from blueprint.evaluate.code import Absent, Env, Stop
from blueprint.evaluate.convert import Unfit, example_of, misfit, reader_of
from blueprint.evaluate.documents import Node, read_map, typed
from blueprint.evaluate.elaborate import Elaborator
from blueprint.evaluate.scope import Scope
from blueprint.evaluate.wording import article
from blueprint.loader import SOURCE_LIMIT
from blueprint.resolve.variables import Param
from blueprint.source import Source, Span
from blueprint.syntax import ast
from blueprint.syntax.parser import parse

if TYPE_CHECKING:
    from blueprint.resolve.modules import Module


def take_options(module: Module) -> None:
    """Holds what the command line and the environments say against the parameters."""
    options = module.world.options
    for path in options.params:
        source = module.world.loader.text(path, None, SOURCE_LIMIT)
        if isinstance(source, Diagnostic):
            module.world.report(source)
        else:
            _take_file(module, source)
    for name, text in options.sets:
        if name not in module.params:
            module.world.report(names.unknown_parameter(None, name, "`--set`", module.params))
        else:
            module.settings[name] = ("--set", text, None)
    if options.env is not None and options.env not in module.environments:
        module.world.report(names.unknown_environment(options.env, module.environments))


def _take_file(module: Module, source: Source) -> None:
    span = Span(source, 0, min(1, len(source.text)))
    is_json = source.path.endswith(".json")
    if not is_json and not source.path.endswith((".yaml", ".yml")):
        module.world.report(
            names.unreadable(None, source.path, "a parameter file ends in .json, .yaml or .yml")
        )
        return
    values = read_map(source, span, module.world.report, is_json=is_json)
    for name, node in (values or {}).items():
        if name not in module.params:
            where = f"`{source.path}`"
            module.world.report(names.unknown_parameter(node.span, name, where, module.params))
        else:
            module.settings[name] = (source.path, node, node.span)


def parameter(module: Module, param: Param) -> Any:
    """The value of a parameter; raises Stop where it has none."""
    wanted = param.type
    chosen = _chosen(module, param, wanted)
    for name, block in module.environments.items():
        if name != module.world.options.env:
            _environment_value(module, block, param, wanted)
    if chosen is not None:
        return chosen[0]
    if param.decl.default is None:
        if isinstance(wanted, ts.OptionalOf):
            raise Absent
        raise Stop(_missing(module, param, wanted))
    module.world.trace.add("default", param.decl.span, param.name)
    return _evaluated(module, param.decl.default, module.scope, wanted, param)


def _missing(module: Module, param: Param, wanted: ts.Type) -> Diagnostic:
    assert param.span is not None, param
    if module.used_at is not None:
        return names.missing_argument(
            module.used_at, param.name, str(wanted), example_of(wanted), param.span
        )
    return names.missing_parameter(param.span, param.name, str(wanted))


def _chosen(module: Module, param: Param, wanted: ts.Type) -> tuple[Any] | None:
    if param.decl.default is not None:
        code = module.code(param.decl.default, module.scope, wanted)
        if code.sees_things:
            raise Stop(names.structure_sees_things(param.decl.default.span, "a parameter"))
    given = module.given.get(param.name)
    if given is not None:
        module.world.trace.add("module parameter", given[0], param.name)
        return (given[1](wanted),)
    set_value = module.settings.get(param.name)
    if set_value is not None:
        where, value, span = set_value
        module.world.trace.add(where, span, param.name)
        return (_from_outside(module, param, value, wanted),)
    chosen = module.environments.get(module.world.options.env or "")
    return _environment_value(module, chosen, param, wanted, is_chosen=True) if chosen else None


def _from_outside(module: Module, param: Param, value: str | Node, wanted: ts.Type) -> Any:
    """The value that `--set` or a parameter file gives a parameter."""
    if isinstance(value, Node):
        found = typed(value, wanted, module.world.report)
        if found is None:
            raise Stop
        problem = misfit(found, wanted)
        if problem is not None:
            shown = value.span.text[:60]
            raise Stop(fields.out_of_bounds(value.span, shown, problem, param.decl.type.span))
        return found
    try:
        found = _from_text(module, value, wanted)
    except Unfit as unfit:
        example = unfit.example or example_of(wanted)
        expected = unfit.wanted or article(wanted)
        raise Stop(
            names.bad_parameter_text(param.name, value[:60], expected, example, param.span)
        ) from None
    problem = misfit(found, wanted)
    if problem is not None:
        raise Stop(
            names.bad_parameter_text(
                param.name, value[:60], problem.removeprefix("must be "), "", param.span
            )
        )
    return found


def _from_text(module: Module, text: str, wanted: ts.Type) -> Any:
    """The value that the text of `--set` spells: lists and maps as in a blueprint, the rest bare."""
    if not text.lstrip().startswith(("[", "{")):
        return reader_of(wanted)(text)
    outcome = parse(Source("--set", f"let value = {text}\n"))
    if outcome.value is None or outcome.diagnostics or len(outcome.value.body.entries) != 1:
        raise Unfit(str(wanted), example_of(wanted))
    entry = outcome.value.body.entries[0]
    assert isinstance(entry, ast.LetDecl), entry
    found: list[Diagnostic] = []
    code = Elaborator(module.references, found.append).value(
        entry.value, Scope(module=module), wanted
    )
    if code.is_broken:
        raise Unfit(str(wanted), example_of(wanted))
    return code.run({})


def _environment_value(
    module: Module, block: ast.BlockDecl, param: Param, wanted: ts.Type, *, is_chosen: bool = False
) -> tuple[Any] | None:
    for entry in block.body.entries:
        if isinstance(entry, ast.AttributeDecl) and entry.name == param.name:
            if is_chosen:
                module.world.trace.add("environment", entry.span, param.name)
                return (_evaluated(module, entry.value, module.scope, wanted, param),)
            module.world.attempt(
                partial(_evaluated, module, entry.value, module.scope, wanted, param)
            )
    return None


def _evaluated(module: Module, expr: ast.Expr, scope: Scope, wanted: ts.Type, param: Param) -> Any:
    code = module.code(expr, scope, wanted)
    if code.is_broken:
        raise Stop
    value = code.run({})
    problem = misfit(value, wanted)
    if problem is not None:
        raise Stop(
            fields.out_of_bounds(expr.span, expr.span.text[:60], problem, param.decl.type.span)
        )
    return value


def check_environments(module: Module) -> None:
    """Reports names in environments and in `use` that are no parameters."""
    for name, block in module.environments.items():
        seen: dict[str, Span] = {}
        for entry in block.body.entries:
            if not isinstance(entry, ast.AttributeDecl):
                module.world.report(
                    names.wrong_place(
                        entry.span,
                        "an environment sets parameters only",
                        "structural differences are `if env == … { … }`",
                    )
                )
            elif entry.name not in module.params:
                module.world.report(
                    names.unknown_parameter(
                        entry.name_span, entry.name, f"the environment `{name}`", module.params
                    )
                )
            elif entry.name in seen:
                module.world.report(
                    fields.duplicate_attribute(entry.name_span, entry.name, seen[entry.name])
                )
            else:
                seen[entry.name] = entry.name_span
    for name, (span, _) in module.given.items():
        if name not in module.params:
            module.world.report(names.unknown_parameter(span, name, "`use`", module.params))


def environment(module: Module, _env: Env) -> Any:
    """The chosen environment; raises Absent where none is chosen."""
    if module.world.options.env is None:
        raise Absent
    module.world.trace.add("--env", None, module.world.options.env)
    return module.world.options.env
