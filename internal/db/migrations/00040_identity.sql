-- +goose Up

-- What is known of a connection's directory: which field of ours holds the
-- sign-in name, and how far its scan is. Each scan is a generation.
CREATE TABLE directories (
    org_id        TEXT   NOT NULL,
    connection_id TEXT   NOT NULL,
    field         TEXT   NOT NULL,
    state         TEXT   NOT NULL,
    generation    BIGINT NOT NULL,
    entries       BIGINT NOT NULL,
    started_at    BIGINT NOT NULL,
    scanned_at    BIGINT NOT NULL,
    fault         TEXT   NOT NULL,
    version       BIGINT NOT NULL,
    PRIMARY KEY (org_id, connection_id)
);

-- The people of the vendor's directory, by the vendor's immutable id.
CREATE TABLE directory_people (
    org_id         TEXT    NOT NULL,
    connection_id  TEXT    NOT NULL,
    vendor_id      TEXT    NOT NULL,
    generation     BIGINT  NOT NULL,
    sign_in_name   TEXT    NOT NULL,
    sign_in_folded TEXT    NOT NULL,
    mail_folded    TEXT    NOT NULL,
    name           TEXT    NOT NULL,
    guest          BOOLEAN NOT NULL,
    PRIMARY KEY (org_id, connection_id, vendor_id)
);
CREATE INDEX directory_people_sign_in ON directory_people (org_id, connection_id, sign_in_folded);
CREATE INDEX directory_people_mail ON directory_people (org_id, connection_id, mail_folded);

-- Our people at a vendor. value is what of ours was compared; toggled says that
-- an administrator chose enabled, which otherwise follows the match.
CREATE TABLE identities (
    org_id        TEXT    NOT NULL,
    connection_id TEXT    NOT NULL,
    person_id     TEXT    NOT NULL,
    value         TEXT    NOT NULL,
    vendor_id     TEXT    NOT NULL,
    sign_in_name  TEXT    NOT NULL,
    state         TEXT    NOT NULL,
    reason        TEXT    NOT NULL,
    hint          TEXT    NOT NULL,
    enabled       BOOLEAN NOT NULL,
    toggled       BOOLEAN NOT NULL,
    changed_at    BIGINT  NOT NULL,
    PRIMARY KEY (org_id, connection_id, person_id)
);
CREATE INDEX identities_person ON identities (org_id, person_id);

-- A person's Video Calls Platform, where they chose one.
CREATE TABLE platforms (
    org_id        TEXT NOT NULL,
    person_id     TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    PRIMARY KEY (org_id, person_id)
);
