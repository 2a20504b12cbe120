"""The deployment tools that a blueprint compiles to, one package each."""
