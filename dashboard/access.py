"""Who may see which areas, at which detail: a scope that the portal signs.

The portal's server signs a JSON Web Token (HS256) with the secret that it shares with the atlas and
sends it as a header with every request, or once in the address of an embedded view, from where it
goes into a cookie. Without a secret in the settings everybody sees everything.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

import jwt
from flask import Flask, Response, has_request_context, request
from werkzeug.exceptions import Forbidden

from geodata.schema import LEVELS

if TYPE_CHECKING:
    from dashboard.dataset import Dataset
    from dashboard.view_state import ViewState

HEADER, KEY, COOKIE = "X-Atlas-Scope", "scope", "atlas_scope"
ALGORITHM = "HS256"
NO_SCOPE, OUTSIDE = "refused_no_scope", "refused_area"  # keys of the texts


class RefusedError(Forbidden):
    """The request has no valid scope, or asks for more than its scope holds.

    Attributes
    ----------
    key : str
        Of the text that says which.
    """

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key


@dataclass(frozen=True)
class Scope:
    """What one user may see.

    Attributes
    ----------
    areas : tuple of str
        Codes; each stands for everything inside it.
    finest : str
        The finest level that is drawn, listed or exported.
    user : str
        Whose long exports they are; "" when the portal does not say.
    """

    areas: tuple[str, ...]
    finest: str
    user: str = ""

    def holds(self, dataset: Dataset, position: int) -> bool:
        """Whether an area is one of the scope's or lies inside one."""
        # Exact codes only: an unknown one must not widen to the area above it.
        own = {dataset.tree.position[c] for c in self.areas if c in dataset.tree.position}
        return not own.isdisjoint((position, *dataset.tree.ancestors(position)))

    def allows(self, dataset: Dataset, position: int, level: str) -> bool:
        """Whether the areas of a level inside an area may be shown.

        An area whose own children are too fine is not opened at all: panels, briefs and tables of
        the worst show those whatever level the map draws.
        """
        finest = LEVELS.index(self.finest)
        shown = (level, dataset.natural_level(position))
        return self.holds(dataset, position) and all(LEVELS.index(n) <= finest for n in shown)


class Access:
    """The gate that every route and callback with data goes through.

    Parameters
    ----------
    secret : str
        Shared with the portal; "" opens the gate for everybody.
    """

    def __init__(self, secret: str = "") -> None:
        self.secret = secret

    def scope(self) -> Scope | None:
        """What this request may see; None stands for everything.

        Raises
        ------
        RefusedError
            If a scope is needed and the request brings none, or none that is valid.
        """
        if not self.secret:
            return None
        token = read_token() if has_request_context() else ""
        return read_scope(token, self.secret)[0]

    def may_see(self, dataset: Dataset, state: ViewState) -> bool:
        """Whether this request may have a view."""
        scope = self.scope()
        return scope is None or scope.allows(dataset, dataset.tree.find(state.area), state.level)

    def require(self, dataset: Dataset, state: ViewState) -> None:
        """Raise RefusedError unless this request may have a view."""
        if not self.may_see(dataset, state):
            raise RefusedError(OUTSIDE)

    def require_area(self, dataset: Dataset, position: int, level: str = LEVELS[0]) -> None:
        """Raise RefusedError unless an area, and a level in general, are in the scope."""
        scope = self.scope()
        if scope is None:
            return
        fine = LEVELS.index(level) > LEVELS.index(scope.finest)
        if fine or not scope.holds(dataset, position):
            raise RefusedError(OUTSIDE)

    def opens(self, dataset: Dataset, position: int) -> bool:
        """Whether this request may open an area; one with nothing below opens in its parent."""
        scope = self.scope()
        while not dataset.levels(position) and position:
            position = int(dataset.tree.parents[position])
        return scope is None or scope.allows(dataset, position, dataset.natural_level(position))

    def at_home(self, dataset: Dataset, query: str) -> str:
        """A query that names no area with the scope's first one: where its user begins."""
        scope, text = self.scope(), query.lstrip("?")
        if scope is None or scope.holds(dataset, 0):
            return query
        if dict(parse_qsl(text[:4000], errors="replace")).get("area"):
            return query
        return "&".join(filter(None, [urlencode({"area": scope.areas[0]}), text]))

    def owner(self) -> str:
        """Whose background work it is: the user that the portal names, else the machine."""
        signed_on = self.user() or request.environ.get("REMOTE_USER")
        return str(signed_on or request.remote_addr or "")

    def user(self) -> str:
        """The user that the scope names, "" for none."""
        scope = self.scope()
        return scope.user if scope else ""


def read_token() -> str:
    """The token of this request: from the portal's proxy, the address or the cookie."""
    return request.headers.get(HEADER) or request.args.get(KEY) or request.cookies.get(COOKIE) or ""


def read_scope(token: str, secret: str) -> tuple[Scope, datetime]:
    """The scope in a token, and until when it holds.

    Raises
    ------
    RefusedError
        If the token is not signed with the secret, has expired or is no scope.
    """
    try:
        claims = jwt.decode(
            token, secret, algorithms=[ALGORITHM], options={"require": ["exp", "areas", "level"]}
        )
        until = datetime.fromtimestamp(claims["exp"], UTC)
    except (jwt.InvalidTokenError, ValueError, OverflowError, OSError):
        raise RefusedError(NO_SCOPE) from None
    areas, level = claims["areas"], claims["level"]
    good = isinstance(areas, list) and areas and all(isinstance(code, str) for code in areas)
    if not good or level not in LEVELS:
        raise RefusedError(NO_SCOPE)
    return Scope(tuple(areas), level, str(claims.get("sub") or "")), until


def sign_scope(scope: Scope, secret: str, until: datetime) -> str:
    """A token as the portal makes it."""
    claims = {"areas": list(scope.areas), "level": scope.finest, "exp": until}
    if scope.user:
        claims["sub"] = scope.user
    return jwt.encode(claims, secret, algorithm=ALGORITHM)


def register_access(server: Flask, access: Access, prefix: str) -> None:
    """Keep a scope that came in the address: what the page asks for later has another address."""
    if not access.secret:
        return

    @server.after_request
    def keep_scope(response: Response) -> Response:
        token = request.args.get(KEY, "")
        if token and response.status_code == 200 and not request.headers.get(HEADER):
            try:
                _, until = read_scope(token, access.secret)
            except RefusedError:
                return response
            # In another site's frame a browser takes a cookie over HTTPS only.
            across = {"secure": True, "samesite": "None", "partitioned": True}
            secure = request.is_secure or request.headers.get("X-Forwarded-Proto") == "https"
            more = across if secure else {"samesite": "Lax"}
            response.set_cookie(COOKIE, token, expires=until, path=prefix, httponly=True, **more)
        return response
