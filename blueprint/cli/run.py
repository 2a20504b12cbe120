"""One run of oib: arguments in, exit code out; the one place where exceptions end."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from types import TracebackType

from blueprint import __version__
from blueprint.cli.exits import INTERNAL, INTERRUPTED, UNREAD
from blueprint.cli.parser import parse


def run(arguments: Sequence[str]) -> int:
    """Parses the arguments and does what the verb says; whatever goes wrong becomes an exit code."""
    _prepare_streams()
    try:
        code = _dispatch(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # Python would complain once more when it flushes at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return UNREAD
    except KeyboardInterrupt:
        sys.stderr.write("\ninterrupted\n")
        return INTERRUPTED
    except Exception as error:
        if os.environ.get("OIB_DEBUG"):
            raise
        return _internal(error, is_plain="--no-color" in arguments)
    return code


def _prepare_streams() -> None:
    """Makes any text printable on any terminal, and closed streams no matter."""
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  # ends with the process
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  # same
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _dispatch(arguments: Sequence[str]) -> int:
    try:
        verb, given = parse(arguments)
    except SystemExit as stop:  # argparse has printed its help, or what is wrong
        return stop.code if isinstance(stop.code, int) else 0
    return verb(given)


def _internal(error: BaseException, *, is_plain: bool) -> int:
    from blueprint.cli.console import Console
    from blueprint.diagnostics.internal import internal_error

    version = ".".join(str(part) for part in sys.version_info[:3])
    fault = internal_error(
        type(error).__name__, str(error), _place(error.__traceback__), __version__, version
    )
    Console(is_plain=is_plain).report([fault])
    return INTERNAL


def _place(trace: TracebackType | None) -> str:
    """Module and line of the innermost frame of ours, without a path of the machine."""
    place = "an unknown place"
    while trace is not None:
        name = trace.tb_frame.f_globals.get("__name__", "")
        if name.partition(".")[0] in ("blueprint", "targets") or place == "an unknown place":
            place = f"{name}:{trace.tb_lineno} in {trace.tb_frame.f_code.co_name}"
        trace = trace.tb_next
    return place
