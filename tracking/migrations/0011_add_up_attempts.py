"""Add up the tries that were logged before there were tallies, as `tracking.tallies` does from now on."""

from django.db import migrations

EDGES = """
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 22, 24, 26, 28, 30, 33, 36, 39, 42,
    46, 50, 55, 60, 66, 72, 79, 86, 94, 103, 113, 124, 136, 149, 163, 179, 196, 215, 236, 259, 284, 312, 343,
    377, 414, 455, 500, 550, 605, 665, 731, 804, 884, 972, 1069, 1175, 1292, 1421, 1563, 1719, 1890, 2079,
    2286, 2514, 2765, 3041, 3345, 3679, 4046, 4450, 4895, 5384, 5922, 6514, 7165, 7881, 8669, 9535, 10488,
    11536, 12689, 13957, 15000
"""
SLOTS = 93
COUNTED = ", ".join(f"count(*) FILTER (WHERE slot = {slot})" for slot in range(SLOTS))
# Nobody logs a try meanwhile, or it would be missing or count twice.
ALONE = "LOCK TABLE tracking_attempt IN SHARE ROW EXCLUSIVE MODE"
NONE = "DELETE FROM tracking_attempttally"
ADD = f"""
    INSERT INTO tracking_attempttally (id, tenant_id, endpoint_id, event_type, hours, begins_at, attempts, failures, latencies)
    SELECT gen_random_uuid(), tenant_id, endpoint_id, event_type, hours, begins_at, count(*),
           count(*) FILTER (WHERE failure <> ''), ARRAY[{COUNTED}]
    FROM (
        SELECT tenant_id, endpoint_id, event_type, failure, hours,
               date_bin(make_interval(hours => hours), started_at, '2000-01-01 00:00:00+00') AS begins_at,
               width_bucket(duration_ms, ARRAY[{EDGES}]) AS slot
        FROM tracking_attempt JOIN (VALUES (1, interval '2 days'), (6, interval '8 days')) span (hours, kept)
             ON started_at >= now() - kept
        WHERE NOT is_test
    ) a
    GROUP BY tenant_id, endpoint_id, event_type, hours, begins_at
"""


class Migration(migrations.Migration):

    dependencies = [('tracking', '0010_attempt_tallies')]

    operations = [migrations.RunSQL([ALONE, NONE, ADD], migrations.RunSQL.noop)]
