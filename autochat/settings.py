"""Every setting, in sections; each environment variable is read once, here."""

from __future__ import annotations

import re
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from autochat import secrets
from autochat.logs import structlog_settings

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
env = environ.Env()


def _url(name: str, default: str, schemes: tuple[str, ...]) -> str:
    """Read an URL; a wrong one stops the start with a sentence that names it."""
    value: str = env.str(name, default=default)
    parts = urlsplit(value)
    if value and (parts.scheme not in schemes or (parts.scheme != "memory" and not parts.netloc and not parts.path)):
        raise ImproperlyConfigured(
            f"{name} must start with one of {', '.join(s + '://' for s in schemes)}; it is {parts.scheme}://…"
        )
    return value


def _choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    value: str = env.str(name, default=default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(allowed)}; it is {value!r}.")
    return value


def _port() -> int:
    value = env.str("PORT", default="8000")
    if not re.fullmatch(r"\d{1,5}", value) or not 0 < int(value) < 65536:
        raise ImproperlyConfigured(f"PORT must be a number from 1 to 65535; it is {value!r}.")
    return int(value)


def _mail_url() -> dict[str, Any]:
    try:
        mail: dict[str, Any] = env.email_url("EMAIL_URL", default="consolemail://")
    except (ImproperlyConfigured, ValueError):
        raise ImproperlyConfigured(
            "EMAIL_URL must be as in smtp+tls://user:password@host:587, filemail:///a/directory or consolemail://."
        ) from None
    if mail["EMAIL_BACKEND"].endswith("filebased.EmailBackend") and (mail["EMAIL_HOST"] or not mail["EMAIL_FILE_PATH"]):
        raise ImproperlyConfigured("EMAIL_URL must name a whole path after three slashes: filemail:///a/directory.")
    return mail


# --- Where it runs ---------------------------------------------------------------------------------------------------
PORT = _port()
PUBLIC_URL = _url("PUBLIC_URL", f"http://127.0.0.1:{PORT}", ("http", "https")).rstrip("/")
_public = urlsplit(PUBLIC_URL)
SECURE = _public.scheme == "https"
DEBUG = False
SECRET_KEY = env.str("SECRET_KEY", default="") or secrets.kept_secret(VAR_DIR / "secret_key")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[]) or sorted(
    {_public.hostname or "", "127.0.0.1", "localhost", "[::1]"}
)
ROOT_URLCONF = "autochat.urls"
ASGI_APPLICATION = "autochat.asgi.application"

# --- Apps, from the ground up ----------------------------------------------------------------------------------------
INSTALLED_APPS = [
    *(["daphne"] if "runserver" in sys.argv else []),  # it brings a `runserver`, and Twisted, slow to start, with it
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "servestatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "csp",
    "channels",
    "django_htmx",
    "drf_spectacular",
    "rest_framework",
    "tenants",
    "conversations",
    "assistants",
    "tracking",
    "widgets",
    "autochat",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tenants.middleware.StandingMiddleware",
    "tenants.middleware.ActorMiddleware",
    "tenants.middleware.TenantMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "tenants.context.frame",
                "conversations.context.unread",
                "assistants.context.turned_away_lately",
            ],
            "builtins": ["django.templatetags.static"],
        },
    }
]
FORM_RENDERER = "tenants.inputs.QuickInputs"

# --- Database: PostgreSQL, the machine's own or the one that comes along ---------------------------------------------
DATABASE_URL = _url("DATABASE_URL", "", ("postgres", "postgresql"))
if DATABASE_URL:
    _database = env.db_url_config(DATABASE_URL)
else:
    from autochat.embedded import postgres_url

    _database = env.db_url_config(postgres_url(VAR_DIR / "postgres"))
_database["ENGINE"] = "tenants.postgresql"
_database["ATOMIC_REQUESTS"] = False
# Pages run in a thread per request, so their connections come out of a pool, of which `tenants.database` keeps a few.
DATABASE_THREADS = env.int("DATABASE_THREADS", default=6)
_database.setdefault("OPTIONS", {})["prepare_threshold"] = 5  # for `tenants.statements`; Django's own cursor never does
_database["OPTIONS"]["pool"] = {
    "min_size": 2,
    "max_size": DATABASE_THREADS + env.int("DATABASE_POOL", default=16),
    "timeout": 10,
}
_database["CONN_MAX_AGE"] = 0
DATABASES = {"default": _database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Redis: channel layer, cache, broker. Without it all three live in this one process ------------------------------
REDIS_URL = _url("REDIS_URL", "", ("redis", "rediss", "unix"))
CHANNEL_LAYERS = {
    "default": (
        {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [REDIS_URL], "prefix": "autochat"},
        }
        if REDIS_URL
        else {"BACKEND": "channels.layers.InMemoryChannelLayer", "CONFIG": {"capacity": 10_000}}
    )
}


