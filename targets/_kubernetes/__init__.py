"""What all targets share that write for Kubernetes: resources, custom kinds, chart values, delivery."""
