"""From a query to the view of the current release: what every callback and route starts from."""

from __future__ import annotations

import tempfile
from hashlib import sha256
from pathlib import Path

from dashboard.access import Access
from dashboard.dataset import Dataset
from dashboard.releases import Releases
from dashboard.settings import Settings
from dashboard.view import View, build_view
from dashboard.view_state import ViewState, parse_view


class CurrentView:
    """Views of whatever release is published now, as far as the request may see them.

    Every way to a view raises `RefusedError` for one outside the request's scope.

    Parameters
    ----------
    settings : Settings
        The language of a query that names none; the path prefix.
    releases : Releases
    """

    def __init__(self, settings: Settings, releases: Releases) -> None:
        self.settings = settings
        self.releases = releases
        self.access = Access(settings.scope_secret)

    @property
    def prefix(self) -> str:
        """Path before every address."""
        return self.settings.prefix

    def jobs_folder(self, kind: str) -> Path:
        """Folder of background work of a kind: this system user's, for these releases."""
        mark = sha256(str(self.settings.releases.resolve()).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"silver-atlas-jobs-{mark}" / kind

    def state(self, query: str | None) -> ViewState:
        """The state of any query."""
        return self.state_in(self.releases.current(), query)

    def state_in(self, dataset: Dataset, query: str | None) -> ViewState:
        """The state of any query in a release, which may be an older one."""
        asked = self.access.at_home(dataset, query or "")
        state = parse_view(asked, dataset, self.settings.lang)
        self.access.require(dataset, state)
        return state

    def of(self, state: ViewState) -> View:
        """The view of a state."""
        dataset = self.releases.current()
        self.access.require(dataset, state)
        return build_view(dataset, state)

    def __call__(self, query: str | None) -> View:
        """The view of any query."""
        dataset = self.releases.current()
        return build_view(dataset, self.state_in(dataset, query))

    def of_job(self, query: str) -> View:
        """The view of a job's query, which names no area where it means the whole region."""
        return self.of(parse_view(query, self.releases.current(), self.settings.lang))

    def may_see(self, state: ViewState) -> bool:
        """Whether the request may have the view of a state."""
        return self.access.may_see(self.releases.current(), state)
