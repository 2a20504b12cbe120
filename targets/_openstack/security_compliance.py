"""Rules for passwords as Keystone's `[security_compliance]` takes them, from a blueprint's `passwords`."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.model.security import CharacterClass, Passwords
from blueprint.target import Cause
from blueprint.values import Duration
from targets._formats.page import Traced

SECTION = "security_compliance"
#: The options of the section that follow from a blueprint.
OPTIONS = (
    "lockout_duration", "lockout_failure_attempts", "password_expires_days", "password_regex",
    "password_regex_description", "unique_last_password_count",
)  # fmt: skip
_SECOND = 10**9
_DAY = 86400 * _SECOND
#: What a password of each class has one of, in a regular expression and in words.
_CLASSES: dict[CharacterClass, tuple[str, str]] = {
    "lower": ("[a-z]", "a lower-case letter"),
    "upper": ("[A-Z]", "an upper-case letter"),
    "digit": ("[0-9]", "a digit"),
    "special": ("[^A-Za-z0-9]", "a sign that is neither letter nor digit"),
}


def pattern(rule: Passwords) -> str:
    """The regular expression that a password must match."""
    classes = [name for name in _CLASSES if name in rule.classes]
    return f"^{''.join(f'(?=.*{_CLASSES[name][0]})' for name in classes)}.{{{rule.length},}}$"


def description(rule: Passwords) -> str:
    """What users are told of the rule."""
    wanted = [_CLASSES[name][1] for name in _CLASSES if name in rule.classes]
    return ", ".join((f"at least {rule.length} characters", *wanted))


def options(rule: Passwords, path: str) -> Iterator[tuple[str, Traced]]:
    """The options with their causes; `path` is the address of the rule."""
    like = Cause("what passwords must be like", (f"{path}.length", f"{path}.classes"))
    yield "password_regex", Traced(pattern(rule), like)
    yield "password_regex_description", Traced(description(rule), like)
    if rule.lockout_attempts is not None:
        attempts = Cause("failed log-ins that lock an account", (f"{path}.lockout_attempts",))
        yield "lockout_failure_attempts", Traced(rule.lockout_attempts, attempts)
        locked = Cause("how long it stays locked, in seconds", (f"{path}.lockout_for",))
        yield "lockout_duration", Traced(int(rule.lockout_for) // _SECOND, locked)
    if rule.expires is not None:
        expires = Cause("how long a password is good for, in days", (f"{path}.expires",))
        yield "password_expires_days", Traced(int(rule.expires) // _DAY, expires)
    if rule.history is not None:
        history = Cause("last passwords that are not taken again", (f"{path}.history",))
        yield "unique_last_password_count", Traced(rule.history, history)


def is_whole(time: Duration, unit: str) -> bool:
    """Whether a time is a whole number of `seconds` or `days`, at least one."""
    size = _DAY if unit == "days" else _SECOND
    return int(time) >= size and int(time) % size == 0


def misfit(rule: Passwords, length: int) -> tuple[tuple[str | int, ...], str] | None:
    """Why passwords of letters and digits of a length would be refused, and the field that says so."""
    if rule.length > length:
        return ("length",), f"of {length} characters"
    if "special" in rule.classes:
        return ("classes", rule.classes.index("special")), "of letters and digits alone"
    return None


def exempting(domain_options: str, *, expires: bool, locks: bool) -> str:
    """The command that keeps users of services from losing their access: tools alone know these passwords."""
    kept = ["--ignore-password-expiry"] * expires + ["--ignore-lockout-failure-attempts"] * locks
    return (
        f"openstack user list {domain_options} -f value -c ID | "
        f"xargs -r -n 1 openstack user set {' '.join(kept)}"
    )


__all__ = [
    "OPTIONS", "SECTION", "description", "exempting", "is_whole", "misfit", "options", "pattern",
]  # fmt: skip
