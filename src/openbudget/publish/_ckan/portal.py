"""A CKAN portal and its actions (https://docs.ckan.org/en/2.12/api/), through ckanapi."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urljoin

import requests
from ckanapi import RemoteCKAN, errors

from openbudget import __version__
from openbudget.errors import PublishError
from openbudget.publish._ckan.answers import fits
from openbudget.publish._network import TRANSIENT, TransientError, attempted, retry_after
from openbudget.publish.plan import Network

Result = TypeVar("Result")
_PERMANENT = (requests.exceptions.SSLError, requests.exceptions.InvalidURL, requests.exceptions.TooManyRedirects)
_HIDDEN = "***"


class AbsentError(Exception):
    """There is no such thing at the portal."""


class DeniedError(Exception):
    """The token may not do this."""


class InvalidError(Exception):
    """The portal does not take what was sent; `fields` says why: field → messages, in the portal's language."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        super().__init__(str(fields))
        self.fields = fields


class _Session(requests.Session):
    """Requests with a time limit; what may pass is TransientError, all else that goes wrong below CKAN a PublishError.

    Proxies and certificates come from the environment (HTTPS_PROXY, NO_PROXY, REQUESTS_CA_BUNDLE); a password from a
    .netrc is not sent in place of the token.
    """

    def __init__(self, portal: Portal) -> None:
        super().__init__()
        self.portal = portal
        self.auth = lambda request: request
        self.headers["User-Agent"] = f"openbudget/{__version__}"

    def request(self, method: Any, url: Any, *args: Any, **settings: Any) -> requests.Response:
        if settings.get("timeout") is None:
            settings["timeout"] = self.portal.network.timeout
        try:
            answer = super().request(method, url, *args, **settings)
        except _PERMANENT as error:
            raise self.portal.failed(str(error)) from None
        except requests.exceptions.RequestException as error:
            raise TransientError(self.portal.redacted(str(error))) from None
        if answer.is_redirect and method.upper() == "POST":  # followed, it would arrive without its content
            answer.close()
            raise self.portal.moved(str(answer.headers.get("Location")))
        if answer.status_code in TRANSIENT:
            said = f"HTTP {answer.status_code} {answer.reason}"
            answer.close()
            raise TransientError(self.portal.redacted(said), retry_after(answer.headers.get("Retry-After")))
        return answer


@dataclass(frozen=True)
class Portal:
    """The portal at `address`, spoken to with a token. To be used by one thread."""

    address: str
    token: str = field(repr=False)
    network: Network
    _session: _Session = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_session", _Session(self))

    def ask(self, action: str, **data: Any) -> Any:
        """The answer of an action that changes nothing, tried again as often as the network's settings say."""
        return self.attempt(lambda failed: self.once(action, data), action)

    def attempt(self, work: Callable[[int], Result], what: str) -> Result:
        """`work`, again while it is TransientError. A request that changes something may have succeeded although its answer
        was lost: `work` looks first, when it is called again."""
        return attempted(work, self.network, f"{self.address} {what}")

    def once(self, action: str, data: Mapping[str, Any], files: Mapping[str, Any] | None = None) -> Any:
        """The answer of an action, asked once. Raises AbsentError, DeniedError, InvalidError, TransientError or PublishError."""
        api = RemoteCKAN(self.address, apikey=self.token, session=self._session)
        try:
            answer = api.call_action(action, dict(data), files=dict(files) if files else None)
        except errors.NotFound as error:
            raise AbsentError(self.redacted(str(error))) from None
        except errors.NotAuthorized:
            raise DeniedError(action) from None
        except errors.ValidationError as error:
            said = json.loads(self.redacted(json.dumps(error.error_dict)))
            raise InvalidError({key: value for key, value in said.items() if key != "__type"}) from None
        except (errors.SearchIndexError, errors.SearchError) as error:  # the change itself may have been made
            raise TransientError(f"{action}: {type(error).__name__}") from None
        except (errors.CKANAPIError, errors.ServerIncompatibleError) as error:
            raise self.strange(str(error)) from None
        except KeyError as error:  # no result where there should be one
            raise self.strange(f"{action}: {error}") from None
        if not fits(action, answer):
            raise self.strange(f"{action}: {answer}")
        return answer

    def digest(self, url: str) -> str | None:
        """The SHA-256 of the file at an address of this portal, as the token may read it; None where there is none."""
        return self.attempt(lambda failed: self._digest(url), url)

    def _digest(self, url: str) -> str | None:
        digest = hashlib.sha256()
        try:
            with self._session.get(url, headers={"Authorization": self.token}, stream=True) as answer:
                if answer.status_code in (401, 403, 404, 410):
                    return None
                if not answer.ok:
                    raise self.failed(f"{url}: HTTP {answer.status_code}")
                for part in answer.iter_content(1 << 20):
                    digest.update(part)
        except requests.exceptions.RequestException as error:
            raise TransientError(self.redacted(str(error))) from None
        return digest.hexdigest()

    def moved(self, place: str) -> PublishError:
        """The error that the portal has another address. The token is not sent there."""
        site = urljoin(self.address, place).partition("/api/")[0]
        return PublishError("publish.ckan_moved", address=self.address, place=self.redacted(site)[:300])

    def strange(self, reason: str) -> PublishError:
        """The error that what answers is no CKAN."""
        return PublishError("publish.ckan_strange", address=self.address, reason=self.redacted(reason)[:300])

    def failed(self, reason: str) -> PublishError:
        """The error that the portal cannot be used."""
        return PublishError("publish.failed", target=f"ckan:{self.address}", reason=self.redacted(reason)[:500])

    def redacted(self, text: str) -> str:
        """A text without the token."""
        return text.replace(self.token, _HIDDEN)
