"""Strategies for texts of blueprints: valid ones of any shape, with comments anywhere, and damaged ones."""

from __future__ import annotations

import re

from hypothesis import strategies as st

names = st.sampled_from(["a", "b1", "site", "oam", "x_y", "vlan", "n", "Az", "fd", "min", "s"])
members = st.one_of(names, st.sampled_from(["type", "for", "2", "k8s", "let"]))
keys = st.one_of(
    names, st.sampled_from(["type", "let", "for", "use", "true", "as", '"a/b"', '"x ${n}"'])
)
literals = st.sampled_from(
    ["1", "0", "42", "1_000", "0x8086", "4.0", "16 GiB", "16GiB", "3.84 TB", "25 Gbps", "80 %", "5 min", "90 days",
     "10.0.0.1", "10.20.0.0/24", "2001:db8::/48", "::1", "aa:BB:cc:dd:ee:ff", "2027-06-30", "true", "false",
     '""', '"text"', r'"q \" \\ \n \${x} \u{41}"', '"a ${n:02} b"', '"${"x"}${ {y = 1}.y }"', '"# no"',
     '"""one"""', '"""\n  two\n    lines ${n}\n  """', '"""\n\tx\n\n  y"""'],
)  # fmt: skip
operators = st.sampled_from(
    ["or", "and", "==", "!=", "<", "<=", ">", ">=", "in", "not in", "??", "..", "+", "-", "*", "/"]
)


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    clause = st.builds(
        "for {} in {}{}".format, names, inner, st.one_of(st.just(""), inner.map(" if {}".format))
    )
    return st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.lists(inner, min_size=1, max_size=2).map(lambda items: f"[{', '.join(items)},]"),
        st.builds("({})".format, inner),
        st.builds("({} {} {})".format, inner, operators, inner),
        st.builds("-({})".format, inner),
        st.builds("(not {})".format, inner),
        st.builds("({}).{}".format, inner, members),
        st.builds("({})[{}]".format, inner, inner),
        st.builds("{}({}, {} = {})".format, names, inner, names, inner),
        st.builds("{}.{}()".format, names, members),
        st.builds("(if {} then {} else {})".format, inner, inner, inner),
        st.builds(
            "({} {} in {}: {})".format, st.sampled_from(["every", "some"]), names, inner, inner
        ),
        st.builds("[{}: {}]".format, clause, inner),
        st.lists(st.builds("{} = {}".format, keys, inner), max_size=2).map(
            lambda e: f"{{ {'  '.join(e)} }}"
        ),
        st.builds("{{ {} {{ {} = {} }} }}".format, clause, keys, inner),
    )


expressions = st.recursive(st.one_of(names, literals), _grown, max_leaves=6)


def _grown_type(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("list({})".format, inner),
        st.builds("({})?".format, inner),
        st.builds("({}) in ({})".format, inner, expressions),
        st.lists(st.builds("{}: {}".format, names, inner), max_size=3).map(
            lambda f: f"{{ {'  '.join(f)} }}"
        ),
    )


types = st.recursive(
    st.one_of(
        names, st.lists(st.one_of(names, st.just('"x-y"')), min_size=2, max_size=3).map(" | ".join)
    ),
    _grown_type,
    max_leaves=4,
)
paths = st.lists(names, min_size=1, max_size=3).map(".".join)
indices = st.one_of(
    expressions.map("[{}]".format),
    st.builds("[for {} in {} if {}]".format, names, expressions, expressions),
)
labels = st.one_of(
    paths.map(" {}".format),
    st.builds(" {}{}".format, paths, indices),
    st.sampled_from([' "nova.conf"', " 1 GiB", " 2MiB", " 80 %", ""]),
)
likes = st.one_of(st.just(""), paths.map(" like {}".format))


