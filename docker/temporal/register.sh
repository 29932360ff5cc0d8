#!/bin/sh
# Registers the namespace and the search attributes that Plumbline's workflows set. Safe to run again.
set -eu
namespace=${TEMPORAL_NAMESPACE:-default}
temporal operator namespace describe --namespace "$namespace" >/dev/null 2>&1 \
  || temporal operator namespace create --namespace "$namespace" --retention 720h

# A new namespace takes some seconds to be seen by every part of the service.
tries=0
until temporal operator search-attribute list --namespace "$namespace" >/dev/null 2>&1; do
  tries=$((tries + 1))
  [ "$tries" -lt 60 ] || { echo "namespace $namespace did not become ready" >&2; exit 1; }
  sleep 1
done

for name in ModelId Team CycleVerdict IncidentState Severity; do
  temporal operator search-attribute list --namespace "$namespace" | grep -qw "$name" \
    || temporal operator search-attribute create --namespace "$namespace" --name "$name" --type Keyword
done
