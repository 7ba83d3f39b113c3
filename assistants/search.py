"""Find the passages of a tenant's knowledge that answer a question, in one query.

The question is taken apart into meanings (`assistants.lexicon`), each with the words that may stand for it. PostgreSQL
reads those words in the languages that the tenant's sources are written in, drops its stop words, and says which
passage holds which meaning, in its heading or in its text. How much of the question a passage covers, with rare
meanings counting for more than common ones, is its score (`assistants.ranking`). A word that stands nowhere counts
against every passage, which is what makes an honest "I don't know" possible; before that, words with one wrong letter
and parts of compounds are tried.
"""

from __future__ import annotations

import json
import re
import uuid
from typing import Any

from django.db import connection

from assistants.lexicon import MEANINGS, Meaning
from assistants.providers.base import Passage
from assistants.providers.knowledge import ENOUGH
from assistants.ranking import Candidate, Corpus, rank

CANDIDATES = 40
"""Passages that are ranked: those that share the most with the question."""

SHOWN = 0.15
"""Score of a passage that is worth showing to somebody who wants to know what a question finds."""

FUZZY_LEAST = 5
"""Letters of a word that may be misspelt or part of a compound; shorter words have too many neighbours."""

MISSPELT = 0.8
COMPOUND = 0.6
"""Weights of words that aren't the visitor's but look like them: a letter off, or part of one another."""

_FIND = """
WITH languages AS (
    SELECT DISTINCT language::regconfig AS language FROM assistants_knowledgesource WHERE tenant_id = %(tenant)s
), asked AS (
    SELECT * FROM unnest(%(meanings)s::int[], %(words)s::text[], %(weights)s::float8[], %(near)s::text[])
        AS asked (meaning, word, weight, near)
), readings AS (
    SELECT meaning, word, weight, near, tsvector_to_array(to_tsvector(language, word)) AS lexemes FROM asked, languages
), stops AS (
    SELECT DISTINCT word FROM readings WHERE lexemes = '{}'
), meant AS (
    SELECT meaning, lexeme, max(weight) AS weight FROM readings, unnest(lexemes) AS lexeme
    WHERE word NOT IN (SELECT word FROM stops) AND (word NOT LIKE '%%-%%' OR lexeme LIKE '%%-%%') GROUP BY 1, 2
), sought AS (
    SELECT meaning, weight, quote_literal(lexeme) AS lexeme FROM meant
), passages AS MATERIALIZED (
    SELECT id, source_id, words FROM assistants_knowledgechunk WHERE tenant_id = %(tenant)s
), exact AS (
    SELECT id, meaning, max(weight) AS anywhere,
        max(weight) FILTER (WHERE words @@ (lexeme || ':A')::tsquery) AS in_title
    FROM passages JOIN sought ON words @@ (lexeme || ':AB')::tsquery GROUP BY 1, 2
), unknown AS (
    SELECT DISTINCT meaning, word, near FROM readings
    WHERE near <> '' AND word NOT IN (SELECT word FROM stops) AND meaning NOT IN (SELECT meaning FROM exact)
), vocabulary AS MATERIALIZED (
    SELECT word FROM ts_stat(
        format('SELECT words FROM assistants_knowledgechunk WHERE tenant_id = %%L', %(tenant)s), 'cd'
    )
    WHERE EXISTS (SELECT FROM unknown) AND length(word) >= %(fuzzy_least)s - 1
), guessed AS (
    SELECT meaning, quote_literal(vocabulary.word) AS lexeme,
        CASE WHEN vocabulary.word ~ near THEN %(misspelt)s ELSE %(compound)s END AS weight
    FROM unknown JOIN vocabulary ON vocabulary.word ~ near
        OR starts_with(vocabulary.word, unknown.word) OR right(vocabulary.word, length(unknown.word)) = unknown.word
        OR (length(vocabulary.word) >= %(fuzzy_least)s AND (starts_with(unknown.word, vocabulary.word)
            OR right(unknown.word, length(vocabulary.word)) = vocabulary.word))
), near AS (
    SELECT id, meaning, max(weight) AS anywhere,
        max(weight) FILTER (WHERE words @@ (lexeme || ':C')::tsquery) AS in_title
    FROM passages JOIN guessed ON words @@ (lexeme || ':CD')::tsquery GROUP BY 1, 2
), hits AS (
    SELECT * FROM exact UNION ALL SELECT * FROM near
), corpus AS (
    SELECT (SELECT count(*) FROM passages) AS size,
        (SELECT jsonb_object_agg(meaning, (SELECT count(*) FROM hits WHERE hits.meaning = meanings.meaning))
            FROM (SELECT DISTINCT meaning FROM meant) AS meanings) AS frequencies
), best AS (
    SELECT id, jsonb_object_agg(meaning, ARRAY[coalesce(in_title, 0), anywhere]) AS found
    FROM hits JOIN (SELECT meaning, count(*) AS frequency FROM hits GROUP BY 1) AS often USING (meaning)
    GROUP BY id
    ORDER BY sum(anywhere * ln(1 + (SELECT size FROM corpus)::float8 / frequency)) DESC, id LIMIT %(candidates)s
)
SELECT source.id, source.title, source.url, chunk.heading, chunk.body,
    length(ts_filter(chunk.words, '{a}')), best.found, corpus.size, corpus.frequencies
FROM best JOIN assistants_knowledgechunk AS chunk USING (id)
    JOIN assistants_knowledgesource AS source ON source.id = chunk.source_id CROSS JOIN corpus
"""


