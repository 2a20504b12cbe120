"""The releases of Kubespray that have a catalogue, and the tag that each was derived from."""

#: Release line -> tag, oldest first. Each line knows three minor versions of Kubernetes.
TAGS = {"2.29": "v2.29.1", "2.30": "v2.30.0", "2.31": "v2.31.0"}
