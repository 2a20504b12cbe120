"""Does by hand what a run-book leaves to the operator: keyrings and certificates."""

import subprocess
from collections.abc import Iterable
from pathlib import Path

_KEYRING = "[client.{client}]\n    key = AQBbQ1Zm8xk7FhAAnZ3bcm0vZ2JmYXRlcm9uZQ==\n"


def write_keyrings(folder: Path, paths: Iterable[str]) -> None:
    """Write Ceph keyrings at `paths`, each `…/ceph.client.NAME.keyring`."""
    for name in paths:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        client = path.name.removesuffix(".keyring").split(".client.", 1)[1]
        path.write_text(_KEYRING.format(client=client), encoding="utf-8")


def write_certificates(folder: Path, paths: Iterable[str], names: Iterable[str]) -> None:
    """Write PEM files at `paths`: a key, a certificate for `names`, or both, as the name tells."""
    key, certificate = folder / "operator.key", folder / "operator.crt"
    folder.mkdir(parents=True, exist_ok=True)
    subject_names = ",".join(f"DNS:{name}" for name in names)
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30"]
    command += ["-subj", "/CN=cloud", "-addext", f"subjectAltName={subject_names}"]
    command += ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    for name in paths:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.name.endswith("-key.pem"):
            parts = [key]
        elif path.name.endswith(("-cert.pem", ".crt")):
            parts = [certificate]
        else:  # HAProxy wants both in one file
            parts = [certificate, key]
        path.write_text("".join(part.read_text() for part in parts), encoding="utf-8")
    key.unlink()
    certificate.unlink()
