"""The grammar of the blueprint language, and the parse table that Lark makes of it."""
