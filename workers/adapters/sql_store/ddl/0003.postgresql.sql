-- Of each article that goes back to another: its group, and version so many of which article.
CREATE TABLE lines (
    article_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES article_outcomes (article_id),
    group_id TEXT COLLATE "C" NOT NULL,
    first_id TEXT COLLATE "C" NOT NULL,
    version_no BIGINT NOT NULL
);

CREATE UNIQUE INDEX lines_by_version ON lines (first_id, version_no);

CREATE INDEX lines_by_group ON lines (group_id);

-- Who heads a group after its first article; the highest number counts.
CREATE TABLE group_heads (
    group_id TEXT COLLATE "C" NOT NULL,
    head_no BIGINT NOT NULL,
    head_id TEXT COLLATE "C" NOT NULL REFERENCES article_outcomes (article_id),
    decided_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (group_id, head_no)
);

CREATE INDEX group_heads_by_head ON group_heads (head_id);

-- The group of an article after its first one; the highest number counts.
CREATE TABLE regroupings (
    article_id TEXT COLLATE "C" NOT NULL REFERENCES article_outcomes (article_id),
    regroup_no BIGINT NOT NULL,
    group_id TEXT COLLATE "C" NOT NULL,
    decided_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (article_id, regroup_no)
);

CREATE INDEX regroupings_by_group ON regroupings (group_id);

CREATE TRIGGER lines_never_change BEFORE UPDATE OR DELETE ON lines
FOR EACH ROW EXECUTE FUNCTION rows_never_change('lines');

CREATE TRIGGER group_heads_never_change BEFORE UPDATE OR DELETE ON group_heads
FOR EACH ROW EXECUTE FUNCTION rows_never_change('group heads');
