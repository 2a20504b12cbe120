"""Assertions: what the author of a blueprint holds to be true of it."""

from __future__ import annotations

from typing import Any

from blueprint import typesys as ts
from blueprint.diagnostics import names
from blueprint.evaluate.code import Stop
from blueprint.resolve.modules import Module
from blueprint.syntax import ast


def check_assert(module: Module, decl: ast.AssertDecl, scope: Any, env: Any) -> None:
    """Evaluates one assertion and reports it where it does not hold."""
    code = module.code(decl.condition, scope, ts.BOOL)
    message = module.code(decl.message, scope, ts.STRING) if decl.message is not None else None
    if code.is_broken or (message is not None and message.is_broken):
        return

    def run() -> None:
        if not code.run(dict(env)):
            text = message.run(dict(env)) if message is not None else None
            raise Stop(names.assertion_failed(decl.condition.span, text))

    module.world.attempt(run)
