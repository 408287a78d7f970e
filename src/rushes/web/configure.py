"""Django as the server needs it: the one app of ours, and what logins and the admin pages want."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings

from rushes.db import settings as fixed
from rushes.db.address import django_database

LARGEST_BODY = 10 * 1024 * 1024
_OWN = Path(__file__).parent / "templates"
_LOCAL = ("127.0.0.1", "localhost", "[::1]")

APPS = [
    *fixed.INSTALLED_APPS,
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.admin.apps.SimpleAdminConfig",
]
MIDDLEWARE = [
    "rushes.web.guard.Guard",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [str(_OWN)],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]


@dataclass(frozen=True, slots=True)
class Addresses:
    """By which names people reach the server. `public` is its URL behind a proxy, if any.

    `live` is the URL of the live process behind a proxy; else it is on `live_port` of the same
    machine, or nowhere where that is 0. `proxies` are addresses and networks of those that say
    truly who asks.
    """

    hosts: tuple[str, ...] = ()
    public: str = ""
    live: str = ""
    live_port: int = 0
    proxies: tuple[str, ...] = ()


def configure(url: str, *, key: str, addresses: Addresses) -> None:
    """Have Django ready to serve, with the database at `url`. To be done before all else of it.

    In a process where the database was opened already, as tests do, the rest is added.
    """
    wanted = {"DATABASES": {"default": django_database(url)}, **_settings(key, addresses)}
    if not settings.configured:
        settings.configure(**wanted)
        apps.populate(settings.INSTALLED_APPS)
    elif settings.INSTALLED_APPS != APPS:
        del wanted["DATABASES"]
        for name, value in wanted.items():
            setattr(settings, name, value)
        apps.set_installed_apps(APPS)
    # Every refused request would be a line of its own, which says less than the answer did.
    for name in ("django.request", "django.security"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _settings(key: str, addresses: Addresses) -> Mapping[str, Any]:
    public = urlsplit(addresses.public)
    secure = public.scheme == "https"
    hosts = [*_LOCAL, *addresses.hosts, *([public.hostname] if public.hostname else [])]
    return {
        **{name: value for name, value in vars(fixed).items() if name.isupper()},
        "INSTALLED_APPS": APPS,
        "MIDDLEWARE": MIDDLEWARE,
        "TEMPLATES": TEMPLATES,
        "SECRET_KEY": key,
        "DEBUG": False,
        "ALLOWED_HOSTS": hosts,
        "RUSHES_LIVE_URL": addresses.live,
        "RUSHES_LIVE_PORT": addresses.live_port,
        "RUSHES_TRUSTED_PROXIES": addresses.proxies,
        "ROOT_URLCONF": "rushes.web.urls",
        "APPEND_SLASH": False,
        "AUTH_USER_MODEL": "rushes.Artist",
        "AUTHENTICATION_BACKENDS": ["rushes.web.logins.Logins"],
        "AUTH_PASSWORD_VALIDATORS": [
            {
                "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
                "OPTIONS": {"min_length": 10},
            }
        ],
        "LOGIN_URL": "/login",
        "STATIC_URL": "/static/",
        "SESSION_ENGINE": "rushes.web.sessions",
        "SESSION_COOKIE_NAME": "rushes_session",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "CSRF_COOKIE_NAME": "rushes_csrf",
        "CSRF_COOKIE_SECURE": secure,
        "CSRF_TRUSTED_ORIGINS": [f"{public.scheme}://{public.netloc}"] if public.netloc else [],
        "CSRF_FAILURE_VIEW": "rushes.web.pages.csrf_failed",
        "DATA_UPLOAD_MAX_MEMORY_SIZE": LARGEST_BODY,
    }
