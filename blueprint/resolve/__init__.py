"""From files to declarations: modules, parameters, families, inheritance; every name bound."""
