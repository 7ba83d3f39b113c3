"""Where Celery looks for the tasks of this app."""

from assistants.chores import summarise_conversation, tell_who_waits
from assistants.dialogues.tasks import play_dialogues, watch_dialogues
from assistants.embedding_tasks import embed_passages
from assistants.reading_tasks import read_source, read_waiting_sources

__all__ = [
    "embed_passages",
    "play_dialogues",
    "read_source",
    "read_waiting_sources",
    "summarise_conversation",
    "tell_who_waits",
    "watch_dialogues",
]
