"""What can be wrong with the output folder, and with questions about it."""

from __future__ import annotations

from collections.abc import Iterable

from blueprint.diagnostics import Diagnostic, Rule, did_you_mean
from blueprint.source import Span

EDITED_ARTIFACT = Rule("OIB4101", "edited-artifact")
FOREIGN_FILE = Rule("OIB4102", "foreign-file")
SYMLINK_IN_OUTPUT = Rule("OIB4103", "symlink-in-output")
PATH_CLASH = Rule("OIB4104", "path-clash")
PATH_NOT_ALLOWED = Rule("OIB4105", "path-not-allowed")
OUTPUT_BUSY = Rule("OIB4106", "output-busy")
MANIFEST_UNREADABLE = Rule("OIB4107", "manifest-unreadable")
OUTPUT_UNWRITABLE = Rule("OIB4108", "output-unwritable")
OUTPUT_DIFFERS = Rule("OIB4109", "output-differs")
UNKNOWN_ARTIFACT = Rule("OIB4110", "unknown-artifact")
UNKNOWN_KEY = Rule("OIB4111", "unknown-artifact-key")
NO_MANIFEST = Rule("OIB4112", "no-manifest")
NO_SUCH_LINE = Rule("OIB4113", "no-such-line")
BLUEPRINT_NOT_FOUND = Rule("OIB4114", "blueprint-not-found")
TARGET_BROKEN = Rule("OIB4115", "target-broken")
OTHER_BLUEPRINT = Rule("OIB4116", "output-of-another-blueprint")
NOTHING_TO_UPGRADE = Rule("OIB4117", "nothing-to-upgrade")
NO_SUCH_LAYER = Rule("OIB4118", "no-such-layer")
LEFT_IN_DOUBT = Rule("OIB4119", "left-in-doubt")
PART_WITHOUT_LOCK = Rule("OIB4120", "part-without-lock")
SOURCE_MAP_UNREADABLE = Rule("OIB4121", "source-map-unreadable")


def edited_artifact(path: str) -> Diagnostic:
    """A file that oib wrote has been changed since."""
    return Diagnostic(
        EDITED_ARTIFACT,
        None,
        f"`{path}` was edited after oib wrote it",
        notes=("nothing was written",),
        hint="state the change in the blueprint, or give `--force` to overwrite the edit",
    )


def foreign_file(
    path: str, remedy: str = "move it away, or compile into another folder"
) -> Diagnostic:
    """A file that oib did not write stands where it would write one."""
    return Diagnostic(
        FOREIGN_FILE,
        None,
        f"`{path}` is in the way, and oib did not write it",
        notes=("nothing was written",),
        hint=remedy,
    )


def symlink_in_output(path: str) -> Diagnostic:
    """A symbolic link stands where oib would write or enter."""
    return Diagnostic(
        SYMLINK_IN_OUTPUT,
        None,
        f"`{path}` is a symbolic link; oib follows none inside its output folder",
        notes=("nothing was written",),
        hint="replace the link by what it names, or compile into another folder",
    )


def path_clash(first: str, second: str, span: Span | None) -> Diagnostic:
    """Two artifacts would be one file, at least where file names have no case."""
    if first == second:
        return Diagnostic(PATH_CLASH, span, f"two artifacts have the path `{first}`")
    return Diagnostic(
        PATH_CLASH,
        span,
        f"the artifacts `{first}` and `{second}` cannot stand side by side",
        notes=("some file systems fold case, and no file can also be a folder",),
        hint="rename one of the declarations that they come from",
    )


def key_not_allowed(key: str, span: Span | None) -> Diagnostic:
    """A key that names a folder has characters that not every file system takes."""
    return Diagnostic(
        PATH_NOT_ALLOWED,
        span,
        f"the key `{key}` cannot name a folder",
        notes=("letters, digits, `.`, `_` and `-`, at most 63, not beginning with `.`",),
        hint="declare another column as the key, or rename the member",
    )


def path_not_allowed(path: str, span: Span | None) -> Diagnostic:
    """The path of an artifact leaves its folder or cannot be a file name everywhere."""
    return Diagnostic(
        PATH_NOT_ALLOWED,
        span,
        f"an artifact cannot have the path `{path}`",
        notes=("parts of a path are not empty, `.` or `..`, and hold no control characters",),
        hint="rename the declaration or the file that it comes from",
    )


def output_busy(directory: str) -> Diagnostic:
    """Another run writes to the same folder."""
    return Diagnostic(
        OUTPUT_BUSY,
        None,
        f"another run of oib is writing to `{directory}`",
        notes=("nothing was written",),
        hint="wait until it has ended, then run again",
    )


def manifest_unreadable(path: str, reason: str) -> Diagnostic:
    """The manifest is there and cannot be used."""
    return Diagnostic(
        MANIFEST_UNREADABLE,
        None,
        f"`{path}` cannot be read as a manifest of oib: {reason}",
        notes=("without it, nobody knows which files are oib's", "nothing was written"),
        hint="restore it from version control, or remove it: files that are as oib "
        "would write them are then taken over",
    )


