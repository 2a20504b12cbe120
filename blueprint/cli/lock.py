"""`oib lock`: keeps the addresses that were given out."""
