"""Kubernetes on hosts through Kubespray."""
