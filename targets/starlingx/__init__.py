"""StarlingX: what it accepts and what each of its releases can do."""
