"""Whole stacks to begin from and to learn by; `oib init --from` copies one."""
