#!/bin/sh
# Makes or upgrades Temporal's two databases on PostgreSQL. Safe to run again.
set -eu
for part in temporal visibility; do
  case $part in temporal) database=temporal ;; *) database=temporal_visibility ;; esac
  tool() { temporal-sql-tool --plugin postgres12 --ep "$POSTGRES_SEEDS" -p 5432 -u "$POSTGRES_USER" --db "$database" "$@"; }
  tool create
  # Sets the version to 0.0, so only where there is none yet; both the first run and an upgrade end at the newest.
  tool update-schema -d "/etc/temporal/schema/postgresql/v12/$part/versioned" || {
    tool setup-schema -v 0.0
    tool update-schema -d "/etc/temporal/schema/postgresql/v12/$part/versioned"
  }
done
