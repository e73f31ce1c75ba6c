"""All settings, read once from the environment; unsafe production values are refused in checks.py."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from gridgov.admin_theme import UNFOLD as UNFOLD
from gridgov.environment import directory, env, read_mode, require
from gridgov.logs import configure_structlog, logging_config

BASE_DIR = Path(__file__).resolve().parent.parent
GRIDGOV_ENV = read_mode()
IS_PRODUCTION = GRIDGOV_ENV == "production"
IS_DEMO = GRIDGOV_ENV == "demo"
DEBUG = False

SECRET_KEY = require("SECRET_KEY", GRIDGOV_ENV, "insecure-key-for-the-test-run-only-" + "0" * 32)
# Keys that encrypt personal fields, newest first, as "id:base64url(32 bytes)" separated by commas.
FIELD_KEYS = require("FIELD_KEYS", GRIDGOV_ENV, "t1:" + "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=")
# How new values are encrypted: aes-gcm, or sm4-gcm where Chinese commercial cryptography is required.
FIELD_CIPHER = env.str("FIELD_CIPHER", default="aes-gcm")
# The key of the marks by which sealed numbers are found; unlike the others it is not rotated.
INDEX_KEY = require("INDEX_KEY", GRIDGOV_ENV, "insecure-index-key-for-the-test-run-only")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if IS_PRODUCTION else ["*"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
DATA_DIR = directory("DATA_DIR", BASE_DIR / ".data")
MEDIA_ROOT = directory("MEDIA_ROOT", DATA_DIR / "media")
MEDIA_URL = "/media-is-never-served-directly/"

INSTALLED_APPS = [
    "unfold",
    "gridgov.apps.GridGovConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "django_prometheus",
    "django_structlog",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "guardian",
    "mptt",
    "pgtrigger",
    "rest_framework",
    "core",
    "organizations",
    "grids",
    "residents",
    "incidents",
    "volunteers",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "gridgov.admin_policy.AdminPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "core.middleware.IdleSessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "gridgov.request_log.RequestLogMiddleware",
    "core.middleware.PrivatePagesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.middleware.DomainErrorMiddleware",
    "axes.middleware.AxesMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "gridgov.urls"
WSGI_APPLICATION = "gridgov.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "gridgov.context.shell",
            ],
        },
    }
]

FORM_RENDERER = "core.form_rendering.QuickRenderer"

DATABASES = {
    "default": {
        **env.db_url_config(require("DATABASE_URL", GRIDGOV_ENV, "postgres:///gridgov")),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
    }
}
# Prepared plans can defeat the partial indexes, hence client-side binding; only statements of
# core.prepared are bound by the server and prepared, after so many uses (0: never, for a transaction pooler).
# JIT, and starting a second worker for one statement, cost more than these short queries take.
DATABASES["default"].setdefault("OPTIONS", {}).update(
    {
        "connect_timeout": 5,
        "application_name": "gridgov",
        "options": "-c jit=off -c max_parallel_workers_per_gather=0",
        "prepare_threshold": env.int("DATABASE_PREPARE_AFTER", 1) or None,
    }
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = require("REDIS_URL", GRIDGOV_ENV, "redis://127.0.0.1:6379/1")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "gridgov",
    }
}
CELERY_BROKER_URL = require("CELERY_BROKER_URL", GRIDGOV_ENV, REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 600}
CELERY_TIMEZONE = "Asia/Shanghai"
# A sweep message that waited longer than the next beat is worthless: the next one does its work.
CELERY_BEAT_SCHEDULE = {
    "sweep-clocks": {
        "task": "incidents.tasks.sweep_clocks",
        "schedule": timedelta(seconds=env.int("SWEEP_EVERY_SECONDS", default=30)),
        "options": {"expires": 25},
    },
    # Simulations are woken when asked for; this goes on with those whose message was lost.
    "advance-simulations": {
        "task": "incidents.tasks.advance_simulations",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 50},
    },
    "work-imports": {
        "task": "incidents.tasks.work_imports",
        "schedule": timedelta(seconds=20),
        "options": {"expires": 15},
    },
    "answer-problems": {
        "task": "incidents.tasks.answer_problems",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 55},
    },
    "work-people-imports": {
        "task": "residents.tasks.work_people_imports",
        "schedule": timedelta(seconds=60),
        "options": {"expires": 55},
    },
    "forget-people-imports": {
        "task": "residents.tasks.forget_people_imports",
        "schedule": timedelta(hours=1),
    },
    "forget-entries": {"task": "incidents.tasks.forget_entries", "schedule": timedelta(hours=1)},
    "remind-late-tasks": {
        "task": "incidents.tasks.remind_of_late_tasks",
        "schedule": timedelta(minutes=5),
        "options": {"expires": 240},
    },
    "archive-closed": {"task": "incidents.tasks.archive_closed", "schedule": timedelta(hours=6)},
    # Looked at twice a day, so that a first of the month on which nothing ran is made up for.
    "keep-figures": {"task": "incidents.tasks.keep_figures", "schedule": timedelta(hours=12)},
    "find-mismatches": {"task": "residents.tasks.find_mismatches", "schedule": timedelta(hours=24)},
    "close-care": {"task": "residents.tasks.close_care", "schedule": timedelta(hours=24)},
    "forget-sessions": {"task": "gridgov.tasks.forget_sessions", "schedule": timedelta(hours=1)},
    "check-calendar": {"task": "incidents.tasks.check_calendar", "schedule": timedelta(hours=24)},
    "apply-retention": {"task": "residents.tasks.apply_retention", "schedule": timedelta(hours=24)},
    "check-access-log": {"task": "gridgov.tasks.check_access_log", "schedule": timedelta(hours=24)},
    "watch-looks": {"task": "gridgov.tasks.watch_looks", "schedule": timedelta(hours=1)},
    "check-trees": {"task": "gridgov.tasks.check_trees", "schedule": timedelta(hours=24)},
}

AUTH_USER_MODEL = "organizations.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "organizations.backends.MembershipBackend",
    "guardian.backends.ObjectPermissionBackend",
]
ANONYMOUS_USER_NAME = None  # guardian's anonymous user: residents without a login hold no object permission
if GRIDGOV_ENV == "test":  # the real one takes a third of a second, by intent
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "organizations.passwords.ThreeClassesValidator"},
]
LOGIN_URL = reverse_lazy("login")
LOGIN_REDIRECT_URL = reverse_lazy("work")
LOGOUT_REDIRECT_URL = reverse_lazy("home")
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=20)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
# Behind a proxy everyone would share its address, and five wrong guesses would lock anybody out everywhere.
AXES_CLIENT_IP_CALLABLE = "core.rates.address_of"
AXES_LOCKOUT_TEMPLATE = "accounts/locked.html"
AXES_HTTP_RESPONSE_CODE = 429

# Who reads /metrics; in production the page does not exist without it.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = directory("STATIC_ROOT", DATA_DIR / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if IS_PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not IS_PRODUCTION

# Cookies and transport: plain HTTP is for the demo and the tests on the loopback address only.
SESSION_COOKIE_AGE = 30 * 60  # of idle time (等保三级): core.middleware.IdleSessionMiddleware
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_PRODUCTION
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "gridgov.error_pages.csrf_failure"
SECURE_SSL_REDIRECT = IS_PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_HSTS_SECONDS = 31_536_000 if IS_PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
PHOTO_MAX_BYTES = 10 * 1024 * 1024
PHOTO_MAX_COUNT = 9

# A movable clock for simulations and browser tests: a file holding an offset in seconds. Never in production.
CLOCK_OFFSET_FILE = None if IS_PRODUCTION else env.str("CLOCK_OFFSET_FILE", default=None)

# More than so many in a day are reported to the security administrator: people and cases looked at, looks
# refused, and people and cases looked at at night.
UNUSUAL_LOOKS = {
    "many": env.int("UNUSUAL_LOOKS_PER_DAY", default=100),
    "denied": env.int("UNUSUAL_REFUSED_LOOKS_PER_DAY", default=3),
    "night": env.int("UNUSUAL_LOOKS_AT_NIGHT", default=10),
}

# How long a process may use routing rules, limits and the calendar before it reads them again.
REFERENCE_CACHE_SECONDS = env.float("REFERENCE_CACHE_SECONDS", default=0.0 if GRIDGOV_ENV == "test" else 5.0)

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "core.api.exception_handler",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "GridGov API",
    "VERSION": "1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SERVE_INCLUDE_SCHEMA": False,
    # Fields of the same name with other choices, named by what they are of.
    "ENUM_NAME_OVERRIDES": {
        "IncidentStateEnum": "incidents.choices.STATES",
        "NeedStateEnum": "residents.choices.NeedState",
        "VisitOutcomeEnum": "residents.choices.VisitOutcome",
    },
}

configure_structlog()
LOGGING = logging_config(level=env.str("LOG_LEVEL", default="INFO"), as_json=IS_PRODUCTION)
DJANGO_STRUCTLOG_CELERY_ENABLED = True
