CREATE TABLE worker_gap (
	id BIGINT NOT NULL,
	worker TEXT NOT NULL,
	from_us BIGINT NOT NULL,
	until_us BIGINT NOT NULL,
	fired BIGINT DEFAULT '0' NOT NULL,
	worst_us BIGINT DEFAULT '0' NOT NULL,
	PRIMARY KEY (id)
);

CREATE TABLE closure (
	id BIGINT NOT NULL,
	ref TEXT NOT NULL,
	office_id BIGINT,
	first_day TEXT NOT NULL,
	last_day TEXT NOT NULL,
	reason TEXT NOT NULL,
	created_by BIGINT NOT NULL,
	created_us BIGINT NOT NULL,
	cancelled_us BIGINT,
	version BIGINT DEFAULT '1' NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT days_in_order CHECK (first_day <= last_day),
	CONSTRAINT shut_for_a_reason CHECK (reason <> ''),
	UNIQUE (ref),
	FOREIGN KEY(office_id) REFERENCES office (id),
	FOREIGN KEY(created_by) REFERENCES person (id)
);

CREATE TABLE firm_setting (
	id BIGINT NOT NULL,
	key TEXT NOT NULL,
	seq BIGINT DEFAULT '1' NOT NULL,
	value TEXT NOT NULL,
	set_by BIGINT NOT NULL,
	set_us BIGINT NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (key, seq),
	FOREIGN KEY(set_by) REFERENCES person (id)
);