def output_unwritable(path: str, reason: str) -> Diagnostic:
    """The operating system refused a step."""
    return Diagnostic(OUTPUT_UNWRITABLE, None, f"`{path}` cannot be written: {reason}")


def output_differs(path: str, how: str) -> Diagnostic:
    """What `compile --check` found; `how` is one of `differs`, `is missing`, `is stale`, `is in doubt`."""
    return Diagnostic(OUTPUT_DIFFERS, None, f"`{path}` {how}")


def unknown_artifact(path: str, known: Iterable[str]) -> Diagnostic:
    """No artifact of that path is in the manifest."""
    return Diagnostic(
        UNKNOWN_ARTIFACT,
        None,
        f"`{path}` is not a file that oib wrote",
        hint=did_you_mean(
            path, known, otherwise="`oib-manifest.json` and its parts list those that are"
        ),
    )


def unknown_key(key: str, artifact: str | None, known: Iterable[str]) -> Diagnostic:
    """No line of the artifacts sets a key of that name."""
    where = f"in `{artifact}`" if artifact else "in any artifact"
    return Diagnostic(
        UNKNOWN_KEY, None, f"no line {where} sets `{key}`", hint=did_you_mean(key, known)
    )


def no_manifest(path: str) -> Diagnostic:
    """Neither the folder asked about nor one above it was written by oib."""
    return Diagnostic(
        NO_MANIFEST,
        None,
        f"no `oib-manifest.json` was found at or above `{path}`",
        hint="name a folder that `oib compile` wrote with `-o DIR`",
    )


def source_map_unreadable(path: str) -> Diagnostic:
    """What says where lines come from is gone, or was changed."""
    return Diagnostic(
        SOURCE_MAP_UNREADABLE,
        None,
        f"`{path}` is missing, or is not as oib wrote it, and nothing else says where lines come from",
        hint="compile again into this folder: it is written anew",
    )


def no_such_line(path: str, line: int, count: int) -> Diagnostic:
    """The artifact has fewer lines."""
    return Diagnostic(NO_SUCH_LINE, None, f"`{path}` has {count} lines, so there is no line {line}")


def blueprint_not_found(directory: str) -> Diagnostic:
    """The blueprint from which a folder was made is not where it was."""
    return Diagnostic(
        BLUEPRINT_NOT_FOUND,
        None,
        f"the blueprint that `{directory}` was made from is not known here",
        hint="name it with `--blueprint PATH`",
    )


def other_blueprint(directory: str, there: str, main: str, asked: str) -> Diagnostic:
    """The output folder holds what another blueprint gave."""
    return Diagnostic(
        OTHER_BLUEPRINT,
        None,
        f"`{directory}` holds what the blueprint `{there}` gave ({main}), and this one is `{asked}`",
        notes=("nothing was written",),
        hint="compile into another folder, or give `--force` to put this one in the place of it",
    )


def nothing_to_upgrade(origin: str) -> Diagnostic:
    """A release is stated that runs now, and nothing in the blueprint goes from release to release."""
    return Diagnostic(
        NOTHING_TO_UPGRADE,
        None,
        f"`--from {origin}` concerns no layer that is compiled here",
        notes=(
            "layers of `openstack` and `starlingx` are taken from one release to another, those of `kubernetes` from one version",
        ),
        hint="leave `--from` out",
    )


def target_broken(name: str, error: Exception) -> Diagnostic:
    """A target is installed and cannot be loaded."""
    words = str(error).partition("\n")[0]
    return Diagnostic(
        TARGET_BROKEN,
        None,
        f"the target `{name}` can't be loaded: {type(error).__name__}: {words}",
        hint="install it again, or remove the package that it comes from",
    )


def no_such_layer(name: str, known: Iterable[str]) -> Diagnostic:
    """`--only` names what no tool deploys here."""
    return Diagnostic(
        NO_SUCH_LAYER,
        None,
        f"`--only` names `{name}`, and the blueprint has no such layer",
        hint=did_you_mean(name, known, otherwise="`oib graph` shows the layers"),
    )


def left_in_doubt(path: str, count: int) -> Diagnostic:
    """A killed run left files in one of two forms, and what would settle them is gone."""
    more = f" and {count - 1:,} other files are" if count > 1 else " is"
    return Diagnostic(
        LEFT_IN_DOUBT,
        None,
        f"`{path}`{more} in doubt: a run was killed, and what it had staged is gone",
        notes=("nothing was written",),
        hint="compile everything once, without `--only` and `--shard`",
    )


def part_without_lock(lock: str, hosts: int) -> Diagnostic:
    """Hosts have addresses that no lock keeps, and only a part is compiled."""
    return Diagnostic(
        PART_WITHOUT_LOCK,
        None,
        f"addresses of {hosts:,} hosts are in no lock file, and only a part would be written",
        notes=("parts that are compiled apart fit only where all are given the same addresses",),
        hint=f"run `oib lock`, and keep `{lock}` with the blueprint",
    )
