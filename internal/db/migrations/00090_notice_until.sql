-- +goose Up
-- When telling a notice is of no use any more; 0 is never.
ALTER TABLE notices ADD COLUMN until_at BIGINT NOT NULL DEFAULT 0;
