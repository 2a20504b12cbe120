#!/bin/sh
# Made by oib from the blueprint: change the blueprint, not this file.
set -eu
ceph osd crush rule create-replicated by_rack default rack
ceph osd pool set .mgr crush_rule by_rack
ceph osd pool create images --autoscale-mode=on
ceph osd pool set images crush_rule by_rack
ceph osd pool set images size 3
ceph osd pool set images min_size 2
ceph osd pool set images target_size_ratio 0.1
rbd pool init images
ceph osd pool create volumes --autoscale-mode=on
ceph osd pool set volumes crush_rule by_rack
ceph osd pool set volumes size 3
ceph osd pool set volumes min_size 2
ceph osd pool set volumes target_size_ratio 0.5
rbd pool init volumes
ceph osd pool create backups --autoscale-mode=on
ceph osd pool set backups crush_rule by_rack
ceph osd pool set backups size 3
ceph osd pool set backups min_size 2
ceph osd pool set backups target_size_ratio 0.2
rbd pool init backups
ceph osd pool create vms --autoscale-mode=on
ceph osd pool set vms crush_rule by_rack
ceph osd pool set vms size 3
ceph osd pool set vms min_size 2
ceph osd pool set vms target_size_ratio 0.2
rbd pool init vms
ceph auth get-or-create client.glance >/dev/null
ceph auth caps client.glance mon 'profile rbd' osd 'profile rbd pool=images' mgr 'profile rbd pool=images'
ceph auth get-or-create client.cinder >/dev/null
ceph auth caps client.cinder mon 'profile rbd' osd 'profile rbd pool=volumes, profile rbd-read-only pool=images' mgr 'profile rbd pool=volumes'
ceph auth get-or-create client.cinder-backup >/dev/null
ceph auth caps client.cinder-backup mon 'profile rbd' osd 'profile rbd pool=backups' mgr 'profile rbd pool=backups'
ceph auth get-or-create client.nova >/dev/null
ceph auth caps client.nova mon 'profile rbd' osd 'profile rbd pool=vms, profile rbd-read-only pool=images' mgr 'profile rbd pool=vms'
