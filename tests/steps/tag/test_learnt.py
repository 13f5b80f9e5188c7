from __future__ import annotations

import pytest

from tests.steps.tag.tables import english, evidence, shipped_tables, shipped_weights, tags
from workers.model import Article, TagKind
from workers.steps.tag import BadTable
from workers.steps.tag import Tag as TagStep
from workers.steps.tag.topics.learnt import TopicModel
from workers.steps.tag.topics.train import Example, train_topics

SPORT = "medtop:15000000"
GAMES = ("The keeper saved the ball", "Our team won the cup", "A late goal won the match", "The team lost the match")
BOATS = ("The ferry left the quay", "A new quay for the ferry", "Boats wait at the quay", "The harbour sold its boats")


def examples(times: int = 3) -> list[Example]:
    labelled = [(text, SPORT) for text in GAMES] + [(text, "harbour") for text in BOATS]
    return [
        Example(Article("", "", text=f"{text} on day {number}."), frozenset([topic]))
        for number in range(times)
        for text, topic in labelled
    ]


def topics(model: TopicModel, text: str) -> dict[str, list[str]]:
    step = TagStep(shipped_tables(), shipped_weights(), topics_model=model.packed(), identify=english)
    article = Article("a-0", "a", text=text)
    return {each.id: evidence(article, each) for each in tags(article, TagKind.TOPIC, step)}


def test_a_trained_model_takes_the_place_of_the_lexicons_and_shows_the_words_that_decided() -> None:
    model, _ = train_topics(examples())
    shown = topics(model, "Nobody saw the old ferry at the quay.")
    assert set(shown) == {"harbour"}
    assert any("quay" in words for words in shown["harbour"])
    assert set(topics(model, "The team won the match.")) == {SPORT}


def test_a_label_that_is_a_media_topic_has_its_name() -> None:
    model, _ = train_topics(examples())
    step = TagStep(shipped_tables(), shipped_weights(), topics_model=model.packed(), identify=english)
    (topic,) = tags(Article("a-0", "a", text="The team won the match."), TagKind.TOPIC, step)
    assert (topic.id, topic.label) == (SPORT, "sport")


def test_the_report_is_of_documents_that_the_model_had_not_seen() -> None:
    _, report = train_topics(examples())
    assert (report.documents, [quality.label for quality in report.labels]) == (24, ["harbour", SPORT])
    assert report.accuracy is not None
    assert report.accuracy > 0.9


def test_documents_with_several_topics_get_several() -> None:
    both = [Example(Article("", "", text=f"{game} at the quay."), frozenset([SPORT, "harbour"])) for game in GAMES]
    model, report = train_topics(examples() + both * 3)
    assert report.accuracy is None
    assert set(topics(model, "The team won the match at the quay.")) == {SPORT, "harbour"}


def test_the_same_documents_give_the_same_file() -> None:
    assert train_topics(examples())[0].packed() == train_topics(examples())[0].packed()


def test_labels_with_too_few_documents_are_left_out_and_named() -> None:
    rare = Example(Article("", "", text="The choir sang."), frozenset(["music"]))
    _, report = train_topics([*examples(), rare])
    assert report.left_out == ("music",)


def test_one_topic_is_nothing_to_learn() -> None:
    with pytest.raises(BadTable, match="at least two topics need 3 documents"):
        train_topics([each for each in examples() if SPORT in each.topics])


@pytest.mark.parametrize("packed", [b"", b"no model", b"\x1f\x8b broken"])
def test_a_file_that_is_no_model_is_refused(packed: bytes) -> None:
    with pytest.raises(BadTable, match="topics_model is no topic model"):
        TagStep({}, topics_model=packed, identify=english)
