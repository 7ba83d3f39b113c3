"""The Celery app, and everything that runs by the clock in one table."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery

from autochat import broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "autochat.settings")

# What beat rings, and how often in seconds. A task here must not mind running twice, or late.
BEAT: dict[str, dict[str, Any]] = {
    "show a sign of life": {"task": "autochat.tasks.heartbeat", "schedule": 15.0, "options": {"expires": 15}},
    "send waiting invitations": {"task": "tenants.tasks.send_waiting_invitations", "schedule": 60.0},
    "tell of plans that run out": {"task": "tenants.tasks.tell_of_usage", "schedule": 60.0},
    "forget expired sessions": {"task": "tenants.tasks.prune_expired", "schedule": 3600.0},
    "forget old audit entries": {"task": "tenants.tasks.prune_audit_log", "schedule": 3600.0},
    "warn of expiring tokens": {"task": "widgets.tasks.warn_of_expiring_tokens", "schedule": 3600.0},
    "warn of expiring API tokens": {"task": "tenants.tasks.warn_of_expiring_api_tokens", "schedule": 3600.0},
    "forget failed calls": {"task": "widgets.tasks.forget_failed_calls", "schedule": 3600.0},
    "read waiting knowledge": {
        "task": "assistants.reading_tasks.read_waiting_sources",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "tell who waits for a held reply": {"task": "assistants.chores.tell_who_waits", "schedule": 15.0},
    "make passages' vectors": {
        "task": "assistants.embedding_tasks.embed_passages",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "spread news of contacts": {
        "task": "conversations.tasks.spread_contact_news",
        "schedule": 2.0,
        "options": {"expires": 5},
    },
    "mark lost turns": {"task": "conversations.tasks.mark_lost_turns", "schedule": 10.0},
    "play saved dialogues": {
        "task": "assistants.dialogues.tasks.play_dialogues",
        "schedule": 5.0,
        "options": {"expires": 30},
    },
    "watch what dialogues depend on": {
        "task": "assistants.dialogues.tasks.watch_dialogues",
        "schedule": 15.0,
        "options": {"expires": 15},
    },
    "deliver webhooks": {"task": "tracking.tasks.deliver_webhooks", "schedule": 1.0, "options": {"expires": 5}},
    "probe endpoints": {"task": "tracking.tasks.probe_endpoints", "schedule": 5.0, "options": {"expires": 5}},
    "watch webhooks": {"task": "tracking.tasks.watch_webhooks", "schedule": 60.0, "options": {"expires": 60}},
    "prune webhooks": {"task": "tracking.tasks.prune_webhooks", "schedule": 3600.0},
    "count conversations": {
        "task": "tracking.tasks.count_conversations",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "forget old counts": {"task": "tracking.tasks.forget_counts", "schedule": 3600.0},
    "prune the event log": {"task": "conversations.tasks.prune_log", "schedule": 3600.0},
}

broker.install()
app = Celery("autochat")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    beat_schedule=BEAT,
    worker_hijack_root_logger=False,  # logs keep the one format of autochat.logs
    worker_send_task_events=False,
    task_acks_late=True,  # a task whose worker dies is done again by another
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,  # a slow task holds up nobody behind it
)
app.autodiscover_tasks()
app.set_default()  # threads that did not import this module find this app too, not an empty one
