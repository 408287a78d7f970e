"""Which show a folder of indexed images is of, by whatever path it was indexed."""

from __future__ import annotations

from rushes import bootstrap
from rushes.core.settings import Settings
from rushes.inspection.indexing_root import ShowOf
from rushes.scan.roots import Root


def shows(settings: Settings) -> ShowOf:
    """Tells the show of a folder by its place in the folder of all shows; of one outside, or where
    no such folder is set, by its place in the storage root that it is recorded under.
    """
    layout = bootstrap.layout(settings)
    given = settings.shows_root
    above = bootstrap.root(given, settings).path if given is not None else None

    def show_of(folder: Root) -> str:
        path = folder.path
        if above is not None and path.is_relative_to(above):
            return layout.place(path.relative_to(above)).show
        return layout.place(folder.below).show

    return show_of
