-- +goose Up

-- The customers. Everything else in this file but the look-ups of sign-in and
-- set-up belongs to exactly one of them.
CREATE TABLE organizations (
    id         TEXT    NOT NULL PRIMARY KEY,
    slug       TEXT    NOT NULL UNIQUE,
    name       TEXT    NOT NULL,
    lang       TEXT    NOT NULL,
    zone       TEXT    NOT NULL,
    accent       TEXT NOT NULL, -- as it was typed
    accent_light TEXT NOT NULL, -- the shades that are used on light and on dark pages
    accent_dark  TEXT NOT NULL,
    logo       BYTEA,
    logo_type  TEXT    NOT NULL,
    logo_plate TEXT    NOT NULL, -- the ground it needs: light, dark or none
    created_at BIGINT  NOT NULL,
    version    BIGINT  NOT NULL
);

-- One table of people. known_by is what makes two rows the same person: the
-- folded e-mail of a member; folded e-mail and name of a client; the id of a
-- client who gave no e-mail.
CREATE TABLE people (
    org_id       TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    kind         TEXT    NOT NULL,
    known_by     TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    email        TEXT    NOT NULL,
    email_folded TEXT    NOT NULL,
    phone        TEXT    NOT NULL,
    username     TEXT    NOT NULL,
    employee_no  TEXT    NOT NULL,
    lang         TEXT    NOT NULL,
    zone         TEXT    NOT NULL,
    clock        TEXT    NOT NULL,
    folded       TEXT    NOT NULL,
    active       BOOLEAN NOT NULL,
    created_at   BIGINT  NOT NULL,
    seen_at      BIGINT  NOT NULL,
    version      BIGINT  NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX people_known_by ON people (org_id, kind, known_by);
CREATE INDEX people_email ON people (email_folded, org_id);
CREATE INDEX people_folded ON people (org_id, kind, folded, id);

-- A role with the scope it holds in: a location, program or group; empty for
-- the whole organization.
CREATE TABLE roles (
    org_id    TEXT NOT NULL,
    person_id TEXT NOT NULL,
    role      TEXT NOT NULL,
    scope     TEXT NOT NULL,
    PRIMARY KEY (org_id, person_id, role, scope)
);
CREATE INDEX roles_role ON roles (org_id, role, person_id);

-- A setting at one scope. Those of the installation stand under org_id ''.
CREATE TABLE settings (
    org_id TEXT   NOT NULL,
    name   TEXT   NOT NULL,
    scope  TEXT   NOT NULL,
    value  TEXT   NOT NULL,
    set_by TEXT   NOT NULL,
    set_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, name, scope)
);

CREATE TABLE journal (
    org_id     TEXT   NOT NULL,
    id         TEXT   NOT NULL,
    at         BIGINT NOT NULL,
    actor_id   TEXT   NOT NULL,
    actor_name TEXT   NOT NULL,
    verb       TEXT   NOT NULL,
    object     TEXT   NOT NULL,
    object_id  TEXT   NOT NULL,
    data       TEXT   NOT NULL,
    folded     TEXT   NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX journal_at ON journal (org_id, at, id);
CREATE INDEX journal_object ON journal (org_id, object_id, at, id);
CREATE INDEX journal_actor ON journal (org_id, actor_id, at, id);
CREATE INDEX journal_verb ON journal (org_id, verb, at, id);
CREATE INDEX journal_kind ON journal (org_id, object, at, id);

CREATE TABLE sessions (
    org_id     TEXT   NOT NULL,
    hash       TEXT   NOT NULL,
    id         TEXT   NOT NULL,
    person_id  TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL,
    agent      TEXT   NOT NULL,
    PRIMARY KEY (org_id, hash)
);
CREATE INDEX sessions_person ON sessions (org_id, person_id, created_at);

-- Who follows a link is not known before it is followed, so links belong to no
-- organization. Only the hash of a token is kept.
CREATE TABLE sign_in_links (
    hash         TEXT   NOT NULL PRIMARY KEY,
    purpose      TEXT   NOT NULL,
    email_folded TEXT   NOT NULL,
    expires_at   BIGINT NOT NULL,
    used_at      BIGINT NOT NULL
);
CREATE INDEX sign_in_links_email ON sign_in_links (email_folded, expires_at);
CREATE INDEX sign_in_links_expires ON sign_in_links (expires_at);

-- Files of staff on their way in, for a day. file is the upload and result what
-- was done with it, both compressed; digest stands for what was looked at.
CREATE TABLE imports (
    org_id     TEXT   NOT NULL,
    id         TEXT   NOT NULL,
    state      TEXT   NOT NULL,
    by_id      TEXT   NOT NULL,
    by_name    TEXT   NOT NULL,
    file_name  TEXT   NOT NULL,
    format     TEXT   NOT NULL,
    policy     TEXT   NOT NULL,
    digest     TEXT   NOT NULL,
    file       BYTEA,
    result     BYTEA,
    total      BIGINT NOT NULL,
    done       BIGINT NOT NULL,
    fault      TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    version    BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
);

CREATE TABLE setup_codes (
    hash       TEXT   NOT NULL PRIMARY KEY,
    expires_at BIGINT NOT NULL,
    used_at    BIGINT NOT NULL
);
