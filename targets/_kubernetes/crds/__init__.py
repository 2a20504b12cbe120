"""Closed field tables of the custom resources that targets emit, and the judge that holds resources to them.

    judge(resource_as_plain_mapping)                       # every fault of a whole resource
    judge_part("ceph.rook.io/v1", "CephCluster", ("spec",), value)   # of a value for one field of a kind
    fields("ceph.rook.io/v1", "CephCluster", ("spec", "network"))    # names allowed there

`derive.py` makes the tables out of the definitions of the projects. They know names, types, enumerations,
bounds, patterns and what is required; the rules in CEL and `anyOf` groups of the definitions are not in them.
Kinds of Kubernetes itself are not here: `tests/oracle/helm.py` judges those.
"""

from targets._kubernetes.crds.judge import Fault, fields, is_known, judge, judge_part

__all__ = ["Fault", "fields", "is_known", "judge", "judge_part"]
