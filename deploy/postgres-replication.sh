#!/bin/sh
# Run once, when the database is made: lets `manage.py backup` copy it from the other containers.
echo "host replication all all scram-sha-256" >> "$PGDATA/pg_hba.conf"
