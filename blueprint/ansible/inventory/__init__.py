"""Inventory plug-ins of Ansible."""
