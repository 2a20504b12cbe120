#!/bin/sh
# Renders a chart for Argo CD, in the folder of its layer: values out of Git, passwords out of a Secret.
set -eu
passwords=${OIB_PASSWORDS:-/passwords}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export HELM_CACHE_HOME="$scratch" HELM_CONFIG_HOME="$scratch" HELM_DATA_HOME="$scratch"

set -- --namespace "$ARGOCD_APP_NAMESPACE" --include-crds --skip-tests \
  --values "values/$ARGOCD_ENV_RELEASE.yaml"
if [ "$ARGOCD_ENV_PASSWORDS" = yes ]; then
  set -- "$@" --values "$passwords/$ARGOCD_ENV_RELEASE.json"
fi
if [ -n "${KUBE_VERSION:-}" ]; then
  set -- "$@" --kube-version "$KUBE_VERSION"
fi
if [ -n "${KUBE_API_VERSIONS:-}" ]; then
  set -- "$@" --api-versions "$KUBE_API_VERSIONS"
fi
case $ARGOCD_ENV_REPOSITORY in
  oci://*) set -- "$ARGOCD_ENV_RELEASE" "$ARGOCD_ENV_REPOSITORY/$ARGOCD_ENV_CHART" "$@" ;;
  *) set -- "$ARGOCD_ENV_RELEASE" "$ARGOCD_ENV_CHART" --repo "$ARGOCD_ENV_REPOSITORY" "$@" ;;
esac
helm template "$@" --version "$ARGOCD_ENV_VERSION" > "$scratch/rendered.yaml"

# Helm runs jobs beside the pods that wait for them; Argo CD would run them after these are healthy. So each job that
# is no hook before a removal becomes one that is made anew in each sync. Names that charts make up anew lose that part.
awk '
  function finish(   i, line, of_job, last, in_metadata, has_annotations) {
    of_job = 0; last = 0; has_annotations = 0; in_metadata = 0
    for (i = 1; i <= count; i++) {
      if (doc[i] ~ /^kind: *"?Job"? *$/) of_job = 1
      if (doc[i] ~ /^ *"?helm\.sh\/hook"?: *"?(pre|post)-(delete|rollback)/) last = 1
      if (doc[i] ~ /^[^ #]/) in_metadata = (doc[i] ~ /^metadata: *$/)
      if (in_metadata && doc[i] ~ /^  annotations: *(\{\})? *$/) has_annotations = 1
    }
    in_metadata = 0
    for (i = 1; i <= count; i++) {
      line = doc[i]
      if (of_job && !last) {
        if (line ~ /^[^ #]/) in_metadata = (line ~ /^metadata: *$/)
        if (in_metadata && line ~ /^    "?helm\.sh\/hook/) continue
        if (in_metadata && line ~ /^  annotations: *(\{\})? *$/) { marks("  annotations:"); continue }
        if (in_metadata && line ~ /^metadata: *$/ && !has_annotations) { print line; marks("  annotations:"); continue }
      }
      if (line ~ /^ *name: .*-namespace-client-(ceph-config|key)-[a-z0-9][a-z0-9][a-z0-9][a-z0-9][a-z0-9]"? *$/) {
        sub(/-[a-z0-9][a-z0-9][a-z0-9][a-z0-9][a-z0-9]"? *$/, "", line)
      }
      print line
    }
    count = 0
  }
  function marks(above) {
    print above
    print "    argocd.argoproj.io/hook: Sync"
    print "    argocd.argoproj.io/hook-delete-policy: BeforeHookCreation"
    print "    argocd.argoproj.io/sync-wave: \"0\""
  }
  /^---/ { finish(); print; next }
  { doc[++count] = $0 }
  END { finish() }
' "$scratch/rendered.yaml"
