"""From a query to the view of the current release: what every callback and route starts from."""

from __future__ import annotations

from dashboard.releases import Releases
from dashboard.settings import Settings
from dashboard.view import View, build_view
from dashboard.view_state import ViewState, parse_view


class CurrentView:
    """Views of whatever release is published now.

    Parameters
    ----------
    settings : Settings
        The language of a query that names none; the path prefix.
    releases : Releases
    """

    def __init__(self, settings: Settings, releases: Releases) -> None:
        self.settings = settings
        self.releases = releases

    @property
    def prefix(self) -> str:
        """Path before every address."""
        return self.settings.prefix

    def state(self, query: str | None) -> ViewState:
        """The state of any query."""
        return parse_view(query or "", self.releases.current(), self.settings.lang)

    def of(self, state: ViewState) -> View:
        """The view of a state."""
        return build_view(self.releases.current(), state)

    def __call__(self, query: str | None) -> View:
        """The view of any query."""
        dataset = self.releases.current()
        return build_view(dataset, parse_view(query or "", dataset, self.settings.lang))
