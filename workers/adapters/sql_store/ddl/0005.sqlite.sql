-- Which articles of some days have a tag is read off the index, the newest first, however many have it.
ALTER TABLE tags ADD COLUMN dated_s INTEGER NOT NULL DEFAULT 0;

UPDATE tags SET dated_s = (
    SELECT CAST(strftime('%s', articles.dated_at) AS INTEGER) FROM articles WHERE articles.article_no = tags.article_no
);

DROP INDEX tags_by_key;

CREATE INDEX tags_by_key ON tags (tag_key, kind, dated_s);
