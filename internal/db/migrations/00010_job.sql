-- +goose Up
-- Durable work. due_at is both when to run and, while running, the lease.
CREATE TABLE jobs (
  key       TEXT PRIMARY KEY,
  org_id    TEXT NOT NULL,
  kind      TEXT NOT NULL,
  args      TEXT NOT NULL,
  due_at    BIGINT NOT NULL,
  running   BOOLEAN NOT NULL,
  dead      BOOLEAN NOT NULL,
  rung      BIGINT NOT NULL,
  epoch     BIGINT NOT NULL,
  attempt   BIGINT NOT NULL,
  failed_at BIGINT NOT NULL,
  said      TEXT NOT NULL
);
CREATE INDEX jobs_due ON jobs (due_at) WHERE dead = FALSE;
CREATE INDEX jobs_dead ON jobs (org_id, failed_at) WHERE dead = TRUE;

-- Work that comes round: next_at moves by compare-and-set.
CREATE TABLE ticks (
  name    TEXT PRIMARY KEY,
  next_at BIGINT NOT NULL
);
