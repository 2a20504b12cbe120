"""Reads the packages of a release and says what its catalogue holds; never imported by `oib`."""
