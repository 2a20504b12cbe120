"""Texts that many layers of a family say alike but for their name: the name's place in them.

A name stands in a text where no letter or digit is beside it. With `$name` in its place a text is said once for all
of them: in prose as it stands, in commands so that a shell puts the name there.
"""

from __future__ import annotations

import re
from functools import lru_cache

#: What no text of a step has, in the place of a name.
BLANK = "\0"
#: Names that are one word of a shell as they stand.
_PLAIN = re.compile(r"[A-Za-z0-9._-]+")
#: Where it isn't told by counting quotes whether a shell would put something in the place of `$name`.
_NESTED = ("<<", "$'", "$(", "`", "\\", "#")


@lru_cache(maxsize=4)
def _place(key: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z0-9]){re.escape(key)}(?![A-Za-z0-9])")


def template(text: str, key: str) -> str:
    """The text with a blank wherever it says the key."""
    return _place(key).sub(BLANK, text) if key in text else text


def in_prose(text: str, key: str) -> str:
    """Text for people, with `$name` wherever it says the key."""
    return template(text, key).replace(BLANK, "$name")


def has_shell_name(command: str, key: str) -> bool:
    """Whether `in_shell` can put `$name` wherever a command says the key; nothing else may be called so."""
    if "$name" in command or "${name" in command:
        return False
    if BLANK not in template(command, key):
        return True
    return _PLAIN.fullmatch(key) is not None and not any(each in command for each in _NESTED)


def in_shell(command: str, key: str) -> str:
    """A command that is the same one where a shell has the key as `name`."""
    found: list[str] = []
    quote = ""
    blanked = template(command, key)
    for position, letter in enumerate(blanked):
        if letter == BLANK:
            following = blanked[position + 1 : position + 2]
            name = "${name}" if following == "_" else "$name"
            found.append(f"'\"{name}\"'" if quote == "'" else name)
            continue
        if letter in "'\"" and quote in ("", letter):
            quote = "" if quote else letter
        found.append(letter)
    return "".join(found)


__all__ = ["BLANK", "has_shell_name", "in_prose", "in_shell", "template"]
