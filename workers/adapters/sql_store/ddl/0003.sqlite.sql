-- Of each article that goes back to another: its group, and version so many of which article.
CREATE TABLE lines (
    article_id TEXT NOT NULL PRIMARY KEY REFERENCES article_outcomes (article_id),
    group_id TEXT NOT NULL,
    first_id TEXT NOT NULL,
    version_no INTEGER NOT NULL
) WITHOUT ROWID;

CREATE UNIQUE INDEX lines_by_version ON lines (first_id, version_no);

CREATE INDEX lines_by_group ON lines (group_id);

-- Who heads a group after its first article; the highest number counts.
CREATE TABLE group_heads (
    group_id TEXT NOT NULL,
    head_no INTEGER NOT NULL,
    head_id TEXT NOT NULL REFERENCES article_outcomes (article_id),
    decided_at DATETIME NOT NULL,
    PRIMARY KEY (group_id, head_no)
) WITHOUT ROWID;

CREATE INDEX group_heads_by_head ON group_heads (head_id);

-- The group of an article after its first one; the highest number counts.
CREATE TABLE regroupings (
    article_id TEXT NOT NULL REFERENCES article_outcomes (article_id),
    regroup_no INTEGER NOT NULL,
    group_id TEXT NOT NULL,
    decided_at DATETIME NOT NULL,
    PRIMARY KEY (article_id, regroup_no)
) WITHOUT ROWID;

CREATE INDEX regroupings_by_group ON regroupings (group_id);

CREATE TRIGGER lines_never_change BEFORE UPDATE ON lines
BEGIN SELECT RAISE(ABORT, 'lines never change'); END;

CREATE TRIGGER group_heads_never_change BEFORE UPDATE ON group_heads
BEGIN SELECT RAISE(ABORT, 'group heads never change'); END;
