"""Ceph on hosts through cephadm."""
