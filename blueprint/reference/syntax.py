"""The rules of the grammar as people read them: repetition in place of recursion, no words of the parser.

Lark's file is written for LALR: lists are left-recursive, alternatives carry the names of tree nodes,
and some exist only so that a mistake can be reported well. Here recursion becomes `*`, node names go,
and so do the alternatives for mistakes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

#: Terminals that only mistakes contain.
_MISTAKES = frozenset({"HANGING", "UNKNOWN_UNIT", "UNCLOSED"})
_RULE = re.compile(r"^\??([a-z_]+):(.*)$")
_TERMINAL = re.compile(r"^([A-Z_]+)(?:\.\d+)?: (.*)$")
_SECTION = re.compile(r"^// -{20,} ?(.+)$")


@dataclass(frozen=True, slots=True)
class Production:
    """A rule: its name and its alternatives."""

    name: str
    alternatives: tuple[str, ...]


def productions(grammar: str) -> tuple[Production, ...]:
    """The rules of a grammar in their order, helpers written out where they are used."""
    terminals = dict(_terminals(grammar))
    rules = {name: _without_mistakes(found) for name, found in _rules(grammar)}
    lists = {name: text for name, found in rules.items() if (text := _repetition(name, found))}
    shown = []
    for name, found in rules.items():
        if name in lists or name in _SYNONYMS:
            continue
        texts = dict.fromkeys(_readable(text, lists, terminals) for text in found)
        shown.append(Production(name, tuple(texts)))
    return tuple(shown)


#: Helpers that are the same thing twice for the sake of the lexer, and what to read for them.
_SYNONYMS: Mapping[str, str] = {
    "text_hole": "hole",
    "text_pieces": "pieces",
    "soft_word": "NAME",
    "dotted": 'NAME ("." MEMBER)*',
    "chain": "operand (operator operand)*",
    "words": "word (`|` word)+",
}


def _rules(grammar: str) -> Iterator[tuple[str, list[str]]]:
    name, found = "", list[str]()
    for line in grammar.splitlines():
        text = re.sub(r"(^|\s)//.*$", "", line).rstrip()
        start = _RULE.match(text)
        if start:
            if name:
                yield name, found
            name, found = start[1], _split(start[2])
        elif text.lstrip().startswith("|") and name:
            found += _split(text.lstrip()[1:])
        elif text and not text.startswith((" ", "%")) and name:
            yield name, found
            name = ""
    if name:
        yield name, found


def _split(text: str) -> list[str]:
    """Alternatives of one line, those in parentheses and quotes left whole."""
    parts, depth, quoted, current = [], 0, False, ""
    for character in text:
        if character == '"':
            quoted = not quoted
        elif not quoted:
            depth += (character in "([") - (character in ")]")
            if character == "|" and depth == 0:
                parts.append(current)
                current = ""
                continue
        current += character
    return [part.strip() for part in (*parts, current)]


def _terminals(grammar: str) -> Iterator[tuple[str, str]]:
    for line in grammar.splitlines():
        found = _TERMINAL.match(line)
        if found and found[2].startswith('"'):
            yield found[1], found[2][1:-1].replace('\\"', '"')


def _without_mistakes(alternatives: list[str]) -> list[str]:
    kept = []
    for text in alternatives:
        plain = re.sub(r"\s*->\s*\w+$", "", text).strip()
        if plain.startswith("->"):
            plain = ""
        if not _MISTAKES.intersection(plain.split()):
            kept.append(plain)
    return kept


def _repetition(name: str, alternatives: list[str]) -> str | None:
    """`x: y | x "," y` as `y ("," y)*`, `x: | x y` as `y*`; None for a rule that is no list."""
    again = [text.removeprefix(name + " ") for text in alternatives if text.startswith(name + " ")]
    if not again or name in _SYNONYMS:
        return None
    first = [text for text in alternatives if not text.startswith(name + " ")]
    if len(first) > 1:
        return None
    inner = " | ".join(again)
    if first == [""]:
        return f"({inner})*" if " " in inner else f"{inner}*"
    if again == first:
        return f"{inner}+"
    return f"{' | '.join(first)} ({inner})*"


def _readable(text: str, lists: Mapping[str, str], terminals: Mapping[str, str]) -> str:
    def replaced(match: re.Match[str]) -> str:
        word = match[0]
        if word.startswith('"'):
            return f"`{word[1:-1]}`"
        if word in _SYNONYMS:
            return (
                _readable(_SYNONYMS[word], lists, terminals)
                if "`" not in _SYNONYMS[word]
                else (_SYNONYMS[word])
            )
        if word in lists:
            return _readable(lists[word], lists, terminals)
        if word in terminals:
            return f"`{terminals[word]}`"
        return word

    plain = text.replace("(NAME | soft_word)", "NAME")
    return re.sub(r'"[^"]*"|`[^`]*`|[A-Za-z_]+', replaced, plain)


def pattern_terminals(grammar: str) -> tuple[str, ...]:
    """The terminals that stand for many texts (names, numbers), as the rules use them."""
    used = {
        word
        for production in productions(grammar)
        for text in production.alternatives
        for word in re.findall(r"\b[A-Z_]{2,}\b", re.sub(r"`[^`]*`", "", text))
    }
    return tuple(sorted(used))


__all__ = ["Production", "pattern_terminals", "productions"]
