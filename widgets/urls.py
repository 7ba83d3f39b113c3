"""Pages about the widget, the demo, and the script itself."""

from __future__ import annotations

from django.urls import path

from widgets import script
from widgets.views import demo, doctor, domains, install, settings, tracking

app_name = "widgets"
urlpatterns = [
    path("settings/widget", settings.settings, name="settings"),
    path("settings/widget/preview", settings.preview, name="preview"),
    path("settings/widget/tokens", install.issue, name="issue"),
    path("settings/widget/tokens/<uuid:token_id>/revocation", install.revocation, name="revocation"),
    path("settings/widget/domains", domains.addition, name="domain-addition"),
    path("settings/widget/domains/<uuid:domain_id>/removal", domains.removal, name="domain-removal"),
    path("settings/widget/tracking/snippet", tracking.snippet, name="tracking-snippet"),
    path("settings/widget/tracking/trial", tracking.trial, name="tracking-trial"),
    path("settings/widget/tracking/container.json", tracking.container, name="tracking-container"),
    path("settings/doctor", doctor.page, name="doctor"),
    path("settings/doctor/page", doctor.page_check, name="doctor-page"),
    path("settings/doctor/live/<slug:check>", doctor.live_check, name="doctor-live"),
    path("demo/", demo.demo, name="demo"),
    path("web-widget.js", script.module_or_classic, name="script"),
    path("web-widget.classic.js", script.classic, name="script-classic"),
    path("web-widget-panel.js", script.panel, name="script-panel"),
]
