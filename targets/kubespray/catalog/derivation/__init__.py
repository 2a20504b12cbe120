"""Reads a checkout of Kubespray for the catalogue; nothing here runs in a compile."""
