"""The text of the language: parsing with recovery, the syntax tree, printing."""
