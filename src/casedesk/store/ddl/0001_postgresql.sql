CREATE TABLE client (
	id BIGINT NOT NULL,
	ref TEXT NOT NULL,
	name TEXT NOT NULL,
	kind TEXT DEFAULT 'person' NOT NULL,
	language TEXT DEFAULT 'en' NOT NULL,
	phone TEXT DEFAULT '' NOT NULL,
	email TEXT DEFAULT '' NOT NULL,
	address TEXT DEFAULT '' NOT NULL,
	guarded INTEGER DEFAULT '0' NOT NULL,
	created_us BIGINT NOT NULL,
	version BIGINT DEFAULT '1' NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (ref)
);

CREATE TABLE engine_meta (
	key TEXT NOT NULL,
	value TEXT NOT NULL,
	PRIMARY KEY (key)
);

CREATE TABLE firm (
	id BIGINT NOT NULL,
	name TEXT NOT NULL,
	zone TEXT NOT NULL,
	phone TEXT DEFAULT '' NOT NULL,
	version BIGINT DEFAULT '1' NOT NULL,
	PRIMARY KEY (id)
);

CREATE TABLE matter_number (
	year BIGINT NOT NULL,
	last BIGINT DEFAULT '0' NOT NULL,
	PRIMARY KEY (year)
);

CREATE TABLE office (
	id BIGINT NOT NULL,
	name TEXT NOT NULL,
	zone TEXT NOT NULL,
	hours TEXT NOT NULL,
	address TEXT DEFAULT '' NOT NULL,
	PRIMARY KEY (id)
);

CREATE TABLE playbook_version (
	id BIGINT NOT NULL,
	playbook TEXT NOT NULL,
	version BIGINT DEFAULT '1' NOT NULL,
	sha256 TEXT NOT NULL,
	body TEXT NOT NULL,
	effective_from TEXT NOT NULL,
	installed_us BIGINT NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (playbook, version)
);

CREATE TABLE rule_set (
	id BIGINT NOT NULL,
	sha256 TEXT NOT NULL,
	body TEXT NOT NULL,
	installed_us BIGINT NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (sha256)
);

CREATE TABLE team (
	id BIGINT NOT NULL,
	name TEXT NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (name)
);

CREATE TABLE transition (
	machine TEXT NOT NULL,
	before TEXT NOT NULL,
	after TEXT NOT NULL,
	PRIMARY KEY (machine, before, after)
);

CREATE TABLE person (
	id BIGINT NOT NULL,
	handle TEXT NOT NULL,
	name TEXT NOT NULL,
	login TEXT,
	kind TEXT DEFAULT 'staff' NOT NULL,
	active INTEGER DEFAULT '1' NOT NULL,
	email TEXT DEFAULT '' NOT NULL,
	phone TEXT DEFAULT '' NOT NULL,
	languages TEXT DEFAULT '[]' NOT NULL,
	skills TEXT DEFAULT '[]' NOT NULL,
	capacity_hours BIGINT DEFAULT '40' NOT NULL,
	office_id BIGINT,
	created_us BIGINT NOT NULL,
	version BIGINT DEFAULT '1' NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT kind_known CHECK (kind IN ('staff', 'service')),
	CONSTRAINT active_flag CHECK (active IN (0, 1)),
	UNIQUE (handle),
	UNIQUE (login),
	FOREIGN KEY(office_id) REFERENCES office (id)
);

CREATE TABLE absence (
	id BIGINT NOT NULL,
	person_id BIGINT NOT NULL,
	first_day TEXT NOT NULL,
	last_day TEXT NOT NULL,
	cover_id BIGINT,
	note TEXT DEFAULT '' NOT NULL,
	cancelled_us BIGINT,
	PRIMARY KEY (id),
	CONSTRAINT days_in_order CHECK (first_day <= last_day),
	CONSTRAINT cover_is_someone_else CHECK (cover_id IS NULL OR cover_id <> person_id),
	FOREIGN KEY(person_id) REFERENCES person (id),
	FOREIGN KEY(cover_id) REFERENCES person (id)
);

CREATE INDEX ix_absence_person_id ON absence (person_id);

