"""The product's own settings; only what the tests need is different."""

from __future__ import annotations

import os

from tests.redis_server import redis_url

if "PYTEST_XDIST_WORKER" in os.environ:  # beside others: the Redis that it has inherited is theirs
    os.environ.pop("REDIS_URL", None)
os.environ["REDIS_URL"] = redis_url()
os.environ.setdefault("CELERY_BROKER_URL", "memory://localhost")  # nobody takes tasks here

from django.contrib.auth import hashers  # the settings below read what is set above

from autochat.settings import *  # noqa: F403
from autochat.settings import STORAGES


class QuickArgon2(hashers.Argon2PasswordHasher):
    """Argon2 as in the product, and readable there, but without its deliberate slowness."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1


PASSWORD_HASHERS = ["tests.settings.QuickArgon2"]
# Templates name static files plainly; servers that a test starts serve the collected ones.
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
SERVESTATIC_USE_STATIC_ROOT = False  # or each test client would look through all collected files, at 50 ms a time
