"""Tasks for what guards each host: its security module, SSH, passwords, the audit daemon."""

from __future__ import annotations

from collections.abc import Iterator

from targets.host_preparation.layer import Preparation
from targets.host_preparation.security import PLACES, expiry, features, limits_doors, said
from targets.host_preparation.tasks import Task, about, needed, task

_DEBIAN = "ansible_facts.os_family == 'Debian'"
_REDHAT = "ansible_facts.os_family == 'RedHat'"
#: Profiles of PAM for Debian's family, whose tool puts the lines in their places by priority.
_PROFILES = {
    "faillock": [
        "Name: Locking of accounts after failed log-ins",
        "Default: no",
        "Priority: 0",
        "Auth-Type: Primary",
        "Auth:",
        "  [default=die] pam_faillock.so authfail",
    ],
    "faillock_notify": [
        "Name: Counting of failed log-ins",
        "Default: no",
        "Priority: 1024",
        "Auth-Type: Primary",
        "Auth:",
        "  requisite pam_faillock.so preauth",
        "Account-Type: Primary",
        "Account:",
        "  required pam_faillock.so",
    ],
    "pwhistory": [
        "Name: Passwords of before are not taken again",
        "Default: no",
        "Priority: 1024",
        "Password-Type: Primary",
        "Password:",
        (
            "  requisite pam_pwhistory.so remember={{ oib_remember }} enforce_for_root"
            " try_first_pass use_authtok"
        ),
    ],
}


def security_tasks(layer: Preparation) -> Iterator[Task]:
    """All of it, for the classes that state something."""
    if needed(layer, lambda each: each.spec.security.lsm is not None):
        yield from _module(layer)
    if needed(layer, limits_doors):
        yield from _doors(layer)
    if needed(layer, lambda each: each.spec.security.passwords is not None):
        yield from _passwords(layer)
    if needed(layer, lambda each: bool(each.spec.security.audit)):
        yield from _audit(layer)


def _module(layer: Preparation) -> Iterator[Task]:
    cause = about(layer, "the state of the system's security module", "security.lsm")
    if needed(layer, lambda each: each.family == "redhat" and each.spec.security.lsm is not None):
        yield task(
            "Set the state of SELinux",
            "ansible.posix.selinux",
            {"policy": "targeted", "state": "{{ oib_lsm }}"},
            cause,
            when=["oib_lsm is defined", _REDHAT],
            register="oib_selinux",
        )
        yield task(
            "Restart the host where SELinux asks for it",
            "ansible.builtin.reboot",
            {"reboot_timeout": 3600},
            cause,
            when=[
                "oib_restart | default(true) | bool",
                "oib_selinux.reboot_required | default(false) | bool",
            ],
        )
    if needed(layer, lambda each: each.family == "debian" and each.spec.security.lsm is not None):
        yield task(
            "Start AppArmor with the system",
            "ansible.builtin.systemd_service",
            {"name": "apparmor", "enabled": True, "state": "started"},
            cause,
            when=["oib_lsm is defined", _DEBIAN],
        )
        yield task(
            "See that the kernel enforces AppArmor",
            "ansible.builtin.command",
            {"argv": ["grep", "-q", "Y", "/sys/module/apparmor/parameters/enabled"]},
            cause,
            changed_when=False,
            check_mode=False,
            when=["oib_lsm is defined", _DEBIAN],
        )


def _doors(layer: Preparation) -> Iterator[Task]:
    cause = about(layer, "who may log in by SSH", "security.ssh_root", "security.ssh_passwords")
    yield task(
        "Let SSH read files beside its own",
        "ansible.builtin.lineinfile",
        {
            "path": "/etc/ssh/sshd_config",
            "line": "Include /etc/ssh/sshd_config.d/*.conf",
            "regexp": "^\\s*Include\\s+/etc/ssh/sshd_config\\.d/",
            "insertbefore": "BOF",
        },
        cause,
        when="'sshd.conf' in oib_guards | default([])",
        notify="Reload SSH",
    )
    yield task(
        "Make a place for files of SSH",
        "ansible.builtin.file",
        {"path": "/etc/ssh/sshd_config.d", "state": "directory", "mode": "0755"},
        cause,
        when="'sshd.conf' in oib_guards | default([])",
    )
    yield task(
        "Say who may log in by SSH",
        "ansible.builtin.copy",
        {
            "src": "{{ oib_class }}/sshd.conf",
            "dest": PLACES["sshd.conf"],
            "mode": "0600",
            "validate": "/usr/sbin/sshd -t -f %s",
        },
        cause,
        when="'sshd.conf' in oib_guards | default([])",
        notify="Reload SSH",
    )