def _cache() -> dict[str, Any]:
    if not REDIS_URL:
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 100_000}}
    from redis.backoff import NoBackoff  # late: its client is slow to import, and `make run` needs none
    from redis.retry import Retry

    return {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "autochat",
        # A Redis that hangs costs visitors a moment each, not their answers; one retry finds a restarted one.
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1, "retry": Retry(NoBackoff(), 1)},
    }


CACHES = {"default": _cache()}

# --- Jobs ------------------------------------------------------------------------------------------------------------
CELERY_BROKER_URL = _url(
    "CELERY_BROKER_URL", REDIS_URL or "memory://localhost", ("redis", "rediss", "amqp", "amqps", "memory", "unix")
)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True

# --- People ----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "tenants.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "tenants.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "tenants.forms.SignUpForm"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = int(timedelta(days=14).total_seconds())
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_NAME = "autochat_session"
CSRF_COOKIE_NAME = "autochat_csrf"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
CSRF_FAILURE_VIEW = "autochat.errors.csrf_failure"
SOCKET_ORIGINS = [PUBLIC_URL]
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# --- Tokens: lifetimes from contract §2 and §4 -----------------------------------------------------------------------
ACCESS_TOKEN_LIFETIME = timedelta(minutes=15)
REFRESH_TOKEN_LIFETIME = timedelta(days=14)
ENCRYPTION_KEYS = secrets.encryption_keys(env.list("ENCRYPTION_KEYS", default=[]), SECRET_KEY)

# --- The API ---------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["tenants.authentication.DashboardAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["tenants.authentication.IsMember"],
    "DEFAULT_PARSER_CLASSES": ["autochat.parsers.ShallowJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": None,
    "EXCEPTION_HANDLER": "autochat.errors.exception_handler",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "autochat",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "DESCRIPTION": "The dashboard API and the widget's API.",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "ENUM_NAME_OVERRIDES": {
        "RoleEnum": "tenants.models.Role",
        "ApiTokenRoleEnum": "tenants.models.api_token.ROLES",
        "ApiTokenStateEnum": "tenants.models.ApiToken.State",
        "EndpointStatusEnum": "tracking.models.WebhookEndpoint.Status",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "widgets.schemas.describe_the_door",
        "autochat.api_schema.describe_errors",
        "autochat.api_schema.let_anything_be_null",
    ],
}
RATE_LIMITS = _choice("RATE_LIMITS", "on", ("on", "off")) == "on"
ACCOUNT_RATE_LIMITS: dict[str, str] | bool = {} if RATE_LIMITS else False  # {} is allauth's own

# --- The platform's AI provider, used by assistants without a key of their own ---------------------------------------
OPENAI_API_KEY = env.str("OPENAI_API_KEY", default="")
OPENAI_BASE_URL = _url("OPENAI_BASE_URL", "https://api.openai.com/v1", ("http", "https"))
OPENAI_MODEL = env.str("OPENAI_MODEL", default="gpt-4o-mini")
OPENAI_EMBEDDING_MODEL = env.str("OPENAI_EMBEDDING_MODEL", default="text-embedding-3-small")
PROVIDER_CALLS_PER_TENANT = env.int("PROVIDER_CALLS_PER_TENANT", default=200)  # in flight, per process
EGRESS_ALLOWED_HOSTS = frozenset(env.list("EGRESS_ALLOWED_HOSTS", default=[]))
CRAWL_PAUSE_SECONDS = env.float("CRAWL_PAUSE_SECONDS", default=0.5)  # between two requests to a site that is read

# --- Mail ------------------------------------------------------------------------------------------------------------
_mail = _mail_url()
EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
EMAIL_HOST = _mail.get("EMAIL_HOST") or ""
EMAIL_PORT = _mail.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = _mail.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = _mail.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = bool(_mail.get("EMAIL_USE_TLS"))
EMAIL_USE_SSL = bool(_mail.get("EMAIL_USE_SSL"))
EMAIL_FILE_PATH = f"/{_mail['EMAIL_FILE_PATH']}" if _mail.get("EMAIL_FILE_PATH") else None
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = f"autochat <no-reply@{_public.hostname}>"

# --- Language, time --------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
FORMS_URLFIELD_ASSUME_HTTPS = True  # "example.com" in a form means https; Django 6 does so by itself

# --- Static files ----------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
SERVESTATIC_KEEP_ONLY_HASHED_FILES = True  # pages name no others
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "autochat.staticfiles.HashedFiles"},
}

# --- What browsers may do --------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "https:"],
        "font-src": [SELF],
        "connect-src": [SELF, PUBLIC_URL, PUBLIC_URL.replace("http", "ws", 1)],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-src": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
X_FRAME_OPTIONS = "DENY"

# --- Logs ------------------------------------------------------------------------------------------------------------
LOG_FORMAT = _choice("LOG_FORMAT", "text", ("text", "json"))
LOGGING = structlog_settings(LOG_FORMAT)
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # e-mail is unique by a constraint on its lower case
