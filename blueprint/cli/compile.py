"""`oib compile`: from a blueprint to the files of its deployment tools."""

from __future__ import annotations

import argparse
import os
from functools import partial
from typing import TYPE_CHECKING, Any

from blueprint import __version__
from blueprint.cli import exits, options
from blueprint.cli.console import Console, progress_for
from blueprint.cli.opening import CommandLineLoader, Place, locate, open_place
from blueprint.diagnostics import Diagnostic, Severity, has_errors, in_order
from blueprint.loader import Input
from blueprint.output import state, unchanged
from blueprint.output.manifest import Manifest, Settings
from blueprint.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable

    from blueprint.driver import Compilation, Compiled, Shortcut
    from blueprint.front import Progress
    from blueprint.output.scope import Scope
    from blueprint.output.tree import Tree
    from blueprint.output.writer import Written

DESCRIPTION = """\
Checks a blueprint and writes what its deployment tools read into a folder, with a run-book
(DEPLOY.md) that says what to do with it.

The folder is made to hold what the blueprint gives with these options: changed files are written,
stale ones of oib's are removed, files of others are never touched. Where anything is wrong, or a file of
oib's was edited by hand, nothing is written.

A part (`--only`, `--shard`) is written only if the whole blueprint holds. After a compile of everything into
the folder, a few rows of a data file with other addresses are proved in a fraction of its time.
"""
EXAMPLES = """\
  oib compile cloud -o out                     write into out; begin with out/DEPLOY.md
  oib compile cloud.oib --set release=2026.1   with another value of a parameter
  oib compile cloud --env lab -o out-lab       with the values of an environment
  oib compile cloud --from 2025.1              the way from the release that runs now: upgrade.md, DEPLOY.md
  oib compile cloud -o out --check             is out what the blueprint gives? writes nothing
  oib compile cloud -o out --format sarif      diagnostics for a code host
  oib compile fleet --only 'starlingx.edge["site-0042"]'    one layer, the others left as they are
  oib compile fleet --shard 3/16               the third of sixteen shares, for as many machines
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of `compile`."""
    options.add_blueprint(parser)
    parser.add_argument(
        "-o",
        "--output",
        default="out",
        type=options.path,
        metavar="DIR",
        help="where to write (default: out)",
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="write nothing; list what is not as it would be written, and exit with 1 then",
    )
    parser.add_argument(
        "--force",
        action="store_true",
        help="overwrite files of oib's that were edited by hand, and the folder of another blueprint",
    )
    options.add_parts(parser)
    options.add_parameters(parser)
    options.add_targets(parser)
    options.add_origin(parser)
    options.add_reporting(parser)


def run(given: argparse.Namespace) -> int:
    """Compiles, and writes or compares."""
    if given.blueprint == "-":
        return exits.usage("`compile` reads a file or a folder, not standard input")
    if given.only and given.shard:
        return exits.usage("`--only` and `--shard` each name a part; give one of them")
    wrong = _unfit(given.output) or options.unknown_target(given.targets)
    if wrong is not None:
        return exits.usage(wrong)
    place = locate(given.blueprint)
    console = Console.of(given, place.prefix if isinstance(place, Place) else "")
    if isinstance(place, Diagnostic):
        console.report([place])
        return exits.WRONG
    settings = Settings(
        sets=tuple(given.sets),
        params=tuple(place.relative(path) for path in given.params),
        env=given.env,
        targets=tuple(sorted(set(given.targets))),
        origin=given.origin,
    )
    is_part = bool(given.only or given.shard)
    same = None
    if not is_part:
        same = unchanged.unchanged(given.output, place.root, place.main, settings)
    if same is not None:
        return _tell_unchanged(same, place, given, console)
    return _compile(place, settings, given, console)


def _unfit(directory: str) -> str | None:
    """Why a folder is none that `compile` may make its own: it would be hidden files and removals at `/`."""
    real = os.path.realpath(directory)
    if os.path.dirname(real) == real:
        return f"`{directory}` is the root of the file system; name a folder of its own: `-o out`"
    if real == os.path.realpath(os.path.expanduser("~")):
        return f"`{directory}` is your home folder; name a folder of its own: `-o out`"
    return None


def _compile(place: Place, settings: Settings, given: argparse.Namespace, console: Console) -> int:
    from blueprint.output import writer

    before: tuple[Diagnostic, ...] = ()
    if not given.check and os.path.isdir(given.output):
        repaired = writer.repair(given.output)
        if repaired.value:
            console.say(
                f"finished what a run before began: {len(repaired.value)} files in {given.output}"
            )
        before = repaired.diagnostics
    progress, close = progress_for(console)
    try:
        compiled = _compiled(place, settings, given, progress)
        found, tree, scope = compiled.found, compiled.tree, compiled.scope
        diagnostics = in_order((*before, *found.diagnostics, *tree.diagnostics))
        if tree.value is None or has_errors(diagnostics):
            close()
            console.report(diagnostics)
            return exits.WRONG
        manifest = _manifest(found, place, settings, diagnostics)
        if given.check:
            close()
            return _check(tree.value, manifest, scope, diagnostics, given, console)
        done = writer.write(
            given.output,
            tree.value,
            manifest,
            scope,
            is_forced=given.force,
            announce=_counting(f"writing {given.output}", len(tree.value), progress),
        )
    finally:
        close()
    everything = (*diagnostics, *done.diagnostics)
    if done.value is None:
        console.report(everything)
        return exits.WRONG
    state.remember_origin(given.output, place.path)
    if scope.is_whole:
        from blueprint.output import register

        origin = register.Origin(manifest.digest, place.main, settings, manifest.inputs)
        register.remember(given.output, compiled.register, origin)
    console.report(everything, output=_output(given.output, done.value))
    if console.is_for_people:
        from blueprint.cli.made import made

        console.say(made(given.output, found, tree.value, done.value))
    return exits.of(everything)


