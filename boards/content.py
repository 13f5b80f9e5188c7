"""Is what comes out any good?"""

from __future__ import annotations

from boards.model import Board, Panel, Query, Row, falling, rising
from boards.promql import increase, mean, quantile, rate, series, share, total
from workers.ports import SourceState

USUAL = f'state!~"{SourceState.NORMAL}|{SourceState.LEARNING}"'
ARTICLES = rate("articles_total", where='outcome!="quarantined"')
ALL_ARTICLES = increase("articles_total", where='outcome!="quarantined"')

NOW = Row("In this time range", (
    Panel(
        "Copies (% of documents)",
        "Documents all of whose articles are copies. What is usual depends on the feeds: a jump means that a source "
        "sends again what it sent, a fall that the dedup index was lost.",
        "percentunit",
        (Query(share(increase("documents_finished_total", where='outcome="duplicate"'),
                     increase("documents_finished_total")), "duplicate"),), "stat", 4, decimals=1,
    ),
    Panel(
        "No article found (%)",
        "Pages without a story, or whose story was not found. Above 20 %: a layout changed; `newsmill sources` "
        "names the source, `newsmill quarantine list --reason no_article` the pages.",
        "percentunit",
        (Query(share(increase("quarantined_total", where='reason="no_article"'), increase("documents_finished_total")),
               "no article"),), "stat", 4, steps=rising(0.05, 0.2), decimals=1,
    ),
    Panel(
        "Articles a document",
        "One page can hold the main story and related ones. A fall to 1 on aggregator feeds: the page is no longer "
        "split.",
        "short", (Query(share(ALL_ARTICLES, increase("documents_finished_total")), "articles"),), "stat", 4, decimals=2,
    ),
    Panel(
        "Articles with a date (%)",
        "Where no date is found, freshness and the search by time suffer. Below 80 %: find the source with `newsmill "
        "sources`, the page with `newsmill explain ID`.",
        "percentunit",
        (Query(share(increase("fields_present_total", where='field="published_at"'), ALL_ARTICLES), "dated"),),
        "stat", 4, steps=falling(0.6, 0.8), decimals=0,
    ),
    Panel(
        "Tags an article",
        "Of all kinds. Near 0: tag runs without its tables, or texts are empty.",
        "short", (Query(share(increase("tags_total"), ALL_ARTICLES), "tags"),), "stat", 4, steps=falling(1, 3),
        decimals=1,
    ),
    Panel(
        "Sources not as usual",
        "Silent, quiet, or with other content than in their own weeks before. `newsmill sources` names them, worst "
        "first.",
        "short", (Query(f"sum({series('sources', USUAL)})", "sources"),), "stat", 4,
        steps=rising(1, 5),
    ),
), height=4)

COPIES = Row("Copies", (
    Panel(
        "Articles by their relation to earlier ones (articles/s)",
        "unique, contains and update count as stored; exact, near and contained as duplicate. All unique on busy "
        "feeds: is the dedup index there?",
        "suffix:articles/s", (Query(rate("article_relations_total", "kind"), "{{kind}}"),), stacked=True,
    ),
    Panel(
        "Share of each relation, in this time range (%)",
        "Of all articles. What is usual is the feeds' own; a kind that was never there before came with a new "
        "source or a new release.",
        "percentunit",
        (Query(f"{increase('article_relations_total', 'kind')} / "
               f"ignoring (kind) group_left () clamp_min({increase('article_relations_total')}, 1e-9)", "{{kind}}"),),
        "bargauge", share=True, decimals=1,
    ),
    Panel(
        "Score of related articles: p10, p50 (containment, %)",
        "How much of the shorter text stands in the other. A low p10: relations near the threshold, look at some with "
        "`newsmill find --relation near` and `newsmill explain ID`.",
        "percentunit", tuple(Query(quantile(q, "relation_score"), f"p{q * 100:.0f}") for q in (0.1, 0.5)), share=True,
    ),
    Panel(
        "Earlier articles compared with an article: mean",
        "The original and others like it. Rising: one story in many copies, or a boilerplate text that makes "
        "everything alike.",
        "short", (Query(mean("dedup_candidates"), "mean"),),
    ),
    Panel(
        "Copies over time (% of documents)",
        "A step up: one source sends again what it sent, `newsmill sources --state copies`. A step down: copies are no "
        "longer found; look at the index beside this panel.",
        "percentunit",
        (Query(share(rate("documents_finished_total", where='outcome="duplicate"'), rate("documents_finished_total")),
               "duplicate"),), share=True,
    ),
    Panel(
        "Articles in the dedup index",
        "Grows for the window of 168 hours, then stays. A fall to 0: the work server came back empty; the reconciler "
        "rebuilds the index from the store.",
        "short", (Query(total("dedup_entries"), "articles"),),
    ),
))

