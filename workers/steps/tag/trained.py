"""The parts of the step that need weights, made from the bytes of the files in weights/."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from itertools import islice
from typing import Any, Final

from workers.steps.tag.countries import Countries
from workers.steps.tag.entities import Entities
from workers.steps.tag.entities.caseless import CaselessPersons
from workers.steps.tag.entities.clusters import read_clusters
from workers.steps.tag.entities.familiar import FamiliarNames
from workers.steps.tag.entities.known import known_words
from workers.steps.tag.entities.model import EntityModel
from workers.steps.tag.entities.net import NameNet
from workers.steps.tag.entities.vectors import WordVectors
from workers.steps.tag.entities.weights import EntityWeights
from workers.steps.tag.entities.word_features import WordFeatures
from workers.steps.tag.gazetteer import Gazetteer
from workers.steps.tag.names import Names
from workers.steps.tag.places import Places
from workers.steps.tag.table import BadTable
from workers.steps.tag.topics import Topics, Vocabulary
from workers.steps.tag.topics.learnt import LearntTopics, TopicModel

Weights = Mapping[str, bytes]  # by name of the file

LEARNT_WORDS: Final = 5_000  # the most frequent ones: 0.1 s of the load
CITIES: Final = "cities.tsv.gz"
CLUSTERS: Final = "clusters.tsv.gz"
ENTITIES: Final = "entities.bin"
ENTITIES_ENGLISH: Final = "entities.en.bin"
NET_ENGLISH: Final = "net.en.bin"
VECTORS: Final = "vectors.en.bin"
MEDIATOPICS: Final = "mediatopics.tsv.gz"
_GROWN: Final = ("topics.", ".tsv.gz")  # around the language


def _text(weights: Weights, name: str) -> str:
    try:
        return gzip.decompress(weights[name]).decode() if name in weights else ""
    except (OSError, EOFError, ValueError) as error:
        raise BadTable([f"{name}: {error}"]) from error


def make_names(tables: Mapping[str, Any], weights: Weights) -> Names:
    """Raises BadTable."""
    gazetteer = Gazetteer(_text(weights, CITIES))
    regions = tables.get("regions", {})
    countries = Countries(tables.get("countries", {}), regions)
    places = Places(gazetteer, regions, countries.by_name)
    return Names(countries, places, _make_entities(tables, weights, gazetteer))


def _make_entities(tables: Mapping[str, Any], weights: Weights, gazetteer: Gazetteer) -> Entities | None:
    """None without weights. Raises BadTable."""
    if ENTITIES not in weights or ENTITIES_ENGLISH not in weights:
        return None
    lists = tables.get("entities", {})
    known = known_words(tables, gazetteer)
    clusters = read_clusters(_text(weights, CLUSTERS))
    features = WordFeatures(lists, clusters, known)
    net = NameNet(weights[NET_ENGLISH], WordVectors(weights[VECTORS])) if NET_ENGLISH in weights else None
    english = EntityModel(EntityWeights(weights[ENTITIES_ENGLISH]), features, net)
    english.learn(list(islice(clusters, LEARNT_WORDS)))
    plain = EntityModel(EntityWeights(weights[ENTITIES]), WordFeatures(lists, {}, known, plain=True))
    familiar = FamiliarNames(tables.get("known", {}), tables.get("countries", {}))
    return Entities(english, plain, features, familiar, CaselessPersons(tables.get("caseless", {})))


def make_topics(tables: Mapping[str, Any], weights: Weights, model: bytes | None) -> Topics | LearntTopics:
    """By the model when there is one, else by the lexicons. Raises BadTable."""
    vocabulary = Vocabulary(_text(weights, MEDIATOPICS))
    if model is not None:
        return LearntTopics(TopicModel.unpacked(model, "topics_model"), vocabulary)
    first, last = _GROWN
    grown = {
        name[len(first) : -len(last)]: _text(weights, name)
        for name in weights
        if name.startswith(first) and name.endswith(last)
    }
    return Topics(tables.get("topics", {}) if vocabulary.concepts else {}, vocabulary, grown)
