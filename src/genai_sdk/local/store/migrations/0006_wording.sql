-- Why a check failed, as the key and the fields of a sentence of ours: JSON; null where the message is another's words
-- or was kept before this.

ALTER TABLE checks ADD COLUMN wording TEXT;
