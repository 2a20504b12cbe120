"""Keeps what Jinja2 compiles, so that a template is compiled once and not in every process that Ansible forks.

Ansible forks a process for each task on each host, and each compiles the templates that it needs
anew: seven tenths of a render. Here the compiled code of a text is kept in a folder, under a digest
of the text and of all settings that compiling depends on. What a template gives is worked out as
ever; a callback is only the earliest place at which Ansible runs code of others.
"""

import hashlib
import marshal
import os
from collections.abc import Callable
from pathlib import Path
from types import CodeType
from typing import Any

import jinja2
from ansible.plugins.callback import CallbackBase
from jinja2 import Environment
from jinja2.environment import TemplateExpression

try:
    from ansible._internal._templating._jinja_bits import _TemplateCompileContext as _CompileContext
except ImportError:  # before 2.19 texts come with their backslashes doubled already
    _CompileContext = None

DOCUMENTATION = """
    name: oib_compiled_templates
    type: notification
    short_description: keep compiled templates
    description: Keeps them in the folder named by OIB_COMPILED_TEMPLATES.
"""

#: What compiling a text depends on, beside the text and the versions of Python, Jinja2 and Ansible.
_SETTINGS = (
    "block_start_string", "block_end_string", "variable_start_string", "variable_end_string",
    "comment_start_string", "comment_end_string", "line_statement_prefix", "line_comment_prefix",
    "trim_blocks", "lstrip_blocks", "newline_sequence", "keep_trailing_newline", "optimized", "is_async",
)  # fmt: skip
_FOLDER = Path(os.environ["OIB_COMPILED_TEMPLATES"])
_compile = Environment.compile
_compile_expression = Environment.compile_expression
_known: dict[str, CodeType] = {}
#: The expressions that are being compiled.
_expressions: list[str] = []


def _is_escaping() -> bool:
    """Whether Ansible (2.19 and later) doubles backslashes while it reads this text."""
    context = _CompileContext.current(optional=True) if _CompileContext else None
    return bool(context and context.escape_backslashes)


def _digest(environment: Environment, sort: str, text: str) -> str:
    settings = [getattr(environment, name) for name in _SETTINGS]
    classes = [type(environment).__name__, *sorted(environment.extensions)]
    words = repr((sort, str(text), settings, classes, _is_escaping(), jinja2.__version__))
    return hashlib.blake2b(words.encode(), digest_size=20).hexdigest()


def _kept(environment: Environment, sort: str, text: str, made: Callable[[], CodeType]) -> CodeType:
    digest = _digest(environment, sort, text)
    if digest in _known:
        return _known[digest]
    path = _FOLDER / digest[:2] / digest
    try:
        code: CodeType = marshal.loads(path.read_bytes())
    except (OSError, EOFError, ValueError, TypeError):
        code = made()
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(f".{os.getpid()}")
        partial.write_bytes(marshal.dumps(code))
        partial.replace(path)
    _known[digest] = code
    return code


def _compiled(
    self: Environment, source: Any, name: Any = None, filename: Any = None, raw: bool = False,
    defer_init: bool = False,
) -> Any:  # fmt: skip
    def made() -> Any:
        return _compile(self, source, name, filename, raw, defer_init)

    if name or filename or raw or defer_init:
        return made()
    if isinstance(source, str):
        return _kept(self, "template", source, made)
    if _expressions:  # the tree of an expression, which Jinja2 has read itself
        return _kept(self, "expression", _expressions[-1], made)
    return made()


def _expression(
    self: Environment, source: str, undefined_to_none: bool = True
) -> TemplateExpression:
    def made() -> CodeType:
        _expressions.append(source)
        try:
            _compile_expression(self, source, undefined_to_none)
        finally:
            _expressions.pop()
        return _known[_digest(self, "expression", source)]

    code = _kept(self, "expression", source, made)
    template = self.template_class.from_code(self, code, self.make_globals(None), None)
    return TemplateExpression(template, undefined_to_none)


Environment.compile = _compiled
Environment.compile_expression = _expression


class CallbackModule(CallbackBase):
    """Does nothing: what is done is done as soon as Ansible reads this file."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "oib_compiled_templates"
