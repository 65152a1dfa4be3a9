-- +goose Up

-- An organization's links to vendors. The answers of the set-up are sealed.
CREATE TABLE connections (
    org_id          TEXT    NOT NULL,
    id              TEXT    NOT NULL,
    vendor          TEXT    NOT NULL,
    kind            TEXT    NOT NULL,
    name            TEXT    NOT NULL,
    state           TEXT    NOT NULL,
    tenant_id       TEXT    NOT NULL,
    account_id      TEXT    NOT NULL,
    account_name    TEXT    NOT NULL,
    client_id       TEXT    NOT NULL,
    scopes          TEXT    NOT NULL,
    answers         BYTEA   NOT NULL,
    sealed_with     TEXT    NOT NULL,
    connected_by    TEXT    NOT NULL,
    created_at      BIGINT  NOT NULL,
    connected_at    BIGINT  NOT NULL,
    last_ok         BIGINT  NOT NULL,
    fault           TEXT    NOT NULL,
    fault_at        BIGINT  NOT NULL,
    fault_args      TEXT    NOT NULL,
    evidence        TEXT    NOT NULL,
    waiting         TEXT    NOT NULL,
    waiting_since   BIGINT  NOT NULL,
    checked_at      BIGINT  NOT NULL,
    version         BIGINT  NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX connections_account ON connections (org_id, vendor, tenant_id, account_id);

-- The tokens of a connection, sealed, and who is busy with them: held_until is
-- the lease of the one renewal; flying counts calls that may still leave, until
-- flying_until at the latest; stopped lets no further call begin; pulse_at,
-- examined_at and suspected_at are when the connection was felt, examined, and
-- examined because it was denied something, last; trial is the key of an
-- examination's meeting while that may be at the vendor; asked_by is who wants the
-- next examination, empty when nobody asked.
CREATE TABLE grants (
    org_id        TEXT    NOT NULL,
    connection_id TEXT    NOT NULL,
    sealed        BYTEA   NOT NULL,
    sealed_with   TEXT    NOT NULL,
    version       BIGINT  NOT NULL,
    renew_at      BIGINT  NOT NULL,
    expires_at    BIGINT  NOT NULL,
    renewed_at    BIGINT  NOT NULL,
    held_until    BIGINT  NOT NULL,
    retry_at      BIGINT  NOT NULL,
    failures      BIGINT  NOT NULL,
    spent         BIGINT  NOT NULL,
    stopped       BOOLEAN NOT NULL,
    flying        BIGINT  NOT NULL,
    flying_until  BIGINT  NOT NULL,
    pulse_at      BIGINT  NOT NULL,
    examined_at   BIGINT  NOT NULL,
    trial         TEXT    NOT NULL,
    suspected_at  BIGINT  NOT NULL,
    asked_by      TEXT    NOT NULL,
    asked_name    TEXT    NOT NULL,
    PRIMARY KEY (org_id, connection_id)
);
CREATE INDEX grants_renewed ON grants (renewed_at);
CREATE INDEX grants_pulse ON grants (pulse_at);
CREATE INDEX grants_examined ON grants (examined_at);

-- Sign-ins at a vendor that were begun. Whose one is, is not known before it
-- comes back, so it is found by the hash of its state alone.
-- every organization: looked up before the organization is known
CREATE TABLE sign_ins (
    hash          TEXT    NOT NULL PRIMARY KEY, -- every organization: known by its hash
    org_id        TEXT    NOT NULL,
    person_id     TEXT    NOT NULL,
    session       TEXT    NOT NULL,
    vendor        TEXT    NOT NULL,
    connection_id TEXT    NOT NULL,
    sealed        BYTEA   NOT NULL,
    expires_at    BIGINT  NOT NULL,
    used_at       BIGINT  NOT NULL
);
CREATE INDEX sign_ins_expires ON sign_ins (expires_at);

-- The pace towards each limit of a vendor.
CREATE TABLE gates (
    key     TEXT   NOT NULL PRIMARY KEY,
    gap     BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    strikes BIGINT NOT NULL,
    struck_at BIGINT NOT NULL
);

-- What was read of people at a vendor: person_id is empty for a scan of the
-- whole directory.
CREATE TABLE reads (
    org_id        TEXT   NOT NULL,
    id            TEXT   NOT NULL,
    connection_id TEXT   NOT NULL,
    person_id     TEXT   NOT NULL,
    what          TEXT   NOT NULL,
    at            BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX reads_person ON reads (org_id, person_id, connection_id, at);

-- Our applications at vendors. org_id is empty for the installation's own, which
-- serve every organization that has none of its own. What proves them is sealed;
-- hint is what may be shown of it.
CREATE TABLE registrations (
    org_id      TEXT   NOT NULL,
    vendor      TEXT   NOT NULL,
    client_id   TEXT   NOT NULL,
    kind        TEXT   NOT NULL,
    hint        TEXT   NOT NULL,
    subject     TEXT   NOT NULL,
    sealed      BYTEA  NOT NULL,
    sealed_with TEXT   NOT NULL,
    expires_at  BIGINT NOT NULL,
    set_by      TEXT   NOT NULL,
    set_by_name TEXT   NOT NULL,
    set_at      BIGINT NOT NULL,
    version     BIGINT NOT NULL,
    PRIMARY KEY (org_id, vendor)
);

-- Faults of a registration at a vendor: the operator's affair. org_id is empty
-- for the installation's own.
CREATE TABLE operator_faults (
    org_id   TEXT   NOT NULL,
    vendor   TEXT   NOT NULL,
    fault    TEXT   NOT NULL,
    said     TEXT   NOT NULL,
    evidence TEXT   NOT NULL,
    since    BIGINT NOT NULL,
    at       BIGINT NOT NULL,
    PRIMARY KEY (org_id, vendor)
);

-- Accounts that signed in where another one of the same tenant was expected,
-- sealed with what the vendor gave, until the administrator says whether that
-- was meant.
CREATE TABLE other_accounts (
    org_id        TEXT   NOT NULL,
    connection_id TEXT   NOT NULL,
    account_id    TEXT   NOT NULL,
    account_name  TEXT   NOT NULL,
    person_id     TEXT   NOT NULL,
    session       TEXT   NOT NULL,
    sealed        BYTEA  NOT NULL,
    expires_at    BIGINT NOT NULL,
    PRIMARY KEY (org_id, connection_id, person_id, account_id)
);
CREATE INDEX other_accounts_expires ON other_accounts (expires_at);

-- What a doctor found at a connection.
CREATE TABLE examinations (
    org_id        TEXT   NOT NULL,
    id            TEXT   NOT NULL,
    connection_id TEXT   NOT NULL,
    at            BIGINT NOT NULL,
    by_id         TEXT   NOT NULL,
    by_name       TEXT   NOT NULL,
    findings      TEXT   NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX examinations_connection ON examinations (org_id, connection_id, at);

-- A report that people without an account may read, until it ends or is taken back.
CREATE TABLE report_shares (
    org_id        TEXT   NOT NULL,
    id            TEXT   NOT NULL,
    connection_id TEXT   NOT NULL,
    reported_at   BIGINT NOT NULL,
    findings      TEXT   NOT NULL,
    by_id         TEXT   NOT NULL,
    by_name       TEXT   NOT NULL,
    made_at       BIGINT NOT NULL,
    expires_at    BIGINT NOT NULL,
    revoked_at    BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX report_shares_connection ON report_shares (org_id, connection_id, made_at);

-- What vendors told us, as it came. Whose it is, is not known before it is
-- handed on; done_at is when that was.
CREATE TABLE inbound_events (
    vendor  TEXT   NOT NULL, -- every organization: known by its vendor and id
    id      TEXT   NOT NULL,
    kind    TEXT   NOT NULL,
    subject TEXT   NOT NULL,
    sealed  BYTEA  NOT NULL,
    at      BIGINT NOT NULL,
    done_at BIGINT NOT NULL,
    PRIMARY KEY (vendor, id)
);
CREATE INDEX inbound_events_at ON inbound_events (at);
CREATE INDEX inbound_events_waiting ON inbound_events (vendor) WHERE done_at = 0;
