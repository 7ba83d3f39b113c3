"""When something was said: by the database's clock, and later than all that the conversation had before.

Two processes' clocks differ, and a transaction that waited for the conversation's row began before the one it waited
for. So the moment is taken while the row is locked, and never at or before the last one.
"""

from __future__ import annotations

from datetime import timedelta

from django.db.models import DateTimeField, F, Func, Value
from django.db.models.functions import Greatest


class _ClockTimestamp(Func):
    function = "CLOCK_TIMESTAMP"
    output_field = DateTimeField()


NEXT_MOMENT = Greatest(
    _ClockTimestamp(), F("last_message_at") + Value(timedelta(microseconds=1)), output_field=DateTimeField()
)
"""For `last_message_at` in an UPDATE of the conversation."""
