"""Expressions: their names and types checked once, then run as often as needed."""
