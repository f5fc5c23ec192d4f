CREATE TABLE matter_given (
	person_id INTEGER NOT NULL,
	kind TEXT NOT NULL,
	last_us INTEGER DEFAULT '0' NOT NULL,
	PRIMARY KEY (person_id, kind),
	CONSTRAINT kind_known CHECK (kind IN ('primary_paralegal', 'secondary_paralegal', 'lead_attorney', 'supervising_attorney')),
	FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE TABLE open_work (
	person_id INTEGER NOT NULL,
	hours_tenths INTEGER DEFAULT '0' NOT NULL,
	last_us INTEGER DEFAULT '0' NOT NULL,
	PRIMARY KEY (person_id),
	FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE INDEX decision_at ON decision (at_us, id);

CREATE INDEX form_by_party ON form (party_id);

CREATE INDEX ix_packet_deadline_id ON packet (deadline_id);

CREATE INDEX ix_packet_run_id ON packet (run_id);

CREATE INDEX ix_playbook_run_form_id ON playbook_run (form_id);

CREATE INDEX matter_guarded ON matter (id) WHERE guarded = 1;

CREATE INDEX matter_newest ON matter (opened_us, id);

CREATE INDEX notice_by_receipt ON notice (receipt_number, kind);

CREATE INDEX outbox_since ON outbox (created_us, id);

CREATE INDEX review_by_due ON review (due_us, id);

CREATE INDEX sign_off_by_content ON sign_off (content_review_id);

CREATE INDEX sign_off_by_second ON sign_off (second_review_id);

CREATE INDEX sign_off_of_signer ON sign_off (signer_id, signed_us);

CREATE INDEX task_of_conflict ON task (step) WHERE kind = 'conflict_check';

CREATE INDEX task_of_deadline ON task (deadline_id) WHERE state IN ('new', 'acknowledged', 'in_progress', 'waiting', 'on_hold');

CREATE INDEX task_of_notice ON task (notice_id) WHERE notice_id IS NOT NULL;

CREATE INDEX timer_of_matter ON timer (matter_id) WHERE state = 'armed';
