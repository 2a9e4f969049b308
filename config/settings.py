"""All settings, read from the environment; docs/deploy.md lists them.

Without any, the site runs at http://127.0.0.1:8000 on SQLite, with its files in var/.
"""

from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

import django_stubs_ext
from csp.constants import NONE, SELF
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from config import env, zone_data

django_stubs_ext.monkeypatch()

# Former names of variables, still read.
for _old, _new in {
    "MOST_GROUPS": "MAX_GROUPS_PER_USER",
    "MAILS_PER_HOUR": "EMAILS_PER_HOUR",
    "LETTERS_PER_HOUR": "GROUP_MESSAGES_PER_HOUR",
    "KEPT_MEGABYTES": "PAGE_CACHE_MB",
}.items():
    env.renamed(_old, _new)

ROOT = Path(__file__).resolve().parent.parent
VAR = env.folder("VAR", ROOT / "var")

DEBUG = env.flag("DEBUG", False)
SECRET_KEY = env.secret("SECRET_KEY", VAR / "secret-key")
# For config/gunicorn.py; read here, so that every command reports a wrong value.
HOST = env.host("HOST", "127.0.0.1")
PORT = env.number("PORT", 8000, least=1, most=65535)
WORKERS = env.number("WEB_CONCURRENCY", 2, least=1, most=64)

# The site
SITE_URL = env.address("SITE_URL", f"http://127.0.0.1:{PORT}")
SITE_NAME = env.text("SITE_NAME", "Seminars")
SITE_ACCENT = env.color("SITE_ACCENT", "#5b3a9e")
CLOCK = env.choice("CLOCK", "12", ("12", "24"))
# As in `date.weekday()`.
WEEK_START = {"monday": 0, "saturday": 5, "sunday": 6}[
    env.choice("WEEK_START", "monday", ("monday", "saturday", "sunday"))
]
zone_data.use_package()
TIME_ZONE_DATA = zone_data.release()
TIME_ZONE = env.zone("TIME_ZONE", "America/Chicago")
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
USE_I18N = True
FORMAT_MODULE_PATH = "config.date_formats"
USE_TZ = True

_SECURE = SITE_URL.startswith("https://")
_HOST = urlsplit(SITE_URL).hostname or ""
# Besides the site's own host: the machine itself, for probes.
ALLOWED_HOSTS = sorted({_HOST, "127.0.0.1", "localhost", "[::1]", *env.hosts("ALLOWED_HOSTS")})

INSTALLED_APPS = [
    "accounts",
    "seminars",
    "config.apps.StaffConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.usersessions",
    "crispy_forms",
    "csp",
    "django_htmx",
]

MIDDLEWARE = [
    "config.page_cache.PageCache",
    # Outside of what may refuse a request, so that refusals carry their headers as well.
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.middleware.private_pages",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "seminars.context.site",
                "accounts.context.mail",
            ],
        },
    }
]

