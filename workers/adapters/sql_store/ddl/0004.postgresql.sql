-- The story that each article was given, and which story was later shown to be another one.
CREATE TABLE story_articles (
    story TEXT COLLATE "C" NOT NULL,
    article_no BIGINT NOT NULL REFERENCES articles (article_no),
    PRIMARY KEY (story, article_no)
);

CREATE INDEX story_articles_by_article ON story_articles (article_no);

CREATE TABLE absorbed_stories (
    story TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    into_story TEXT COLLATE "C" NOT NULL
);

CREATE INDEX absorbed_stories_by_into ON absorbed_stories (into_story);

CREATE TRIGGER absorbed_stories_never_change BEFORE UPDATE ON absorbed_stories
FOR EACH ROW EXECUTE FUNCTION rows_never_change('absorbed stories');
