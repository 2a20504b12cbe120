"""Damage to blueprints and their data: tokens, characters, values, blocks, cells, from a seeded source of chance."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from blueprint.model import KINDS
from blueprint.model.schema import Block, fields_of

ROOT = Path(__file__).parents[2]
FOLDERS = ("reference_blueprints/three_node_cloud", "reference_blueprints/huawei_dual_engine")
ALONE = ("blueprint/starter/main.oib", "tests/benchmarks/cloud/main.oib")

TOKEN = re.compile(
    r'"""[\s\S]*?"""|"(?:[^"\\\n]|\\.)*"|#[^\n]*|[0-9][\w.:/]*(?: (?:%|[A-Za-z]+\b))?|\w+(?:\.\w+)*'
    r"|[+-]?=(?!=)|[=!<>]=|\.\.|\?\?|\s+|."
)
VALUE = re.compile(r"(?<== )[^\n{}]+?(?=  |\n| })")
#: What kind of value a text is: mistakes among its like get far into the pipeline.
SHAPES = [re.compile(shape) for shape in (
    r"-?[0-9]+", r"[0-9.]+ [A-Za-z]+", r"[0-9.]+ %", r"[0-9]+\.\.[0-9]+", r"[0-9.]+\.\.[0-9.]+", r"[0-9.]+/[0-9]+", r"[0-9]+(\.[0-9]+){3}",
    r"true|false", r'"[^"$]*"', r"hosts\.\S+", r"network\.\S+", r"hardware\.\S+", r"[a-z_]+\.\S+", r"\w+", r"\[.*\]",
)]  # fmt: skip
HEAD = re.compile(
    r"^ *(?:template |existing )?\w+(?: [\w.]+(?:\[[^\n]*\])?)?(?: like [\w.]+)? \{", re.MULTILINE
)
STRANGE = [
    "\0", "\t", "\r", "\u2028", "\u202e", "\ufeff", "\x85", "é", "漢", "\U0001f600", "\ud800", '"', '"""',
    "${", "{", "}", "[", "]", "(", ")", "\\", "#", "##", "=", "..", ".", ",", "'", "`", "$", "%", "-", "\n",
]  # fmt: skip
SNIPPETS = [
    "-1", "0", "1", "4094", "4095", "9217", "65536", "99999999999999999999", "0.5", "-0.0", "1e3", "80 %", "0 %",
    "101 %", "1 GiB", "0 GB", "0.1 GiB", "25 Gbps", "0 bps", "1500 ms", "0 s", "10.0.0.0/8", "0.0.0.0/0", "::/0",
    "255.255.255.255", "0.0.0.0", "10.20.0.0/31", "10.20.0.0/32", "2001:db8::/64", "::1", "10.20.0.5..10.20.0.1",
    "10.20.0.1..10.20.0.1", "5..1", "1..1000000", "1..2000000", "::..ffff::", "aa:bb:cc:dd:ee:ff", "2027-06-30",
    '""', '" "', '"x"', '"../../x"', '"${domain}"', '"${1/0}"', '"a\\nb"', "[]", "[[]]", "{}", "{ a = 1 }", "none",
    "true", "false", "key", "row", "n", "index", "env", "[for x in 1..3: x]", "[for s in servers: s]",
    "[for s in servers if s.role == cmp: s.name]", "hosts.node", "hosts.control", "hosts.compute", "hosts", "hosts.x",
    'hosts.compute["cmp-01"]', "hosts.node[1]", "hosts.node[99]", "network.api", "network.storage", "network.x",
    "network.api.cidr", "ceph.main", "openstack.core", "openstack.core.api.internal.vip", "site.dc1", "site.cs1",
    "rack.r[1]", "rack.r[9]", "site.dc1.rack.r", "zone.az[1]", "nic.slot1[0]", "nic.slot1[7]", "nic.x[0]", "disk.osd",
    "disk.osd[0]", "physnet.provider", "physnet.ex", "hardware.r760", "hardware.general", "pki.ca", "registry.harbor",
    'secrets.vault["x"]', 'secrets.vault[""]', 'secrets.vault["${domain}"]', "secrets.vault", "secrets.x", 'file("pki/root-ca.pem")',
    'file("main.oib")', 'file("../x")', 'file("oib.lock")', 'csv("servers.csv", key = "name")', 'json("oib.lock")', 'yaml("servers.csv")',
    "count(hosts.node)", "nth(hosts.node, 0)", "nth(hosts.node, 1).name", "address(network.api.cidr, 5)", "address(10.0.0.0/30, 9)",
    "subnet(10.0.0.0/8, 33, 1)", "subnet(10.0.0.0/8, 24, n)", 'every h in hosts.node: h.name != ""',
    "hosts.node[1].address.network.api", "hosts.node[1].name", "if env == lab then 1 else 2", 'release ?? "x"',
    "1 + 1", "10.0.0.1 + 300", "1 GiB * 3", "1 GiB / 0", "not true", "1 in 1..3", "a.b.c", "x[0]", "cinder", "nova", "lacp", "vlan",
    "kolla_ansible", "2026.1", '"2026.1"', "qemu", "hdd", "rack", "host", "static",
]  # fmt: skip
ENTRIES = [
    "remove vlan", "remove mtu", "remove bond.bond0", "remove x", "count = 0", "count = 4", "without = [1]", "without = [99]",
    "networks += [network.api]", "networks -= [network.api]", "services += [swift]", "services -= [nova]", "spread = rack",
    "for i in 1..2 { }", "if env == lab { mtu = 9000 }", "if true { } else { x = 1 }", 'config "nova.conf" { DEFAULT { debug = true } }',
    'config "nova.conf" { x { y = 1 } }', 'config "../x" { DEFAULT { debug = true } }', "tool kolla_ansible { enable_redis = true }",
    "tool x { y = 1 }", 'tool kolla_ansible { nova_api_port = "x" }', "port nic.slot1[0] { networks = [network.api] }",
    "bond bond0 { mode = active_backup }", "bond bond9 { }", 'deployer kolla_ansible { tag = "x" }', "deployer = x", 'name = "h-${n}"',
    'name = "same"', "address { api = 10.20.0.12 }", "address { network.api = 10.20.0.12 }", "address { api = row.bmc }",
    "segment r[1..2] { rack = rack.r[key] cidr = subnet(10.20.0.0/24, 26, n) }", "pool p { ranges = 10.20.0.40..10.20.0.50 }",
    "managed_by = neutron", "routable = false", 'realm = "x"', "pool x { use = cinder }", "memory { platform = 1 GiB }",
    "cores { platform = 64 }", "huge_pages { size = 1 GiB count = 4 }", "cluster_network = network.api", 'fsid = "x"',
    'assert false, "no"', "let x = 1", "param p: int = 1", "type t = int", "site extra { }", "existing ceph old { }", "hosts more like hosts.node { }",
    "hosts more[1..3] like hosts.server { }", 'use "main.oib" as again { }', 'environment dev { domain = "x" }', "template network t { }",
    "network extra[1..3] { cidr = subnet(10.99.0.0/16, 24, n) }", "openstack second like openstack.core { }", "ceph second like ceph.main { }",
    "export main = 1", 'proxy p { http = "http://x" }', "proxy = proxy.p",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Blueprint:
    """A folder of texts that a compile reads."""

    name: str
    files: dict[str, str]


def originals() -> list[Blueprint]:
    """The blueprints that ship with the project, whole."""
    found = []
    for folder in FOLDERS:
        root = ROOT / folder
        names = [
            p for p in sorted(root.rglob("*")) if p.is_file() and p.suffix not in (".md", ".svg")
        ]
        texts = {p.relative_to(root).as_posix(): p.read_text(encoding="utf-8") for p in names}
        found.append(Blueprint(root.name, texts))
    for path in ALONE:
        text = (ROOT / path).read_text(encoding="utf-8")
        found.append(Blueprint(Path(path).parent.name, {"main.oib": text}))
    return found


def attribute_names() -> list[str]:
    """Every name that the model knows."""
    found: set[str] = set()
    work: list[type[Block]] = list(KINDS.values())
    seen = set(work)
    while work:
        for name, spec in fields_of(work.pop()).items():
            found.add(name)
            work += [block for block in spec.block if block not in seen]
            seen.update(spec.block)
    return sorted(found)


class Damage:
    """Damages blueprints; the same seed does the same."""

    def __init__(self, originals: list[Blueprint]) -> None:
        self.originals = originals
        texts = [each.files["main.oib"] for each in originals]
        self.tokens = sorted({t for text in texts for t in TOKEN.findall(text) if not t.isspace()})
        self.values = sorted({v for text in texts for v in VALUE.findall(text)} | set(SNIPPETS))
        self.blocks = [block for text in texts for block in _blocks(text)]
        self.names = attribute_names()
        self.alike = [[v for v in self.values if shape.fullmatch(v)] for shape in SHAPES]

    def damaged(self, seed: int) -> tuple[Blueprint, dict[str, str]]:
        """A damaged blueprint, and the options to compile it with."""
        chance = Random(seed)
        original = chance.choice(self.originals[:3] * 3 + self.originals[3:])
        files = dict(original.files)
        if chance.random() < 0.8:
            files.pop("oib.lock", None)
        for _ in range(chance.choice((1, 1, 1, 1, 2, 2, 3, 8))):
            path = "main.oib"
            others = [p for p in files if p.endswith((".csv", ".lock"))]
            if others and chance.random() < 0.15:
                path = chance.choice(others)
            files[path] = self._changed(files[path], path, chance)
        options = {}
        if chance.random() < 0.1:
            options["env"] = chance.choice(("lab", "x"))
        if chance.random() < 0.1:
            options["release"] = chance.choice(("2026.1", "", "x"))
        if chance.random() < 0.05:
            options["domain"] = chance.choice(STRANGE)
        return Blueprint(original.name, files), options

    def _changed(self, text: str, path: str, chance: Random) -> str:
        if path.endswith(".csv"):
            return chance.choice((self._cell, self._cell, self._row, self._character))(text, chance)
        if path.endswith(".lock"):
            return chance.choice((self._token, self._row, self._row, self._character))(text, chance)
        ways: tuple[Callable[[str, Random], str], ...] = (
            *[self._like_value] * 12, *[self._value] * 4, *[self._entry] * 4, self._attribute, *[self._token] * 2,
            self._character, self._strange, *[self._block] * 3, self._line, *[self._renamed] * 2,
        )  # fmt: skip
        return chance.choice(ways)(text, chance)

    def _value(self, text: str, chance: Random) -> str:
        places = list(VALUE.finditer(text))
        if not places:
            return text
        at = chance.choice(places)
        return text[: at.start()] + chance.choice(self.values) + text[at.end() :]

    def _like_value(self, text: str, chance: Random) -> str:
        """Another value of the same shape, or a number near by."""
        places = list(VALUE.finditer(text))
        if not places:
            return text
        at = chance.choice(places)
        value = at[0]
        found = next((n for n, shape in enumerate(SHAPES) if shape.fullmatch(value)), None)
        if found is None:
            return self._value(text, chance)
        number = re.search(r"[0-9]+", value)
        if number and chance.random() < 0.5:
            changed = chance.choice(
                (int(number[0]) + 1, int(number[0]) - 1, int(number[0]) * 10, 0, 1, 2, 3)
            )
            value = f"{value[: number.start()]}{max(0, changed)}{value[number.end() :]}"
        else:
            value = chance.choice(self.alike[found])
        return text[: at.start()] + value + text[at.end() :]

    def _entry(self, text: str, chance: Random) -> str:
        return _inside(text, chance.choice(ENTRIES), chance)

    def _attribute(self, text: str, chance: Random) -> str:
        entry = f"{chance.choice(self.names)} = {chance.choice(self.values)}"
        return _inside(text, entry, chance)

    def _token(self, text: str, chance: Random) -> str:
        tokens = TOKEN.findall(text)
        places = [at for at, token in enumerate(tokens) if not token.isspace()]
        if not places:
            return text
        at = chance.choice(places)
        match chance.randrange(4):
            case 0:
                tokens[at] = ""
            case 1:
                tokens[at] = chance.choice(self.tokens)
            case 2:
                tokens.insert(at, f" {chance.choice(self.tokens)} ")
            case _:
                other = chance.choice(places)
                tokens[at], tokens[other] = tokens[other], tokens[at]
        return "".join(tokens)

    def _character(self, text: str, chance: Random) -> str:
        at = chance.randrange(len(text) + 1)
        match chance.randrange(3):
            case 0:
                return text[:at] + text[at + 1 :]
            case 1:
                return text[:at] + chr(chance.randrange(32, 127)) + text[at:]
            case _:
                return text[:at] + text[at : at + 1] * 2 + text[at + 1 :]

    def _strange(self, text: str, chance: Random) -> str:
        at = chance.randrange(len(text) + 1)
        return text[:at] + chance.choice(STRANGE) + text[at + chance.randrange(2) :]

    def _block(self, text: str, chance: Random) -> str:
        block = chance.choice(self.blocks)
        own = _blocks(text)
        match chance.randrange(4):
            case 0 if own:
                return text.replace(chance.choice(own), "", 1)
            case 1 if own:
                return text.replace(chance.choice(own), block, 1)
            case 2:
                return _inside(text, block, chance)
            case _:
                return f"{text}\n{block}\n"

    def _line(self, text: str, chance: Random) -> str:
        lines = text.split("\n")
        at = chance.randrange(len(lines))
        match chance.randrange(3):
            case 0:
                del lines[at]
            case 1:
                lines.insert(chance.randrange(len(lines)), lines[at])
            case _:
                other = chance.randrange(len(lines))
                lines[at], lines[other] = lines[other], lines[at]
        return "\n".join(lines)

    def _renamed(self, text: str, chance: Random) -> str:
        names = re.findall(r"\b\w+\b", text)
        if not names:
            return text
        old, new = chance.choice(names), chance.choice(names)
        return re.sub(rf"\b{re.escape(old)}\b", new, text, count=chance.choice((1, 1, 0)))

    def _cell(self, text: str, chance: Random) -> str:
        rows = [line.split(",") for line in text.split("\n")]
        row = chance.choice(rows)
        row[chance.randrange(len(row))] = chance.choice(
            [
                "",
                " ",
                '"',
                '"a,b"',
                "x",
                "-1",
                "999",
                "../x",
                "ctl",
                "{{ x }}",
                "\u202e",
                "::1",
                *STRANGE,
            ]
        )
        return "\n".join(",".join(each) for each in rows)

    def _row(self, text: str, chance: Random) -> str:
        return self._line(text, chance)


def _blocks(text: str) -> list[str]:
    """Every block with its braces, as far as braces tell."""
    found = []
    for head in HEAD.finditer(text):
        depth = 1
        for brace in re.finditer(r"[{}]", text[head.end() :]):
            depth += 1 if brace[0] == "{" else -1
            if depth == 0:
                found.append(text[head.start() : head.end() + brace.end()])
                break
    return found


def _inside(text: str, entry: str, chance: Random) -> str:
    """An entry more at the start of some block, or at the end of the text."""
    heads = list(HEAD.finditer(text))
    if not heads or chance.random() < 0.1:
        return f"{text}\n{entry}\n"
    at = chance.choice(heads).end()
    return f"{text[:at]} {entry}\n{text[at:]}"