def _passwords(layer: Preparation) -> Iterator[Task]:
    cause = about(layer, "rules for passwords of the system's accounts", "security.passwords")
    yield task(
        "Make a place for rules of passwords",
        "ansible.builtin.file",
        {"path": "/etc/security/pwquality.conf.d", "state": "directory", "mode": "0755"},
        cause,
        when="'pwquality.conf' in oib_guards | default([])",
    )
    names = [
        name
        for name in ("pwquality.conf", "faillock.conf", "pwhistory.conf")
        if any(said(each, name) for each in layer.classes)
    ]
    for name in names:
        yield task(
            f"Put {name} in its place",
            "ansible.builtin.copy",
            {"src": f"{{{{ oib_class }}}}/{name}", "dest": PLACES[name], "mode": "0644"},
            cause,
            when=f"'{name}' in oib_guards | default([])",
        )
    if needed(layer, lambda each: expiry(each) is not None):
        yield task(
            "Say how long passwords of new accounts are good for",
            "ansible.builtin.lineinfile",
            {
                "path": "/etc/login.defs",
                "regexp": "^\\s*PASS_MAX_DAYS\\s",
                "line": "PASS_MAX_DAYS {{ oib_password_days }}",
            },
            cause,
            when="oib_password_days is defined",
        )
    if not needed(layer, lambda each: bool(features(each))):
        return
    if needed(layer, lambda each: each.family == "redhat" and bool(features(each))):
        yield task(
            "Read what PAM asks for",
            "ansible.builtin.command",
            {"argv": ["authselect", "current"]},
            cause,
            changed_when=False,
            check_mode=False,
            register="oib_authselect",
            when=["oib_features | default([]) | length > 0", _REDHAT],
        )
        yield task(
            "Let PAM ask for more",
            "ansible.builtin.command",
            {"argv": ["authselect", "enable-feature", "with-{{ item }}"]},
            cause,
            changed_when=True,
            loop="{{ oib_features | default([]) }}",
            when=[_REDHAT, "'with-' ~ item not in oib_authselect.stdout"],
        )
    if needed(layer, lambda each: each.family == "debian" and bool(features(each))):
        yield from _profiles(layer)


def _profiles(layer: Preparation) -> Iterator[Task]:
    cause = about(layer, "rules for passwords of the system's accounts", "security.passwords")
    listed = [
        {"name": name, "of": name.split("_")[0], "lines": _PROFILES[name]} for name in _PROFILES
    ]
    yield task(
        "Write profiles of PAM",
        "ansible.builtin.copy",
        {
            "content": "{{ item.lines | join('\\n') }}\n",
            "dest": "/usr/share/pam-configs/oib-{{ item.name }}",
            "mode": "0644",
        },
        cause,
        loop=listed,
        loop_control={"label": "{{ item.name }}"},
        when=["item.of in oib_features | default([])", _DEBIAN],
        register="oib_profiles",
    )
    yield task(
        "Let PAM ask for more by profiles",
        "ansible.builtin.command",
        {"argv": ["pam-auth-update", "--package", "--enable", "oib-{{ item.item.name }}"]},
        cause,
        changed_when=True,
        loop="{{ oib_profiles.results | selectattr('changed') | list }}",
        loop_control={"label": "{{ item.item.name }}"},
    )


def _audit(layer: Preparation) -> Iterator[Task]:
    cause = about(layer, "who takes rights is recorded", "security.audit")
    yield task(
        "Say what is recorded",
        "ansible.builtin.copy",
        {"src": "{{ oib_class }}/audit.rules", "dest": PLACES["audit.rules"], "mode": "0640"},
        cause,
        when="'audit.rules' in oib_guards | default([])",
        notify="Load the rules of audit",
    )
    yield task(
        "Start the audit daemon with the system",
        "ansible.builtin.systemd_service",
        {"name": "auditd", "enabled": True, "state": "started"},
        cause,
        when="'audit.rules' in oib_guards | default([])",
    )


def security_handlers(layer: Preparation) -> Iterator[Task]:
    """What reads its files again when they changed."""
    if needed(layer, limits_doors):
        yield task(
            "Reload SSH",
            "ansible.builtin.systemd_service",
            {
                "name": "{{ 'ssh' if ansible_facts.os_family == 'Debian' else 'sshd' }}",
                "state": "reloaded",
            },
            about(layer, "who may log in by SSH", "security.ssh_root", "security.ssh_passwords"),
        )
    if needed(layer, lambda each: bool(each.spec.security.audit)):
        yield task(
            "Load the rules of audit",
            "ansible.builtin.command",
            {"argv": ["augenrules", "--load"]},
            about(layer, "who takes rights is recorded", "security.audit"),
            changed_when=True,
        )
