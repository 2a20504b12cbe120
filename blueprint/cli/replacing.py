"""Replaces a text file of the user's in one step."""

from __future__ import annotations

import os

from blueprint.diagnostics import Diagnostic
from blueprint.diagnostics.output import output_unwritable


def replace_text(path: str, text: str) -> Diagnostic | None:
    """Puts a new text in place of a file, where it really is, with the permissions it has; or makes it."""
    real = os.path.realpath(path)
    beside = f"{real}.oib-new"
    try:
        mode = os.stat(real).st_mode & 0o7777 if os.path.exists(real) else None
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
        with open(os.open(beside, flags, 0o666), "wb") as stream:
            if mode is not None:
                os.fchmod(stream.fileno(), mode)
            stream.write(text.encode())
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(beside, real)
    except OSError as error:
        return output_unwritable(path, (error.strerror or "it can't be written").lower())
    return None