CREATE TABLE preference (
	person_id BIGINT NOT NULL,
	mail TEXT DEFAULT 'urgent' NOT NULL,
	quiet_from TEXT DEFAULT '20:00' NOT NULL,
	quiet_until TEXT DEFAULT '07:00' NOT NULL,
	digest_at TEXT DEFAULT '08:00' NOT NULL,
	desktop INTEGER DEFAULT '0' NOT NULL,
	invitations INTEGER DEFAULT '1' NOT NULL,
	version BIGINT DEFAULT '1' NOT NULL,
	PRIMARY KEY (person_id),
	CONSTRAINT mail_known CHECK (mail IN ('none', 'digest', 'urgent', 'all')),
	CONSTRAINT desktop_flag CHECK (desktop IN (0, 1)),
	CONSTRAINT invitations_flag CHECK (invitations IN (0, 1)),
	FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE TABLE rule_install (
	id BIGINT NOT NULL,
	number BIGINT DEFAULT '1' NOT NULL,
	sha256 TEXT NOT NULL,
	rule_set_sha256 TEXT NOT NULL,
	body TEXT NOT NULL,
	effective_from TEXT NOT NULL,
	matter_type TEXT,
	in_place INTEGER DEFAULT '0' NOT NULL,
	installed_by BIGINT NOT NULL,
	installed_us BIGINT NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (number),
	CONSTRAINT numbered_from_one CHECK (number >= 1),
	CONSTRAINT in_place_flag CHECK (in_place IN (0, 1)),
	FOREIGN KEY(installed_by) REFERENCES person (id)
);

CREATE TABLE visa_bulletin (
	id BIGINT NOT NULL,
	month TEXT NOT NULL,
	chart TEXT NOT NULL,
	category TEXT NOT NULL,
	chargeability TEXT NOT NULL,
	cutoff TEXT NOT NULL,
	seq BIGINT DEFAULT '1' NOT NULL,
	entered_by BIGINT NOT NULL,
	entered_us BIGINT NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT chart_known CHECK (chart IN ('final_action', 'filing')),
	UNIQUE (month, chart, category, chargeability, seq),
	FOREIGN KEY(entered_by) REFERENCES person (id)
);

CREATE TABLE webhook (
	id BIGINT NOT NULL,
	ref TEXT NOT NULL,
	url TEXT NOT NULL,
	about TEXT DEFAULT '[]' NOT NULL,
	active INTEGER DEFAULT '1' NOT NULL,
	created_by BIGINT NOT NULL,
	created_us BIGINT NOT NULL,
	version BIGINT DEFAULT '1' NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT active_flag CHECK (active IN (0, 1)),
	UNIQUE (ref),
	FOREIGN KEY(created_by) REFERENCES person (id)
);

CREATE TABLE status_check (
	id BIGINT NOT NULL,
	form_id BIGINT NOT NULL,
	matter_id BIGINT NOT NULL,
	on_day TEXT NOT NULL,
	words TEXT DEFAULT '' NOT NULL,
	read_as TEXT DEFAULT '' NOT NULL,
	next_check TEXT,
	by_id BIGINT NOT NULL,
	at_us BIGINT NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(form_id) REFERENCES form (id),
	FOREIGN KEY(matter_id) REFERENCES matter (id),
	FOREIGN KEY(by_id) REFERENCES person (id)
);

CREATE TABLE triage (
	id BIGINT NOT NULL,
	document_id BIGINT NOT NULL,
	seq BIGINT DEFAULT '1' NOT NULL,
	act TEXT NOT NULL,
	whole_id BIGINT,
	first_page BIGINT DEFAULT '0' NOT NULL,
	last_page BIGINT DEFAULT '0' NOT NULL,
	reason TEXT DEFAULT '' NOT NULL,
	by_id BIGINT NOT NULL,
	at_us BIGINT NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT triage_act_known CHECK (act IN ('junk', 'split', 'part', 'matched', 'joined', 'back')),
	CONSTRAINT part_of_a_whole CHECK ((act = 'part') = (whole_id IS NOT NULL)),
	UNIQUE (document_id, seq),
	FOREIGN KEY(document_id) REFERENCES document (id),
	FOREIGN KEY(whole_id) REFERENCES document (id),
	FOREIGN KEY(by_id) REFERENCES person (id)
);

CREATE TABLE invitation (
	id BIGINT NOT NULL,
	uid TEXT NOT NULL,
	person_id BIGINT NOT NULL,
	matter_id BIGINT,
	appointment_id BIGINT,
	deadline_id BIGINT,
	sequence BIGINT DEFAULT '0' NOT NULL,
	method TEXT NOT NULL,
	begins TEXT NOT NULL,
	ends TEXT DEFAULT '' NOT NULL,
	at_us BIGINT NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT method_known CHECK (method IN ('REQUEST', 'CANCEL')),
	UNIQUE (uid, person_id, sequence),
	FOREIGN KEY(person_id) REFERENCES person (id),
	FOREIGN KEY(matter_id) REFERENCES matter (id),
	FOREIGN KEY(appointment_id) REFERENCES appointment (id),
	FOREIGN KEY(deadline_id) REFERENCES deadline (id)
);

CREATE TABLE handover (
	id BIGINT NOT NULL,
	absence_id BIGINT NOT NULL,
	task_id BIGINT NOT NULL,
	matter_id BIGINT,
	from_id BIGINT NOT NULL,
	to_id BIGINT NOT NULL,
	note TEXT DEFAULT '' NOT NULL,
	by_id BIGINT NOT NULL,
	at_us BIGINT NOT NULL,
	returned_us BIGINT,
	version BIGINT DEFAULT '1' NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (absence_id, task_id),
	FOREIGN KEY(absence_id) REFERENCES absence (id),
	FOREIGN KEY(task_id) REFERENCES task (id),
	FOREIGN KEY(matter_id) REFERENCES matter (id),
	FOREIGN KEY(from_id) REFERENCES person (id),
	FOREIGN KEY(to_id) REFERENCES person (id),
	FOREIGN KEY(by_id) REFERENCES person (id)
);

CREATE TABLE delivery (
	id BIGINT NOT NULL,
	key TEXT NOT NULL,
	channel TEXT NOT NULL,
	matter_id BIGINT,
	task_id BIGINT,
	outbox_id BIGINT,
	person_id BIGINT,
	webhook_id BIGINT,
	about TEXT NOT NULL,
	address TEXT DEFAULT '' NOT NULL,
	subject TEXT DEFAULT '' NOT NULL,
	body TEXT DEFAULT '' NOT NULL,
	calendar TEXT DEFAULT '' NOT NULL,
	method TEXT DEFAULT '' NOT NULL,
	state TEXT DEFAULT 'queued' NOT NULL,
	due_us BIGINT NOT NULL,
	attempts BIGINT DEFAULT '0' NOT NULL,
	claimed_by TEXT DEFAULT '' NOT NULL,
	claimed_us BIGINT,
	sent_us BIGINT,
	error TEXT DEFAULT '' NOT NULL,
	created_us BIGINT NOT NULL,
	settled_by BIGINT,
	PRIMARY KEY (id),
	CONSTRAINT channel_known CHECK (channel IN ('email', 'invitation', 'webhook', 'desktop')),
	CONSTRAINT state_known CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'unknown', 'cancelled')),
	CONSTRAINT for_someone CHECK ((person_id IS NULL) <> (webhook_id IS NULL)),
	UNIQUE (key),
	FOREIGN KEY(matter_id) REFERENCES matter (id),
	FOREIGN KEY(task_id) REFERENCES task (id),
	FOREIGN KEY(outbox_id) REFERENCES outbox (id),
	FOREIGN KEY(person_id) REFERENCES person (id),
	FOREIGN KEY(webhook_id) REFERENCES webhook (id),
	FOREIGN KEY(settled_by) REFERENCES person (id)
);

