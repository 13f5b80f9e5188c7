-- The group of an article after its first one; the highest number counts.
CREATE TABLE regroupings (
    article_id TEXT NOT NULL REFERENCES article_outcomes (article_id),
    regroup_no INTEGER NOT NULL,
    group_id TEXT NOT NULL,
    decided_at DATETIME NOT NULL,
    PRIMARY KEY (article_id, regroup_no)
) WITHOUT ROWID;

CREATE INDEX regroupings_by_group ON regroupings (group_id);
