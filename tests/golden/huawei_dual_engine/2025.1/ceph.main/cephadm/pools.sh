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
ceph osd pool set volumes target_size_ratio 0.4
rbd pool init volumes
ceph osd pool create backups --autoscale-mode=on
ceph osd pool set backups crush_rule by_rack
ceph osd pool set backups size 3
ceph osd pool set backups min_size 2
ceph osd pool set backups target_size_ratio 0.15
rbd pool init backups
ceph osd pool create containers --autoscale-mode=on
ceph osd pool set containers crush_rule by_rack
ceph osd pool set containers size 3
ceph osd pool set containers min_size 2
ceph osd pool set containers target_size_ratio 0.1
rbd pool init containers
ceph osd pool create vms --autoscale-mode=on
ceph osd pool set vms crush_rule by_rack
ceph osd pool set vms size 3
ceph osd pool set vms min_size 2
ceph osd pool set vms target_size_ratio 0.2
rbd pool init vms
ceph osd pool create cephfs.shares.meta --autoscale-mode=on
ceph osd pool set cephfs.shares.meta crush_rule by_rack
ceph osd pool set cephfs.shares.meta size 3
ceph osd pool set cephfs.shares.meta min_size 2
ceph osd pool create cephfs.shares.data --autoscale-mode=on
ceph osd pool set cephfs.shares.data crush_rule by_rack
ceph osd pool set cephfs.shares.data size 3
ceph osd pool set cephfs.shares.data min_size 2
ceph fs get shares >/dev/null 2>&1 || ceph fs new shares cephfs.shares.meta cephfs.shares.data
ceph osd pool create .rgw.root --autoscale-mode=on --yes-i-really-mean-it
ceph osd pool set .rgw.root crush_rule by_rack
ceph osd pool set .rgw.root size 3
ceph osd pool set .rgw.root min_size 2
ceph osd pool application enable .rgw.root rgw
ceph osd pool create default.rgw.control --autoscale-mode=on
ceph osd pool set default.rgw.control crush_rule by_rack
ceph osd pool set default.rgw.control size 3
ceph osd pool set default.rgw.control min_size 2
ceph osd pool application enable default.rgw.control rgw
ceph osd pool create default.rgw.log --autoscale-mode=on
ceph osd pool set default.rgw.log crush_rule by_rack
ceph osd pool set default.rgw.log size 3
ceph osd pool set default.rgw.log min_size 2
ceph osd pool application enable default.rgw.log rgw
ceph osd pool create default.rgw.meta --autoscale-mode=on
ceph osd pool set default.rgw.meta crush_rule by_rack
ceph osd pool set default.rgw.meta size 3
ceph osd pool set default.rgw.meta min_size 2
ceph osd pool application enable default.rgw.meta rgw
ceph osd pool create default.rgw.buckets.index --autoscale-mode=on
ceph osd pool set default.rgw.buckets.index crush_rule by_rack
ceph osd pool set default.rgw.buckets.index size 3
ceph osd pool set default.rgw.buckets.index min_size 2
ceph osd pool application enable default.rgw.buckets.index rgw
ceph osd pool create default.rgw.buckets.non-ec --autoscale-mode=on
ceph osd pool set default.rgw.buckets.non-ec crush_rule by_rack
ceph osd pool set default.rgw.buckets.non-ec size 3
ceph osd pool set default.rgw.buckets.non-ec min_size 2
ceph osd pool application enable default.rgw.buckets.non-ec rgw
ceph osd erasure-code-profile set default.rgw.buckets.data.profile k=2 m=1 crush-failure-domain=rack
ceph osd pool create default.rgw.buckets.data erasure default.rgw.buckets.data.profile --autoscale-mode=on
ceph osd pool application enable default.rgw.buckets.data rgw
ceph auth get-or-create client.glance >/dev/null
ceph auth caps client.glance mon 'profile rbd' osd 'profile rbd pool=images' mgr 'profile rbd pool=images'
ceph auth get-or-create client.cinder >/dev/null
ceph auth caps client.cinder mon 'profile rbd' osd 'profile rbd pool=volumes, profile rbd-read-only pool=images' mgr 'profile rbd pool=volumes'
ceph auth get-or-create client.cinder-backup >/dev/null
ceph auth caps client.cinder-backup mon 'profile rbd' osd 'profile rbd pool=backups' mgr 'profile rbd pool=backups'
ceph auth get-or-create client.nova >/dev/null
ceph auth caps client.nova mon 'profile rbd' osd 'profile rbd pool=vms, profile rbd-read-only pool=images' mgr 'profile rbd pool=vms'
ceph auth get-or-create client.kubernetes >/dev/null
ceph auth caps client.kubernetes mon 'profile rbd' osd 'profile rbd pool=containers' mgr 'profile rbd pool=containers'
ceph auth get-or-create client.manila >/dev/null
ceph auth caps client.manila mon 'allow r' mgr 'allow rw'
