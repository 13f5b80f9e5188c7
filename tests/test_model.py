from __future__ import annotations

import json
from dataclasses import fields, replace

from workers.model import Article, Entry, Tag, TagKind, article_from_json, article_record, article_to_json


def article(text: str = "A text.") -> Article:
    city = Tag(TagKind.PLACE, "geonames:1", "Porto", 0.9, ((0, 5), (0, 3, "title")), latitude=41.1, longitude=-8.6)
    return Article("d-0", "d", text=text, tags=(Tag(TagKind.KEYPHRASE, "k", "k", 1.0), city))


def test_the_record_begins_with_its_schema_and_has_every_field() -> None:
    names = [field.name for field in fields(Article)]
    assert list(article_record(article())) == ["schema", *(name for name in names if name != "schema")]


def test_the_record_and_the_json_say_the_same() -> None:
    assert json.loads(article_to_json(article())) == json.loads(json.dumps(article_record(article())))


def test_an_article_comes_back_from_json_as_it_was() -> None:
    assert article_from_json(article_to_json(article())) == article()


def test_only_a_tag_with_coordinates_carries_them() -> None:
    plain, city = article_record(article())["tags"]
    assert ("latitude" in plain, city["latitude"], city["longitude"]) == (False, 41.1, -8.6)


def test_text_that_looks_like_json_stays_as_it_is() -> None:
    text = 'he said ,"latitude":null,"longitude":null and ,"schema":1}'
    assert json.loads(article_to_json(article(text)))["text"] == text


def test_a_document_id_depends_on_entry_id_and_on_each_field() -> None:
    entry = Entry("1-0", {b"body": b"ab", b"id": b"c"})
    others = [
        replace(entry, id="1-1"),
        replace(entry, fields={b"body": b"abi", b"d": b"c"}),
        replace(entry, fields={b"body": b"ab", b"id": b""}),
    ]
    assert replace(entry, fields={b"id": b"c", b"body": b"ab"}).document_id == entry.document_id
    assert len({each.document_id for each in (entry, *others)}) == 4
