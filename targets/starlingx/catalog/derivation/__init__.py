"""Derives the catalogues of StarlingX from its own repositories."""
