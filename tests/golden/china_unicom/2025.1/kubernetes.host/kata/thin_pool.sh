#!/bin/sh
# Makes the thin pool that containerd's devmapper snapshotter unpacks images on; safe to run again.
set -eu
device="${1:?must name the disk of the pool}"
if lvs kata/pool >/dev/null 2>&1; then
  exit 0
fi
if test -n "$(lsblk --noheadings --output FSTYPE,MOUNTPOINTS,PARTTYPE "$device" | tr -d '[:space:]')"; then
  echo "$device holds something already: look at it, and wipe it if it is not needed" >&2
  exit 1
fi
pvcreate "$device"
vgcreate kata "$device"
lvcreate --yes --type thin-pool --name pool --extents 95%FREE kata
