DROP INDEX document_received_once;

DROP INDEX form_receipt_number;

DROP INDEX notice_natural_key;

CREATE TABLE seal (
	seq BIGINT NOT NULL,
	prev TEXT NOT NULL,
	root TEXT NOT NULL,
	leaves BIGINT DEFAULT '0' NOT NULL,
	entries BIGINT DEFAULT '0' NOT NULL,
	at_us BIGINT NOT NULL,
	key_id TEXT NOT NULL,
	hash TEXT NOT NULL,
	signature TEXT NOT NULL,
	PRIMARY KEY (seq),
	UNIQUE (prev),
	UNIQUE (hash)
);

CREATE TABLE seal_key (
	key_id TEXT NOT NULL,
	public_key BYTEA NOT NULL,
	holder_id BIGINT NOT NULL,
	made_us BIGINT NOT NULL,
	retired_us BIGINT,
	PRIMARY KEY (key_id),
	FOREIGN KEY(holder_id) REFERENCES person (id)
);

CREATE TABLE sign_challenge (
	nonce TEXT NOT NULL,
	person_id BIGINT NOT NULL,
	session TEXT DEFAULT '' NOT NULL,
	asked_us BIGINT NOT NULL,
	used_us BIGINT,
	PRIMARY KEY (nonce),
	FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE TABLE training (
	id BIGINT NOT NULL,
	person_id BIGINT NOT NULL,
	course TEXT NOT NULL,
	edition TEXT DEFAULT '' NOT NULL,
	acknowledged_us BIGINT NOT NULL,
	expires TEXT,
	recorded_by BIGINT NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(person_id) REFERENCES person (id),
	FOREIGN KEY(recorded_by) REFERENCES person (id)
);

CREATE TABLE conflict_check (
	id BIGINT NOT NULL,
	ref TEXT NOT NULL,
	matter_id BIGINT,
	about TEXT NOT NULL,
	names TEXT DEFAULT '[]' NOT NULL,
	asked_by BIGINT NOT NULL,
	asked_us BIGINT NOT NULL,
	state TEXT DEFAULT 'open' NOT NULL,
	decided_by BIGINT,
	decided_us BIGINT,
	reason TEXT DEFAULT '' NOT NULL,
	version BIGINT DEFAULT '1' NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT state_known CHECK (state IN ('open', 'clear', 'waived', 'declined')),
	CONSTRAINT decided_for_a_reason CHECK (state = 'open' OR (decided_us IS NOT NULL AND reason <> '')),
	UNIQUE (ref),
	FOREIGN KEY(matter_id) REFERENCES matter (id),
	FOREIGN KEY(asked_by) REFERENCES person (id),
	FOREIGN KEY(decided_by) REFERENCES person (id)
);

CREATE TABLE erasure (
	id BIGINT NOT NULL,
	ref TEXT NOT NULL,
	matter_id BIGINT NOT NULL,
	reason TEXT NOT NULL,
	asked_by BIGINT NOT NULL,
	asked_us BIGINT NOT NULL,
	done_by BIGINT,
	done_us BIGINT,
	papers BIGINT DEFAULT '0' NOT NULL,
	request TEXT,
	PRIMARY KEY (id),
	CONSTRAINT erased_for_a_reason CHECK (reason <> ''),
	UNIQUE (ref),
	FOREIGN KEY(matter_id) REFERENCES matter (id),
	FOREIGN KEY(asked_by) REFERENCES person (id),
	FOREIGN KEY(done_by) REFERENCES person (id)
);

CREATE TABLE legal_hold (
	id BIGINT NOT NULL,
	ref TEXT NOT NULL,
	matter_id BIGINT,
	client_id BIGINT,
	reason TEXT NOT NULL,
	opened_us BIGINT NOT NULL,
	opened_by BIGINT NOT NULL,
	closed_us BIGINT,
	closed_by BIGINT,
	closed_reason TEXT DEFAULT '' NOT NULL,
	version BIGINT DEFAULT '1' NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT on_one_thing CHECK ((matter_id IS NULL) <> (client_id IS NULL)),
	CONSTRAINT held_for_a_reason CHECK (reason <> ''),
	CONSTRAINT lifted_for_a_reason CHECK (closed_us IS NULL OR (closed_by IS NOT NULL AND closed_reason <> '')),
	UNIQUE (ref),
	FOREIGN KEY(matter_id) REFERENCES matter (id),
	FOREIGN KEY(client_id) REFERENCES client (id),
	FOREIGN KEY(opened_by) REFERENCES person (id),
	FOREIGN KEY(closed_by) REFERENCES person (id)
);

CREATE TABLE seal_head (
	seal_seq BIGINT NOT NULL,
	position BIGINT NOT NULL,
	stream TEXT NOT NULL,
	matter_id BIGINT,
	seq BIGINT DEFAULT '0' NOT NULL,
	hash TEXT NOT NULL,
	path TEXT DEFAULT '' NOT NULL,
	PRIMARY KEY (seal_seq, position),
	FOREIGN KEY(seal_seq) REFERENCES seal (seq),
	FOREIGN KEY(matter_id) REFERENCES matter (id)
);

CREATE TABLE wall (
	id BIGINT NOT NULL,
	ref TEXT NOT NULL,
	matter_id BIGINT NOT NULL,
	reason TEXT NOT NULL,
	opened_us BIGINT NOT NULL,
	opened_by BIGINT NOT NULL,
	closed_us BIGINT,
	closed_by BIGINT,
	closed_reason TEXT DEFAULT '' NOT NULL,
	version BIGINT DEFAULT '1' NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT raised_for_a_reason CHECK (reason <> ''),
	CONSTRAINT taken_down_for_a_reason CHECK (closed_us IS NULL OR (closed_by IS NOT NULL AND closed_reason <> '')),
	UNIQUE (ref),
	FOREIGN KEY(matter_id) REFERENCES matter (id),
	FOREIGN KEY(opened_by) REFERENCES person (id),
	FOREIGN KEY(closed_by) REFERENCES person (id)
);

CREATE TABLE conflict_hit (
	id BIGINT NOT NULL,
	check_id BIGINT NOT NULL,
	matter_id BIGINT NOT NULL,
	party_id BIGINT,
	asked_name TEXT NOT NULL,
	found_name TEXT NOT NULL,
	how TEXT NOT NULL,
	likeness BIGINT DEFAULT '0' NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(check_id) REFERENCES conflict_check (id),
	FOREIGN KEY(matter_id) REFERENCES matter (id),
	FOREIGN KEY(party_id) REFERENCES party (id)
);

CREATE TABLE export_record (
	id BIGINT NOT NULL,
	ref TEXT NOT NULL,
	matter_id BIGINT,
	party_id BIGINT,
	what TEXT NOT NULL,
	person_id BIGINT NOT NULL,
	at_us BIGINT NOT NULL,
	reason TEXT DEFAULT '' NOT NULL,
	sha256 TEXT NOT NULL,
	bytes BIGINT DEFAULT '0' NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (ref),
	FOREIGN KEY(matter_id) REFERENCES matter (id),
	FOREIGN KEY(party_id) REFERENCES party (id),
	FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE TABLE name_key (
	id BIGINT NOT NULL,
	matter_id BIGINT NOT NULL,
	party_id BIGINT,
	how TEXT NOT NULL,
	key TEXT COLLATE "C" NOT NULL,
	name TEXT NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT how_known CHECK (how IN ('word', 'plain', 'skeleton', 'sound')),
	FOREIGN KEY(matter_id) REFERENCES matter (id),
	FOREIGN KEY(party_id) REFERENCES party (id)
);

CREATE TABLE wall_screen (
	wall_id BIGINT NOT NULL,
	person_id BIGINT NOT NULL,
	told_us BIGINT,
	acknowledged_us BIGINT,
	PRIMARY KEY (wall_id, person_id),
	FOREIGN KEY(wall_id) REFERENCES wall (id),
	FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE TABLE consent (
	id BIGINT NOT NULL,
	ref TEXT NOT NULL,
	matter_id BIGINT NOT NULL,
	party_id BIGINT,
	check_id BIGINT,
	kind TEXT NOT NULL,
	terms TEXT NOT NULL,
	document_id BIGINT,
	signed_on TEXT,
	recorded_by BIGINT NOT NULL,
	recorded_us BIGINT NOT NULL,
	withdrawn_us BIGINT,
	version BIGINT DEFAULT '1' NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT kind_known CHECK (kind IN ('joint_representation', 'conflict', 'sharing')),
	UNIQUE (ref),
	FOREIGN KEY(matter_id) REFERENCES matter (id),
	FOREIGN KEY(party_id) REFERENCES party (id),
	FOREIGN KEY(check_id) REFERENCES conflict_check (id),
	FOREIGN KEY(document_id) REFERENCES document (id),
	FOREIGN KEY(recorded_by) REFERENCES person (id)
);

CREATE TABLE document_key (
	version_id BIGINT NOT NULL,
	data_key BYTEA NOT NULL,
	destroyed_us BIGINT,
	erasure_id BIGINT,
	PRIMARY KEY (version_id),
	CONSTRAINT there_or_destroyed CHECK ((destroyed_us IS NULL) = (length(data_key) = 32)),
	CONSTRAINT destroyed_by_an_erasure CHECK (destroyed_us IS NULL OR erasure_id IS NOT NULL),
	FOREIGN KEY(version_id) REFERENCES document_version (id),
	FOREIGN KEY(erasure_id) REFERENCES erasure (id)
);

CREATE TABLE supervision (
	id BIGINT NOT NULL,
	ref TEXT NOT NULL,
	matter_id BIGINT,
	task_id BIGINT NOT NULL,
	act TEXT NOT NULL,
	delegate_id BIGINT NOT NULL,
	supervisor_id BIGINT NOT NULL,
	instructions TEXT DEFAULT '' NOT NULL,
	authority_sha256 TEXT NOT NULL,
	given_by BIGINT NOT NULL,
	given_us BIGINT NOT NULL,
	checked_by BIGINT,
	checked_us BIGINT,
	outcome TEXT,
	remarks TEXT DEFAULT '' NOT NULL,
	version BIGINT DEFAULT '1' NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT outcome_known CHECK (outcome IS NULL OR outcome IN ('accepted', 'corrected', 'returned', 'escalated')),
	CONSTRAINT supervised_by_another CHECK (delegate_id <> supervisor_id),
	CONSTRAINT checked_with_an_outcome CHECK ((outcome IS NULL) = (checked_us IS NULL)),
	UNIQUE (ref),
	FOREIGN KEY(matter_id) REFERENCES matter (id),
	FOREIGN KEY(task_id) REFERENCES task (id),
	FOREIGN KEY(delegate_id) REFERENCES person (id),
	FOREIGN KEY(supervisor_id) REFERENCES person (id),
	FOREIGN KEY(given_by) REFERENCES person (id),
	FOREIGN KEY(checked_by) REFERENCES person (id)
);

ALTER TABLE person ADD COLUMN outside INTEGER DEFAULT '0' NOT NULL CONSTRAINT outside_flag CHECK (outside IN (0, 1));

ALTER TABLE person ADD COLUMN organisation TEXT DEFAULT '' NOT NULL;

ALTER TABLE person ADD COLUMN answers_for_id BIGINT REFERENCES person (id);

ALTER TABLE licence ADD COLUMN scope TEXT DEFAULT 'full' NOT NULL CONSTRAINT scope_known CHECK (scope IN ('full', 'dhs'));

ALTER TABLE licence ADD COLUMN granted_by BIGINT REFERENCES person (id);

ALTER TABLE signing_key ADD COLUMN replaces TEXT;

ALTER TABLE signing_key ADD COLUMN cosigned_by BIGINT REFERENCES person (id);

ALTER TABLE signing_key ADD COLUMN cosigned_us BIGINT;

ALTER TABLE signing_key ADD COLUMN cosign_statement TEXT DEFAULT '' NOT NULL;

ALTER TABLE signing_key ADD COLUMN cosignature TEXT DEFAULT '' NOT NULL;

ALTER TABLE signing_key ADD COLUMN revoked_by BIGINT REFERENCES person (id);

ALTER TABLE signing_key ADD COLUMN revoked_reason TEXT DEFAULT '' NOT NULL;

ALTER TABLE matter_link ADD COLUMN hidden INTEGER DEFAULT '0' NOT NULL CONSTRAINT hidden_flag CHECK (hidden IN (0, 1));

ALTER TABLE matter_member ADD COLUMN since_us BIGINT DEFAULT '0' NOT NULL;

ALTER TABLE matter_member ADD COLUMN added_by BIGINT REFERENCES person (id);

ALTER TABLE matter_member ADD COLUMN until_us BIGINT;

ALTER TABLE call ADD COLUMN confidential_to BIGINT REFERENCES party (id);

ALTER TABLE contact_rule ADD COLUMN binds TEXT DEFAULT '' NOT NULL CONSTRAINT binds_known CHECK (binds IN ('', 'never', 'only', 'use'));

ALTER TABLE contact_rule ADD COLUMN channel TEXT DEFAULT '' NOT NULL CONSTRAINT channel_known CHECK (channel IN ('', 'any', 'mail', 'email', 'phone', 'text', 'voicemail', 'in_person'));

ALTER TABLE contact_rule ADD COLUMN value TEXT DEFAULT '' NOT NULL;

ALTER TABLE contact_rule ADD COLUMN ended_us BIGINT;

ALTER TABLE contact_rule ADD COLUMN ended_by BIGINT REFERENCES person (id);

ALTER TABLE document ADD COLUMN confidential_to BIGINT REFERENCES party (id);

ALTER TABLE note ADD COLUMN confidential_to BIGINT REFERENCES party (id);

ALTER TABLE message ADD COLUMN address TEXT DEFAULT '' NOT NULL;

CREATE INDEX conflict_hit_of_check ON conflict_hit (check_id);

CREATE UNIQUE INDEX document_placed_once ON document (matter_id, sha256) WHERE origin = 'received' AND matter_id IS NOT NULL AND duplicate_of IS NULL;

CREATE UNIQUE INDEX document_unplaced_once ON document (sha256) WHERE origin = 'received' AND matter_id IS NULL;

CREATE INDEX form_by_receipt ON form (receipt_number);

CREATE UNIQUE INDEX form_receipt_once ON form (matter_id, receipt_number) WHERE receipt_number IS NOT NULL;

CREATE INDEX ix_conflict_check_matter_id ON conflict_check (matter_id);

CREATE INDEX ix_conflict_hit_matter_id ON conflict_hit (matter_id);

CREATE INDEX ix_consent_matter_id ON consent (matter_id);

CREATE INDEX ix_erasure_matter_id ON erasure (matter_id);

CREATE INDEX ix_export_record_matter_id ON export_record (matter_id);

CREATE INDEX ix_name_key_matter_id ON name_key (matter_id);

CREATE INDEX ix_name_key_party_id ON name_key (party_id);

CREATE INDEX ix_sign_challenge_person_id ON sign_challenge (person_id);

CREATE INDEX ix_supervision_matter_id ON supervision (matter_id);

CREATE INDEX ix_supervision_task_id ON supervision (task_id);

CREATE INDEX legal_hold_standing ON legal_hold (matter_id) WHERE closed_us IS NULL;

CREATE INDEX name_key_found ON name_key (how, key);

CREATE UNIQUE INDEX notice_placed_once ON notice (matter_id, kind, receipt_number, notice_date) WHERE duplicate_of IS NULL AND receipt_number IS NOT NULL AND notice_date IS NOT NULL AND matter_id IS NOT NULL;

CREATE UNIQUE INDEX notice_unplaced_once ON notice (kind, receipt_number, notice_date) WHERE duplicate_of IS NULL AND receipt_number IS NOT NULL AND notice_date IS NOT NULL AND matter_id IS NULL;

CREATE INDEX seal_head_of_stream ON seal_head (stream, seq);

CREATE INDEX supervision_open ON supervision (supervisor_id) WHERE checked_us IS NULL;

CREATE INDEX training_of_person ON training (person_id, course);

CREATE UNIQUE INDEX wall_standing ON wall (matter_id) WHERE closed_us IS NULL;
