-- +goose Up

-- One row a person whose time is looked after. It holds nothing but a version:
-- whoever wants to change that time raises it first, and so waits for whoever
-- came before.
CREATE TABLE calendars (
    org_id    TEXT   NOT NULL,
    person_id TEXT   NOT NULL,
    version   BIGINT NOT NULL,
    PRIMARY KEY (org_id, person_id)
);

-- Minutes of the day on the wall clock of the person's zone.
CREATE TABLE hours (
    org_id       TEXT   NOT NULL,
    person_id    TEXT   NOT NULL,
    weekday      BIGINT NOT NULL,
    start_minute BIGINT NOT NULL,
    end_minute   BIGINT NOT NULL,
    location     TEXT   NOT NULL,
    PRIMARY KEY (org_id, person_id, weekday, start_minute),
    CHECK (start_minute < end_minute)
);

-- A date (2026-12-31) that replaces the usual hours. open_minutes is JSON;
-- without any the day is closed.
CREATE TABLE hours_exceptions (
    org_id       TEXT NOT NULL,
    person_id    TEXT NOT NULL,
    day          TEXT NOT NULL,
    open_minutes TEXT NOT NULL,
    PRIMARY KEY (org_id, person_id, day)
);

CREATE TABLE time_off (
    org_id    TEXT   NOT NULL,
    person_id TEXT   NOT NULL,
    id        TEXT   NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at   BIGINT NOT NULL,
    reason    TEXT   NOT NULL,
    PRIMARY KEY (org_id, id),
    CHECK (starts_at < ends_at)
);
CREATE INDEX time_off_person ON time_off (org_id, person_id, ends_at);

-- A claim is a span taken by an agreed meeting. No person's claims overlap; what
-- enforces it is in the next migration, the one thing the engines say differently.
CREATE TABLE claims (
    meeting_id TEXT   NOT NULL,
    person_id  TEXT   NOT NULL,
    org_id     TEXT   NOT NULL,
    starts_at  BIGINT NOT NULL,
    ends_at    BIGINT NOT NULL,
    PRIMARY KEY (org_id, meeting_id, person_id),
    CHECK (starts_at < ends_at)
);
CREATE INDEX claims_person ON claims (org_id, person_id, ends_at);

-- A calendar that a person published elsewhere. Its address is a secret, sealed
-- by vault; people see its host and its last letters. read_at is the last time
-- it could be read, full_at the last time all of it was, and zone the owner's
-- at that time.
CREATE TABLE busy_sources (
    org_id        TEXT    NOT NULL,
    person_id     TEXT    NOT NULL,
    id            TEXT    NOT NULL,
    address       BYTEA   NOT NULL,
    host          TEXT    NOT NULL,
    tail          TEXT    NOT NULL,
    added_at      BIGINT  NOT NULL,
    tried_at      BIGINT  NOT NULL,
    read_at       BIGINT  NOT NULL,
    full_at       BIGINT  NOT NULL,
    zone          TEXT    NOT NULL,
    etag          TEXT    NOT NULL,
    modified      TEXT    NOT NULL,
    fault         TEXT    NOT NULL,
    failing_since BIGINT  NOT NULL,
    failures      BIGINT  NOT NULL,
    stale         BOOLEAN NOT NULL,
    version       BIGINT  NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX busy_sources_person ON busy_sources (org_id, person_id, added_at);

-- When a person has something on elsewhere, and nothing of what it is. A row
-- that closes stands for not knowing: its source is stale, and the administrator
-- wants no appointments then.
CREATE TABLE busy (
    org_id    TEXT    NOT NULL,
    person_id TEXT    NOT NULL,
    source_id TEXT    NOT NULL,
    closes    BOOLEAN NOT NULL,
    starts_at BIGINT  NOT NULL,
    ends_at   BIGINT  NOT NULL,
    PRIMARY KEY (org_id, source_id, closes, starts_at),
    CHECK (starts_at < ends_at)
);
CREATE INDEX busy_person ON busy (org_id, person_id, ends_at);
