"""Addresses of the pages about assistants and what they know."""

from __future__ import annotations

from django.urls import path

from assistants.views import assistants, dialogues, keys, knowledge, playground, routing, runs, safety, versions

app_name = "assistants"
urlpatterns = [
    path("assistants/", assistants.assistant_list, name="list"),
    path("assistants/new", assistants.new_assistant, name="create"),
    path("assistants/trial", playground.playground, name="trial_new"),
    path("assistants/knowledge", knowledge.source_list, name="knowledge"),
    path("assistants/knowledge/new", knowledge.new_source, name="knowledge_create"),
    path("assistants/knowledge/import", knowledge.import_questions, name="knowledge_import"),
    path("assistants/knowledge/found", knowledge.found, name="knowledge_found"),
    path("assistants/knowledge/<uuid:source_id>", knowledge.edit_source, name="knowledge_edit"),
    path("assistants/knowledge/<uuid:source_id>/removal", knowledge.removal, name="knowledge_removal"),
    path("assistants/knowledge/<uuid:source_id>/reading", knowledge.reading, name="knowledge_reading"),
    path("assistants/models", keys.model_names, name="models"),
    path("assistants/routing", routing.rule_list, name="routing"),
    path("assistants/routing/new", routing.new_rule, name="routing_create"),
    path("assistants/routing/tried", routing.tried, name="routing_tried"),
    path("assistants/routing/<uuid:rule_id>", routing.edit_rule, name="routing_edit"),
    path("assistants/routing/<uuid:rule_id>/switch", routing.switch_rule, name="routing_switch"),
    path("assistants/routing/<uuid:rule_id>/removal", routing.rule_removal, name="routing_removal"),
    path("assistants/safety", safety.safety, name="safety"),
    path("assistants/safety/trial", safety.trial, name="safety_trial"),
    path("assistants/<uuid:assistant_id>", assistants.edit_assistant, name="edit"),
    path("assistants/<uuid:assistant_id>/handoff", routing.handoff, name="handoff"),
    path("assistants/<uuid:assistant_id>/trial", playground.playground, name="trial"),
    path("assistants/<uuid:assistant_id>/dialogues", dialogues.dialogue_list, name="dialogues"),
    path("assistants/<uuid:assistant_id>/dialogues/new", dialogues.new_dialogue, name="dialogue_create"),
    path("assistants/<uuid:assistant_id>/dialogues/blocking", dialogues.blocking, name="dialogue_blocking"),
    path("assistants/<uuid:assistant_id>/runs", runs.run_dialogues, name="run_create"),
    path("assistants/<uuid:assistant_id>/draft/runs", runs.draft_run, name="draft_run"),
    path("assistants/dialogues/of/<uuid:conversation_id>", dialogues.from_conversation, name="dialogue_of"),
    path("assistants/dialogues/<uuid:dialogue_id>", dialogues.edit_dialogue, name="dialogue"),
    path("assistants/dialogues/<uuid:dialogue_id>/removal", dialogues.dialogue_removal, name="dialogue_removal"),
    path("assistants/runs/<uuid:run_id>", runs.run, name="run"),
    path("assistants/runs/<uuid:run_id>/stop", runs.stopping, name="run_stop"),
    path("assistants/results/<uuid:result_id>", runs.result, name="result"),
    path("assistants/<uuid:assistant_id>/publication", versions.publication, name="publication"),
    path("assistants/<uuid:assistant_id>/draft/removal", versions.discarding, name="discarding"),
    path("assistants/<uuid:assistant_id>/versions", versions.version_list, name="versions"),
    path("assistants/<uuid:assistant_id>/versions/compared", versions.comparison, name="comparison"),
    path("assistants/<uuid:assistant_id>/versions/<int:number>/return", versions.going_back, name="going_back"),
    path("assistants/<uuid:assistant_id>/archiving", assistants.archiving, name="archiving"),
    path("assistants/<uuid:assistant_id>/restoring", assistants.restoring, name="restoring"),
    path("assistants/<uuid:assistant_id>/key/removal", assistants.key_removal, name="key_removal"),
    path("assistants/<uuid:assistant_id>/star/<str:which>", assistants.star, name="star"),
]
