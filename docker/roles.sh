#!/usr/bin/env bash
# Run once by the postgres image in an empty database: the same two roles and extensions as the embedded server has.
# chofu_owner owns the tables and migrates; chofu_app serves, with what the migrations grant it and nothing more.
set -euo pipefail

psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
  --set=database="$POSTGRES_DB" --set=owner_password="$CHOFU_OWNER_PASSWORD" --set=app_password="$CHOFU_APP_PASSWORD" <<'SQL'
CREATE ROLE chofu_owner LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB PASSWORD :'owner_password';
CREATE ROLE chofu_app LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB PASSWORD :'app_password';
ALTER DATABASE :"database" OWNER TO chofu_owner;
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO chofu_app;
GRANT USAGE ON SCHEMA public TO chofu_owner, chofu_app;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
SQL
