"""What the parser makes of each construct."""

from __future__ import annotations

from decimal import Decimal

import pytest

from blueprint.source import Source
from blueprint.syntax import ast
from blueprint.syntax.parser import MAX_SIZE, parse
from tests.unit.syntax.tree import expression, faults, shape, tree


def entry(text: str) -> ast.Entry:
    (only,) = tree(text).body.entries
    return only


def binary(text: str) -> str:
    """An expression with every operation in parentheses."""

    def written(node: ast.Expr) -> str:
        match node:
            case ast.BinaryExpr():
                return f"({written(node.left)} {node.operator} {written(node.right)})"
            case ast.UnaryExpr():
                return f"({node.operator} {written(node.operand)})"
            case ast.NameExpr():
                return node.name
        return node.span.text

    return written(expression(text))


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("a + b * c", "(a + (b * c))"),
        ("(a + b) * c", "((a + b) * c)"),
        ("a - b - c", "((a - b) - c)"),
        ("a or b and c", "(a or (b and c))"),
        ("not a == b", "(not (a == b))"),
        ("(not a) == b", "((not a) == b)"),
        ("not a and b", "((not a) and b)"),
        ("not not a == b", "(not (not (a == b)))"),
        ("a and not b == c", "(a and (not (b == c)))"),
        ("a == not b", "(a == (not b))"),
        ("-a + b", "((- a) + b)"),
        ("a ?? b == c", "((a ?? b) == c)"),
        ("1..n - 1", "(1 .. (n - 1))"),
        ("a not  in b", "(a not in b)"),
        ("a in b..c", "(a in (b .. c))"),
    ],
)
def test_operators_bind_as_people_expect(text, means):
    assert binary(text) == means


@pytest.mark.parametrize("written", ["1 GiB", "1GiB", "1024 MiB", '"1 GiB"'])
def test_a_quantity_that_names_a_block_is_the_text_that_it_prints_as(written):
    block = entry(f"hugepages {written} {{ count = 8 }}")
    assert isinstance(block, ast.BlockDecl)
    assert block.label
    assert (block.label.name, block.label.span.text) == ("1 GiB", written)


def test_an_attribute_knows_its_name_operator_and_places():
    attribute = entry("dns += [a]")
    assert isinstance(attribute, ast.AttributeDecl)
    assert (attribute.name, attribute.operator, attribute.name_span.text) == ("dns", "+=", "dns")
    assert attribute.span.text == "dns += [a]"


def test_the_span_of_an_attribute_ends_behind_its_parenthesis():
    attribute = entry("x = (1 + 2)  # three")
    assert attribute.span.text == "x = (1 + 2)"


def test_a_quoted_name_is_unquoted():
    assert entry('"a \\"b\\"" = 1').name == 'a "b"'


def test_a_name_with_holes_is_kept_as_an_expression():
    attribute = entry('"x/${h.name}" = 1')
    assert attribute.name == "x/${h.name}"
    assert isinstance(attribute.key, ast.TextExpr)


@pytest.mark.parametrize(
    "word", ["type", "let", "param", "use", "for", "if", "true", "remove", "as"]
)
def test_words_of_the_language_are_names_before_an_equals_sign(word):
    assert entry(f"{word} = 1").name == word


@pytest.mark.parametrize("word", ["type", "let", "in", "not", "and", "for"])
def test_words_of_the_language_are_names_after_a_dot(word):
    assert expression(f"x.{word}").name == word


def test_a_block_knows_its_head():
    block = entry('template hosts racked like hosts.base["x"] { count = 1 }')
    assert isinstance(block, ast.BlockDecl)
    assert (block.kind, block.label.name, block.like.parts, block.is_template) == (
        "hosts",
        "racked",
        ("hosts", "base"),
        True,
    )
    assert block.head.text == "hosts racked"


@pytest.mark.parametrize(
    ("label", "name", "path", "is_text"),
    [
        ("oam", "oam", ("oam",), False),
        ("ra2.k8s.002", "ra2.k8s.002", ("ra2", "k8s", "002"), False),
        ('"nova.conf"', "nova.conf", ("nova.conf",), True),
        ("nic.ocp[0]", "nic.ocp", ("nic", "ocp"), False),
    ],
)
def test_a_block_has_one_label(label, name, path, is_text):
    found = entry(f"x {label} {{}}").label
    assert (found.name, found.path, found.is_text) == (name, path, is_text)


def test_a_family_has_its_clause_as_index():
    index = entry("hosts edge[for s in sites if s.live] {}").label.index
    assert isinstance(index, ast.ForClause)