def find_passages(tenant_id: uuid.UUID, question: str, limit: int = 4, *, at_least: float = ENOUGH) -> list[Passage]:
    """The best passages for a question, best first, each with a score from 0 to 1 of at least `at_least`.

    The default counts as found. A model that judges for itself may be handed weaker passages too.
    """
    meanings = MEANINGS.of(question.replace("\x00", " "))
    if not meanings:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_FIND, _parameters(tenant_id, meanings))
        rows = cursor.fetchall()
    if not rows:
        return []
    corpus = Corpus.of(size=rows[0][7], frequencies=json.loads(rows[0][8]), meanings=meanings)
    candidates = [Candidate.of(item=row, title_size=row[5], found=json.loads(row[6])) for row in rows]
    found = [_passage(candidate.item, score) for score, candidate in rank(corpus, candidates) if score >= at_least]
    return found[:limit]


def _parameters(tenant_id: uuid.UUID, meanings: list[Meaning]) -> dict[str, Any]:
    words = [(number, *pair) for number, meaning in enumerate(meanings) for pair in meaning.words.items()]
    return {
        "tenant": tenant_id,
        "meanings": [number for number, _, _ in words],
        "words": [word for _, word, _ in words],
        "weights": [weight for _, _, weight in words],
        "near": [_one_letter_off(word) if weight == 1 else "" for _, word, weight in words],
        "fuzzy_least": FUZZY_LEAST,
        "misspelt": MISSPELT,
        "compound": COMPOUND,
        "candidates": CANDIDATES,
    }


def _one_letter_off(word: str) -> str:
    """A pattern for every word that is one letter too many, too few, wrong or swapped away; empty for short words."""
    if len(word) < FUZZY_LEAST or len(word) > 24 or not word.isalpha():
        return ""
    ways = {re.escape(word)}
    for at in range(len(word) + 1):
        before, after = word[:at], word[at:]
        ways |= {f"{before}.{after}", f"{before}.?{after[1:]}"}
        if len(after) > 1:
            ways.add(f"{before}{after[1]}{after[0]}{after[2:]}")
    return f"^(?:{'|'.join(sorted(ways))})$"


def _passage(row: tuple[Any, ...], score: float) -> Passage:
    source_id, title, url, heading, body = row[:5]
    title = f"{title} · {heading}" if heading else title
    return Passage(text=body, title=title, url=url, source_id=str(source_id), score=round(score, 3))
