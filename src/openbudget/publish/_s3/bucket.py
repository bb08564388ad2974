"""A bucket of an S3-compatible service, through boto3: objects below one prefix, read back after they are sent."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import boto3
import botocore.exceptions as faults
from botocore.config import Config

from openbudget import __version__
from openbudget.errors import PublishError, UsageError
from openbudget.publish._network import TRANSIENT, TransientError, attempted, retry_after, without_secrets
from openbudget.publish.plan import Network

Result = TypeVar("Result")
READ_BYTES = 1 << 30  # of a file of a portal that is read: its manifest, its lists
OURS = "openbudget-sha256"  # metadata of every object that this program sends
_BUSY = frozenset({"SlowDown", "RequestTimeout", "RequestTimeTooSkewed", "Throttling", "ServiceUnavailable"})
_CREDENTIALS = frozenset({"InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken"})
_NETWORK = (
    faults.EndpointConnectionError,
    faults.ConnectTimeoutError,
    faults.ReadTimeoutError,
    faults.ConnectionClosedError,
    faults.IncompleteReadError,
    faults.ResponseStreamingError,
    faults.HTTPClientError,
)


class MissingError(Exception):
    """There is no such object."""


class ChangedError(Exception):
    """An object is not as it was when it was looked at (a condition of a request did not hold)."""


@dataclass(frozen=True, slots=True)
class Found:
    """An object as it is listed: its size and its entity tag (the MD5 of its bytes, where the service uses no keys of
    its own to encrypt it)."""

    size: int
    etag: str


@dataclass(frozen=True)
class Bucket:
    """A bucket, below `prefix` (blank, or ending in a slash). May be used by many threads."""

    name: str
    prefix: str
    client: Any
    network: Network

    @property
    def address(self) -> str:
        """As the person wrote it."""
        return f"s3://{self.name}/{self.prefix}".rstrip("/")

    def listed(self) -> dict[str, Found]:
        """All objects below the prefix, by their path there."""
        found: dict[str, Found] = {}
        token: dict[str, str] = {}
        while True:
            page = self._ask("list_objects_v2", Bucket=self.name, Prefix=self.prefix, **token)
            for one in page.get("Contents", ()):
                found[one["Key"][len(self.prefix) :]] = Found(int(one["Size"]), one.get("ETag", "").strip('"'))
            if not page.get("IsTruncated"):
                return found
            following = {"ContinuationToken": page.get("NextContinuationToken")}
            if following in (token, {"ContinuationToken": None}):
                reason = "ListObjectsV2: IsTruncated, NextContinuationToken"
                raise PublishError("publish.failed", target=self.address, reason=reason)
            token = following

    def read(self, path: str, limit: int = READ_BYTES) -> tuple[bytes, str]:
        """The bytes of an object, one more than `limit` at most, and its entity tag. Raises MissingError."""

        def once(failed: int) -> tuple[bytes, str]:
            answer = self._once("get_object", Bucket=self.name, Key=self.prefix + path)
            try:
                return answer["Body"].read(limit + 1), answer.get("ETag", "").strip('"')
            except _NETWORK as error:
                raise TransientError(str(error)) from error

        return self._attempt(once, path)

    def is_ours(self, path: str) -> str | None:
        """The SHA-256 that this program stated when it sent an object; None where somebody else did."""
        try:
            answer = self._ask("head_object", Bucket=self.name, Key=self.prefix + path)
        except MissingError:
            return None
        stated = answer.get("Metadata", {}).get(OURS)
        return str(stated) if stated else None

    def write(self, path: str, content: bytes, headers: Mapping[str, str], **condition: str) -> str:
        """Send an object, read it back and compare; its entity tag. Raises PublishError where it differs, ChangedError
        where the condition (`IfMatch`, `IfNoneMatch`) does not hold."""
        digest = hashlib.sha256(content)
        settings = {
            "Bucket": self.name, "Key": self.prefix + path, **headers,
            "ContentMD5": base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode(),
            "ChecksumSHA256": base64.b64encode(digest.digest()).decode(),
            "Metadata": {OURS: digest.hexdigest()},
        }  # fmt: skip
        try:
            self._put(path, content, settings, condition)
            back, etag = self.read(path, len(content))
        except MissingError:
            raise PublishError("publish.object_differs", url=f"{self.address}/{path}") from None
        except ChangedError as error:
            if condition:
                raise
            raise PublishError("publish.failed", target=self.address, reason=f"PutObject: {error}") from None
        if hashlib.sha256(back).digest() != digest.digest():
            raise PublishError("publish.object_differs", url=f"{self.address}/{path}")
        return etag

    def _put(self, path: str, content: bytes, settings: Mapping[str, Any], condition: Mapping[str, str]) -> None:
        def once(failed: int) -> None:
            if failed and condition and self.is_ours(path) == settings["Metadata"][OURS]:
                return  # its answer was lost
            self._once("put_object", Body=content, **settings, **condition)

        self._attempt(once, path)

    def remove(self, paths: list[str]) -> None:
        """Delete objects; those that are not there are no error."""
        for start in range(0, len(paths), 1000):
            keys = [{"Key": self.prefix + path} for path in paths[start : start + 1000]]
            answer = self._ask("delete_objects", Bucket=self.name, Delete={"Objects": keys, "Quiet": True})
            if wrong := answer.get("Errors"):
                reason = f"{wrong[0].get('Key')}: {wrong[0].get('Code')}"
                raise PublishError("publish.failed", target=self.address, reason=reason)

    def _ask(self, operation: str, **settings: Any) -> Any:
        return self._attempt(lambda failed: self._once(operation, **settings), operation)

    def _attempt(self, work: Callable[[int], Result], what: str) -> Result:
        return attempted(work, self.network, f"{self.address} {what}")

    def _once(self, operation: str, **settings: Any) -> Any:
        try:
            return getattr(self.client, operation)(**settings)
        except faults.ClientError as error:
            raise self._meant(error) from None
        except (faults.NoCredentialsError, faults.PartialCredentialsError, faults.CredentialRetrievalError) as error:
            raise PublishError("publish.s3_credentials", target=self.address) from error
        except _NETWORK as error:
            raise TransientError(str(error)) from None
        except (faults.BotoCoreError, ValueError) as error:
            raise PublishError("publish.failed", target=self.address, reason=str(error)[:300]) from None
        except RecursionError:  # the library follows them for ever
            raise PublishError("publish.failed", target=self.address, reason=f"{operation}: HTTP 30x …") from None

    def _meant(self, error: Any) -> Exception:
        """What an error that the service answers with means. No text of it has the secret key."""
        about = error.response.get("ResponseMetadata", {})
        status, code = int(about.get("HTTPStatusCode") or 0), str(error.response.get("Error", {}).get("Code") or "")
        if code in ("NoSuchKey", "404", "NotFound"):
            return MissingError(code)
        if status == 412 or code in ("PreconditionFailed", "ConditionalRequestConflict"):
            return ChangedError(code)
        if status in TRANSIENT or code in _BUSY:
            return TransientError(f"HTTP {status} {code}", retry_after(about.get("HTTPHeaders", {}).get("retry-after")))
        if code in _CREDENTIALS:
            return PublishError("publish.s3_credentials", target=self.address)
        return PublishError(
            "publish.failed", target=self.address, reason=f"{error.operation_name}: HTTP {status} {code}"
        )


def bucket_of(address: str, options: Mapping[str, str], network: Network) -> Bucket:
    """The bucket that an address (`//bucket/prefix`) and the options name. Raises UsageError."""
    name, _, prefix = address.removeprefix("//").partition("/")
    parts = [part for part in prefix.split("/") if part]
    if "@" in name:
        raise UsageError("publish.secret_in_address", host=name.rpartition("@")[2])
    if not address.startswith("//") or not name or any(part in (".", "..") for part in parts):
        raise UsageError("publish.s3_address", address=f"s3:{address}")
    endpoint = options.get("endpoint")
    addressing = options.get("addressing", "auto")
    if addressing not in ("auto", "path", "virtual"):
        raise UsageError("publish.bad_choice", name="addressing", value=addressing, choices="auto, path, virtual")
    try:
        client = boto3.session.Session().client(
            "s3",
            endpoint_url=without_secrets(endpoint) if endpoint else None,
            region_name=options.get("region"),
            config=Config(
                connect_timeout=network.timeout,
                read_timeout=network.timeout,
                retries={"total_max_attempts": 1},  # tried again here, the same way for every target
                max_pool_connections=32,
                s3={"addressing_style": addressing},
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                user_agent_extra=f"openbudget/{__version__}",
            ),
        )
    except (faults.BotoCoreError, ValueError) as error:
        raise UsageError("publish.s3_settings", reason=str(error)[:300]) from error
    return Bucket(name, "".join(f"{part}/" for part in parts), client, network)


def digests(content: bytes) -> Iterator[str]:
    """SHA-256 and MD5 (what entity tags are), as hexadecimal digits."""
    yield hashlib.sha256(content).hexdigest()
    yield hashlib.md5(content, usedforsecurity=False).hexdigest()
