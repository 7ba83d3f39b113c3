"""The product's own settings; only what tests need is different."""

from __future__ import annotations

from autochat.settings import *  # noqa: F403  (the tests run on the very settings of the product)
from autochat.settings import DATABASES

# Hundreds of users are made in a run; Argon2 is slow on purpose.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", "django.contrib.auth.hashers.Argon2PasswordHasher"]
