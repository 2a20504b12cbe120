"""From a flat chain of operands and operators to a tree: which operators bind tighter, which cannot be chained.

The grammar knows one chain, not a rule for each level of precedence, so that a literal costs few reductions;
this folds it by precedence climbing. `not` binds looser than comparisons: in `not a == b` the parser has made
`not a` an operand, which is taken apart again here, unless it stands in parentheses.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from blueprint.diagnostics import syntax as say
from blueprint.source import Span
from blueprint.syntax import ast

if TYPE_CHECKING:
    from blueprint.syntax.build import Builder

LEVELS: Final = {
    "or": 1, "and": 2,
    "==": 4, "!=": 4, "<": 4, "<=": 4, ">": 4, ">=": 4, "in": 4, "not in": 4,
    "??": 5, "..": 6, "+": 7, "-": 7, "*": 8, "/": 8,
}  # fmt: skip
"""How tightly each binary operator binds."""
NOT_LEVEL: Final = 3
UNARY_LEVEL: Final = 9
UNCHAINED: Final = frozenset({4, 6})
"""The levels whose operators cannot follow each other: comparisons, and ranges."""


def fold(builder: Builder, chain: Sequence[Any]) -> ast.Expr:
    """The tree of `operand operator operand …`."""
    left, operator, right = chain[:3]
    if len(chain) == 3 and type(left) is not ast.UnaryExpr:
        return _binary(left, operator, right)
    return _Fold(builder, chain).climb(left, 0)


class _Fold:
    def __init__(self, builder: Builder, chain: Sequence[Any]) -> None:
        self.builder = builder
        self.chain = chain
        self.at = 1

    def climb(self, left: ast.Expr, floor: int) -> ast.Expr:
        if floor <= NOT_LEVEL and self._is_bare_not(left):
            assert isinstance(left, ast.UnaryExpr)
            operand = self.climb(left.operand, NOT_LEVEL)
            left = ast.UnaryExpr("not", operand, _joined(left.span, operand.span))
        last = 0
        chain = self.chain
        while self.at < len(chain):
            operator = chain[self.at]
            level = LEVELS[_name(operator)]
            if level < floor:
                break
            is_chained = level == last and level in UNCHAINED
            if is_chained:
                span = self.builder.span(operator[0], operator[1])
                self.builder.report(say.chained_comparison(span, _name(operator)))
            self.at += 2
            left = _binary(left, operator, self.climb(chain[self.at - 1], level + 1))
            if is_chained:
                left = ast.BrokenExpr(left.span)
            last = level
        return left

    def _is_bare_not(self, node: ast.Expr) -> bool:
        return (
            isinstance(node, ast.UnaryExpr)
            and node.operator == "not"
            and self.builder.text[node.span.start] != "("
        )


def _name(operator: tuple[int, int, str]) -> str:
    text = operator[2]
    return "not in" if text.startswith("not") else text


def _binary(left: ast.Expr, operator: tuple[int, int, str], right: ast.Expr) -> ast.BinaryExpr:
    source, start, _ = left.span
    return ast.BinaryExpr(
        _name(operator),
        Span(source, operator[0], operator[1]),
        left,
        right,
        Span(source, start, right.span.end),
    )


def _joined(first: Span, last: Span) -> Span:
    return Span(first.source, first.start, last.end)
