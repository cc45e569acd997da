"""Publishes an extract to Tableau Server or Cloud, replacing the data source of that name. Makes no extract.

Needs the extra `tableau`. The token comes from the environment only; it is in no argument, log or message.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

TOKEN_NAME, TOKEN_SECRET = "CS_ACCESS_TABLEAU_TOKEN_NAME", "CS_ACCESS_TABLEAU_TOKEN_SECRET"


class TableauError(ValueError):
    """The extract was not published; the sentence says why and what to do."""


@dataclass(frozen=True)
class Place:
    """Where to publish: server address, site (empty: the default one), project, and the data source's name."""

    server: str
    site: str
    project: str
    name: str


def publish_extract(extract: Path, place: Place) -> str:
    """Publish a .hyper file, overwriting the data source of that name; returns its id on the server.

    Raises TableauError without the extra, token, extract or project, and when the server does not let us in.
    """
    if not extract.exists():
        raise TableauError(f"there is no extract at {extract}; build a release with the extra 'tableau' first")
    token, secret = os.environ.get(TOKEN_NAME, ""), os.environ.get(TOKEN_SECRET, "")
    if not token or not secret:
        raise TableauError(f"set {TOKEN_NAME} and {TOKEN_SECRET} to a personal access token of Tableau")
    try:
        import tableauserverclient as tableau
    except ImportError:
        raise TableauError("publishing needs the extra 'tableau': pip install 'cs-access[tableau]'") from None
    server = tableau.Server(place.server, use_server_version=False)
    try:
        with server.auth.sign_in(tableau.PersonalAccessTokenAuth(token, secret, site_id=place.site)):
            project = _find_project(server, tableau, place.project)
            item = tableau.DatasourceItem(project, name=place.name)
            published = server.datasources.publish(item, str(extract), tableau.Server.PublishMode.Overwrite)
            return str(published.id)
    except tableau.NotSignedInError as error:
        raise _expired(place) from error
    except tableau.ServerResponseError as error:
        if str(error.code).startswith("401"):
            raise _expired(place) from None
        raise TableauError(f"Tableau at {place.server} refused the extract: {error.summary} ({error.code})") from None
    except OSError as error:
        raise TableauError(
            f"Tableau at {place.server} cannot be reached ({type(error).__name__}); check the address and try again"
        ) from None


def _expired(place: Place) -> TableauError:
    return TableauError(
        f"Tableau at {place.server} did not accept the token: it has expired (after 15 days without use, or a year), was "
        f"revoked, or is of another site. Make a new one under My Account Settings and set {TOKEN_NAME} and {TOKEN_SECRET}."
    )


def _find_project(server, tableau, name: str) -> str:  # type: ignore[no-untyped-def]
    options = tableau.RequestOptions()
    options.filter.add(tableau.Filter(tableau.RequestOptions.Field.Name, tableau.RequestOptions.Operator.Equals, name))
    projects, _ = server.projects.get(options)
    found = next((p.id for p in projects if p.name == name), None)
    if found is None:
        raise TableauError(f"there is no project {name!r} on this site, or the token may not see it")
    return str(found)
