"""What guards a class of hosts: files for SSH, for passwords and for the audit daemon, and their packages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from blueprint.model.security import Passwords
from blueprint.target import Cause
from targets._formats.page import Page, Traced
from targets.host_preparation.layer import HostClass
from targets.host_preparation.systems import Family, distribution_of

_SECOND = 10**9
_DAY = 86400 * _SECOND
#: Credits of libpwquality: -1 asks for one of the kind.
_CREDITS = {"lower": "lcredit", "upper": "ucredit", "digit": "dcredit", "special": "ocredit"}
#: Files and calls that tell who takes rights, as auditctl reads them; 64-bit calls and the older ones.
_WATCHED = (
    ("/etc/passwd", "identity"), ("/etc/shadow", "identity"), ("/etc/group", "identity"),
    ("/etc/sudoers", "rights"), ("/etc/sudoers.d", "rights"), ("/etc/ssh", "access"),
    ("/etc/chrony.conf", "time"), ("/etc/chrony", "time"), ("/etc/localtime", "time"),
)  # fmt: skip
#: Systems whose PAM profiles a tool of the distribution switches.
_SWITCHED = frozenset({"ubuntu", "debian", "rocky", "rhel", "almalinux", "centos"})
_PACKAGES: Mapping[str, Mapping[Family, str]] = {
    "audit": {"debian": "auditd", "redhat": "audit"},
    "apparmor": {"debian": "apparmor"},
    "selinux": {"redhat": "python3-libselinux"},
    "quality": {"debian": "libpam-pwquality", "redhat": "libpwquality"},
}


def rule_of(hosts: HostClass) -> Passwords | None:
    """The rule for passwords of the system's own accounts."""
    return hosts.spec.security.passwords


def limits_doors(hosts: HostClass) -> bool:
    """Whether anything is said of SSH."""
    told = hosts.spec.security
    return told.ssh_root is not None or told.ssh_passwords is not None


def switches_profiles(hosts: HostClass) -> bool:
    """Whether the distribution has a tool that switches what PAM asks for."""
    return distribution_of(hosts.spec.os) in _SWITCHED


def security_packages(hosts: HostClass) -> Iterator[Traced]:
    """Packages that the system may lack."""
    told = hosts.spec.security
    wanted = (
        ("audit", "audit", bool(told.audit)),
        ("apparmor", "lsm", told.lsm is not None),
        ("selinux", "lsm", told.lsm is not None),
        ("quality", "passwords", told.passwords is not None),
    )
    for what, field, is_wanted in wanted:
        name = _PACKAGES[what].get(hosts.family)
        if is_wanted and name is not None:
            cause = Cause("what guards the host", (hosts.field("security", field),))
            yield Traced(name, cause)


def _sshd(hosts: HostClass) -> Iterator[Traced]:
    told = hosts.spec.security
    if told.ssh_root is not None:
        root = Cause("whether `root` may log in", (hosts.field("security", "ssh_root"),))
        word = "no" if not told.ssh_root else ("yes" if told.ssh_passwords else "prohibit-password")
        yield Traced(f"PermitRootLogin {word}", root)
    if told.ssh_passwords is not None:
        cause = Cause("whether passwords are taken", (hosts.field("security", "ssh_passwords"),))
        word = "yes" if told.ssh_passwords else "no"
        yield Traced(f"PasswordAuthentication {word}", cause)
        yield Traced(f"KbdInteractiveAuthentication {word}", cause)


def _of_rule(hosts: HostClass, field: str, rule: str) -> Cause:
    return Cause(rule, (hosts.field("security", "passwords", field),))


def _quality(hosts: HostClass) -> Iterator[Traced]:
    rule = rule_of(hosts)
    if rule is None:
        return
    yield Traced(f"minlen = {rule.length}", _of_rule(hosts, "length", "the least characters"))
    kinds = _of_rule(hosts, "classes", "kinds of characters of which each has one")
    for name, credit in _CREDITS.items():
        yield Traced(f"{credit} = {-1 if name in rule.classes else 0}", kinds)
    yield Traced("enforce_for_root", kinds)