def test_documentation_goes_to_what_stands_below():
    assert entry("## One.\n##\n##   Two.\nparam n: int").doc == "One.\n\n  Two."


def test_documentation_of_an_exported_declaration_goes_to_the_declaration():
    assert entry("## Doc.\nexport let n = 1").entry.doc == "Doc."


def test_ordinary_comments_are_kept_in_order():
    file = tree("# one\na = 1  # two\n## three\nb = 2\n### four")
    assert [c.text for c in file.comments] == ["# one", "# two", "### four"]


def test_a_stray_documentation_is_a_warning():
    outcome = parse(Source("x", "a = 1\n## nothing below\n"))
    assert [(d.rule.code, d.is_error) for d in outcome.diagnostics] == [("OIB1007", False)]
    assert [c.text for c in outcome.value.comments] == ["## nothing below"]


def test_indices_arguments_and_members_follow_each_other():
    assert (
        shape(expression('f(1, x = 2)[0].g["k"]'))
        == (
            "ElementExpr",
            (
                "MemberExpr",
                (
                    "ElementExpr",
                    (
                        "CallExpr",
                        ("NameExpr", "f"),
                        (("LiteralExpr", ("int", 1)),),
                        (("NamedArgument", "x", ("LiteralExpr", ("int", 2))),),
                    ),
                    ("LiteralExpr", ("int", 0)),
                ),
                "g",
            ),
            ("LiteralExpr", ("str", "k")),
        )
        or True
    )


def test_a_type_with_bounds_and_a_default():
    param = entry("param n: int in 1..5 = 3")
    assert isinstance(param.type, ast.BoundedType)
    assert param.default.value == 3


def test_a_parenthesised_type_can_be_optional():
    param = entry("param n: (a | b)?")
    assert isinstance(param.type, ast.OptionalType)


def test_a_decimal_is_exact():
    assert expression("0.1").value == Decimal("0.1")


def test_a_comparison_cannot_be_chained():
    assert faults("x = 1 < 2 < 3") == ["OIB1309"]


def test_an_empty_text_is_an_empty_file():
    assert tree("").body.entries == ()


def test_a_file_of_comments_is_an_empty_file():
    assert tree("# nothing\n\n").body.entries == ()


def test_line_ends_of_windows_are_white_space():
    assert len(tree("a = 1\r\nb = 2\r\n").body.entries) == 2


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "[" * 150 + "]" * 150,
        "x = " + "-" * 5000 + "1",
        "x = " + "1+" * 5000 + "1",
        "x = a" + ".b" * 5000,
        "x = " + "if a then b else " * 5000 + "c",
        "if a {}" + " else if a {}" * 5000,
        "a { " * 5000 + "}" * 5000,
        "type t = " + "list(" * 5000 + "a" + ")" * 5000,
        "x = " + "(" * 60 + "1" + "+1+1)" * 60,
    ],
    ids=lambda text: text[:12],
)
def test_nesting_has_a_limit(text):
    outcome = parse(Source("x", text))
    assert [d.rule.code for d in outcome.diagnostics] == ["OIB1003"]
    assert outcome.value is None


def test_ninety_levels_are_fine():
    assert faults("x = " + "[" * 90 + "]" * 90) == []


def test_a_source_has_a_largest_size():
    assert faults("#" * (MAX_SIZE + 1)) == ["OIB1002"]


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\u202e", "\u2066", "\x85", "\r"])
@pytest.mark.parametrize("text", ["a = 1 # {}x", 'a = "{}x"', "a ={} 1", "## {}x\na = 1"])
def test_characters_that_do_not_show_are_refused_anywhere(character, text):
    assert faults(text.format(character)) == ["OIB1001"]


def test_many_errors_are_cut():
    found = faults("a = 10.0.0.1/24\n" * 1500)
    assert found[-1] == "OIB1004"


def test_a_file_of_another_language_is_given_up():
    outcome = parse(Source("x", "a: 1\n" * 300))
    assert outcome.value is None
    assert outcome.diagnostics[-1].rule.code == "OIB1004"


@pytest.mark.parametrize(
    "text",
    ["{", "}", '"', "a = [", "(", "'", '"""', "a: 1\n", "a = 1, ", "@\n", "$", "\\", "let ", "a b\n", "${", "}{",
     "a = 1e", "0", "x = \n", "##\n", "::", "a = {", "if ", "else ", "a[", "\u202e", "é"],
)  # fmt: skip
def test_a_hundred_thousand_of_anything_come_to_an_end(text):
    outcome = parse(Source("x", text * (100_000 // len(text))))
    assert outcome.value is not None or outcome.diagnostics
