-- +goose Up

-- Since a person's claims never overlap, the first one that ends after the new
-- one starts is the only one that can be in its way. Asking for that neighbour
-- is one step in the index; asking for any overlap would walk all later claims.

-- +goose StatementBegin
CREATE TRIGGER claims_overlap_insert BEFORE INSERT ON claims
WHEN EXISTS (
    SELECT 1 FROM (
        SELECT starts_at FROM claims
        WHERE org_id = NEW.org_id AND person_id = NEW.person_id AND ends_at > NEW.starts_at
        ORDER BY ends_at LIMIT 1
    ) AS next WHERE starts_at < NEW.ends_at
)
BEGIN
    SELECT RAISE(ABORT, 'claims_overlap');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER claims_overlap_update BEFORE UPDATE ON claims
WHEN EXISTS (
    SELECT 1 FROM (
        SELECT starts_at FROM claims
        WHERE org_id = NEW.org_id AND person_id = NEW.person_id AND ends_at > NEW.starts_at
          AND NOT (meeting_id = OLD.meeting_id AND person_id = OLD.person_id)
        ORDER BY ends_at LIMIT 1
    ) AS next WHERE starts_at < NEW.ends_at
)
BEGIN
    SELECT RAISE(ABORT, 'claims_overlap');
END;
-- +goose StatementEnd