ALTER TABLE person ADD COLUMN zone TEXT DEFAULT '' NOT NULL;

ALTER TABLE person ADD COLUMN hours TEXT DEFAULT '' NOT NULL;

ALTER TABLE heartbeat ADD COLUMN skew_us BIGINT DEFAULT '0' NOT NULL;

ALTER TABLE heartbeat ADD COLUMN schema_no BIGINT DEFAULT '0' NOT NULL;

ALTER TABLE matter ADD COLUMN circumstances TEXT DEFAULT '[]' NOT NULL;

ALTER TABLE form ADD COLUMN next_check TEXT;

ALTER TABLE form ADD COLUMN case_status TEXT DEFAULT '' NOT NULL;

ALTER TABLE form ADD COLUMN category TEXT DEFAULT '' NOT NULL;

ALTER TABLE form ADD COLUMN chargeability TEXT DEFAULT '' NOT NULL;

ALTER TABLE appointment ADD COLUMN person_id BIGINT REFERENCES person (id);

ALTER TABLE appointment ADD COLUMN minutes BIGINT DEFAULT '60' NOT NULL;

ALTER TABLE appointment ADD COLUMN title TEXT DEFAULT '' NOT NULL;

ALTER TABLE appointment ADD COLUMN judge TEXT DEFAULT '' NOT NULL;

ALTER TABLE appointment ADD COLUMN language TEXT DEFAULT '' NOT NULL;

ALTER TABLE appointment ADD COLUMN sequence BIGINT DEFAULT '0' NOT NULL;

ALTER TABLE appointment ADD COLUMN moved TEXT DEFAULT '[]' NOT NULL;

ALTER TABLE appointment ADD COLUMN confirmed_us BIGINT;

ALTER TABLE appointment ADD COLUMN confirmed_by BIGINT REFERENCES person (id);

ALTER TABLE appointment ADD COLUMN outcome TEXT DEFAULT '' NOT NULL;

ALTER TABLE appointment ADD COLUMN outcome_us BIGINT;

ALTER TABLE appointment ADD COLUMN outcome_by BIGINT REFERENCES person (id);

ALTER TABLE appointment ADD COLUMN created_us BIGINT;

ALTER TABLE appointment ADD COLUMN created_by BIGINT REFERENCES person (id);

ALTER TABLE deadline ADD COLUMN trigger_on TEXT;

ALTER TABLE deadline ADD COLUMN served TEXT DEFAULT '' NOT NULL;

ALTER TABLE deadline ADD COLUMN filing TEXT DEFAULT '' NOT NULL;

ALTER TABLE deadline ADD COLUMN opens TEXT;

ALTER TABLE deadline ADD COLUMN critical INTEGER DEFAULT '0' NOT NULL CONSTRAINT critical_flag CHECK (critical IN (0, 1));

ALTER TABLE deadline ADD COLUMN tickler INTEGER DEFAULT '0' NOT NULL CONSTRAINT tickler_flag CHECK (tickler IN (0, 1));

ALTER TABLE deadline ADD COLUMN follows_id BIGINT REFERENCES deadline (id);

ALTER TABLE deadline ADD COLUMN appointment_id BIGINT REFERENCES appointment (id);

ALTER TABLE deadline ADD COLUMN supersedes_id BIGINT REFERENCES deadline (id);

ALTER TABLE deadline ADD COLUMN proposed TEXT DEFAULT '' NOT NULL;

ALTER TABLE deadline ADD COLUMN met_by BIGINT REFERENCES person (id);

ALTER TABLE task ADD COLUMN covering_for_id BIGINT REFERENCES person (id);

ALTER TABLE timer ADD COLUMN left_us BIGINT;

ALTER TABLE timer ADD COLUMN clock TEXT DEFAULT 'deadline' NOT NULL CONSTRAINT clock_known CHECK (clock IN ('business', 'deadline', 'elapsed'));

CREATE INDEX delivery_of_person ON delivery (person_id, created_us);

CREATE INDEX delivery_to_go ON delivery (due_us, id) WHERE state IN ('queued', 'sending');

CREATE INDEX ix_appointment_person_id ON appointment (person_id);

CREATE INDEX ix_deadline_appointment_id ON deadline (appointment_id);

CREATE INDEX ix_deadline_follows_id ON deadline (follows_id);

CREATE INDEX ix_handover_task_id ON handover (task_id);

CREATE INDEX ix_invitation_appointment_id ON invitation (appointment_id);

CREATE INDEX ix_invitation_deadline_id ON invitation (deadline_id);

CREATE INDEX ix_invitation_person_id ON invitation (person_id);

CREATE INDEX ix_status_check_form_id ON status_check (form_id);

CREATE INDEX ix_triage_whole_id ON triage (whole_id);
