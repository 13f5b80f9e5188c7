-- What each source brought by the hour of acceptance: sums, written with the outcomes that they count.
CREATE TABLE source_hours (
    source TEXT COLLATE "C" NOT NULL,
    hour BIGINT NOT NULL,
    language TEXT COLLATE "C" NOT NULL,
    documents BIGINT NOT NULL,
    quarantined BIGINT NOT NULL,
    duplicates BIGINT NOT NULL,
    articles BIGINT NOT NULL,
    undated BIGINT NOT NULL,
    log_words BIGINT NOT NULL,
    PRIMARY KEY (source, hour, language)
);

CREATE TABLE source_standings (
    source TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    state TEXT NOT NULL,
    since TIMESTAMPTZ NOT NULL,
    judged_at TIMESTAMPTZ NOT NULL,
    report TEXT NOT NULL
);
