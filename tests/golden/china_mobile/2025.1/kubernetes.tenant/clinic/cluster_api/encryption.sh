#!/bin/sh
# Prints a configuration with a new key, which is written nowhere else.
set -eu
key=$(head -c 32 /dev/urandom | base64)
cat <<END
apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources:
- resources: [secrets]
  providers:
  - secretbox:
      keys:
      - name: key1
        secret: $key
  - identity: {}
END
