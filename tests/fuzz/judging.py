"""What must hold of any compile, however damaged its blueprint is: no exception, spans that fit, readable output."""

from __future__ import annotations

import json
import signal
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import yaml

from blueprint import __version__, drawing
from blueprint.diagnostics import Diagnostic, has_errors, render_json, render_sarif, render_text
from blueprint.driver import Compilation, Options, compile_blueprint
from blueprint.explain import causes_of
from blueprint.loader import MemoryLoader
from blueprint.output.consistency import facts_of_stack
from blueprint.output.tree import plan_tree
from blueprint.source import Span
from blueprint.syntax.parser import parse
from blueprint.syntax.printer import print_file
from blueprint.target import Artifact
from tests.fuzz.mutations import Blueprint

#: CPU seconds that one case may take; the slowest original takes a fifth of one.
PATIENCE_S = 20.0


class _Loader(yaml.CSafeLoader):
    """PyYAML with Ansible's `!unsafe`, which hides its text from templating."""


_Loader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))


class TooSlow(Exception):  # noqa: N818  # says what happened, to be shown
    """A case took longer than any should."""


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """Raises TooSlow in what takes more CPU time."""

    def stop(*_: object) -> None:
        raise TooSlow(f"more than {seconds} s of CPU")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def fault(
    blueprint: Blueprint, given: Mapping[str, str], seconds: float = PATIENCE_S
) -> str | None:
    """What is wrong with how a blueprint is compiled; None where nothing is, whatever is wrong with the blueprint."""
    try:
        with patience(seconds):
            return _fault(blueprint, given)
    except Exception:  # noqa: BLE001  # any exception is what we look for
        return traceback.format_exc(limit=-12)


def _fault(blueprint: Blueprint, given: Mapping[str, str]) -> str | None:
    sets = tuple((name, value) for name, value in given.items() if name != "env")
    options = Options(sets=sets, env=given.get("env"))
    loader = MemoryLoader(
        {p: t.encode("utf-8", "surrogatepass") for p, t in blueprint.files.items()}
    )
    found = compile_blueprint(loader, options)
    for diagnostic in found.diagnostics:
        wrong = _wrong_diagnostic(diagnostic, blueprint)
        if wrong:
            return wrong
    render_text.render_text(found.diagnostics)
    json.dumps(render_json.document(found.diagnostics)).encode()
    json.dumps(render_sarif.document(found.diagnostics, __version__, lambda _: None)).encode()
    if has_errors(found.diagnostics):
        return "artifacts in spite of errors" if found.deployments else _fault_of_printing(loader)
    if found.model is None or found.graph is None or found.spans is None:
        return "nothing wrong, and no model"
    return _fault_of_output(found, loader, options)


def _wrong_diagnostic(diagnostic: Diagnostic, blueprint: Blueprint) -> str | None:
    told = f"{diagnostic.rule.code} {diagnostic.message!r}"
    if diagnostic.rule.code.startswith("OIB9"):
        return f"our own fault: {told}"
    if not diagnostic.message.strip() or len(diagnostic.message) > 20_000:
        return f"a message of {len(diagnostic.message)} characters: {told[:200]}"
    spans: list[Span | None] = [diagnostic.span, *(label.span for label in diagnostic.labels)]
    spans.append(diagnostic.fix.span if diagnostic.fix else None)
    for span in spans:
        if span is None:
            continue
        if span.source.path not in blueprint.files:
            return f"a span in `{span.source.path}`, which nobody gave: {told}"
        if not 0 <= span.start <= span.end <= len(span.source.text):
            return f"a span {span.start}..{span.end} outside its source: {told}"
    return None


def _fault_of_printing(loader: MemoryLoader) -> str | None:
    """A main file without errors of syntax can be printed, and again."""
    source = loader.text(loader.main, None, 2**22)
    if isinstance(source, Diagnostic):
        return None
    outcome = parse(source)
    if outcome.value is None or has_errors(outcome.diagnostics):
        return None
    once = print_file(outcome.value)
    again = parse(type(source)("again.oib", once))
    if again.value is None or has_errors(again.diagnostics):
        return f"what is printed can't be read: {again.diagnostics[:1]}"
    return None if print_file(again.value) == once else "printing twice changes the text"


def _fault_of_output(found: Compilation, loader: MemoryLoader, options: Options) -> str | None:
    assert found.model is not None
    assert found.graph is not None
    assert found.spans is not None
    needs = {each.layer: found.graph.needed_layers(each.layer) for each in found.deployments}
    tree = plan_tree(
        found.model.name,
        found.model.title,
        found.deployments,
        found.graph.waves,
        needs,
        found.spans,
        facts_of_stack(found.model),
    )
    for diagnostic in tree.diagnostics:
        if diagnostic.rule.code.startswith("OIB9"):
            return f"our own fault: {diagnostic.message}"
    for form in drawing.FORMATS:
        drawing.render(form, found.graph, found.model).encode()
    for deployment in found.deployments:
        for artifact in deployment.artifacts:
            wrong = _wrong_artifact(artifact)
            if wrong:
                return f"{deployment.layer} {artifact.path}: {wrong}"
        paths = sorted({p for a in deployment.artifacts for p in _paths(a)})[::17]
        causes_of(loader, options, paths)
    return _fault_of_printing(loader)


def _paths(artifact: Artifact) -> Iterator[str]:
    for run in artifact.runs:
        for cause in run.causes:
            if cause is not None:
                yield from (p for p in cause.paths if "[*]" not in p)


def _wrong_artifact(artifact: Artifact) -> str | None:
    artifact.text.encode()
    counted = sum(len(run.causes) * max(1, len(run.members)) for run in artifact.runs)
    if counted != artifact.text.count("\n"):
        return f"{artifact.text.count(chr(10))} lines, causes of {counted}"
    if artifact.path.endswith((".yml", ".yaml")):
        documents: list[Any] = list(yaml.load_all(artifact.text, _Loader))
        return None if documents else "an empty file"
    return None


def timed_fault(blueprint: Blueprint, given: Mapping[str, str]) -> tuple[str | None, float]:
    """The fault of a case and the CPU seconds that it took."""
    before = time.process_time()
    found = fault(blueprint, given)
    return found, time.process_time() - before
