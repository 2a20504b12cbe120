"""What the scripts that derive catalogues share; nothing here runs in a compile."""
