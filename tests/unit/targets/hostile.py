"""Texts that some reader would take for something else, each with a mark by which it is found again."""

MARK = "h0stile"
HOSTILE = (
    f"{{{{ lookup('pipe', '{MARK}') }}}}",
    f"{{% for {MARK} in x %}}",
    f"{{# {MARK} #}}",
    f"$({MARK})",
    f"`{MARK}`",
    f"; {MARK} #",
    f"' {MARK} '",
    f'" {MARK}',
    f"\\{MARK}",
    f"${{{MARK}}}",
    f"no\n{MARK}: yes",
    f"a\n[{MARK}]\nb = c",
    f"a\r{MARK}",
    f"{MARK}\x00",
    f"\u202e{MARK}",
    f"\u2028{MARK}",
    f"../../{MARK}",
    f"-{MARK}",
    f"!{MARK}",
    f"*{MARK}",
    f"&{MARK}",
    f"{MARK}: x",
    f"{MARK} # x",
    f" {MARK} ",
    f"{MARK}" * 2000,
    f"{MARK},x:1:4094",
    f"{MARK}|x",
    f"<{MARK}>",
)
EVERYTHING = f"{MARK}" + "".join(chr(c) for c in range(0x20, 0x7F))