def _faillock(hosts: HostClass) -> Iterator[Traced]:
    rule = rule_of(hosts)
    if rule is None or rule.lockout_attempts is None:
        return
    attempts = _of_rule(hosts, "lockout_attempts", "failed log-ins that lock an account")
    yield Traced(f"deny = {rule.lockout_attempts}", attempts)
    locked = _of_rule(hosts, "lockout_for", "how long it stays locked, in seconds")
    yield Traced(f"unlock_time = {int(rule.lockout_for) // _SECOND}", locked)


def _history(hosts: HostClass) -> Iterator[Traced]:
    rule = rule_of(hosts)
    if rule is not None and rule.history is not None and hosts.family == "redhat":
        cause = _of_rule(hosts, "history", "last passwords that are not taken again")
        yield Traced(f"remember = {rule.history}", cause)
        yield Traced("enforce_for_root", cause)


def _audit(hosts: HostClass) -> Iterator[Traced]:
    if not hosts.spec.security.audit:
        return
    cause = Cause("who takes rights is recorded", (hosts.field("security", "audit"),))
    for path, key in _WATCHED:
        yield Traced(f"-w {path} -p wa -k {key}", cause)
    for arch in ("b64", "b32"):
        call = f"-a always,exit -F arch={arch} -S execve -C uid!=euid -F euid=0 -k rights"
        yield Traced(call, cause)
    yield Traced("-a always,exit -F arch=b64 -S adjtimex,settimeofday,clock_settime -k time", cause)


_LINES: Mapping[str, Callable[[HostClass], Iterator[Traced]]] = {
    "sshd.conf": _sshd,
    "pwquality.conf": _quality,
    "faillock.conf": _faillock,
    "pwhistory.conf": _history,
    "audit.rules": _audit,
}
#: Where each file lies on the host.
PLACES: Mapping[str, str] = {
    "sshd.conf": "/etc/ssh/sshd_config.d/00-oib.conf",
    "pwquality.conf": "/etc/security/pwquality.conf.d/50-oib.conf",
    "faillock.conf": "/etc/security/faillock.conf",
    "pwhistory.conf": "/etc/security/pwhistory.conf",
    "audit.rules": "/etc/audit/rules.d/oib.rules",
}


def said(hosts: HostClass, name: str) -> bool:
    """Whether a file of a class says anything."""
    return any(True for _ in _LINES[name](hosts))


def write_lines(hosts: HostClass, name: str, page: Page) -> None:
    """The lines of a file; none where it says nothing."""
    for line in _LINES[name](hosts):
        page.line(line.value, line.cause)


def expiry(hosts: HostClass) -> Traced | None:
    """How long a password of a new account is good for, in days."""
    rule = rule_of(hosts)
    if rule is None or rule.expires is None:
        return None
    cause = _of_rule(hosts, "expires", "how long a password is good for, in days")
    return Traced(int(rule.expires) // _DAY, cause)


def features(hosts: HostClass) -> list[Traced]:
    """What PAM is told to ask for beside the distribution's own."""
    rule = rule_of(hosts)
    found = []
    if rule is not None and rule.lockout_attempts is not None:
        cause = _of_rule(hosts, "lockout_attempts", "failed log-ins are counted")
        found.append(Traced("faillock", cause))
    if rule is not None and rule.history is not None:
        found.append(Traced("pwhistory", _of_rule(hosts, "history", "passwords are remembered")))
    return found


def remembered(hosts: HostClass) -> Traced | None:
    """How many passwords are remembered, where a profile of PAM says it."""
    rule = rule_of(hosts)
    if rule is None or rule.history is None or hosts.family != "debian":
        return None
    return Traced(rule.history, _of_rule(hosts, "history", "passwords are remembered"))
