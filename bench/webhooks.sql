-- What bench/filling.py fills the database with. Ids grow with their number, as the product's own grow with time.

-- Told in the last seven days, as far back as Health looks.
INSERT INTO tracking_webhookevent (id, tenant_id, type, body, occurred_at, conversation_id, request_id, created_at)
SELECT pg_temp.id(5, n), %(tenant)s, (%(types)s::text[])[1 + n %% 5], '{}', at, pg_temp.id(2, n), '', at
FROM (SELECT n, now() - (%(last)s - n) * %(apart)s AS at FROM generate_series(%(first)s::int, %(last)s) n) e;

-- Each to one of five endpoints; of a hundred one waits and one was given up.
INSERT INTO tracking_delivery (id, tenant_id, event_id, endpoint_id, event_type, is_test, state, due_at, tries, attempts,
    created_at, finished_at)
SELECT pg_temp.id(6, n), %(tenant)s, pg_temp.id(5, n), (%(endpoints)s::uuid[])[1 + n %% 5], (%(types)s::text[])[1 + n %% 5], false,
       CASE n %% 100 WHEN 1 THEN 'pending' WHEN 2 THEN 'dead' ELSE 'delivered' END, at, 1, 1, at, at
FROM (SELECT n, now() - (%(last)s - n) * %(apart)s AS at FROM generate_series(%(first)s::int, %(last)s) n) e;

-- Three tries in twenty failed.
INSERT INTO tracking_attempt (id, tenant_id, delivery_id, endpoint_id, event_type, is_test, number, started_at,
    duration_ms, status_code, failure, error, response)
SELECT pg_temp.id(7, n), %(tenant)s, pg_temp.id(6, n), (%(endpoints)s::uuid[])[1 + n %% 5], (%(types)s::text[])[1 + n %% 5], false, 1, at,
       40 + n::bigint * 7919 %% 400, CASE WHEN n %% 20 < 3 THEN 503 ELSE 204 END, CASE WHEN n %% 20 < 3 THEN 'status' ELSE '' END,
       '', ''
FROM (SELECT n, now() - (%(last)s - n) * %(apart)s AS at FROM generate_series(%(first)s::int, %(last)s) n) e;
