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

from assistants.lexicon import CARRIER, MEANINGS, OWN, Meaning
from assistants.providers.base import Passage
from assistants.providers.knowledge import ENOUGH
from assistants.ranking import Candidate, Corpus, rank
from tenants import wall

CANDIDATES = 200
"""Passages that are ranked: those that share the most with the question, wherever it stands in them."""

SHOWN = 0.15
"""Score of a passage that is worth showing to somebody who wants to know what a question finds."""

FUZZY_LEAST = 5
"""Letters of a word that may be misspelt or part of a compound; shorter words have too many neighbours."""

FUZZY_WORDS = 6
"""Words of a question that are tried so; in a question with more of them, spelling isn't what is wrong."""

VOCABULARY = 500
"""Passages whose words misspelt ones are compared with: all of nearly every tenant's, and a bounded time."""

MISSPELT = 0.8
COMPOUND = 0.6
"""Weights of words that aren't the visitor's but look like them: a letter off, or part of one another."""

_FIND = """
WITH languages AS (
    SELECT language::regconfig AS language FROM (
        SELECT language FROM assistants_knowledgesource WHERE tenant_id = %(tenant)s
        UNION SELECT language FROM assistants_knowledgedocument WHERE tenant_id = %(tenant)s
    ) AS every WHERE language <> ''
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
), exact AS MATERIALIZED (
    SELECT chunk.id, meant.meaning, max(meant.weight) AS weight
    FROM meant JOIN assistants_knowledgechunk AS chunk
        ON chunk.tenant_id = %(tenant)s AND chunk.words @@ quote_literal(meant.lexeme)::tsquery
    GROUP BY 1, 2
), unknown AS MATERIALIZED (
    SELECT DISTINCT meaning, word, near FROM readings
    WHERE near <> '' AND word NOT IN (SELECT word FROM stops) AND meaning NOT IN (SELECT meaning FROM exact)
    LIMIT %(fuzzy_words)s
), vocabulary AS MATERIALIZED (
    SELECT word FROM ts_stat(format(
        'SELECT words FROM assistants_knowledgechunk WHERE tenant_id = %%L LIMIT %%s', %(tenant)s, %(vocabulary)s
    ), 'cd')
    WHERE EXISTS (SELECT FROM unknown) AND length(word) >= %(fuzzy_least)s - 1
), guessed AS (
    SELECT meaning, vocabulary.word AS lexeme,
        CASE WHEN vocabulary.word ~ near THEN %(misspelt)s ELSE %(compound)s END AS weight
    FROM unknown JOIN vocabulary
        ON (abs(length(vocabulary.word) - length(unknown.word)) < 2 AND vocabulary.word ~ near)
        OR starts_with(vocabulary.word, unknown.word) OR right(vocabulary.word, length(unknown.word)) = unknown.word
        OR (length(vocabulary.word) >= %(fuzzy_least)s AND (starts_with(unknown.word, vocabulary.word)
            OR right(unknown.word, length(vocabulary.word)) = vocabulary.word))
), hits AS (
    SELECT id, meaning, weight FROM exact
    UNION ALL
    SELECT chunk.id, guessed.meaning, max(guessed.weight)
    FROM guessed JOIN assistants_knowledgechunk AS chunk
        ON chunk.tenant_id = %(tenant)s AND chunk.words @@ quote_literal(guessed.lexeme)::tsquery
    GROUP BY 1, 2
), often AS (
    SELECT meaning, count(*) AS passages FROM hits GROUP BY 1
), corpus AS (
    SELECT (SELECT count(*) FROM assistants_knowledgechunk WHERE tenant_id = %(tenant)s) AS size,
        (SELECT jsonb_object_agg(meaning, coalesce(passages, 0))
            FROM (SELECT DISTINCT meaning FROM meant) AS every LEFT JOIN often USING (meaning)) AS frequencies
), best AS MATERIALIZED (
    SELECT id, jsonb_object_agg(meaning, weight) AS found FROM hits JOIN often USING (meaning) GROUP BY id
    ORDER BY sum(weight * ln(1 + (SELECT size FROM corpus)::float8 / passages)) DESC, id LIMIT %(candidates)s
), titles AS (
    SELECT id, jsonb_object_agg(meaning, weight) AS titled FROM (
        SELECT best.id, sought.meaning, max(sought.weight) AS weight
        FROM best JOIN assistants_knowledgechunk AS chunk USING (id), unnest(ts_filter(chunk.words, '{a,c}')) AS title
            JOIN (SELECT * FROM meant UNION ALL SELECT * FROM guessed) AS sought ON sought.lexeme = title.lexeme
        GROUP BY 1, 2
    ) AS in_title GROUP BY id
)
SELECT source.id, coalesce(nullif(document.title, ''), source.title), coalesce(nullif(document.url, ''), source.url),
    chunk.heading, chunk.body, length(ts_filter(chunk.words, '{a}')),
    best.found, coalesce(titles.titled, '{}'), corpus.size, corpus.frequencies
FROM best JOIN assistants_knowledgechunk AS chunk USING (id)
    JOIN assistants_knowledgesource AS source ON source.id = chunk.source_id
    LEFT JOIN assistants_knowledgedocument AS document ON document.id = chunk.document_id
    LEFT JOIN titles ON titles.id = best.id CROSS JOIN corpus
"""