PAGES = Row("Pages and articles", (
    Panel(
        "Articles made of a document: mean and p95",
        "From a single page. p95 of an aggregator feed is its number of stories a page.",
        "short", (Query(mean("document_articles"), "mean"), Query(quantile(0.95, "document_articles"), "p95")),
    ),
    Panel(
        "Words of an article: p10, p50, p90",
        "p10 falling: pages are cut, or only teasers come. p90 jumping: boilerplate is no longer removed. "
        "`newsmill sources` compares each source with itself.",
        "short", tuple(Query(quantile(q, "article_words"), f"p{q * 100:.0f}") for q in (0.1, 0.5, 0.9)),
    ),
    Panel(
        "Which fields are filled? (% of articles)",
        "Title and language should be near 100 %. One field falling by itself: a layout or a metadata tag changed.",
        "percentunit",
        (Query(f"{rate('fields_present_total', 'field')} / ignoring (field) group_left () clamp_min({ARTICLES}, 1e-9)",
               "{{field}}"),), share=True,
    ),
    Panel(
        "Fields filled, in this time range (% of articles)",
        "The same as one number a field: what consumers of the articles can count on.",
        "percentunit",
        (Query(f"{increase('fields_present_total', 'field')} / ignoring (field) group_left () "
               f"clamp_min({ALL_ARTICLES}, 1e-9)", "{{field}}"),), "bargauge", share=True, decimals=0,
    ),
))

TAGS = Row("Tags", (
    Panel(
        "Tags an article, by kind",
        "A kind that falls to 0 while articles come: its table or model is missing, see the worker's first log lines.",
        "short",
        (Query(f"{rate('tags_total', 'kind')} / ignoring (kind) group_left () clamp_min({ARTICLES}, 1e-9)",
               "{{kind}}"),),
    ),
    Panel(
        "Articles that have a tag, by kind (% in this time range)",
        "Coverage: how many articles can be found by it. Compare after each change of config/tag.",
        "percentunit",
        (Query(f"{increase('articles_tagged_total', 'kind')} / ignoring (kind) group_left () "
               f"clamp_min({ALL_ARTICLES}, 1e-9)", "{{kind}}"),), "bargauge", share=True, decimals=0,
    ),
))

SOURCES = Row("Sources", (
    Panel(
        "Sources by state",
        "Each source is in one state, its worst, judged every five minutes against its own last four weeks; for "
        "two weeks it is learnt. Names never become labels: `newsmill sources` has them.",
        "short", (Query(total("sources", "state"), "{{state}}"),), "bargauge",
    ),
    Panel(
        "Sources not as usual, over time",
        "Many at once: it is not them but us, or the network. silent: nothing came. quarantined, length, undated, "
        "language: their layout changed. copies: they send again. quiet, loud: volume.",
        "short", (Query(total("sources", "state", USUAL), "{{state}}"),), stacked=True,
    ),
))

BOARD = Board("newsmill-content", "Newsmill: Dedup and content", "Is what comes out any good?",
              (NOW, COPIES, PAGES, TAGS, SOURCES))
