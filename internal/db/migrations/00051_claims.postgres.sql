-- +goose Up

-- The extension ships with PostgreSQL and is trusted: the database's owner may add it.
CREATE EXTENSION IF NOT EXISTS btree_gist;

ALTER TABLE claims ADD CONSTRAINT claims_overlap
    EXCLUDE USING gist (org_id WITH =, person_id WITH =, int8range(starts_at, ends_at) WITH &&);
