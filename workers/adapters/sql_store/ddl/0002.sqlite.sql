-- What each source brought by the hour of acceptance: sums, written with the outcomes that they count.
CREATE TABLE source_hours (
    source TEXT NOT NULL,
    hour INTEGER NOT NULL,
    language TEXT NOT NULL,
    documents INTEGER NOT NULL,
    quarantined INTEGER NOT NULL,
    duplicates INTEGER NOT NULL,
    articles INTEGER NOT NULL,
    undated INTEGER NOT NULL,
    log_words INTEGER NOT NULL,
    PRIMARY KEY (source, hour, language)
) WITHOUT ROWID;

CREATE TABLE source_standings (
    source TEXT NOT NULL PRIMARY KEY,
    state TEXT NOT NULL,
    since DATETIME NOT NULL,
    judged_at DATETIME NOT NULL,
    report TEXT NOT NULL
) WITHOUT ROWID;
