"""Hand-built diagnostics: one for each thing that a renderer has to get right."""

from __future__ import annotations

from blueprint.diagnostics import Diagnostic, Fix, Label, Rule, Severity
from blueprint.source import Source, Span

REGION = Source(
    "region.oib",
    """\
hosts compute {
  count = 24
  nested_virtualization = false
}

kubernetes tenant {
  on = openstack.core
  version = "1.33"
  control { count = 3  flavor = flavor.m1_large }
  pool workers { count = 6  flavor = flavor.m1_large }
  runtime kata { shim = qemu }
}
""",
)
WIDE = Source("中文/区域.oib", 'site 北京 {\n\tname = "北京一区"  region = "cn-north"\n}\n')
HIDDEN = Source("hostile.oib", 'let a = "x\u202etxt.exe\u2066"  let b = "\x1b[31mred"\n')
LONG = Source(
    "long.oib", f"let a = [{', '.join(str(n) for n in range(400))}, oops, {'9, ' * 300}]\n"
)
ROWS = Source("servers.csv", "name,rack\nctl-1,r1\nctl-1,r2\n")

ERROR = Rule("OIB5085", "kata-without-kvm")
WARNING = Rule("OIB5200", "small-quorum", Severity.WARNING)
NOTE = Rule("OIB2099", "no-lock", Severity.NOTE)


def at(source: Source, text: str, occurrence: int = 0) -> Span:
    """The span of a text in a source."""
    start = -1
    for _ in range(occurrence + 1):
        start = source.text.index(text, start + 1)
    return Span(source, start, start + len(text))


LABELLED = Diagnostic(
    ERROR,
    at(REGION, "runtime kata"),
    "`kata` needs KVM on its nodes, and nothing below offers it",
    labels=(Label(at(REGION, "openstack.core"), "nodes are virtual machines of `openstack.core`"),),
    notes=("`hosts.compute` has `vmx`, but nested virtualisation is off",),
    hint="add `nested_virtualization = true` to `hosts.compute`",
)
SECOND_FILE = Diagnostic(
    WARNING,
    at(ROWS, "ctl-1", 1),
    "the key `ctl-1` stands twice",
    labels=(
        Label(at(ROWS, "ctl-1"), "first here"),
        Label(at(REGION, "hosts compute"), "wanted by this"),
    ),
)
SAME_LINE = Diagnostic(
    ERROR,
    at(REGION, "flavor.m1_large"),
    "no flavor is called `m1_large`",
    labels=(
        Label(at(REGION, "control"), "in this block"),
        Label(at(REGION, "count = 3"), "three of them"),
    ),
    fix=Fix(at(REGION, "flavor.m1_large"), "flavor.m1_larger"),
)
WIDE_CHARACTERS = Diagnostic(
    ERROR,
    at(WIDE, "region"),
    "`区域` is not known",
    labels=(Label(at(WIDE, "北京一区"), "名字"),),
)
HIDDEN_CHARACTERS = Diagnostic(
    ERROR,
    at(HIDDEN, "let b"),
    "a text with \u202e and \x1b[31m in it",
    notes=("so\nhas this note",),
)
LONG_LINE = Diagnostic(ERROR, at(LONG, "oops"), "`oops` is not known here")
MANY_LINES = Diagnostic(
    NOTE, Span(REGION, 0, REGION.text.index("}") + 1), "addresses are allotted without a lock file"
)
NO_PLACE = Diagnostic(
    ERROR, None, "`out` cannot be written: permission denied", hint="choose another"
)
END_OF_FILE = Diagnostic(
    ERROR, Span(REGION, len(REGION.text), len(REGION.text)), "a `}` is missing"
)

ALL = {
    "labelled": LABELLED,
    "second_file": SECOND_FILE,
    "same_line": SAME_LINE,
    "wide_characters": WIDE_CHARACTERS,
    "hidden_characters": HIDDEN_CHARACTERS,
    "long_line": LONG_LINE,
    "many_lines": MANY_LINES,
    "no_place": NO_PLACE,
    "end_of_file": END_OF_FILE,
}
