"""The checks across layers: each reads the whole resolved model and says what doesn't fit."""