def _bodies(entries: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    layouts = st.sampled_from(["{{ {} }}", "{{\n{}\n}}", "{{{}}}"])
    between = st.sampled_from(["  ", "\n", "\n\n"])
    return st.builds(
        lambda layout, sep, items: layout.format(sep.join(items)),
        layouts,
        between,
        st.lists(entries, max_size=3),
    )


def _grown_entry(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    bodies = _bodies(inner)
    blocks = st.builds("{}{}{} {}".format, names, labels, likes, bodies)
    return st.one_of(
        blocks,
        st.builds("{} {}".format, st.sampled_from(["template", "existing"]), blocks),
        st.builds("export {}".format, blocks),
        st.builds('"quoted" {}'.format, bodies),
        st.builds(
            'use "./m.oib" as {}{} {}'.format, names, st.one_of(st.just(""), indices), bodies
        ),
        st.builds("for {} in ({}) {}".format, names, expressions, bodies),
        st.builds(
            "if ({}) {} else if ({}) {} else {}".format,
            expressions,
            bodies,
            expressions,
            bodies,
            bodies,
        ),
        st.builds("## documented\n{}".format, blocks),
    )


simple_entries = st.one_of(
    st.builds("{} {} {}".format, keys, st.sampled_from(["=", "+=", "-="]), expressions),
    st.builds("let {} = {}".format, names, expressions),
    st.builds("let {}: {} = {}".format, names, types, expressions),
    st.builds("param {}: {}".format, names, types),
    st.builds("param {}: {} = {}".format, names, types, expressions),
    st.builds("type {} = {}".format, names, types),
    st.builds("remove {}".format, paths),
    st.builds('assert {}, "no ${{n}}"'.format, expressions),
    st.builds("require {}".format, expressions),
    st.builds("## one\n## two\n{} = {}".format, names, expressions),
)
entries = st.recursive(simple_entries, _grown_entry, max_leaves=8)
_TOKEN = re.compile(
    r'"""[\s\S]*?"""|"(?:[^"\\\n$]|\\.|\$(?!\{)|\$\{[^\n]*\})*"|#[^\n]*|not in|[0-9][\w.:]*(?: (?:%|[A-Za-z]+\b))?'
    r"|[\w.:/-]+|[+-]?=(?!=)|\s+|."
)


@st.composite
def blueprints(draw: st.DrawFn) -> str:
    """A valid text."""
    between = draw(st.sampled_from(["\n", "\n\n", "\n\n\n  "]))
    return between.join(draw(st.lists(entries, max_size=4))) + draw(
        st.sampled_from(["", "\n", "\n\n"])
    )


@st.composite
def commented(draw: st.DrawFn) -> str:
    """A valid text with ordinary comments on their own lines and behind what stands there."""
    lines = draw(blueprints()).split("\n")
    kept = []
    inside = False
    for number, line in enumerate(lines):
        inside ^= line.count('"""') % 2 == 1
        behind = draw(st.sampled_from(["", "", f"  # behind {number}"]))
        above = draw(st.sampled_from(["", "", f"\n   # below {number}\n"]))
        is_doc = line.lstrip().startswith("##")
        kept.append(line if inside or is_doc else line + behind + above)
    return "\n".join(kept)


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """A valid text with a few of its words removed, doubled or replaced."""
    tokens = _TOKEN.findall(draw(blueprints()))
    for _ in range(draw(st.integers(1, 3))):
        if not tokens:
            break
        at = draw(st.integers(0, len(tokens) - 1))
        change = draw(st.sampled_from(["remove", "double", "replace"]))
        if change == "remove":
            del tokens[at]
        elif change == "double":
            tokens.insert(at, tokens[at])
        else:
            tokens[at] = draw(
                st.sampled_from(
                    [*"{}[]()=,:;@.\"'#$\n", '"""', "${", "let", "for", "in", "==", "1", "x", " "]
                )
            )
    return "".join(tokens)


anything = st.one_of(
    st.text(),
    st.text(alphabet="{}[]()=,.:;\"'#$\\\n\t abn019/+-*<>!?|&%_é\u202e\x00\uff0c"),
    damaged(),
)