# Data
DATABASES = {"default": env.database("DATABASE_URL", f"sqlite:///{VAR / 'seminars.sqlite3'}")}
DATABASES["default"].setdefault("OPTIONS", {})
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE: transactions that write queue at BEGIN. Upgrading a read lock later would fail at
    # once with "database is locked", whatever the timeout.
    DATABASES["default"]["OPTIONS"] |= {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    # Opening the file for each request would take longer than reading from it.
    DATABASES["default"]["CONN_MAX_AGE"] = None
else:
    # As many connections as a worker has threads (config/gunicorn.py), open between requests.
    DATABASES["default"]["OPTIONS"] |= {"pool": {"min_size": 1, "max_size": 4, "timeout": 10}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# For rate limits, so all workers share it and its `add` is atomic. `migrate` creates the table
# (accounts/apps.py).
CACHES = {
    "default": env.cache("CACHE_URL"),
    # In each process: parts of pages that depend only on their keys.
    "pieces": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pieces",
        "TIMEOUT": None,
        # Few, because some parts contain the URL, and anyone can request long ones.
        "OPTIONS": {"MAX_ENTRIES": 500},
    },
}

# The size of each process's cache of responses to visitors (config/page_cache.py).
# How long a meeting link is shown after the end of its talk.
JOIN_LINK_MINUTES_AFTER = env.number("JOIN_LINK_MINUTES_AFTER", 30, least=0, most=1440)
PAGE_CACHE_MB = env.number("PAGE_CACHE_MB", 24, least=0, most=4096)

# People
AUTH_USER_MODEL = "accounts.User"
# How many groups a person may be in.
MAX_GROUPS_PER_USER = env.number("MAX_GROUPS_PER_USER", 50, least=1, most=1000)
# How many group emails one person may cause in an hour.
INVITATIONS_PER_HOUR = env.number("INVITATIONS_PER_HOUR", 30, least=0, most=10_000)
EMAILS_PER_HOUR = env.number("EMAILS_PER_HOUR", 60, least=0, most=10_000)
# Each of these messages goes to every member of a group who has not unsubscribed.
GROUP_MESSAGES_PER_HOUR = env.number("GROUP_MESSAGES_PER_HOUR", 5, least=0, most=1000)
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "me"
SESSION_COOKIE_AGE = 8 * 7 * 24 * 3600

# Signing in (django-allauth): by email address and password
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_FORMS = {
    "login": "accounts.forms.SignInForm",
    "signup": "accounts.forms.SignUpForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
    "add_email": "accounts.forms.AddEmailForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "set_password": "accounts.forms.SetPasswordForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
    "confirm_email_verification_code": "accounts.forms.ConfirmCodeForm",
}
# A code, because mail scanners that follow links cannot use it, and because what people began
# before signing up continues in the same browser. An hour, because greylisting delays first emails.
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = ACCOUNT_LOGIN_TIMEOUT = 3600
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_CONFIRMATION_AUTHENTICATED_REDIRECT_URL = reverse_lazy("account_email")
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
# In addition to django-allauth's own: nobody can flood a mailbox through this site.
ACCOUNT_RATE_LIMITS = {"reset_password": "20/m/ip,5/h/key", "confirm_email": "1/10s/key,10/h/key"}
# How many of our proxies a request passes. The visitor's address is that many from the end of
# X-Forwarded-For, because anyone can forge its beginning.
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXY_COUNT", 0, least=0, most=9)

CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "crispy"

# Email: through MAIL_URL, or else as files in MAIL_FOLDER
_MAIL = env.mail_server("MAIL_URL")
MAIL_FOLDER = VAR / "mail"
_MAIL_HOST = _HOST if any(letter.isalpha() for letter in _HOST) else "localhost"
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.mailbox("MAIL_FROM", f"seminars@{_MAIL_HOST}")
SECURITY_CONTACT = env.contact("SECURITY_CONTACT", parseaddr(DEFAULT_FROM_EMAIL)[1])
EMAIL_BACKEND = "accounts.mail_backend.FolderBackend"
EMAIL_TIMEOUT = 20
if _MAIL:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _MAIL.host, _MAIL.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _MAIL.user, _MAIL.password
    EMAIL_USE_TLS, EMAIL_USE_SSL = _MAIL.starttls, _MAIL.tls

# Files
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [ROOT / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# Security
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = _SECURE
# Probes come from the machine itself, without TLS.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _SECURE
# Only the owner of the whole domain can request preloading, not one of its hosts.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _SECURE else None
CSRF_TRUSTED_ORIGINS = [SITE_URL]
# Bytes and fields of one form: enough for an abstract and three biographies of the maximum length
# in any script.
DATA_UPLOAD_MAX_MEMORY_SIZE = FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 10
# In bytes: how much of a request's files is stored, and how long a request with files may be.
MAX_UPLOAD_BYTES, MAX_REQUEST_BYTES = 8 * 2**20, 32 * 2**20
FILE_UPLOAD_HANDLERS = ["config.uploads.SmallUploads"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"faults": {"()": "config.logs.Faults"}},
    "formatters": {"text": {"()": "config.logs.Text"}, "json": {"()": "config.logs.Json"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "filters": ["faults"],
            "formatter": env.choice("LOG_FORMAT", "text", ("text", "json")),
        }
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
    # Its own handlers would log everything twice, with the keys, and by email.
    "loggers": {"django": {"handlers": [], "level": "INFO"}},
}
