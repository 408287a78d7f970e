"""Admin pages of scans, told as they stand: one that was killed could not note its own end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db import connections
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from rushes.db.models import Scan
from rushes.db.scan_standing import killed, running
from rushes.model.scan import ScanState
from rushes.web.admin.acting import ReadOnly

_DATABASE = "default"


class StateFilter(admin.SimpleListFilter):
    """Lists narrowed to one state; killed scans are among the failed ones."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Every state there is."""
        del request, model_admin
        return [(state.value, state.value) for state in ScanState]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Scan]) -> QuerySet[Scan]:
        """The scans that stand so."""
        del request
        state = self.value()
        if state not in (ScanState.RUNNING.value, ScanState.FAILED.value):
            return queryset if state is None else queryset.filter(state=state)
        with connections[_DATABASE].cursor() as cursor:
            lost = Q(pk__in=killed(cursor, running(cursor)))
        noted = Q(state=state)
        return queryset.filter(noted | lost if state == ScanState.FAILED.value else noted & ~lost)


class ScanList(ChangeList):
    """One page of scans."""

    def get_results(self, request: HttpRequest) -> None:
        """Read the page, and how its scans stand."""
        super().get_results(request)
        self.result_list = list(self.result_list)
        _tell(self.result_list)


class ScanAdmin(ReadOnly):
    """Scans."""

    list_display = (
        *("root", "below", "state", "started", "finished", "sequences", "files", "errors"),
        "actor",
    )
    list_filter = (StateFilter, "root")
    list_select_related = ("root",)
    search_fields = ("below", "actor")
    ordering = ("-id",)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """The list that tells scans as they stand."""
        del request, kwargs
        return ScanList

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Scan | None:
        """One scan, as it stands."""
        found = super().get_object(request, object_id, from_field)
        _tell([found] if found is not None else [])
        return found


def _tell(scans: Iterable[Scan]) -> None:
    """Have killed scans say that they failed, here and not in the database."""
    read = {one.pk: one for one in scans if one.state == ScanState.RUNNING.value}
    with connections[_DATABASE].cursor() as cursor:
        for lost in killed(cursor, list(read)):
            read[lost].state = ScanState.FAILED.value
