"""The portal's settings: the environment table first, then Django's settings, then ours.

The same for every place the portal runs in: places differ in their environment variables, not in code. The parts that read
no variable and are long stand beside: `allauth_settings.py` (sign-in) and `background_tasks.py` (schedule, jobs).
"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from chofu_cocreation.allauth_settings import *  # noqa: F403
from chofu_cocreation.background_tasks import *  # noqa: F403
from chofu_cocreation.page_lists import *  # noqa: F403
from chofu_cocreation.runtime import development, embedded, request_limits
from chofu_cocreation.runtime.bounded_connection import BoundedConnection

# name: (default, what it means)
ENV = {
    "CHOFU_VAR": ("var", "folder of everything the portal writes: data, keys, mail, uploads"),
    "BACKUP_DIR": ("", "folder of the backups that script/backup makes; empty: backups under CHOFU_VAR"),
    "DATABASE_URL": ("", "PostgreSQL as the role chofu_app; empty: the embedded server"),
    "DATABASE_OWNER_URL": ("", "PostgreSQL as the role chofu_owner, for migrations only"),
    "REDIS_URL": ("", "Valkey or Redis without database number; empty: the embedded server"),
    "SECRET_KEY": ("", "Django's key; empty: made once under CHOFU_VAR"),
    "SITE_URL": ("http://localhost:8000", "address people type; https turns on Secure cookies, HSTS and redirects"),
    "ALLOWED_HOSTS": ("", "further host names, separated by commas"),
    "PORT": ("8000", "port that gunicorn listens on"),
    "BIND": ("127.0.0.1", "address that gunicorn listens on"),
    "WEB_WORKERS": ("2", "gunicorn processes, ten threads each"),
    "TRUSTED_PROXY_COUNT": ("0", "reverse proxies in front whose X-Forwarded-For is believed"),
    "EMAIL_URL": (
        "",
        "smtp://user:password@host:587 (smtps for TLS from the start); empty: files under CHOFU_VAR/mail",
    ),
    "DEFAULT_FROM_EMAIL": ("portal@localhost", "sender of the portal's mail"),
    "CONTACT_EMAIL": ("", "address on the contact page until staff enter one"),
    "DEMO": ("1", "1: the banner of the demonstration and its accounts; 0: a city's own portal"),
    "LOAD_DEMO": ("1", "1: script/server loads the demonstration data into an empty database"),
    "EMBEDDED_USER": ("nobody", "account that runs the embedded servers when the portal is started by root"),
    "LINE_CLIENT_ID": ("", "LINE Login channel; its button appears when both are set"),
    "LINE_CLIENT_SECRET": ("", "secret of the LINE Login channel"),
    "GOOGLE_CLIENT_ID": ("", "Google sign-in client; its button appears when both are set"),
    "GOOGLE_CLIENT_SECRET": ("", "secret of the Google sign-in client"),
    "LOG_LEVEL": ("INFO", "least level that is logged"),
    "LOG_FORMAT": ("plain", "plain: lines to read; json: one object a line, for a log collector"),
    "METRICS_TOKEN": (
        "",
        "what Prometheus sends as bearer token to /metrics; empty: nothing is counted and no such page",
    ),
}


def env(name: str) -> str:
    """Return the value of a variable of the table above, or its default."""
    return os.environ.get(name) or ENV[name][0]


BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = embedded.var_dir()
SITE_URL = env("SITE_URL").rstrip("/")
SITE = urlsplit(SITE_URL)
HTTPS = SITE.scheme == "https"
IS_DEMO = env("DEMO") == "1"

DEBUG = development.is_on()  # by script/server --dev, on the developer's own machine
MAKES_SECRET_KEY = not env("SECRET_KEY")
SECRET_KEY = env("SECRET_KEY") or embedded.secret_key()
ALLOWED_HOSTS = sorted(
    {SITE.hostname or "localhost", *(h.strip() for h in env("ALLOWED_HOSTS").split(",") if h.strip())}
)
if SITE.hostname in {"localhost", "127.0.0.1"}:
    ALLOWED_HOSTS = sorted({*ALLOWED_HOSTS, "localhost", "127.0.0.1"})

# --- applications ---------------------------------------------------------------------------------------------------
OUR_APPS = [
    "apps.core",
    "apps.page_cache",
    "apps.operations",
    "apps.accounts",
    "apps.vision",
    "apps.consultations",
    "apps.documents",
    "apps.public_comments",
    "apps.surveys",
    "apps.meetings",
    "apps.participation",
    "apps.intake",
    "apps.council",
    "apps.analysis",
    "apps.plans",
    "apps.portal",
]
INSTALLED_APPS = [
    *OUR_APPS,
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.admin",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.google",
    "allauth.socialaccount.providers.line",
    "csp",
    "django_htmx",
    "rules.apps.AutodiscoverRulesConfig",
    "taggit",
]
# Which proposals share words with a text that is being written: consultations asks, the app that reads texts answers.
ORGANIZATION_NAMES = "apps.council.services.organization_names.organization_names"
WORDS_SHARED = "apps.analysis.services.draft_likeness.share_words"
MIDDLEWARE = [
    "apps.core.middleware.ReleaseConnectionsMiddleware",
    "apps.core.compression.CompressionMiddleware",
    "apps.page_cache.middleware.PageCacheMiddleware",
    "apps.core.middleware.TypedPagesMiddleware",
    "apps.core.middleware.ServiceUnavailableMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "apps.core.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "apps.operations.middleware.FuriganaMiddleware",
    "apps.core.middleware.LanguageMarksMiddleware",
    "apps.core.csrf.SameOriginCsrfMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "apps.core.middleware.HtmxVaryMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "apps.accounts.middleware.RequestSizeMiddleware",
    "apps.accounts.middleware.SharedTerminalMiddleware",
    "apps.accounts.middleware.KeepPostMiddleware",
    "apps.accounts.middleware.SuspensionMiddleware",
    "apps.accounts.middleware.LeavingGuardMiddleware",
    "apps.accounts.middleware.SecondFactorMiddleware",
    "apps.core.middleware.NoStoreMiddleware",
    "apps.core.offline.OfflineCopyMiddleware",
    "apps.core.middleware.MethodNotAllowedMiddleware",
    "apps.core.middleware.ActionRefusedMiddleware",
    "apps.core.middleware.BadRequestMiddleware",
    "apps.core.kept_uploads.KeptUploadsMiddleware",
    "apps.page_cache.resident_pages.ResidentPageMiddleware",
]
ROOT_URLCONF = "chofu_cocreation.urls"
WSGI_APPLICATION = "chofu_cocreation.wsgi.application"
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
                "apps.core.context_processors.site",
            ],
            "builtins": ["apps.core.templatetags.csrf"],
        },
    }
]
FORM_RENDERER = "apps.core.formrenderer.PortalFormRenderer"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEST_RUNNER = "django.test.runner.DiscoverRunner"
SILENCED_SYSTEM_CHECKS: list[str] = []
if not HTTPS:
    # A portal on http://localhost (the demonstration) has no certificate; the check proves the https set in the tests.
    SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008", "security.W012", "security.W016"]

# --- database: bounded in every wait, so that a stuck server costs a sentence and not a hanging page -----------------
KNOWN = {} if os.environ.get("DATABASE_URL") else embedded.known_urls()


def database(url: str, *, pool: bool) -> dict[str, object]:
    """Return Django's database settings for a postgresql:// URL.

    pool: web processes keep a small psycopg pool, opened after fork; commands, workers and tests use plain connections.
    """
    parts = urlsplit(url or "postgresql://chofu_app@127.0.0.1:1/chofu")
    statement, lock, idle = (5, 2, 15) if pool else (600, 30, 300)
    waits = f"-c statement_timeout={statement}s -c lock_timeout={lock}s -c idle_in_transaction_session_timeout={idle}s"
    options: dict[str, object] = {"connect_timeout": 3, "options": waits}
    if pool:
        options["pool"] = {
            "min_size": 1, "max_size": 10, "timeout": 3, "max_lifetime": 600, "connection_class": BoundedConnection,
        }  # fmt: skip
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": parts.username or "",
        "PASSWORD": parts.password or "",
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or 5432),
        "OPTIONS": options,
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"TEMPLATE": "template1"},
    }


SERVES_WEB = os.environ.get("CHOFU_PROCESS") == "web"
DATABASES = {"default": database(env("DATABASE_URL") or KNOWN.get("DATABASE_URL", ""), pool=SERVES_WEB)}

# --- cache and queue: Valkey 0 is the queue, 1 the cache; both may be gone without a page failing --------------------
REDIS_URL = (env("REDIS_URL") or KNOWN.get("REDIS_URL", "redis://127.0.0.1:1")).rstrip("/")
CACHES = {
    "default": {
        "BACKEND": "apps.core.cache.FallbackCache",
        "LOCATION": f"{REDIS_URL}/1",
        "KEY_PREFIX": "chofu",
        "OPTIONS": {"fallback": "database"},
    },
    "database": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache_entries"},
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 14 * 24 * 3600
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

CELERY_BROKER_URL = f"{REDIS_URL}/0"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # however long the queue is away, worker and beat wait for it
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 0.5,
    "socket_timeout": 5,
    "max_retries": 1,
    "health_check_interval": 10,
}
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_TASK_TIME_LIMIT = 300
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 400_000
CELERY_WORKER_HIJACK_ROOT_LOGGER = False  # LOGGING says what a line may hold, in the workers too
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "Asia/Tokyo"
# What lower apps ask of upper ones, by name: stations of 声のゆくえ, news of the weekly digest, what was said of a section.
STATION_SOURCES = ["apps.council.services.stations", "apps.plans.services.stations"]
DIGEST_SOURCES = ["apps.public_comments.services.digest.news_between"]
SECTION_SOURCES = ["apps.public_comments.services.section_opinions.voices_of_version"]

# --- metrics ---------------------------------------------------------------------------------------------------------
METRICS_TOKEN = env("METRICS_TOKEN")
METRICS_DIR = os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")  # set by gunicorn's configuration, for its processes
if METRICS_TOKEN:
    MIDDLEWARE = ["apps.core.metrics.MetricsMiddleware", *MIDDLEWARE]

# --- people ----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "apps.accounts.backends.PortalBackend",
]
AUTH_PASSWORD_VALIDATORS: list[dict[str, str]] = []
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:home"
LOGOUT_REDIRECT_URL = "portal:home"
STAFF_SESSION_AGE = 8 * 3600
STAFF_IDLE_AGE = 30 * 60
SHARED_IDLE_AGE = 15 * 60  # a terminal that others use next

# Of sign-in only what reads a variable; the rest is in allauth_settings.
ALLAUTH_TRUSTED_PROXY_COUNT = int(env("TRUSTED_PROXY_COUNT"))
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {
    "google": {"SCOPE": ["openid"], "OAUTH_PKCE_ENABLED": True, "APPS": []},
    "line": {"SCOPE": ["profile", "openid"], "APPS": []},
}
for provider, client_id, secret in (
    ("google", env("GOOGLE_CLIENT_ID"), env("GOOGLE_CLIENT_SECRET")),
    ("line", env("LINE_CLIENT_ID"), env("LINE_CLIENT_SECRET")),
):
    if client_id and secret:
        SOCIALACCOUNT_PROVIDERS[provider]["APPS"] = [{"client_id": client_id, "secret": secret}]

# --- language and time -----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", "日本語"), ("ja-x-easy", "やさしい日本語"), ("ja-x-kids", "こども"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True
USE_I18N = True

# --- files -----------------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "media/"
MEDIA_ROOT = VAR_DIR / "media"
BACKUP_DIR = Path(env("BACKUP_DIR") or VAR_DIR / "backups")
MADE_ROOT = VAR_DIR / "made"  # files for everyone, made again whenever they are missing
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "apps.core.static_bundles.BundledStaticFilesStorage"},
}
if DEBUG:
    development.show_changes_at_once(TEMPLATES, STORAGES)
WHITENOISE_ROOT = BASE_DIR / "static" / "root"  # what browsers ask for by a fixed name at the top: favicon.ico
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("png", "jpg", "webp", "woff2", "ttf", "gz", "br")
FIXTURE_DIRS = [BASE_DIR / "fixtures"]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_MEMORY_SIZE = request_limits.FORM_BYTES
FILE_BYTES = request_limits.FILE_BYTES  # what a request with files may hold

# --- mail ------------------------------------------------------------------------------------------------------------
MAIL = urlsplit(env("EMAIL_URL"))
EMAIL_TIMEOUT = 5
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL")
CONTACT_EMAIL = env("CONTACT_EMAIL")
if MAIL.hostname:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = MAIL.hostname, MAIL.port or 587
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL.username or "", MAIL.password or ""
    EMAIL_USE_SSL, EMAIL_USE_TLS = MAIL.scheme == "smtps", MAIL.scheme != "smtps"
else:
    EMAIL_BACKEND = "apps.core.mail.ReadableFileBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"

# --- security --------------------------------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if int(env("TRUSTED_PROXY_COUNT")) else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = False
SILENCED_SYSTEM_CHECKS.append("security.W003")  # core.csrf.SameOriginCsrfMiddleware is Django's own, with a second way
SILENCED_SYSTEM_CHECKS.append("security.W021")  # preloading the whole domain is the city's own decision
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600  # language and ふりがな stay as somebody chose them
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
GUEST_COOKIE_NAME = "__Host-guest" if HTTPS else "guest"  # the number of a browser without account
TRACE_COOKIES = [SESSION_COOKIE_NAME, GUEST_COOKIE_NAME]  # by which somebody who comes next would be taken for the last
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "apps.core.views.csrf_failure"
CSRF_TRUSTED_ORIGINS = [SITE_URL]
X_FRAME_OPTIONS = "DENY"
SIGN_IN_ORIGINS = [
    origin
    for provider, origin in (("google", "https://accounts.google.com"), ("line", "https://access.line.me"))
    if SOCIALACCOUNT_PROVIDERS[provider]["APPS"]
]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF, *SIGN_IN_ORIGINS],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: [] for name in ("camera", "microphone", "geolocation", "payment", "usb", "browsing-topics")
}

# --- tags ------------------------------------------------------------------------------------------------------------
TAGGIT_TAGS_FROM_STRING = "apps.core.text.split_tags"
TAGGIT_CASE_INSENSITIVE = True

# --- log -------------------------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"()": "apps.core.logs.WordlessFormatter", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
        "json": {"()": "apps.core.logs.JsonFormatter"},
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "json" if env("LOG_FORMAT") == "json" else "plain"}
    },
    "root": {"handlers": ["stderr"], "level": env("LOG_LEVEL")},
}
