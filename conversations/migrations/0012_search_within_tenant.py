"""Search asks an index for the words of one tenant, and for letters of names: what others said costs nobody anything.

Each entry of the two indexes begins with the end of its tenant's id. PostgreSQL's own full-text types carry them, for
extensions such as pg_trgm and btree_gin are not everywhere.
"""

import django.contrib.postgres.search
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

# Their COST is what it is: without it the planner would work them out for row after row rather than ask the index.

# Every word of a text once. Longer than 200 letters is none that anybody looks for, and an entry has its limits.
MESSAGE_WORDS = """
CREATE FUNCTION message_words(tenant uuid, body text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 100 AS $$
    SELECT array_to_tsvector(array(
        SELECT right(tenant::text, 12) || ':' || left(word, 200)
        FROM unnest(tsvector_to_array(to_tsvector('simple', body))) word
    ))
$$
"""
# Texts with all these words, the last letters of each left open.
MESSAGE_QUERY = """
CREATE FUNCTION message_query(tenant uuid, words text) RETURNS tsquery
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT string_agg(
        '''' || replace(replace(right(tenant::text, 12) || ':' || left(word, 200), '\\', '\\\\'), '''', '''''') || ''':*',
        ' & '
    )::tsquery
    FROM unnest(tsvector_to_array(to_tsvector('simple', words))) word
$$
"""
# Every three letters in a row. Each field ends in two line breaks, so that its last letters begin an entry too.
CONTACT_LETTERS = """
CREATE FUNCTION contact_letters(tenant uuid, name text, email text, phone text, company text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000 AS $$
    SELECT array_to_tsvector(array(
        SELECT right(tenant::text, 12) || ':' || substr(text, n, 3)
        FROM (SELECT lower(name || E'\\n\\n' || email || E'\\n\\n' || phone || E'\\n\\n' || company || E'\\n\\n')) f (text),
             generate_series(1, length(text) - 2) n
        WHERE substr(text, n, 1) <> E'\\n'
    ))
$$
"""
# Contacts in whose fields these letters stand in a row; and some in which they stand apart, which the asker sorts out.
CONTACT_QUERY = """
CREATE FUNCTION contact_query(tenant uuid, letters text) RETURNS tsquery
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT string_agg(
        '''' || replace(replace(right(tenant::text, 12) || ':' || substr(text, n, 3), '\\', '\\\\'), '''', '''''')
            || CASE WHEN length(text) < 3 THEN ''':*' ELSE '''' END,
        ' & '
    )::tsquery
    FROM (SELECT lower(letters)) f (text), generate_series(1, greatest(length(text) - 2, 1)) n
$$
"""


def made(create: str, signature: str) -> migrations.RunSQL:
    return migrations.RunSQL(create, f"DROP FUNCTION {signature}")


def index_of(function: str, name: str, *columns: str) -> GinIndex:
    expression = models.Func(
        *map(models.F, columns), function=function, output_field=django.contrib.postgres.search.SearchVectorField()
    )
    return GinIndex(expression, name=name)


class Migration(migrations.Migration):
    atomic = False  # an index that is built concurrently lets people write meanwhile

    dependencies = [
        ("conversations", "0011_mine_and_unread_indexes"),
    ]

    operations = [
        made(MESSAGE_WORDS, "message_words(uuid, text)"),
        made(MESSAGE_QUERY, "message_query(uuid, text)"),
        made(CONTACT_LETTERS, "contact_letters(uuid, text, text, text, text)"),
        made(CONTACT_QUERY, "contact_query(uuid, text)"),
        AddIndexConcurrently("contact", index_of("contact_letters", "contact_search", "tenant", "name", "email", "phone", "company")),
        AddIndexConcurrently("message", index_of("message_words", "message_words", "tenant", "body")),
        RemoveIndexConcurrently("message", "message_search"),
    ]
