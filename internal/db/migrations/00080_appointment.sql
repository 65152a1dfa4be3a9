-- +goose Up

-- What clients can book. Lengths of time are minutes.
CREATE TABLE services (
    org_id        TEXT    NOT NULL,
    id            TEXT    NOT NULL,
    slug          TEXT    NOT NULL,
    name          TEXT    NOT NULL,
    description   TEXT    NOT NULL,
    duration      BIGINT  NOT NULL,
    buffer_before BIGINT  NOT NULL,
    buffer_after  BIGINT  NOT NULL,
    notice        BIGINT  NOT NULL,
    ahead         BIGINT  NOT NULL,
    step          BIGINT  NOT NULL,
    methods       TEXT    NOT NULL,
    questions     TEXT    NOT NULL,
    bring         TEXT    NOT NULL,
    lobby         TEXT    NOT NULL,
    presenters    TEXT    NOT NULL,
    active        BOOLEAN NOT NULL,
    version       BIGINT  NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX services_slug ON services (org_id, slug);

CREATE TABLE service_staff (
    org_id     TEXT NOT NULL,
    service_id TEXT NOT NULL,
    person_id  TEXT NOT NULL,
    PRIMARY KEY (org_id, service_id, person_id)
);
CREATE INDEX service_staff_person ON service_staff (org_id, person_id);

-- Branches where appointments are held. hours and closed are JSON: the usual
-- week on the wall clock of the zone, and the days with other hours or none.
CREATE TABLE locations (
    org_id    TEXT    NOT NULL,
    id        TEXT    NOT NULL,
    slug      TEXT    NOT NULL,
    name      TEXT    NOT NULL,
    address   TEXT    NOT NULL,
    phone     TEXT    NOT NULL,
    zone      TEXT    NOT NULL,
    hours     TEXT    NOT NULL,
    closed    TEXT    NOT NULL,
    active    BOOLEAN NOT NULL,
    version   BIGINT  NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX locations_slug ON locations (org_id, slug);

CREATE TABLE location_staff (
    org_id      TEXT NOT NULL,
    location_id TEXT NOT NULL,
    person_id   TEXT NOT NULL,
    PRIMARY KEY (org_id, location_id, person_id)
);
CREATE INDEX location_staff_person ON location_staff (org_id, person_id);

-- What an organization says of a member as staff. No row: the defaults.
-- languages is JSON: those in which they can serve a client, as BCP 47 tags.
CREATE TABLE staff (
    org_id      TEXT   NOT NULL,
    person_id   TEXT   NOT NULL,
    daily_limit BIGINT NOT NULL,
    languages   TEXT   NOT NULL,
    PRIMARY KEY (org_id, person_id)
);

-- form_key is the idempotency key of the submission that booked. The buffers
-- are those of the service at the time of booking. told is the kind of the
-- notice that told people of it last. arrived_at, begun_at and
-- ended_at say when its state changed; late_at is when the client said that they
-- are late_minutes late, and late_said how often; staff_late_* is the same of the
-- staff. rescue is JSON: what was done when its video link could not be made. beside is JSON:
-- the members who are there beside the staff, as appointment_guests has them.
CREATE TABLE appointments (
    org_id        TEXT   NOT NULL,
    id            TEXT   NOT NULL,
    form_key      TEXT   NOT NULL,
    service_id    TEXT   NOT NULL,
    staff_id      TEXT   NOT NULL,
    client_id     TEXT   NOT NULL,
    meeting_id    TEXT   NOT NULL,
    method        TEXT   NOT NULL,
    location_id   TEXT   NOT NULL,
    lang          TEXT   NOT NULL,
    starts_at     BIGINT NOT NULL,
    ends_at       BIGINT NOT NULL,
    buffer_before BIGINT NOT NULL,
    buffer_after  BIGINT NOT NULL,
    zone          TEXT   NOT NULL,
    answers       TEXT   NOT NULL,
    notes         TEXT   NOT NULL,
    state         TEXT   NOT NULL,
    source        TEXT   NOT NULL,
    reason        TEXT   NOT NULL,
    sequence      BIGINT NOT NULL,
    told          TEXT   NOT NULL,
    booked_at     BIGINT NOT NULL,
    changed_at    BIGINT NOT NULL,
    arrived_at    BIGINT NOT NULL,
    begun_at      BIGINT NOT NULL,
    ended_at      BIGINT NOT NULL,
    late_minutes  BIGINT NOT NULL,
    late_at       BIGINT NOT NULL,
    late_said     BIGINT NOT NULL,
    staff_late_minutes BIGINT NOT NULL,
    staff_late_at BIGINT NOT NULL,
    staff_late_said BIGINT NOT NULL,
    rescue        TEXT   NOT NULL,
    beside        TEXT   NOT NULL,
    version       BIGINT NOT NULL,
    PRIMARY KEY (org_id, id),
    CHECK (starts_at < ends_at)
);
CREATE UNIQUE INDEX appointments_form ON appointments (org_id, form_key);
CREATE INDEX appointments_staff ON appointments (org_id, staff_id, starts_at);
CREATE INDEX appointments_day ON appointments (org_id, starts_at);
CREATE INDEX appointments_location ON appointments (org_id, location_id, starts_at);
CREATE INDEX appointments_client ON appointments (org_id, client_id, starts_at);

-- Who is not known any more at a connection over which they hold video calls, and
-- since when; whoever stands here has been told.
CREATE TABLE lost_hosts (
    org_id        TEXT   NOT NULL,
    connection_id TEXT   NOT NULL,
    person_id     TEXT   NOT NULL,
    since         BIGINT NOT NULL,
    PRIMARY KEY (org_id, connection_id, person_id)
);

-- Who comes along: a companion or an interpreter, whom the client asked, or a
-- colleague, whom the staff did. A row
-- is one invitation with an entry of its own in the guest's calendar; who was
-- removed or declined and is asked again gets another.
CREATE TABLE appointment_guests (
    org_id         TEXT   NOT NULL,
    id             TEXT   NOT NULL,
    appointment_id TEXT   NOT NULL,
    person_id      TEXT   NOT NULL,
    role           TEXT   NOT NULL,
    state          TEXT   NOT NULL,
    invited_at     BIGINT NOT NULL,
    changed_at     BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX appointment_guests_of ON appointment_guests (org_id, appointment_id);
CREATE INDEX appointment_guests_person ON appointment_guests (org_id, person_id, invited_at);

-- Who waits for an earlier time: with an appointment that is to move, or
-- without one and with what they ask for. past is JSON: the times they were
-- offered before, none of which is offered twice.
CREATE TABLE waiting (
    org_id         TEXT   NOT NULL,
    id             TEXT   NOT NULL,
    service_id     TEXT   NOT NULL,
    appointment_id TEXT   NOT NULL,
    client_id      TEXT   NOT NULL,
    method         TEXT   NOT NULL,
    location_id    TEXT   NOT NULL,
    staff_id       TEXT   NOT NULL,
    lang           TEXT   NOT NULL,
    earliest       BIGINT NOT NULL,
    latest         BIGINT NOT NULL,
    since          BIGINT NOT NULL,
    state          TEXT   NOT NULL,
    offer_start    BIGINT NOT NULL,
    offer_staff    TEXT   NOT NULL,
    offer_until    BIGINT NOT NULL,
    past           TEXT   NOT NULL,
    version        BIGINT NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX waiting_once ON waiting (org_id, service_id, client_id, appointment_id);
CREATE INDEX waiting_line ON waiting (org_id, service_id, state, since);
CREATE INDEX waiting_client ON waiting (org_id, client_id);

-- What a client said of an appointment afterwards. A row without a score was
-- asked for and not given.
CREATE TABLE feedback (
    org_id         TEXT   NOT NULL,
    appointment_id TEXT   NOT NULL,
    service_id     TEXT   NOT NULL,
    staff_id       TEXT   NOT NULL,
    client_id      TEXT   NOT NULL,
    ended_at       BIGINT NOT NULL,
    asked_at       BIGINT NOT NULL,
    score          BIGINT NOT NULL,
    comment        TEXT   NOT NULL,
    given_at       BIGINT NOT NULL,
    version        BIGINT NOT NULL,
    PRIMARY KEY (org_id, appointment_id)
);
CREATE INDEX feedback_ended ON feedback (org_id, ended_at);
CREATE INDEX feedback_client ON feedback (org_id, client_id);

-- What the staff write to each other about an appointment. With a day on which it
-- is due (as 2026-12-01) it is a follow-up of staff_id; open until it is done.
CREATE TABLE appointment_notes (
    org_id         TEXT    NOT NULL,
    id             TEXT    NOT NULL,
    appointment_id TEXT    NOT NULL,
    author_id      TEXT    NOT NULL,
    text           TEXT    NOT NULL,
    due            TEXT    NOT NULL,
    staff_id       TEXT    NOT NULL,
    written_at     BIGINT  NOT NULL,
    changed_at     BIGINT  NOT NULL,
    done_at        BIGINT  NOT NULL,
    done_by        TEXT    NOT NULL,
    open           BOOLEAN NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX appointment_notes_of ON appointment_notes (org_id, appointment_id);
CREATE INDEX appointment_notes_due ON appointment_notes (org_id, staff_id, due) WHERE open = TRUE;
