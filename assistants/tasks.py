"""Where Celery looks for the tasks of this app."""

from assistants.dialogues.tasks import play_dialogues, watch_dialogues

__all__ = ["play_dialogues", "watch_dialogues"]
