-- +goose Up

-- What is known of a connection's directory: which field of ours holds the
-- sign-in name, and how far its scan is. Each scan is a generation; cursor is where
-- it goes on. delta is where the next changes begin, delta_next the same from before
-- the scan that is going on; followed_at is when changes were last asked for. bulk
-- is a change of many toggles that is going on.
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
    level         TEXT   NOT NULL,
    cursor        TEXT   NOT NULL,
    delta         TEXT   NOT NULL,
    delta_next    TEXT   NOT NULL,
    followed_at   BIGINT NOT NULL,
    run           BIGINT NOT NULL,
    bulk          TEXT   NOT NULL,
    PRIMARY KEY (org_id, connection_id)
);

-- The people of the vendor's directory, by the vendor's immutable id. guest,
-- disabled and licensed are yes, no, or empty for what consent does not show.
CREATE TABLE directory_people (
    org_id         TEXT    NOT NULL,
    connection_id  TEXT    NOT NULL,
    vendor_id      TEXT    NOT NULL,
    generation     BIGINT  NOT NULL,
    sign_in_name   TEXT    NOT NULL,
    sign_in_folded TEXT    NOT NULL,
    mail_folded    TEXT    NOT NULL,
    name           TEXT    NOT NULL,
    guest          TEXT    NOT NULL,
    disabled       TEXT    NOT NULL,
    licensed       TEXT    NOT NULL,
    PRIMARY KEY (org_id, connection_id, vendor_id)
);
CREATE INDEX directory_people_sign_in ON directory_people (org_id, connection_id, sign_in_folded);
CREATE INDEX directory_people_mail ON directory_people (org_id, connection_id, mail_folded);

-- Further addresses of the people of the directory, where consent shows them.
CREATE TABLE directory_aliases (
    org_id        TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    alias_folded  TEXT NOT NULL,
    vendor_id     TEXT NOT NULL,
    PRIMARY KEY (org_id, connection_id, alias_folded, vendor_id)
);
CREATE INDEX directory_aliases_person ON directory_aliases (org_id, connection_id, vendor_id);

-- The vendor's promises to tell us of changes. Only the hash of the secret is
-- kept. A row without the vendor's id is one that is being made; renew_at is when
-- the next step is due.
CREATE TABLE directory_subscriptions (
    org_id        TEXT   NOT NULL,
    connection_id TEXT   NOT NULL,
    vendor_id     TEXT   NOT NULL,
    secret_hash   TEXT   NOT NULL,
    address       TEXT   NOT NULL,
    renew_at      BIGINT NOT NULL,
    expires_at    BIGINT NOT NULL,
    PRIMARY KEY (org_id, connection_id)
);
CREATE INDEX directory_subscriptions_vendor ON directory_subscriptions (vendor_id);

-- Our people at a vendor, every member of staff one row. value is what of ours
-- was compared; account_id is the vendor's id of the account that they have, had or
-- cannot use, vendor_id the same of who is matched; toggled says that an administrator chose enabled, which otherwise
-- follows the match; seek, that the vendor has to be asked about this person
-- alone. name to employee_no are copies of the person's, for matching; folded,
-- vendor_folded, facet and mark are derived, for lists: each index of a list holds
-- all that a filter looks at, so that no row is read but those of the page. written
-- is the version of the directory under which the row was last written.
CREATE TABLE identities (
    org_id        TEXT    NOT NULL,
    connection_id TEXT    NOT NULL,
    person_id     TEXT    NOT NULL,
    value         TEXT    NOT NULL,
    vendor_id     TEXT    NOT NULL,
    account_id    TEXT    NOT NULL,
    sign_in_name  TEXT    NOT NULL,
    vendor_name   TEXT    NOT NULL,
    state         TEXT    NOT NULL,
    via           TEXT    NOT NULL,
    hand          BOOLEAN NOT NULL,
    reason        TEXT    NOT NULL,
    hint          TEXT    NOT NULL,
    enabled       BOOLEAN NOT NULL,
    toggled       BOOLEAN NOT NULL,
    changed_at    BIGINT  NOT NULL,
    outcome       TEXT    NOT NULL,
    outcome_run   BIGINT  NOT NULL,
    seek          BOOLEAN NOT NULL,
    name          TEXT    NOT NULL,
    email         TEXT    NOT NULL,
    username      TEXT    NOT NULL,
    employee_no   TEXT    NOT NULL,
    folded        TEXT    NOT NULL,
    vendor_folded TEXT    NOT NULL,
    facet         TEXT    NOT NULL,
    mark          TEXT    NOT NULL,
    written       BIGINT  NOT NULL,
    PRIMARY KEY (org_id, connection_id, person_id)
);
CREATE INDEX identities_person ON identities (org_id, person_id);
CREATE INDEX identities_account ON identities (org_id, connection_id, account_id);
CREATE INDEX identities_username ON identities (org_id, connection_id, username);
CREATE INDEX identities_number ON identities (org_id, connection_id, employee_no);
CREATE INDEX identities_seek ON identities (org_id, connection_id, person_id) WHERE seek = TRUE;
CREATE INDEX identities_mark ON identities (org_id, connection_id, mark, person_id);
CREATE INDEX identities_by_name ON identities (org_id, connection_id, folded, person_id, facet, mark);
CREATE INDEX identities_by_facet ON identities (org_id, connection_id, facet, folded, person_id, mark);
CREATE INDEX identities_by_email ON identities (org_id, connection_id, email, person_id, facet, mark, folded);
CREATE INDEX identities_by_vendor ON identities (org_id, connection_id, vendor_folded, person_id, facet, mark, folded);
CREATE INDEX identities_by_enabled ON identities (org_id, connection_id, enabled, folded, person_id, facet, mark);
CREATE INDEX identities_written ON identities (org_id, connection_id, written);
CREATE INDEX identities_by_changed ON identities (org_id, connection_id, changed_at, person_id, facet, mark, folded);

-- How many rows of identities have a facet, kept by whoever writes them.
CREATE TABLE identity_facets (
    org_id        TEXT   NOT NULL,
    connection_id TEXT   NOT NULL,
    facet         TEXT   NOT NULL,
    people        BIGINT NOT NULL,
    PRIMARY KEY (org_id, connection_id, facet)
);

-- Rematches. cursor is the last person who was matched.
CREATE TABLE identity_runs (
    org_id        TEXT   NOT NULL,
    connection_id TEXT   NOT NULL,
    id            BIGINT NOT NULL,
    state         TEXT   NOT NULL,
    by_id         TEXT   NOT NULL,
    by_name       TEXT   NOT NULL,
    began_at      BIGINT NOT NULL,
    ended_at      BIGINT NOT NULL,
    entries       BIGINT NOT NULL,
    done          BIGINT NOT NULL,
    people        BIGINT NOT NULL,
    matched       BIGINT NOT NULL,
    newly         BIGINT NOT NULL,
    lost          BIGINT NOT NULL,
    changed       BIGINT NOT NULL,
    cursor        TEXT   NOT NULL,
    fault         TEXT   NOT NULL,
    PRIMARY KEY (org_id, connection_id, id)
);

-- A person's Video Calls Platform, where they chose one.
CREATE TABLE platforms (
    org_id        TEXT NOT NULL,
    person_id     TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    PRIMARY KEY (org_id, person_id)
);
