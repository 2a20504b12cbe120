"""What the shims of Kata Containers are, need and cost: kata-deploy's chart 4.1.0 says so.

Sources, of kata-containers 4.1.0 under `tools/packaging/kata-deploy/helm-chart/kata-deploy`: architectures,
snapshotters and labels of nodes are `shims` of `values.yaml`; overheads are the table at the head of
`templates/runtimeclasses.yaml`. What is under a shim is in `docs/hypervisors.md`, the least versions of
containerd and Kubernetes in `versions.yaml` and `docs/prerequisites.md`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from blueprint.model.kubernetes import Kubernetes
from blueprint.model.kubernetes_features import Runtime, Shim
from blueprint.values import Ref, Size, labelled

Arch = Literal["x86_64", "aarch64", "s390x", "ppc64le"]

#: Release that these facts are of, and the least that it runs on.
RELEASE = "4.1.0"
LEAST_CONTAINERD = (1, 7)
LEAST_KUBERNETES = (1, 22)

#: Label of nodes on which kata-deploy has done its work; all RuntimeClasses ask for it.
READY_LABEL = "katacontainers.io/kata-runtime"

_ANY: tuple[Arch, ...] = ("x86_64", "aarch64", "s390x", "ppc64le")
_CC_OFF = {"nvidia.com/cc.ready.state": "false"}
_CC_ON = {"nvidia.com/cc.ready.state": "true"}
_SNP = {"amd.feature.node.kubernetes.io/snp": "true"}
_TDX = {"intel.feature.node.kubernetes.io/tdx": "true"}


@dataclass(frozen=True, slots=True)
class ShimFacts:
    """What a shim runs on, what it asks of its nodes, and what each of its pods costs beside the containers.

    `snapshotter` is the one that it cannot do without, `cpu_feature` what the processor must have (in the
    words of `hardware.cpu.features`), `labels` those of nodes that its RuntimeClass selects: the GPU operator
    and NFD set them. `memory` and `cpu_m` (thousandths of a CPU) are the pod overhead.
    """

    architectures: tuple[Arch, ...]
    memory: Size
    cpu_m: int
    snapshotter: Literal["devmapper", "nydus"] | None = None
    cpu_feature: Literal["sev_snp", "tdx"] | None = None
    is_gpu: bool = False
    labels: Mapping[str, str] | None = None

    @property
    def is_confidential(self) -> bool:
        """Whether the processor encrypts its guests' memory."""
        return self.cpu_feature is not None


def _mib(count: int) -> Size:
    return Size(count * 1024**2)


def _small(*architectures: Arch, snapshotter: Literal["devmapper"] | None = None) -> ShimFacts:
    return ShimFacts(architectures, _mib(130), 250, snapshotter)


def _qemu(*architectures: Arch) -> ShimFacts:
    return ShimFacts(architectures, _mib(320), 250)


def _gpu(*architectures: Arch) -> ShimFacts:
    return ShimFacts(architectures, _mib(10240), 1000, is_gpu=True, labels=_CC_OFF)


_SNP_GUEST = ShimFacts(("x86_64",), _mib(2048), 1000, "nydus", "sev_snp", labels=_SNP)
_TDX_GUEST = ShimFacts(("x86_64",), _mib(2048), 1000, "nydus", "tdx", labels=_TDX)
_GPU_SNP = ShimFacts(("x86_64",), _mib(10240), 1000, "nydus", "sev_snp", is_gpu=True, labels={**_CC_ON, **_SNP})  # fmt: skip
_GPU_TDX = ShimFacts(("x86_64",), _mib(10240), 1000, "nydus", "tdx", is_gpu=True, labels={**_CC_ON, **_TDX})  # fmt: skip

#: By the blueprint's word, which is the chart's with `_` for `-`.
SHIMS: Mapping[Shim, ShimFacts] = {
    "clh": _small("x86_64"),
    "clh_runtime_rs": _small("x86_64"),
    "dragonball": _small("x86_64"),
    "fc": _small("x86_64", snapshotter="devmapper"),
    "qemu": _qemu(*_ANY),
    "qemu_coco_dev": ShimFacts(("x86_64", "s390x"), _mib(160), 250, "nydus"),
    "qemu_coco_dev_runtime_rs": ShimFacts(("x86_64", "aarch64", "s390x"), _mib(320), 250, "nydus"),
    "qemu_nvidia_cpu": _qemu("x86_64", "aarch64"),
    "qemu_nvidia_cpu_runtime_rs": _qemu("x86_64", "aarch64"),
    "qemu_nvidia_gpu": _gpu("x86_64"),
    "qemu_nvidia_gpu_runtime_rs": _gpu("x86_64", "aarch64"),
    "qemu_nvidia_gpu_snp": _GPU_SNP,
    "qemu_nvidia_gpu_snp_runtime_rs": _GPU_SNP,
    "qemu_nvidia_gpu_tdx": _GPU_TDX,
    "qemu_nvidia_gpu_tdx_runtime_rs": _GPU_TDX,
    "qemu_runtime_rs": _qemu(*_ANY),
    "qemu_se": ShimFacts(("s390x",), _mib(1024), 1000, "nydus"),
    "qemu_se_runtime_rs": ShimFacts(("s390x",), _mib(1024), 1000, "nydus"),
    "qemu_snp": _SNP_GUEST,
    "qemu_snp_runtime_rs": _SNP_GUEST,
    "qemu_tdx": _TDX_GUEST,
    "qemu_tdx_runtime_rs": _TDX_GUEST,
}


def shim_name(shim: Shim) -> str:
    """Kata's own name of a shim: `qemu-snp`."""
    return shim.replace("_", "-")


def class_name(shim: Shim) -> str:
    """The RuntimeClass of a shim, which is its handler too: `kata-qemu-snp`."""
    return f"kata-{shim_name(shim)}"


def pools_named(cluster: Kubernetes, stated: Sequence[Ref]) -> tuple[str, ...]:
    """Labels of the pools that a part of a cluster names, in its order; all where it names none."""
    labels = {labelled("", "pool", label).parts[-1]: label for label in cluster.pool}
    found = dict.fromkeys(labels[ref.parts[-1]] for ref in stated if ref.parts[-1] in labels)
    return tuple(found) or tuple(cluster.pool)


def runtime_pools(cluster: Kubernetes, runtime: Runtime) -> tuple[str, ...]:
    """Labels of the pools that a runtime is on."""
    return pools_named(cluster, runtime.pools)


def runtimes_of(cluster: Kubernetes, shim: Shim) -> tuple[str, ...]:
    """Labels of the cluster's runtimes that have a shim."""
    return tuple(label for label, runtime in cluster.runtime.items() if shim in runtime.shims)


__all__ = [
    "LEAST_CONTAINERD", "LEAST_KUBERNETES", "READY_LABEL", "RELEASE", "SHIMS", "Arch", "ShimFacts",
    "class_name", "pools_named", "runtime_pools", "runtimes_of", "shim_name",
]  # fmt: skip
