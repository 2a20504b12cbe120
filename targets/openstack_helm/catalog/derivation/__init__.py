"""Finds out, by rendering the real charts, which of their values any template reads."""