def find_passages(tenant_id: uuid.UUID, question: str, limit: int = 4, *, at_least: float = ENOUGH) -> list[Passage]:
    """The best passages for a question, best first, each with a score from 0 to 1 of at least `at_least`.

    The default counts as found. A model that judges for itself may be handed weaker passages too.
    """
    meanings = MEANINGS.of(question.replace("\x00", " "))
    if all(meaning.importance <= CARRIER for meaning in meanings):
        return []  # a courtesy, or nothing at all
    with wall.lowered(), connection.cursor() as cursor:  # it names the tenant itself, and needs the index on words
        cursor.execute(_FIND, _parameters(tenant_id, meanings))
        rows = cursor.fetchall()
    if not rows:
        return []
    corpus = Corpus.of(size=rows[0][8], frequencies=json.loads(rows[0][9]), meanings=meanings)
    candidates = [
        Candidate.of(item=row, title_size=row[5], found=json.loads(row[6]), titled=json.loads(row[7])) for row in rows
    ]
    best = [pair for pair in rank(corpus, candidates) if pair[0] >= at_least][:limit]
    return [_passage(candidate.item, score, _shared(meanings, candidate)) for score, candidate in best]


def _shared(meanings: list[Meaning], candidate: Candidate) -> tuple[str, ...]:
    """The visitor's words whose meanings stand in a passage: why it was found."""
    numbers = sorted({*candidate.found, *candidate.titled})
    telling = [meanings[number] for number in numbers if meanings[number].importance > CARRIER]
    return tuple(max(meaning.words, key=lambda word: meaning.words[word]) for meaning in telling)


def _parameters(tenant_id: uuid.UUID, meanings: list[Meaning]) -> dict[str, Any]:
    asked = [
        (number, word, weight, _one_letter_off(word) if weight == OWN and meaning.importance > CARRIER else "")
        for number, meaning in enumerate(meanings)
        for word, weight in meaning.words.items()
    ]
    return {
        "tenant": tenant_id,
        "meanings": [number for number, _, _, _ in asked],
        "words": [word for _, word, _, _ in asked],
        "weights": [weight for _, _, weight, _ in asked],
        "near": [near for _, _, _, near in asked],
        "fuzzy_least": FUZZY_LEAST,
        "fuzzy_words": FUZZY_WORDS,
        "vocabulary": VOCABULARY,
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


def _passage(row: tuple[Any, ...], score: float, words: tuple[str, ...]) -> Passage:
    source_id, title, url, heading, body = row[:5]
    title = f"{title} · {heading}" if heading else title
    return Passage(text=body, title=title, url=url, source_id=str(source_id), score=round(score, 3), words=words)
