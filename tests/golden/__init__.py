"""The exact trees that the reference blueprints give."""
