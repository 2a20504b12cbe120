"""How the catalogue is derived: scripts that run where the upstream packages are installed."""