CREATE TABLE heartbeat (
	worker TEXT NOT NULL,
	person_id BIGINT NOT NULL,
	build TEXT NOT NULL,
	at_us BIGINT NOT NULL,
	fired BIGINT DEFAULT '0' NOT NULL,
	PRIMARY KEY (worker),
	FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE TABLE licence (
	id BIGINT NOT NULL,
	person_id BIGINT NOT NULL,
	kind TEXT NOT NULL,
	number TEXT DEFAULT '' NOT NULL,
	jurisdiction TEXT DEFAULT '' NOT NULL,
	expires TEXT,
	active INTEGER DEFAULT '1' NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT kind_known CHECK (kind IN ('attorney', 'accredited_representative', 'reviewer')),
	CONSTRAINT active_flag CHECK (active IN (0, 1)),
	UNIQUE (id, person_id, kind),
	FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE INDEX ix_licence_person_id ON licence (person_id);

CREATE TABLE matter (
	id BIGINT NOT NULL,
	ref TEXT NOT NULL,
	type TEXT NOT NULL,
	caption TEXT NOT NULL,
	client_id BIGINT NOT NULL,
	language TEXT DEFAULT 'en' NOT NULL,
	priority TEXT DEFAULT 'standard' NOT NULL,
	status TEXT DEFAULT 'open' NOT NULL,
	guarded INTEGER DEFAULT '0' NOT NULL,
	office_id BIGINT,
	opened_us BIGINT NOT NULL,
	opened_by BIGINT,
	closed_us BIGINT,
	version BIGINT DEFAULT '1' NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT status_known CHECK (status IN ('open', 'on_hold', 'closed')),
	CONSTRAINT priority_known CHECK (priority IN ('emergency', 'high', 'standard', 'low')),
	CONSTRAINT guarded_flag CHECK (guarded IN (0, 1)),
	UNIQUE (ref),
	FOREIGN KEY(client_id) REFERENCES client (id),
	FOREIGN KEY(office_id) REFERENCES office (id),
	FOREIGN KEY(opened_by) REFERENCES person (id)
);

CREATE INDEX ix_matter_client_id ON matter (client_id);

CREATE TABLE person_role (
	person_id BIGINT NOT NULL,
	role TEXT NOT NULL,
	PRIMARY KEY (person_id, role),
	CONSTRAINT role_known CHECK (role IN ('intake_specialist', 'paralegal', 'senior_associate', 'attorney', 'operations_manager', 'managing_partner')),
	FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE TABLE seen (
	person_id BIGINT NOT NULL,
	at_us BIGINT NOT NULL,
	detail TEXT,
	PRIMARY KEY (person_id),
	FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE TABLE signing_key (
	key_id TEXT NOT NULL,
	person_id BIGINT NOT NULL,
	public_key BYTEA NOT NULL,
	wrapped BYTEA NOT NULL,
	salt BYTEA NOT NULL,
	memory_kib BIGINT DEFAULT '0' NOT NULL,
	passes BIGINT DEFAULT '0' NOT NULL,
	lanes BIGINT DEFAULT '0' NOT NULL,
	token_sha256 TEXT NOT NULL,
	active INTEGER DEFAULT '1' NOT NULL,
	enrolled_us BIGINT NOT NULL,
	revoked_us BIGINT,
	PRIMARY KEY (key_id),
	CONSTRAINT active_flag CHECK (active IN (0, 1)),
	UNIQUE (key_id, person_id),
	FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE INDEX ix_signing_key_person_id ON signing_key (person_id);

CREATE TABLE team_member (
	team_id BIGINT NOT NULL,
	person_id BIGINT NOT NULL,
	PRIMARY KEY (team_id, person_id),
	FOREIGN KEY(team_id) REFERENCES team (id),
	FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE TABLE audit (
	stream TEXT NOT NULL,
	seq BIGINT NOT NULL,
	matter_id BIGINT,
	prev TEXT NOT NULL,
	hash TEXT NOT NULL,
	at_us BIGINT NOT NULL,
	actor TEXT NOT NULL,
	action TEXT NOT NULL,
	subject TEXT NOT NULL,
	payload TEXT NOT NULL,
	PRIMARY KEY (stream, seq),
	UNIQUE (stream, prev),
	FOREIGN KEY(matter_id) REFERENCES matter (id)
);

CREATE INDEX audit_at ON audit (at_us);

CREATE INDEX audit_matter ON audit (matter_id, seq);

CREATE TABLE audit_head (
	stream TEXT NOT NULL,
	matter_id BIGINT,
	seq BIGINT DEFAULT '0' NOT NULL,
	hash TEXT NOT NULL,
	PRIMARY KEY (stream),
	FOREIGN KEY(matter_id) REFERENCES matter (id)
);

CREATE TABLE document (
	id BIGINT NOT NULL,
	ref TEXT NOT NULL,
	matter_id BIGINT,
	origin TEXT NOT NULL,
	kind TEXT NOT NULL,
	name TEXT NOT NULL,
	sha256 TEXT NOT NULL,
	bytes BIGINT DEFAULT '0' NOT NULL,
	media_type TEXT NOT NULL,
	flags TEXT DEFAULT '[]' NOT NULL,
	next_step TEXT DEFAULT '' NOT NULL,
	reading TEXT DEFAULT '{}' NOT NULL,
	duplicate_of BIGINT,
	received_us BIGINT NOT NULL,
	received_by BIGINT NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT kind_known CHECK (kind IN ('receipt', 'transfer', 'biometrics', 'rfe', 'noid', 'noir', 'interview', 'approval', 'denial', 'rejection', 'hearing', 'ij_decision', 'bia_decision', 'dol', 'aao_decision', 'other')),
	CONSTRAINT origin_known CHECK (origin IN ('received', 'draft', 'packet', 'signed')),
	UNIQUE (ref),
	FOREIGN KEY(matter_id) REFERENCES matter (id),
	FOREIGN KEY(duplicate_of) REFERENCES document (id),
	FOREIGN KEY(received_by) REFERENCES person (id)
);

CREATE UNIQUE INDEX document_received_once ON document (sha256) WHERE origin = 'received';

CREATE INDEX ix_document_matter_id ON document (matter_id);

CREATE INDEX ix_document_sha256 ON document (sha256);

CREATE TABLE event (
	id BIGINT NOT NULL,
	trigger TEXT NOT NULL,
	subject TEXT NOT NULL,
	matter_id BIGINT,
	actor_id BIGINT NOT NULL,
	at_us BIGINT NOT NULL,
	request_id TEXT NOT NULL,
	correlation TEXT DEFAULT '' NOT NULL,
	outcome TEXT DEFAULT '{}' NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(matter_id) REFERENCES matter (id),
	FOREIGN KEY(actor_id) REFERENCES person (id),
	UNIQUE (request_id)
);

CREATE INDEX ix_event_matter_id ON event (matter_id);

CREATE INDEX ix_event_subject ON event (subject);

CREATE TABLE firm_policy (
	id BIGINT NOT NULL,
	seq BIGINT DEFAULT '0' NOT NULL,
	policy TEXT NOT NULL,
	eyes BIGINT DEFAULT '0' NOT NULL,
	eyes_before BIGINT DEFAULT '0' NOT NULL,
	set_by BIGINT,
	set_us BIGINT NOT NULL,
	reason TEXT DEFAULT '' NOT NULL,
	licence_id BIGINT,
	licence_kind TEXT,
	signature TEXT,
	PRIMARY KEY (id),
	CONSTRAINT policy_known CHECK (policy IN ('three-person', 'two-person', 'sole')),
	CONSTRAINT eyes_known CHECK (eyes IN (1, 2, 3) AND eyes_before IN (1, 2, 3)),
	CONSTRAINT eyes_are_the_policys CHECK ((policy = 'sole' AND eyes = 1) OR (policy = 'two-person' AND eyes = 2) OR (policy = 'three-person' AND eyes = 3)),
	CONSTRAINT loosening_is_signed CHECK (eyes >= eyes_before OR signature IS NOT NULL),
	FOREIGN KEY(licence_id, set_by, licence_kind) REFERENCES licence (id, person_id, kind),
	CONSTRAINT signed_by_an_attorney CHECK (signature IS NULL OR licence_kind = 'attorney'),
	UNIQUE (seq),
	FOREIGN KEY(set_by) REFERENCES person (id),
	FOREIGN KEY(licence_id) REFERENCES licence (id)
);

CREATE TABLE matter_link (
	matter_id BIGINT NOT NULL,
	other_id BIGINT NOT NULL,
	relation TEXT NOT NULL,
	PRIMARY KEY (matter_id, other_id),
	CONSTRAINT not_itself CHECK (matter_id <> other_id),
	FOREIGN KEY(matter_id) REFERENCES matter (id),
	FOREIGN KEY(other_id) REFERENCES matter (id)
);

CREATE TABLE matter_member (
	matter_id BIGINT NOT NULL,
	person_id BIGINT NOT NULL,
	PRIMARY KEY (matter_id, person_id),
	FOREIGN KEY(matter_id) REFERENCES matter (id),
	FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE TABLE matter_owner (
	matter_id BIGINT NOT NULL,
	kind TEXT NOT NULL,
	person_id BIGINT NOT NULL,
	PRIMARY KEY (matter_id, kind),
	CONSTRAINT kind_known CHECK (kind IN ('primary_paralegal', 'secondary_paralegal', 'lead_attorney', 'supervising_attorney')),
	FOREIGN KEY(matter_id) REFERENCES matter (id),
	FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE INDEX ix_matter_owner_person_id ON matter_owner (person_id);

CREATE TABLE note (
	id BIGINT NOT NULL,
	matter_id BIGINT NOT NULL,
	author_id BIGINT NOT NULL,
	body TEXT NOT NULL,
	at_us BIGINT NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(matter_id) REFERENCES matter (id),
	FOREIGN KEY(author_id) REFERENCES person (id)
);

CREATE INDEX ix_note_matter_id ON note (matter_id);

CREATE TABLE party (
	id BIGINT NOT NULL,
	matter_id BIGINT NOT NULL,
	client_id BIGINT,
	role TEXT NOT NULL,
	name TEXT NOT NULL,
	a_number TEXT,
	born TEXT,
	language TEXT DEFAULT 'en' NOT NULL,
	phone TEXT DEFAULT '' NOT NULL,
	email TEXT DEFAULT '' NOT NULL,
	address TEXT DEFAULT '' NOT NULL,
	version BIGINT DEFAULT '1' NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT role_known CHECK (role IN ('petitioner', 'beneficiary', 'derivative', 'employer', 'employer_contact', 'sponsor', 'respondent', 'interpreter')),
	FOREIGN KEY(matter_id) REFERENCES matter (id),
	FOREIGN KEY(client_id) REFERENCES client (id)
);

CREATE INDEX ix_party_a_number ON party (a_number);

CREATE INDEX ix_party_matter_id ON party (matter_id);

CREATE TABLE strategy_note (
	id BIGINT NOT NULL,
	matter_id BIGINT NOT NULL,
	author_id BIGINT NOT NULL,
	body TEXT NOT NULL,
	at_us BIGINT NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(matter_id) REFERENCES matter (id),
	FOREIGN KEY(author_id) REFERENCES person (id)
);

CREATE INDEX ix_strategy_note_matter_id ON strategy_note (matter_id);

CREATE TABLE call (
	id BIGINT NOT NULL,
	matter_id BIGINT NOT NULL,
	party_id BIGINT,
	author_id BIGINT NOT NULL,
	direction TEXT DEFAULT 'in' NOT NULL,
	body TEXT NOT NULL,
	at_us BIGINT NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT direction_known CHECK (direction IN ('in', 'out')),
	FOREIGN KEY(matter_id) REFERENCES matter (id),
	FOREIGN KEY(party_id) REFERENCES party (id),
	FOREIGN KEY(author_id) REFERENCES person (id)
);

CREATE INDEX ix_call_matter_id ON call (matter_id);

CREATE TABLE contact_rule (
	id BIGINT NOT NULL,
	matter_id BIGINT NOT NULL,
	party_id BIGINT,
	rule TEXT NOT NULL,
	set_by BIGINT,
	set_us BIGINT NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(matter_id) REFERENCES matter (id),
	FOREIGN KEY(party_id) REFERENCES party (id),
	FOREIGN KEY(set_by) REFERENCES person (id)
);

CREATE INDEX ix_contact_rule_matter_id ON contact_rule (matter_id);

CREATE TABLE decision (
	id BIGINT NOT NULL,
	event_id BIGINT NOT NULL,
	matter_id BIGINT,
	facts TEXT NOT NULL,
	rule_set_sha256 TEXT NOT NULL,
	trace TEXT NOT NULL,
	at_us BIGINT NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(event_id) REFERENCES event (id),
	FOREIGN KEY(matter_id) REFERENCES matter (id)
);

CREATE INDEX ix_decision_event_id ON decision (event_id);

CREATE TABLE document_version (
	id BIGINT NOT NULL,
	document_id BIGINT NOT NULL,
	version BIGINT DEFAULT '1' NOT NULL,
	sha256 TEXT NOT NULL,
	bytes BIGINT DEFAULT '0' NOT NULL,
	pages BIGINT DEFAULT '0' NOT NULL,
	name TEXT NOT NULL,
	media_type TEXT NOT NULL,
	created_us BIGINT NOT NULL,
	created_by BIGINT NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (document_id, version),
	UNIQUE (document_id, version, sha256),
	FOREIGN KEY(document_id) REFERENCES document (id),
	FOREIGN KEY(created_by) REFERENCES person (id)
);

CREATE INDEX ix_document_version_document_id ON document_version (document_id);

CREATE TABLE form (
	id BIGINT NOT NULL,
	matter_id BIGINT NOT NULL,
	party_id BIGINT,
	form TEXT NOT NULL,
	receipt_number TEXT,
	received TEXT,
	priority_date TEXT,
	status TEXT DEFAULT 'preparing' NOT NULL,
	checked TEXT,
	expires TEXT,
	g28_by BIGINT,
	g28_on TEXT,
	channel TEXT DEFAULT 'paper' NOT NULL,
	version BIGINT DEFAULT '1' NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT channel_known CHECK (channel IN ('paper', 'electronic')),
	FOREIGN KEY(matter_id) REFERENCES matter (id),
	FOREIGN KEY(party_id) REFERENCES party (id),
	FOREIGN KEY(g28_by) REFERENCES person (id)
);

CREATE UNIQUE INDEX form_receipt_number ON form (receipt_number) WHERE receipt_number IS NOT NULL;

CREATE INDEX ix_form_matter_id ON form (matter_id);

CREATE TABLE original_held (
	id BIGINT NOT NULL,
	matter_id BIGINT NOT NULL,
	document_id BIGINT,
	what TEXT NOT NULL,
	kept_at TEXT NOT NULL,
	held_us BIGINT NOT NULL,
	returned_us BIGINT,
	PRIMARY KEY (id),
	FOREIGN KEY(matter_id) REFERENCES matter (id),
	FOREIGN KEY(document_id) REFERENCES document (id)
);

CREATE INDEX ix_original_held_matter_id ON original_held (matter_id);

CREATE TABLE blob_chunk (
	version_id BIGINT NOT NULL,
	seq BIGINT NOT NULL,
	data BYTEA NOT NULL,
	PRIMARY KEY (version_id, seq),
	FOREIGN KEY(version_id) REFERENCES document_version (id)
);

CREATE TABLE notice (
	id BIGINT NOT NULL,
	document_id BIGINT NOT NULL,
	matter_id BIGINT,
	form_id BIGINT,
	kind TEXT NOT NULL,
	receipt_number TEXT,
	notice_date TEXT,
	received_day TEXT NOT NULL,
	printed_due TEXT DEFAULT '[]' NOT NULL,
	requested_items TEXT DEFAULT '[]' NOT NULL,
	served TEXT,
	confidence BIGINT DEFAULT '0' NOT NULL,
	evidence TEXT DEFAULT '[]' NOT NULL,
	duplicate_of BIGINT,
	PRIMARY KEY (id),
	CONSTRAINT kind_known CHECK (kind IN ('receipt', 'transfer', 'biometrics', 'rfe', 'noid', 'noir', 'interview', 'approval', 'denial', 'rejection', 'hearing', 'ij_decision', 'bia_decision', 'dol', 'aao_decision', 'other')),
	FOREIGN KEY(document_id) REFERENCES document (id),
	FOREIGN KEY(matter_id) REFERENCES matter (id),
	FOREIGN KEY(form_id) REFERENCES form (id),
	FOREIGN KEY(duplicate_of) REFERENCES notice (id)
);

CREATE INDEX ix_notice_document_id ON notice (document_id);

CREATE INDEX ix_notice_matter_id ON notice (matter_id);

CREATE UNIQUE INDEX notice_natural_key ON notice (kind, receipt_number, notice_date) WHERE duplicate_of IS NULL AND receipt_number IS NOT NULL AND notice_date IS NOT NULL;

CREATE TABLE appointment (
	id BIGINT NOT NULL,
	ref TEXT NOT NULL,
	matter_id BIGINT NOT NULL,
	party_id BIGINT,
	notice_id BIGINT,
	kind TEXT NOT NULL,
	at_us BIGINT NOT NULL,
	zone TEXT NOT NULL,
	place TEXT DEFAULT '' NOT NULL,
	status TEXT DEFAULT 'scheduled' NOT NULL,
	version BIGINT DEFAULT '1' NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (ref),
	FOREIGN KEY(matter_id) REFERENCES matter (id),
	FOREIGN KEY(party_id) REFERENCES party (id),
	FOREIGN KEY(notice_id) REFERENCES notice (id)
);

CREATE INDEX ix_appointment_matter_id ON appointment (matter_id);

CREATE TABLE deadline (
	id BIGINT NOT NULL,
	ref TEXT NOT NULL,
	matter_id BIGINT,
	form_id BIGINT,
	notice_id BIGINT,
	kind TEXT NOT NULL,
	title TEXT NOT NULL,
	authority TEXT DEFAULT 'USCIS' NOT NULL,
	agency_due TEXT NOT NULL,
	internal_due TEXT NOT NULL,
	rule TEXT,
	rule_version TEXT,
	citation TEXT DEFAULT '' NOT NULL,
	confidence TEXT,
	steps TEXT DEFAULT '[]' NOT NULL,
	sentence TEXT DEFAULT '' NOT NULL,
	printed TEXT DEFAULT '[]' NOT NULL,
	state TEXT DEFAULT 'open' NOT NULL,
	arrived_late INTEGER DEFAULT '0' NOT NULL,
	confirmed_us BIGINT,
	confirmed_by BIGINT,
	met_us BIGINT,
	met_on TEXT,
	created_us BIGINT NOT NULL,
	created_by BIGINT,
	version BIGINT DEFAULT '1' NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT state_known CHECK (state IN ('provisional', 'open', 'conflict', 'met', 'missed', 'superseded')),
	CONSTRAINT confidence_known CHECK (confidence IS NULL OR confidence IN ('V', 'P', 'M', 'U')),
	CONSTRAINT arrived_late_flag CHECK (arrived_late IN (0, 1)),
	UNIQUE (ref),
	FOREIGN KEY(matter_id) REFERENCES matter (id),
	FOREIGN KEY(form_id) REFERENCES form (id),
	FOREIGN KEY(notice_id) REFERENCES notice (id),
	FOREIGN KEY(confirmed_by) REFERENCES person (id),
	FOREIGN KEY(created_by) REFERENCES person (id)
);

CREATE INDEX deadline_open ON deadline (agency_due) WHERE state IN ('provisional', 'open', 'conflict');

CREATE INDEX ix_deadline_matter_id ON deadline (matter_id);

CREATE TABLE playbook_run (
	id BIGINT NOT NULL,
	matter_id BIGINT,
	form_id BIGINT,
	notice_id BIGINT,
	document_id BIGINT,
	deadline_id BIGINT,
	playbook TEXT NOT NULL,
	version BIGINT DEFAULT '1' NOT NULL,
	triage TEXT,
	happened TEXT DEFAULT '[]' NOT NULL,
	started_us BIGINT NOT NULL,
	closed_us BIGINT,
	PRIMARY KEY (id),
	FOREIGN KEY(matter_id) REFERENCES matter (id),
	FOREIGN KEY(form_id) REFERENCES form (id),
	FOREIGN KEY(notice_id) REFERENCES notice (id),
	FOREIGN KEY(document_id) REFERENCES document (id),
	FOREIGN KEY(deadline_id) REFERENCES deadline (id)
);

CREATE INDEX ix_playbook_run_deadline_id ON playbook_run (deadline_id);

CREATE INDEX ix_playbook_run_document_id ON playbook_run (document_id);

CREATE INDEX ix_playbook_run_matter_id ON playbook_run (matter_id);

CREATE TABLE message (
	id BIGINT NOT NULL,
	ref TEXT NOT NULL,
	matter_id BIGINT NOT NULL,
	party_id BIGINT,
	run_id BIGINT,
	recipient TEXT NOT NULL,
	channel TEXT DEFAULT 'letter' NOT NULL,
	language TEXT DEFAULT 'en' NOT NULL,
	template TEXT NOT NULL,
	subject TEXT NOT NULL,
	body TEXT NOT NULL,
	fallback INTEGER DEFAULT '0' NOT NULL,
	enclosed TEXT DEFAULT '[]' NOT NULL,
	release TEXT DEFAULT 'attorney' NOT NULL,
	state TEXT DEFAULT 'awaiting_approval' NOT NULL,
	created_us BIGINT NOT NULL,
	approved_by BIGINT,
	approved_us BIGINT,
	sent_by BIGINT,
	sent_us BIGINT,
	sent_via TEXT DEFAULT '' NOT NULL,
	version BIGINT DEFAULT '1' NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT state_known CHECK (state IN ('awaiting_approval', 'approved', 'sent', 'failed', 'unknown', 'cancelled')),
	CONSTRAINT release_known CHECK (release IN ('attorney', 'staff')),
	CONSTRAINT released_by_someone CHECK (state NOT IN ('approved', 'sent') OR approved_by IS NOT NULL),
	CONSTRAINT fallback_flag CHECK (fallback IN (0, 1)),
	UNIQUE (ref),
	FOREIGN KEY(matter_id) REFERENCES matter (id),
	FOREIGN KEY(party_id) REFERENCES party (id),
	FOREIGN KEY(run_id) REFERENCES playbook_run (id),
	FOREIGN KEY(approved_by) REFERENCES person (id),
	FOREIGN KEY(sent_by) REFERENCES person (id)
);

CREATE INDEX ix_message_matter_id ON message (matter_id);

CREATE TABLE task (
	id BIGINT NOT NULL,
	ref TEXT NOT NULL,
	matter_id BIGINT,
	run_id BIGINT,
	notice_id BIGINT,
	deadline_id BIGINT,
	kind TEXT NOT NULL,
	title TEXT NOT NULL,
	step TEXT DEFAULT '' NOT NULL,
	owner_id BIGINT NOT NULL,
	owner_reason TEXT DEFAULT '' NOT NULL,
	state TEXT DEFAULT 'new' NOT NULL,
	reserved INTEGER DEFAULT '0' NOT NULL,
	priority TEXT DEFAULT 'standard' NOT NULL,
	hours_tenths BIGINT DEFAULT '0' NOT NULL,
	acknowledge_by_us BIGINT,
	acknowledged_us BIGINT,
	acknowledged_by BIGINT,
	due_us BIGINT NOT NULL,
	internal_due TEXT,
	agency_due TEXT,
	arrived_late INTEGER DEFAULT '0' NOT NULL,
	waiting_on TEXT,
	waiting_since_us BIGINT,
	wake_up_us BIGINT,
	handoff_note TEXT DEFAULT '' NOT NULL,
	generation BIGINT DEFAULT '1' NOT NULL,
	created_us BIGINT NOT NULL,
	done_us BIGINT,
	done_by BIGINT,
	version BIGINT DEFAULT '1' NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT state_known CHECK (state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold', 'done', 'cancelled')),
	CONSTRAINT reserved_flag CHECK (reserved IN (0, 1)),
	CONSTRAINT arrived_late_flag CHECK (arrived_late IN (0, 1)),
	UNIQUE (ref),
	FOREIGN KEY(matter_id) REFERENCES matter (id),
	FOREIGN KEY(run_id) REFERENCES playbook_run (id),
	FOREIGN KEY(notice_id) REFERENCES notice (id),
	FOREIGN KEY(deadline_id) REFERENCES deadline (id),
	FOREIGN KEY(owner_id) REFERENCES person (id),
	FOREIGN KEY(acknowledged_by) REFERENCES person (id),
	FOREIGN KEY(done_by) REFERENCES person (id)
);

CREATE INDEX ix_task_run_id ON task (run_id);

CREATE INDEX task_by_matter ON task (matter_id);

CREATE INDEX task_firm_queue ON task (due_us, id) WHERE state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold');

CREATE INDEX task_queue ON task (owner_id, due_us, id) WHERE state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold');

CREATE TABLE outbox (
	id BIGINT NOT NULL,
	matter_id BIGINT,
	task_id BIGINT,
	person_id BIGINT NOT NULL,
	channel TEXT DEFAULT 'in_app' NOT NULL,
	about TEXT NOT NULL,
	subject TEXT NOT NULL,
	body TEXT DEFAULT '' NOT NULL,
	message_id TEXT NOT NULL,
	state TEXT DEFAULT 'delivered' NOT NULL,
	by_us BIGINT,
	created_us BIGINT NOT NULL,
	seen_us BIGINT,
	PRIMARY KEY (id),
	CONSTRAINT channel_known CHECK (channel IN ('in_app', 'email')),
	CONSTRAINT state_known CHECK (state IN ('queued', 'delivered', 'sent', 'failed', 'unknown')),
	FOREIGN KEY(matter_id) REFERENCES matter (id),
	FOREIGN KEY(task_id) REFERENCES task (id),
	FOREIGN KEY(person_id) REFERENCES person (id),
	UNIQUE (message_id)
);

CREATE INDEX outbox_of_person ON outbox (person_id, created_us);

CREATE TABLE packet (
	id BIGINT NOT NULL,
	ref TEXT NOT NULL,
	matter_id BIGINT NOT NULL,
	form_id BIGINT,
	run_id BIGINT,
	task_id BIGINT NOT NULL,
	deadline_id BIGINT,
	title TEXT NOT NULL,
	agency TEXT DEFAULT 'USCIS' NOT NULL,
	created_us BIGINT NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (ref),
	FOREIGN KEY(matter_id) REFERENCES matter (id),
	FOREIGN KEY(form_id) REFERENCES form (id),
	FOREIGN KEY(run_id) REFERENCES playbook_run (id),
	FOREIGN KEY(task_id) REFERENCES task (id),
	FOREIGN KEY(deadline_id) REFERENCES deadline (id)
);

CREATE INDEX ix_packet_matter_id ON packet (matter_id);

CREATE INDEX ix_packet_task_id ON packet (task_id);

CREATE TABLE task_item (
	id BIGINT NOT NULL,
	task_id BIGINT NOT NULL,
	position BIGINT DEFAULT '0' NOT NULL,
	code TEXT NOT NULL,
	text TEXT NOT NULL,
	hint TEXT DEFAULT '' NOT NULL,
	required INTEGER DEFAULT '1' NOT NULL,
	reserved INTEGER DEFAULT '0' NOT NULL,
	wants_file INTEGER DEFAULT '0' NOT NULL,
	state TEXT DEFAULT 'open' NOT NULL,
	note TEXT DEFAULT '' NOT NULL,
	reason TEXT DEFAULT '' NOT NULL,
	document_id BIGINT,
	done_by BIGINT,
	done_us BIGINT,
	version BIGINT DEFAULT '1' NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT state_known CHECK (state IN ('open', 'done', 'waived')),
	CONSTRAINT required_flag CHECK (required IN (0, 1)),
	CONSTRAINT reserved_flag CHECK (reserved IN (0, 1)),
	CONSTRAINT wants_file_flag CHECK (wants_file IN (0, 1)),
	UNIQUE (task_id, code),
	CONSTRAINT waived_with_a_reason CHECK (state <> 'waived' OR (reason <> '' AND done_by IS NOT NULL)),
	CONSTRAINT done_by_someone CHECK (state <> 'done' OR done_by IS NOT NULL),
	FOREIGN KEY(task_id) REFERENCES task (id),
	FOREIGN KEY(document_id) REFERENCES document (id),
	FOREIGN KEY(done_by) REFERENCES person (id)
);

CREATE INDEX ix_task_item_task_id ON task_item (task_id);

CREATE TABLE timer (
	id BIGINT NOT NULL,
	matter_id BIGINT,
	task_id BIGINT,
	subject_id BIGINT DEFAULT '0' NOT NULL,
	chain TEXT NOT NULL,
	step BIGINT DEFAULT '0' NOT NULL,
	generation BIGINT DEFAULT '1' NOT NULL,
	fire_at_us BIGINT NOT NULL,
	condition TEXT NOT NULL,
	action TEXT NOT NULL,
	targets TEXT DEFAULT '[]' NOT NULL,
	state TEXT DEFAULT 'armed' NOT NULL,
	fired_us BIGINT,
	late_us BIGINT,
	outcome TEXT DEFAULT '' NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT state_known CHECK (state IN ('armed', 'fired', 'cancelled')),
	UNIQUE (subject_id, chain, step, generation),
	FOREIGN KEY(matter_id) REFERENCES matter (id),
	FOREIGN KEY(task_id) REFERENCES task (id)
);

CREATE INDEX timer_due ON timer (fire_at_us, id) WHERE state = 'armed';

CREATE INDEX timer_of_task ON timer (task_id);

CREATE TABLE draft (
	id BIGINT NOT NULL,
	ref TEXT NOT NULL,
	packet_id BIGINT NOT NULL,
	task_id BIGINT NOT NULL,
	version BIGINT DEFAULT '1' NOT NULL,
	submitted_by BIGINT NOT NULL,
	submitted_us BIGINT NOT NULL,
	note TEXT DEFAULT '' NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (packet_id, version),
	UNIQUE (packet_id, version, submitted_by),
	UNIQUE (ref),
	FOREIGN KEY(packet_id) REFERENCES packet (id),
	FOREIGN KEY(task_id) REFERENCES task (id),
	FOREIGN KEY(submitted_by) REFERENCES person (id)
);

CREATE INDEX ix_draft_task_id ON draft (task_id);

CREATE TABLE review_look (
	packet_id BIGINT NOT NULL,
	person_id BIGINT NOT NULL,
	manifest_sha256 TEXT NOT NULL,
	at_us BIGINT NOT NULL,
	PRIMARY KEY (packet_id, person_id),
	FOREIGN KEY(packet_id) REFERENCES packet (id),
	FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE TABLE signature_slot (
	id BIGINT NOT NULL,
	ref TEXT NOT NULL,
	packet_id BIGINT NOT NULL,
	matter_id BIGINT NOT NULL,
	form TEXT NOT NULL,
	part TEXT NOT NULL,
	person TEXT NOT NULL,
	replaces_id BIGINT,
	state TEXT DEFAULT 'needed' NOT NULL,
	sent_us BIGINT,
	back_us BIGINT,
	document_id BIGINT,
	version BIGINT DEFAULT '1' NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT state_known CHECK (state IN ('needed', 'sent', 'back')),
	CONSTRAINT back_with_its_scan CHECK (state <> 'back' OR document_id IS NOT NULL),
	UNIQUE (ref),
	FOREIGN KEY(packet_id) REFERENCES packet (id),
	FOREIGN KEY(matter_id) REFERENCES matter (id),
	FOREIGN KEY(replaces_id) REFERENCES document (id),
	FOREIGN KEY(document_id) REFERENCES document (id)
);

CREATE INDEX ix_signature_slot_packet_id ON signature_slot (packet_id);

CREATE TABLE manifest (
	id BIGINT NOT NULL,
	packet_id BIGINT NOT NULL,
	seq BIGINT DEFAULT '1' NOT NULL,
	version BIGINT DEFAULT '1' NOT NULL,
	sha256 TEXT NOT NULL,
	assembled_sha256 TEXT NOT NULL,
	assembled_bytes BIGINT DEFAULT '0' NOT NULL,
	assembled_document_id BIGINT NOT NULL,
	pages BIGINT DEFAULT '0' NOT NULL,
	body TEXT NOT NULL,
	changed_pages TEXT DEFAULT '[]' NOT NULL,
	preparer_id BIGINT NOT NULL,
	assembled_us BIGINT NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (packet_id, seq),
	UNIQUE (packet_id, sha256, preparer_id, assembled_us),
	UNIQUE (packet_id, sha256),
	FOREIGN KEY(packet_id, version, preparer_id) REFERENCES draft (packet_id, version, submitted_by),
	FOREIGN KEY(packet_id) REFERENCES packet (id),
	FOREIGN KEY(assembled_document_id) REFERENCES document (id),
	FOREIGN KEY(preparer_id) REFERENCES person (id)
);

CREATE TABLE manifest_document (
	manifest_id BIGINT NOT NULL,
	position BIGINT NOT NULL,
	document_id BIGINT DEFAULT '0' NOT NULL,
	version BIGINT DEFAULT '1' NOT NULL,
	sha256 TEXT NOT NULL,
	name TEXT NOT NULL,
	role TEXT NOT NULL,
	tab TEXT,
	pages BIGINT DEFAULT '0' NOT NULL,
	PRIMARY KEY (manifest_id, position),
	FOREIGN KEY(document_id, version, sha256) REFERENCES document_version (document_id, version, sha256),
	FOREIGN KEY(manifest_id) REFERENCES manifest (id)
);

CREATE TABLE review (
	id BIGINT NOT NULL,
	ref TEXT NOT NULL,
	kind TEXT NOT NULL,
	packet_id BIGINT NOT NULL,
	manifest_sha256 TEXT NOT NULL,
	matter_id BIGINT NOT NULL,
	task_id BIGINT NOT NULL,
	version BIGINT DEFAULT '1' NOT NULL,
	owner_id BIGINT NOT NULL,
	owner_reason TEXT DEFAULT '' NOT NULL,
	state TEXT DEFAULT 'open' NOT NULL,
	opened_us BIGINT NOT NULL,
	due_us BIGINT NOT NULL,
	decided_by BIGINT,
	decided_us BIGINT,
	licence_id BIGINT,
	licence_kind TEXT,
	PRIMARY KEY (id),
	CONSTRAINT kind_known CHECK (kind IN ('content', 'second', 'signoff')),
	CONSTRAINT state_known CHECK (state IN ('open', 'approved', 'returned', 'superseded')),
	FOREIGN KEY(packet_id, manifest_sha256) REFERENCES manifest (packet_id, sha256),
	FOREIGN KEY(licence_id, decided_by, licence_kind) REFERENCES licence (id, person_id, kind),
	UNIQUE (id, packet_id, manifest_sha256, kind, state, decided_by, decided_us),
	UNIQUE (id, packet_id, kind, state),
	CONSTRAINT decided_by_a_qualified_person CHECK (state NOT IN ('approved', 'returned') OR (decided_by IS NOT NULL AND decided_us IS NOT NULL AND licence_id IS NOT NULL AND licence_kind IS NOT NULL)),
	CONSTRAINT content_and_signoff_by_a_licence CHECK (state NOT IN ('approved', 'returned') OR kind = 'second' OR licence_kind IN ('attorney', 'accredited_representative')),
	UNIQUE (ref),
	FOREIGN KEY(packet_id) REFERENCES packet (id),
	FOREIGN KEY(matter_id) REFERENCES matter (id),
	FOREIGN KEY(task_id) REFERENCES task (id),
	FOREIGN KEY(owner_id) REFERENCES person (id),
	FOREIGN KEY(decided_by) REFERENCES person (id),
	FOREIGN KEY(licence_id) REFERENCES licence (id)
);

CREATE INDEX ix_review_matter_id ON review (matter_id);

CREATE INDEX review_by_packet ON review (packet_id);

CREATE INDEX review_open ON review (owner_id, due_us) WHERE state = 'open';

CREATE TABLE review_point (
	review_id BIGINT NOT NULL,
	code TEXT NOT NULL,
	position BIGINT DEFAULT '0' NOT NULL,
	text TEXT NOT NULL,
	answer TEXT,
	comment TEXT DEFAULT '' NOT NULL,
	PRIMARY KEY (review_id, code),
	CONSTRAINT answer_known CHECK (answer IS NULL OR answer IN ('yes', 'no')),
	FOREIGN KEY(review_id) REFERENCES review (id)
);

CREATE TABLE sign_off (
	id BIGINT NOT NULL,
	packet_id BIGINT NOT NULL,
	matter_id BIGINT NOT NULL,
	manifest_sha256 TEXT NOT NULL,
	review_id BIGINT NOT NULL,
	content_review_id BIGINT DEFAULT '0' NOT NULL,
	second_review_id BIGINT DEFAULT '0' NOT NULL,
	content_kind TEXT DEFAULT 'content' NOT NULL,
	second_kind TEXT DEFAULT 'second' NOT NULL,
	approved TEXT DEFAULT 'approved' NOT NULL,
	preparer_id BIGINT NOT NULL,
	second_reviewer_id BIGINT NOT NULL,
	assembled_us BIGINT NOT NULL,
	second_us BIGINT NOT NULL,
	signer_id BIGINT NOT NULL,
	licence_id BIGINT DEFAULT '0' NOT NULL,
	licence_kind TEXT NOT NULL,
	key_id TEXT NOT NULL,
	policy TEXT NOT NULL,
	statement TEXT NOT NULL,
	signature TEXT NOT NULL,
	signed_us BIGINT NOT NULL,
	live INTEGER DEFAULT '1' NOT NULL,
	voided_us BIGINT,
	voided_reason TEXT DEFAULT '' NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT policy_known CHECK (policy IN ('three-person', 'two-person', 'sole')),
	CONSTRAINT live_flag CHECK (live IN (0, 1)),
	FOREIGN KEY(packet_id, manifest_sha256, preparer_id, assembled_us) REFERENCES manifest (packet_id, sha256, preparer_id, assembled_us),
	FOREIGN KEY(second_review_id, packet_id, manifest_sha256, second_kind, approved, second_reviewer_id, second_us) REFERENCES review (id, packet_id, manifest_sha256, kind, state, decided_by, decided_us),
	FOREIGN KEY(content_review_id, packet_id, content_kind, approved) REFERENCES review (id, packet_id, kind, state),
	FOREIGN KEY(licence_id, signer_id, licence_kind) REFERENCES licence (id, person_id, kind),
	FOREIGN KEY(key_id, signer_id) REFERENCES signing_key (key_id, person_id),
	CONSTRAINT names_both_reviews CHECK (second_kind = 'second' AND content_kind = 'content' AND approved = 'approved'),
	CONSTRAINT signed_by_a_licence CHECK (licence_kind IN ('attorney', 'accredited_representative')),
	CONSTRAINT three_person CHECK (policy <> 'three-person' OR (signer_id <> preparer_id AND signer_id <> second_reviewer_id AND second_reviewer_id <> preparer_id)),
	CONSTRAINT two_person CHECK (policy <> 'two-person' OR signer_id <> preparer_id OR second_reviewer_id <> preparer_id),
	CONSTRAINT sole_second_pass CHECK (policy <> 'sole' OR second_us - assembled_us >= 1800000000),
	CONSTRAINT in_order CHECK (second_us >= assembled_us AND signed_us >= second_us),
	CONSTRAINT voided_or_live CHECK ((live = 1 AND voided_us IS NULL) OR (live = 0 AND voided_us IS NOT NULL)),
	UNIQUE (id, packet_id, manifest_sha256, live),
	FOREIGN KEY(packet_id) REFERENCES packet (id),
	FOREIGN KEY(matter_id) REFERENCES matter (id),
	FOREIGN KEY(review_id) REFERENCES review (id),
	FOREIGN KEY(preparer_id) REFERENCES person (id),
	FOREIGN KEY(second_reviewer_id) REFERENCES person (id),
	FOREIGN KEY(signer_id) REFERENCES person (id)
);

CREATE INDEX ix_sign_off_matter_id ON sign_off (matter_id);

CREATE UNIQUE INDEX sign_off_live ON sign_off (packet_id) WHERE live = 1;

CREATE TABLE filing (
	id BIGINT NOT NULL,
	ref TEXT NOT NULL,
	packet_id BIGINT NOT NULL,
	matter_id BIGINT NOT NULL,
	manifest_sha256 TEXT NOT NULL,
	sign_off_id BIGINT DEFAULT '0' NOT NULL,
	live INTEGER DEFAULT '1' NOT NULL,
	state TEXT NOT NULL,
	channel TEXT DEFAULT 'paper' NOT NULL,
	carrier TEXT DEFAULT '' NOT NULL,
	tracking TEXT DEFAULT '' NOT NULL,
	shipped_us BIGINT NOT NULL,
	shipped_by BIGINT NOT NULL,
	delivered_us BIGINT,
	receipt_number TEXT,
	receipted_us BIGINT,
	rejected_us BIGINT,
	reason TEXT DEFAULT '' NOT NULL,
	version BIGINT DEFAULT '1' NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT state_known CHECK (state IN ('shipped', 'uploaded', 'delivered', 'receipted', 'rejected')),
	FOREIGN KEY(sign_off_id, packet_id, manifest_sha256, live) REFERENCES sign_off (id, packet_id, manifest_sha256, live),
	CONSTRAINT with_a_live_sign_off CHECK (live = 1),
	CONSTRAINT delivered_when CHECK (state NOT IN ('delivered', 'receipted') OR delivered_us IS NOT NULL),
	CONSTRAINT rejected_with_a_reason CHECK (state <> 'rejected' OR reason <> ''),
	UNIQUE (packet_id),
	UNIQUE (ref),
	FOREIGN KEY(packet_id) REFERENCES packet (id),
	FOREIGN KEY(matter_id) REFERENCES matter (id),
	FOREIGN KEY(shipped_by) REFERENCES person (id)
);

CREATE INDEX ix_filing_matter_id ON filing (matter_id);
