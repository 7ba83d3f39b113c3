-- What bench/filling.py fills the database with. Ids grow with their number, as the product's own grow with time.

-- Every second conversation's visitor said who they are.
INSERT INTO conversations_contact (id, tenant_id, name, email, phone, company, created_at, last_seen_at, qualified)
SELECT pg_temp.id(1, n), %(tenant)s,
       CASE WHEN n %% 50021 = 7 THEN %(name)s ELSE initcap(split_part(a.body, ' ', 1) || ' ' || split_part(b.body, ' ', 2)) END,
       'visitor' || n || '@example.com', '+49 30 ' || n, '', now() - (%(last)s - n) * %(apart)s,
       now() - (%(last)s - n) * %(apart)s, n %% 11 = 0
FROM generate_series(%(first)s::int, %(last)s) c (n)
JOIN said a (k, body) ON a.k = 1 + n %% 50000 JOIN said b (k, body) ON b.k = 1 + n %% 49999 WHERE n %% 2 = 1;

-- Three in ten are open; some wait for a person, some are somebody's, some have something unread.
INSERT INTO conversations_conversation (id, tenant_id, contact_id, channel, session, status, epoch, ai_paused,
    handed_over_by, assigned_to_id, qualified, attention, attention_at, unread, preview, preview_author, started_at,
    last_message_at, closed_at, page_url, page_title)
SELECT pg_temp.id(2, n), %(tenant)s, CASE WHEN n %% 2 = 1 THEN pg_temp.id(1, n) END, 'widget', 'session_' || n,
       CASE WHEN n %% 10 < 3 THEN 'open' ELSE 'closed' END, 0, n %% 9 = 0, '{}',
       CASE WHEN n %% 7 = 0 THEN (%(people)s::uuid[])[1 + n / 7 %% 6] END, n %% 11 = 0,
       CASE WHEN n %% 10 = 1 AND n %% 17 = 0 THEN 'asked_for_person' ELSE '' END,
       CASE WHEN n %% 10 = 1 AND n %% 17 = 0 THEN at + interval '5 min' END,
       CASE WHEN n %% 10 < 3 AND n %% 13 = 0 THEN 2 ELSE 0 END, left(a.body, 140), 'assistant',
       at, at + interval '10 min', CASE WHEN n %% 10 >= 3 THEN at + interval '1 hour' END, 'https://acme.example/', 'Acme'
FROM (SELECT n, now() - (%(last)s - n + 1) * %(apart)s AS at FROM generate_series(%(first)s::int, %(last)s) n) c
JOIN said a (k, body) ON a.k = 1 + (n * 10 + 9) %% 50000;

-- Ten a conversation.
INSERT INTO conversations_message (id, tenant_id, conversation_id, author, author_name, body, state, client_id, sources,
    metadata, created_at)
SELECT pg_temp.id(3, m), %(tenant)s, pg_temp.id(2, m / 10),
       CASE m %% 2 WHEN 0 THEN 'visitor' ELSE 'assistant' END, CASE m %% 2 WHEN 0 THEN '' ELSE 'Ann' END,
       a.body || CASE WHEN m %% 100003 = 0 THEN ' ' || %(rare)s WHEN m %% 20 = 0 THEN ' order' || m ELSE '' END,
       'sent', '', '[]', CASE m %% 2 WHEN 0 THEN '{}'::jsonb ELSE '{"cost_usd": 0.001}' END,
       now() - (%(last)s - m / 10 + 1) * %(apart)s + m %% 10 * interval '1 min'
FROM generate_series(%(first)s::int * 10, %(last)s * 10 + 9) m
JOIN said a ON a.n = 1 + (m::bigint * 48271 %% 50000);

-- One a conversation.
INSERT INTO tracking_outcome (id, tenant_id, conversation_id, type, source, occurred_at, detail, emit_browser)
SELECT pg_temp.id(4, n), %(tenant)s, pg_temp.id(2, n), (%(types)s::text[])[1 + n %% 5], 'system',
       now() - (%(last)s - n + 1) * %(apart)s, '{}', true
FROM generate_series(%(first)s::int, %(last)s) n;

-- The log of seven days.
INSERT INTO conversations_event (tenant_id, seq, type, conversation_id, data, at)
SELECT %(tenant)s, n, 'message:new', pg_temp.id(2, %(last)s - n / 20), '{}',
       now() - (%(events)s - n) * (interval '7 days' / %(events)s)
FROM generate_series(1, %(events)s) n;

-- Where the log stands.
INSERT INTO conversations_eventcounter (tenant_id, seq) VALUES (%(tenant)s, %(events)s);
