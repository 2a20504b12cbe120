"""Manifests of workloads: YAML that the blueprint names, read as objects whose fields know their places."""
