"""Tests of oib, and the judges that they share."""
