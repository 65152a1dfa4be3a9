-- +goose Up
CREATE TABLE notices (
  org_id        TEXT    NOT NULL,
  id            TEXT    NOT NULL,
  key           TEXT    NOT NULL,
  kind          TEXT    NOT NULL,
  urgency       BIGINT  NOT NULL,
  about         TEXT    NOT NULL,
  card          TEXT    NOT NULL,
  wanted        BIGINT  NOT NULL,
  always        BOOLEAN NOT NULL,
  secret        BOOLEAN NOT NULL, -- the card is emptied when it has been sent
  state         TEXT    NOT NULL, -- waiting, told, withdrawn
  at            BIGINT  NOT NULL,
  until_at      BIGINT  NOT NULL, -- when telling it is of no use any more; 0 is never
  audience      TEXT    NOT NULL, -- JSON; who still has to be written into deliveries
  outside       TEXT    NOT NULL, -- JSON; the address of somebody who is no person here
  reply_to      TEXT    NOT NULL, -- JSON; who gets the answer to the mail
  reached       TEXT    NOT NULL, -- the last person id that was
  created_at    BIGINT  NOT NULL,
  PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX notices_key ON notices (org_id, key);
CREATE INDEX notices_about ON notices (org_id, about);

CREATE TABLE deliveries (
  org_id     TEXT    NOT NULL,
  id         TEXT    NOT NULL,
  notice_id  TEXT    NOT NULL,
  person_id  TEXT    NOT NULL, -- empty for an address outside
  channel    TEXT    NOT NULL,
  lane_id    TEXT    NOT NULL,
  kind       TEXT    NOT NULL,
  about      TEXT    NOT NULL,
  urgency    BIGINT  NOT NULL,
  due_at     BIGINT  NOT NULL,
  state      TEXT    NOT NULL,
  epoch      BIGINT  NOT NULL,
  attempt    BIGINT  NOT NULL, -- answers that count: refusals of this row alone
  doubts     BIGINT  NOT NULL, -- times the channel fell silent after we sent
  wanted     BIGINT  NOT NULL,
  sent       BIGINT  NOT NULL,
  ref        TEXT    NOT NULL,
  reason     TEXT    NOT NULL, -- JSON: catalogue key and arguments
  doubled    BOOLEAN NOT NULL,
  created_at BIGINT  NOT NULL,
  changed_at BIGINT  NOT NULL,
  PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX deliveries_once ON deliveries (org_id, notice_id, person_id, channel);
CREATE INDEX deliveries_about ON deliveries (org_id, about, id);
CREATE INDEX deliveries_person ON deliveries (org_id, person_id, id);
-- An index and its queries carry the same single equality, or one engine or
-- the other does not use it.
CREATE INDEX deliveries_queued ON deliveries (lane_id, urgency, due_at, id) WHERE state = 'queued';
CREATE INDEX deliveries_sending ON deliveries (lane_id) WHERE state = 'sending';

-- Lanes stand above the organizations: a process looks for work in all of them.
CREATE TABLE lanes (
  id            TEXT    NOT NULL PRIMARY KEY,
  org_id        TEXT    NOT NULL,
  connection_id TEXT    NOT NULL,
  epoch         BIGINT  NOT NULL,
  held_until    BIGINT  NOT NULL,
  rests_until   BIGINT  NOT NULL,
  faults        BIGINT  NOT NULL, -- in a row; decides how long it rests
  stopped       BOOLEAN NOT NULL, -- take no further turn
  off           BOOLEAN NOT NULL, -- the switch is committed: queued rows are skipped
  served_at     BIGINT  NOT NULL
);

CREATE TABLE deeds (
  org_id   TEXT   NOT NULL,
  key      TEXT   NOT NULL,
  verb     TEXT   NOT NULL,
  actor_id TEXT   NOT NULL,
  object   TEXT   NOT NULL,
  outcome  TEXT   NOT NULL, -- JSON: the card
  done_at  BIGINT NOT NULL,
  PRIMARY KEY (org_id, key)
);

CREATE TABLE mutes (
  org_id    TEXT NOT NULL,
  person_id TEXT NOT NULL,
  kind      TEXT NOT NULL,
  PRIMARY KEY (org_id, person_id, kind)
);
