"""From the text of a literal to its value, or to a diagnostic in plain words.

The grammar's literal terminals take in the malformed neighbours of what they stand for (`300.1.2.3`, `2027-6-30`),
so that what is wrong with a literal is said here and not by the parser.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, Final

from blueprint.diagnostics import Diagnostic
from blueprint.diagnostics import literals as say
from blueprint.source import Span
from blueprint.syntax import ast
from blueprint.values import UNITS, Mac, Ratio

MAX_DIGITS: Final = 40
"""A 128-bit number has 39 digits."""

_SMALLEST = {
    "size": "bytes",
    "rate": "bits a second",
    "duration": "nanoseconds",
    "frequency": "hertz",
    "power": "watts",
    "iops": "operations",
}
_ALIASES = {
    "g": ["GiB", "GB"], "t": ["TiB", "TB"], "Gb": ["Gbps", "GB"], "Mb": ["Mbps", "MB"], "Tb": ["Tbps", "TB"],
    "Gb/s": ["Gbps"], "Mb/s": ["Mbps"], "Tb/s": ["Tbps"], "Gbit/s": ["Gbps"], "Mbit/s": ["Mbps"],
    "k": ["KiB", "KB"], "K": ["KiB", "KB"], "M": ["MiB", "MB", "Mbps"], "G": ["GiB", "GB", "Gbps"], "T": ["TiB", "TB"],
    "Ki": ["KiB"], "Mi": ["MiB"], "Gi": ["GiB"], "Ti": ["TiB"], "Pi": ["PiB"],
    "bit": ["bps"], "kbit": ["Kbps"], "Mbit": ["Mbps"], "Gbit": ["Gbps"], "GbE": ["Gbps"], "G_bps": ["Gbps"],
    "sec": ["s"], "secs": ["s"], "second": ["s"], "seconds": ["s"], "S": ["s"],
    "m": ["min"], "mins": ["min"], "minute": ["min"], "minutes": ["min"],
    "hr": ["h"], "hrs": ["h"], "hour": ["h"], "hours": ["h"], "H": ["h"],
    "d": ["days"], "D": ["days"], "w": ["days"], "weeks": ["days"], "week": ["days"],
    "msec": ["ms"], "usec": ["us"], "percent": ["%"], "pct": ["%"], "watt": ["W"], "watts": ["W"],
}  # fmt: skip
_QUANTITY = re.compile(r"([0-9_.]+)[ \t]*(.+)")
_WORD_AFTER = re.compile(r"[ \t]*([A-Za-z_][A-Za-z0-9_]*(?:/s\b)?)")
_MAC = re.compile(r"[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}")

Report = Callable[[Diagnostic], None]


def number(text: str, span: Span, report: Report) -> ast.Expr:
    """`42`, `1_000_000`, `0x8086`, `4.0`."""
    if text.isdigit() and (text[0] != "0" or len(text) == 1) and len(text) <= MAX_DIGITS:
        return ast.LiteralExpr(int(text), span)
    value = _amount(text, span, report)
    return ast.BrokenExpr(span) if value is None else ast.LiteralExpr(value, span)


def _amount(text: str, span: Span, report: Report) -> int | Decimal | None:
    digits = text.replace("_", "")
    if len(digits) > MAX_DIGITS:
        report(say.number_too_long(span, len(digits), MAX_DIGITS))
    elif text[-1] == "_" or "__" in text or "_." in text or text[1:3] in ("x_", "X_"):
        report(say.malformed_number(span, text, None, "`_` stands between two digits"))
    elif text[:2] in ("0x", "0X"):
        return int(digits, 16)
    elif digits[0] == "0" and len(digits) > 1 and digits[1] != ".":
        right = digits.lstrip("0") or "0"
        report(say.leading_zero(span, text, f"0{right}" if right[0] == "." else right))
    elif "." in digits:
        return Decimal(digits)
    else:
        return int(digits)
    return None


def quantity(text: str, span: Span, report: Report) -> ast.Expr:
    """`16 GiB`, `25 Gbps`, `1500 ms`, `80 %`."""
    found = _QUANTITY.fullmatch(text)
    assert found
    amount_text, unit = found.groups()
    source, start, _ = span
    amount = _amount(amount_text, Span(source, start, start + len(amount_text)), report)
    if amount is None:
        return ast.BrokenExpr(span)
    if unit == "%":
        return ast.LiteralExpr(Ratio(f"{amount}e-2"), span)
    kind = UNITS[unit]
    whole, _, fraction = str(amount).partition(".")
    exact = int(whole + fraction) * kind.units[unit]
    scale = 10 ** len(fraction)
    if exact % scale:
        report(say.inexact_quantity(span, text, _SMALLEST[kind.type_name]))
        return ast.BrokenExpr(span)
    return ast.LiteralExpr(kind(exact // scale), span)


def unknown_unit(text: str, span: Span, report: Report) -> ast.Expr:
    """A number and a word that is no unit: `480 Gb`, `1e3`, `0o17`, `3x`."""
    source, start, _ = span
    digits = re.match(r"[0-9][0-9_]*(\.[0-9]+)?", text)
    assert digits
    after = _WORD_AFTER.match(text, digits.end())
    assert after, text
    word = after[1]
    if digits.end() == after.start(1):
        if re.fullmatch(r"[eE][0-9]*", word):
            whole = f"{Decimal(digits[0] + word):f}" if word[1:] and len(word) < 4 else None
            report(say.malformed_number(span, text, whole, "there is no notation with exponents"))
            return ast.BrokenExpr(span)
        if text[0] == "0" and len(digits[0]) == 1 and word[0] in "xXoObB":
            if word[0] in "xX":
                report(
                    say.malformed_number(
                        span, text, None, "hexadecimal digits are 0 to 9 and a to f"
                    )
                )
            else:
                base = 8 if word[0] in "oO" else 2
                right = (
                    str(int(word[1:], base))
                    if re.fullmatch(f"[0-{base - 1}]{{1,40}}", word[1:])
                    else None
                )
                report(say.malformed_number(span, text, right, "numbers are decimal, or `0x…`"))
            return ast.BrokenExpr(span)
    place = Span(source, start + after.start(1), start + after.end(1))
    if word in UNITS:
        report(say.distant_unit(place, digits[0], word))
        return ast.BrokenExpr(span)
    report(
        say.unknown_unit(
            place, word, _meant(word), ["GiB", "GB", "Gbps", "ms", "s", "min", "h", "days", "%"]
        )
    )
    return ast.BrokenExpr(span)


def _meant(word: str) -> list[str]:
    if word in _ALIASES:
        return _ALIASES[word]
    folded = [u for u in UNITS if u.lower() == word.lower()]
    return folded or [
        u for u in get_close_matches(word, list(UNITS), n=1, cutoff=0.7) if len(word) > 2
    ]


def dotted(text: str, span: Span, report: Report) -> ast.Expr:
    """`10.20.0.1`, `10.20.0.0/24`; `1.33.2` is a version without its quotes."""
    address, slash, length = text.partition("/")
    parts = address.split(".")
    value: Any
    if len(parts) != 4 and not slash:
        report(say.bare_version(span, text))
        return ast.BrokenExpr(span)
    try:
        ip = ipaddress.IPv4Address(address)
    except ValueError:
        report(say.impossible_address(span, text, "IPv4", _why_not_ipv4(parts)))
        return ast.BrokenExpr(span)
    if not slash:
        return ast.LiteralExpr(ip, span)
    value = _prefix(text, ip, length, 32, span, report)
    return ast.BrokenExpr(span) if value is None else ast.LiteralExpr(value, span)


def _why_not_ipv4(parts: list[str]) -> str:
    if len(parts) != 4:
        return f"it has {len(parts)} numbers, not four"
    for part in parts:
        if len(part) > 1 and part[0] == "0":
            return f"`{part}` begins with a zero"
        if len(part) > 3 or int(part) > 255:
            return f"`{part}` is more than 255"
    raise AssertionError(parts)


def _prefix(text: str, ip: Any, length: str, limit: int, span: Span, report: Report) -> Any:
    source, _, end = span
    if (len(length) > 1 and length[0] == "0") or len(length) > 3 or int(length) > limit:
        report(say.impossible_prefix(Span(source, end - len(length) - 1, end), text, length, limit))
        return None
    network = ipaddress.ip_network((ip, int(length)), strict=False)
    if network.network_address != ip:
        report(say.host_bits(span, text, str(network)))
        return None
    return network


def coloned(text: str, span: Span, report: Report) -> ast.Expr:
    """`aa:bb:cc:dd:ee:ff`, `2001:db8::1`, `2001:db8::/48`."""
    if _MAC.fullmatch(text):
        return ast.LiteralExpr(Mac(text.lower()), span)
    address, slash, length = text.partition("/")
    try:
        ip = ipaddress.IPv6Address(address)
    except ValueError:
        _report_coloned(text, address, span, report)
        return ast.BrokenExpr(span)
    if not slash:
        return ast.LiteralExpr(ip, span)
    value = _prefix(text, ip, length, 128, span, report)
    return ast.BrokenExpr(span) if value is None else ast.LiteralExpr(value, span)


def _report_coloned(text: str, address: str, span: Span, report: Report) -> None:
    groups = address.split(":")
    if ":" not in text:
        octets = re.findall("..", re.sub("[-.]", "", text.lower()))
        report(say.impossible_mac(span, text, ":".join(octets)))
        return
    if re.fullmatch(r"[0-9]{1,2}:[0-9]{2}:[0-9]{2}", text):
        report(say.unquoted_text(span, text, "a time of day"))
    elif re.fullmatch(r"[0-9A-Fa-f]{4}:[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}\.[0-7]", text):
        report(say.unquoted_text(span, text, "a PCI address"))
    elif all(len(g) in (1, 2) for g in groups) and "." not in address:
        report(say.impossible_mac(span, text))
    else:
        report(say.impossible_address(span, text, "IPv6", _why_not_ipv6(address, groups)))


def _why_not_ipv6(address: str, groups: list[str]) -> str:
    if address.count("::") > 1 or ":::" in address:
        return "`::` may stand once"
    long = next((g for g in groups if len(g) > 4 and "." not in g), None)
    if long:
        return f"`{long}` has more than four digits"
    if any("." in g for g in groups):
        return "its IPv4 part is wrong"
    if "::" in address:
        return "with `::` it has at most seven groups"
    return f"it has {len([g for g in groups if g])} groups, not eight"


def day(text: str, span: Span, report: Report) -> ast.Expr:
    """`2027-06-30`."""
    year, month, day_of_month = (int(part) for part in text.split("-"))
    try:
        value = date(year, month, day_of_month)
    except ValueError:
        report(say.impossible_date(span, text, None))
        return ast.BrokenExpr(span)
    if value.isoformat() != text:
        report(say.impossible_date(span, text, value.isoformat()))
        return ast.BrokenExpr(span)
    return ast.LiteralExpr(value, span)