def _compiled(
    place: Place, settings: Settings, given: argparse.Namespace, progress: Progress | None
) -> Compiled:
    from blueprint.driver import Options, Part, compile_files
    from blueprint.emission import processors

    before = partial(_before, given.output) if settings.origin is not None else None
    asked = Options(
        settings.sets, settings.params, settings.env, settings.targets, settings.origin, before
    )
    part = Part(tuple(given.only), given.shard)
    return compile_files(
        open_place(place, settings.params),
        asked,
        part,
        progress,
        jobs=given.jobs or processors(),
        shortcut=_shortcut(place, settings, given.output) if given.only else None,
        is_remembered=part.is_everything and not given.check,
    )


def _shortcut(place: Place, settings: Settings, directory: str) -> Shortcut | None:
    """What a compile of everything left in a folder, where nothing but its rows may have changed since."""
    from blueprint.driver import Shortcut
    from blueprint.output.register import recall

    known = recall(directory) if settings.origin is None else None
    if known is None:
        return None
    register, origin = known
    if (origin.main, origin.settings) != (place.main, settings):
        return None
    inputs = unchanged.inputs_now(origin.inputs, place.root, place.main)
    if inputs is None or origin.oib != unchanged.digest_of_oib():
        return None
    differing = {path for path, sha256 in origin.inputs.items() if inputs[path] != sha256}
    if not differing <= set(register.texts):
        return None

    def before() -> CommandLineLoader:
        loader = open_place(place, settings.params)
        for path, text in register.texts.items():
            loader.give(path, text)
        return loader

    return Shortcut(register, before, tuple(Input(p, d or "") for p, d in sorted(inputs.items())))


def _before(directory: str, folder: str, path: str) -> str | None:
    """What a file of a layer says that was written before; None where there is none, or no text."""
    try:
        with open(os.path.join(directory, folder, path), encoding="utf-8") as file:
            return file.read()
    except (OSError, UnicodeDecodeError):
        return None


def _counting(what: str, total: int, progress: Progress | None) -> Callable[[str], None] | None:
    """Tells progress how many files a writer has written; None where nobody watches."""
    if progress is None:
        return None
    counts = {"open": 0}

    def announce(step: str) -> None:
        if step.startswith("open "):
            counts["open"] += 1
            progress(what, min(counts["open"], total), total)

    progress(what)
    return announce


def _manifest(
    found: Compilation, place: Place, settings: Settings, diagnostics: tuple[Diagnostic, ...]
) -> Manifest:
    from blueprint.diagnostics.render_json import record

    assert found.model is not None
    return Manifest(
        oib=__version__,
        digest=unchanged.digest_of_oib(),
        blueprint=found.model.name,
        main=place.main,
        settings=settings,
        inputs={each.path: each.sha256 or None for each in found.inputs},
        diagnostics=tuple(record(each) for each in diagnostics),
    )


def _check(
    tree: Tree,
    manifest: Manifest,
    scope: Scope,
    diagnostics: tuple[Diagnostic, ...],
    given: argparse.Namespace,
    console: Console,
) -> int:
    from blueprint.output.writer import compare

    differences = compare(given.output, tree, manifest, scope)
    console.report((*diagnostics, *differences))
    if not differences:
        console.say(f"{given.output} is what the blueprint gives: {len(tree)} files")
    return exits.of(differences)


def _output(directory: str, done: Written) -> dict[str, Any]:
    return {
        "directory": directory,
        "written": list(done.written),
        "removed": list(done.removed),
        "unchanged": done.kept,
    }


def _tell_unchanged(
    manifest: Manifest, place: Place, given: argparse.Namespace, console: Console
) -> int:
    """Says that nothing changed, and again what the compile of then had to say."""
    diagnostics = _said_before(manifest, place)
    count = len(manifest.files)
    output = {
        "directory": given.output,
        "written": [],
        "removed": [],
        "unchanged": count + len(manifest.parts),
    }
    console.report(diagnostics, **({} if given.check else {"output": output}))
    if given.check:
        console.say(f"{given.output} is what the blueprint gives: {count} files")
    else:
        state.remember_origin(given.output, place.path)
        console.say(f"nothing changed: {count} files in {given.output}")
    return exits.OK


def _said_before(manifest: Manifest, place: Place) -> tuple[Diagnostic, ...]:
    if not manifest.diagnostics:
        return ()
    from blueprint.diagnostics.render_json import revive
    from blueprint.loader import DATA_LIMIT

    loader = open_place(place, manifest.settings.params)
    known: dict[str, Source] = {}

    def source_at(path: str) -> Source:
        if path not in known:
            text = loader.text(path, None, DATA_LIMIT)
            known[path] = text if isinstance(text, Source) else Source(path, "")
        return known[path]

    revived = (revive(dict(each), source_at) for each in manifest.diagnostics)
    return tuple(each for each in revived if each.severity is not Severity.ERROR)
