-- The group of an article after its first one; the highest number counts.
CREATE TABLE regroupings (
    article_id TEXT COLLATE "C" NOT NULL REFERENCES article_outcomes (article_id),
    regroup_no BIGINT NOT NULL,
    group_id TEXT COLLATE "C" NOT NULL,
    decided_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (article_id, regroup_no)
);

CREATE INDEX regroupings_by_group ON regroupings (group_id);
