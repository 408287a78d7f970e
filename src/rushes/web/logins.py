"""People log in: a page, a session, and few tries at a password."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from rushes.core import logs
from rushes.core.escape import escape
from rushes.web.asking_address import asking_address
from rushes.web.attempts import Attempts

_BY_LOGIN = Attempts(most=5)
_BY_ADDRESS = Attempts(most=50)
_LONGEST = 1000


class Logins(ModelBackend):
    """Lets people in who are active and not archived, in each request anew."""

    def user_can_authenticate(self, user: Any) -> bool:
        """Whether this person may be logged in."""
        return bool(user.is_active) and user.archived is None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def log_in(request: HttpRequest) -> HttpResponse:
    """The login page, and what its form is sent to."""
    then = _then(request)
    if request.method != "POST":
        return render(request, "rushes/login.html", {"next": then})
    name = request.POST.get("login", "")[:_LONGEST]
    address = _address(request)
    if wait := _wait_s(name, address):
        told = {"next": then, "login": name, "wait": -(-wait // 60)}
        answer = render(request, "rushes/login.html", told, status=429)
        answer["Retry-After"] = str(wait)
        return answer
    password = request.POST.get("password", "")[:_LONGEST]
    # A name that no database can hold is nobody's.
    found = authenticate(request, username=name, password=password) if "\0" not in name else None
    if found is None:
        logs.info(f"login refused: {escape(name)} from {address}")
        told = {"next": then, "login": name, "refused": True}
        return render(request, "rushes/login.html", told, status=401)
    _BY_LOGIN.succeeded(name)
    _BY_ADDRESS.taken_back(address)
    login(request, found)
    return HttpResponseRedirect(then)


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return HttpResponseRedirect("/login")


def _then(request: HttpRequest) -> str:
    """Where to go afterwards: a page of this server, or its first one."""
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    own = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if own else "/"


def _wait_s(name: str, address: str) -> int:
    """Count a try; how many seconds there are to wait instead, or 0."""
    if wait := _BY_ADDRESS.tried(address):
        return wait
    if wait := _BY_LOGIN.tried(name):
        _BY_ADDRESS.taken_back(address)
    return wait


def _address(request: HttpRequest) -> str:
    trusted: tuple[str, ...] = getattr(settings, "RUSHES_TRUSTED_PROXIES", ())
    return asking_address(request.META, trusted=trusted)
