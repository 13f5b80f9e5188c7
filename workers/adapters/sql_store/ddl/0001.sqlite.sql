CREATE TABLE outcomes (
    document_id TEXT NOT NULL PRIMARY KEY,
    entry_id TEXT NOT NULL,
    producer_id TEXT,
    source TEXT,
    url TEXT,
    door TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('stored', 'duplicate', 'quarantined')),
    step TEXT,
    reason TEXT,
    detail TEXT,
    articles INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    received_at DATETIME NOT NULL,
    accepted_at DATETIME NOT NULL,
    decided_at DATETIME NOT NULL,
    payload_bytes INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX outcomes_by_entry ON outcomes (entry_id);

CREATE INDEX outcomes_by_producer ON outcomes (producer_id) WHERE producer_id IS NOT NULL;

CREATE INDEX outcomes_by_verdict ON outcomes (verdict, decided_at);

-- What was said of each article, kept when the article itself is not: is it an original that stands?
CREATE TABLE article_outcomes (
    article_id TEXT NOT NULL PRIMARY KEY,
    document_id TEXT NOT NULL REFERENCES outcomes (document_id),
    verdict TEXT NOT NULL CHECK (verdict IN ('stored', 'duplicate', 'quarantined')),
    original_id TEXT REFERENCES article_outcomes (article_id),
    CHECK ((verdict = 'duplicate') = (original_id IS NOT NULL))
) WITHOUT ROWID;

CREATE TABLE articles (
    article_no INTEGER NOT NULL PRIMARY KEY,
    article_id TEXT NOT NULL UNIQUE REFERENCES article_outcomes (article_id),
    document_id TEXT NOT NULL REFERENCES outcomes (document_id),
    part INTEGER NOT NULL,
    relation TEXT NOT NULL,
    original_id TEXT,
    judged_of TEXT,
    language TEXT,
    source_key TEXT,
    publisher_key TEXT,
    publisher_id_key TEXT,
    published_at DATETIME,
    received_at DATETIME NOT NULL,
    dated_at DATETIME NOT NULL,
    stored_at DATETIME NOT NULL,
    record TEXT NOT NULL
);

CREATE INDEX articles_by_document ON articles (document_id, part);

CREATE INDEX articles_by_date ON articles (dated_at, article_no);

CREATE INDEX articles_by_arrival ON articles (received_at);

CREATE INDEX articles_by_source ON articles (source_key);

CREATE INDEX articles_by_publisher ON articles (publisher_key);

CREATE INDEX articles_by_publisher_id ON articles (publisher_id_key);

CREATE TABLE tags (
    article_no INTEGER NOT NULL REFERENCES articles (article_no),
    kind TEXT NOT NULL,
    tag_key TEXT NOT NULL,
    score REAL NOT NULL,
    PRIMARY KEY (article_no, kind, tag_key)
) WITHOUT ROWID;

CREATE INDEX tags_by_key ON tags (tag_key, kind);

CREATE TABLE removed_lines (
    article_no INTEGER NOT NULL REFERENCES articles (article_no),
    line_no INTEGER NOT NULL,
    rule TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (article_no, line_no)
) WITHOUT ROWID;

CREATE TABLE refused_articles (
    article_id TEXT NOT NULL PRIMARY KEY REFERENCES article_outcomes (article_id),
    document_id TEXT NOT NULL REFERENCES outcomes (document_id),
    part INTEGER NOT NULL,
    title TEXT,
    step TEXT NOT NULL,
    reason TEXT NOT NULL,
    detail TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE quarantine (
    document_id TEXT NOT NULL PRIMARY KEY REFERENCES outcomes (document_id),
    payload_bytes INTEGER NOT NULL,
    payload BLOB,
    requeued_as TEXT
);

CREATE TABLE incidents (
    incident_no INTEGER NOT NULL PRIMARY KEY,
    happened_at DATETIME NOT NULL,
    text TEXT NOT NULL,
    accepted_before INTEGER NOT NULL,
    accepted INTEGER NOT NULL,
    last_id_before TEXT NOT NULL,
    last_id TEXT NOT NULL,
    run_id_before TEXT NOT NULL,
    run_id TEXT NOT NULL
);

CREATE TABLE marks (
    mark_no INTEGER NOT NULL PRIMARY KEY CHECK (mark_no = 1),
    noted_at DATETIME NOT NULL,
    accepted INTEGER NOT NULL,
    last_id TEXT NOT NULL,
    run_id TEXT NOT NULL
);

-- Contentless: the words are made from articles.record again when an article goes (full_text.py).
CREATE VIRTUAL TABLE article_words
USING fts5(words, content='', columnsize=0, tokenize='unicode61 remove_diacritics 2');

-- One segment a transaction, less to merge: a third of the index's cost.
INSERT INTO article_words (article_words, rank) VALUES ('hashsize', 16777216);

INSERT INTO article_words (article_words, rank) VALUES ('pgsz', 16000);

CREATE TRIGGER outcomes_never_change BEFORE UPDATE ON outcomes
BEGIN SELECT RAISE(ABORT, 'outcomes never change'); END;

CREATE TRIGGER outcomes_never_go BEFORE DELETE ON outcomes
BEGIN SELECT RAISE(ABORT, 'outcomes never go'); END;

CREATE TRIGGER article_outcomes_never_change BEFORE UPDATE ON article_outcomes
BEGIN SELECT RAISE(ABORT, 'outcomes never change'); END;

CREATE TRIGGER article_outcomes_never_go BEFORE DELETE ON article_outcomes
BEGIN SELECT RAISE(ABORT, 'outcomes never go'); END;

CREATE TRIGGER articles_never_change BEFORE UPDATE ON articles
BEGIN SELECT RAISE(ABORT, 'articles never change'); END;
