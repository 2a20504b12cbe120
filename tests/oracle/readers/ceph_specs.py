"""Reads cephadm specification documents with Ceph's own classes; runs beside Ceph's packages.

On stdin: YAML documents. On stdout: JSON, a list of `[number of the document, message]`.
"""

import inspect
import json
import sys

import yaml
from ceph.deployment.hostspec import HostSpec, SpecValidationError
from ceph.deployment.service_spec import ServiceSpec


def main() -> None:
    """Judge the documents on stdin."""
    findings = []
    for number, document in enumerate(yaml.safe_load_all(sys.stdin), start=1):
        try:
            if document["service_type"] == "host":
                _refuse_unknown_keys(document)
                HostSpec.from_json(document).validate()
            else:
                spec = ServiceSpec.from_json(document)
                spec.validate()
        except (SpecValidationError, AssertionError, KeyError, TypeError, ValueError) as reason:
            findings.append([number, f"{type(reason).__name__}: {reason}"])
    json.dump(findings, sys.stdout)


def _refuse_unknown_keys(document: dict[str, object]) -> None:
    """Refuse what `HostSpec.from_json` would pass over in silence."""
    known = {"service_type", *inspect.signature(HostSpec.__init__).parameters}
    unknown = sorted(set(document) - known)
    if unknown:
        raise ValueError(f"a host has no {', '.join(unknown)}")


if __name__ == "__main__":
    main()
