"""What guards hosts: SSH, the security module, passwords, the audit daemon, and proven time."""

from __future__ import annotations

import pytest

from tests.unit.targets.host_preparation.made import LINKS, PLACE, made

USER = '  user = "deploy"\n'
ALL = """
  user = "deploy"
  security {
    lsm = enforcing
    ssh_root = false
    ssh_passwords = false
    audit = true
    passwords { length = 12  lockout_attempts = 5  expires = 90 days  history = 8 }
  }
"""


def guarded(text: str = ALL, os: str = "ubuntu-24.04"):
    return made(LINKS + text, os=os)


def lines(name: str, text: str = ALL, os: str = "ubuntu-24.04") -> list[str]:
    return guarded(text, os).text(f"files/oib_node/{name}").splitlines()[1:]


def test_hosts_that_state_nothing_are_left_alone():
    found = made()
    assert not any("SSH" in name or "AppArmor" in name for name in found.tasks)
    assert "oib_guards" not in found.read("inventory/group_vars/oib_node.yml")


def test_ssh_is_told_who_may_log_in():
    assert lines("sshd.conf") == [
        "PermitRootLogin no", "PasswordAuthentication no", "KbdInteractiveAuthentication no",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("stated", "word"),
    [("ssh_root = true", "prohibit-password"), ("ssh_root = true  ssh_passwords = true", "yes")],
)
def test_root_logs_in_with_keys_unless_passwords_are_taken(stated, word):
    found = lines("sshd.conf", f"{USER}  security {{ {stated} }}\n")
    assert f"PermitRootLogin {word}" in found


def test_a_file_of_ssh_is_tried_before_it_is_used():
    task = guarded().tasks["Say who may log in by SSH"]
    assert task["ansible.builtin.copy"]["validate"] == "/usr/sbin/sshd -t -f %s"


def test_a_rule_for_passwords_becomes_lines_of_pam():
    assert lines("pwquality.conf") == [
        "minlen = 12", "lcredit = -1", "ucredit = -1", "dcredit = -1", "ocredit = 0",
        "enforce_for_root",
    ]  # fmt: skip
    assert lines("faillock.conf") == ["deny = 5", "unlock_time = 1800"]


def test_each_family_has_its_way_to_switch_pam():
    variables = guarded().read("inventory/group_vars/oib_node.yml")
    assert variables["oib_features"] == ["faillock", "pwhistory"]
    assert variables["oib_password_days"] == 90
    assert variables["oib_remember"] == 8
    assert "Let PAM ask for more by profiles" in guarded().tasks
    on_rocky = guarded(os="rocky-10")
    assert "Let PAM ask for more" in on_rocky.tasks
    assert lines("pwhistory.conf", os="rocky-10") == ["remember = 8", "enforce_for_root"]


def test_each_family_has_its_security_module():
    assert "See that the kernel enforces AppArmor" in guarded().tasks
    task = guarded(os="rocky-10").tasks["Set the state of SELinux"]
    assert task["ansible.posix.selinux"] == {"policy": "targeted", "state": "{{ oib_lsm }}"}


def test_the_audit_daemon_records_who_takes_rights():
    found = lines("audit.rules")
    assert "-a always,exit -F arch=b64 -S execve -C uid!=euid -F euid=0 -k rights" in found
    assert "auditd" in guarded().read("inventory/group_vars/oib_node.yml")["oib_packages"]


def test_time_servers_prove_who_they_are_where_the_site_asks_for_it():
    place = PLACE.replace("  dns =", "  nts = true\n  dns =", 1)
    proven = made(place=place).text("files/oib_node/chrony.conf")
    assert "server ntp.example iburst nts" in proven
    assert "nts" not in made().text("files/oib_node/chrony.conf")
