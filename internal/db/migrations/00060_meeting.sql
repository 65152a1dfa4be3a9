-- +goose Up

-- What is wanted: an agreed time between people and how they meet. The columns
-- link, link_reason and trouble are what people are told about the video link; they are
-- written in the transaction that changes the conference.
CREATE TABLE meetings (
  org_id        TEXT    NOT NULL,
  id            TEXT    NOT NULL,
  code          TEXT    NOT NULL,
  kind          TEXT    NOT NULL,
  owner_id      TEXT    NOT NULL,
  title         TEXT    NOT NULL,
  starts_at     BIGINT  NOT NULL,
  ends_at       BIGINT  NOT NULL,
  zone          TEXT    NOT NULL,
  mode          TEXT    NOT NULL,
  place         TEXT    NOT NULL,
  connection_id TEXT    NOT NULL,
  host_id       TEXT    NOT NULL,
  co_hosts      TEXT    NOT NULL,
  lobby         TEXT    NOT NULL,
  presenters    TEXT    NOT NULL,
  lang          TEXT    NOT NULL,
  record        BOOLEAN NOT NULL,
  state         TEXT    NOT NULL,
  version       BIGINT  NOT NULL,
  sequence      BIGINT  NOT NULL,
  prior_starts  BIGINT  NOT NULL,
  prior_ends    BIGINT  NOT NULL,
  changed_at    BIGINT  NOT NULL,
  link          TEXT    NOT NULL,
  link_reason   TEXT    NOT NULL,
  trouble       TEXT    NOT NULL,
  PRIMARY KEY (org_id, id),
  CHECK (starts_at < ends_at)
);

-- A visitor of the join page has the code and nothing else. No unique index:
-- a code is drawn from 64 bits and drawn again when it is taken.
CREATE INDEX meetings_code ON meetings (code);

-- The sweep looks for meetings that are still to come and whose link is missing or doubtful.
CREATE INDEX meetings_pending ON meetings (ends_at) WHERE link = 'pending';
CREATE INDEX meetings_at_risk ON meetings (ends_at) WHERE link = 'at risk';

-- A connection's page counts them; those that the vendor shows as they were are
-- made to fit when the connection returns.
CREATE INDEX meetings_link ON meetings (org_id, connection_id, ends_at, link) WHERE link <> 'none';
CREATE INDEX meetings_outdated ON meetings (org_id, connection_id, ends_at) WHERE link = 'ready' AND link_reason <> '';

-- What the vendor has, and what it was shown last. A row is made before the vendor is first asked and is
-- never deleted: some vendors cannot list what they made for us.
CREATE TABLE conferences (
  org_id        TEXT   NOT NULL,
  id            TEXT   NOT NULL,
  meeting_id    TEXT   NOT NULL,
  gen           BIGINT NOT NULL,
  connection_id TEXT   NOT NULL,
  account       TEXT   NOT NULL,
  host          TEXT   NOT NULL,
  state         TEXT   NOT NULL,
  asked_at      BIGINT NOT NULL,
  vendor_id     TEXT   NOT NULL,
  join_url      TEXT   NOT NULL,
  applied       TEXT   NOT NULL,
  attempt       BIGINT NOT NULL,
  reason        TEXT   NOT NULL,
  stuck         BOOLEAN NOT NULL,
  retry_at      BIGINT NOT NULL,
  checked_at    BIGINT NOT NULL,
  shown_starts  BIGINT NOT NULL,
  shown_hosts   TEXT   NOT NULL,
  left_at       BIGINT NOT NULL,
  version       BIGINT NOT NULL,
  PRIMARY KEY (org_id, id)
);

CREATE UNIQUE INDEX conferences_gen ON conferences (org_id, meeting_id, gen);
CREATE UNIQUE INDEX one_live ON conferences (org_id, meeting_id) WHERE state = 'live';

-- What the sweep rings again, and what the connection page shows.
CREATE INDEX conferences_intended ON conferences (org_id, connection_id) WHERE state = 'intended';
CREATE INDEX conferences_ending ON conferences (org_id, connection_id) WHERE state = 'ending';
CREATE INDEX conferences_left ON conferences (org_id, connection_id) WHERE state = 'left';

-- How many an account had made this month, against the vendor's limit.
CREATE INDEX conferences_asked ON conferences (org_id, connection_id, asked_at) WHERE vendor_id <> '';
-- Which of them the vendor would not make before its limit begins anew.
CREATE INDEX conferences_refused ON conferences (org_id, connection_id, retry_at) WHERE retry_at > 0;
