"""Artifacts in S3: one object, at one version, with the sha256 S3 itself computed."""

import base64
import binascii
from typing import Any

from fedfuse.adapters.stores.store import MAX_READ_BYTES, Access, Held, Store, Stored, library
from fedfuse.errors import RemoteError
from fedfuse.model.manifest import Artifact

_ABSENT = {"400", "404", "NoSuchKey", "NoSuchVersion", "NoSuchBucket", "InvalidArgument"}
"""A version id that was never one is a bad request to S3."""
_PUBLISH = (
    "aws s3api copy-object --bucket {bucket} --key {key} "
    "--copy-source '{bucket}/{key}?versionId={version}' --checksum-algorithm SHA256 "
    "(this makes a new version: write its VersionId as artifact.revision)"
)
"""Bucket, key and version id are plain: the uri's form and the manifest's schema see to it."""


def look(location: str, artifact: Artifact, _access: Access) -> Held | None:
    """The artifact's one object at a version id; None when there is no such version.

    An object has its own version, so an artifact is exactly one file; of more, none is found. A
    checksum of parts is no sha256 of the file and counts as none. Raises RemoteError when S3
    cannot be asked or the library is not installed.
    """
    files, revision = artifact.files, artifact.revision
    if len(files) != 1:
        return None
    boto3, errors = _library("boto3"), _library("botocore.exceptions")
    bucket, _, prefix = location.partition("/")
    key = f"{prefix}/{files[0].path}" if prefix else files[0].path
    try:
        head = boto3.client("s3").head_object(
            Bucket=bucket, Key=key, VersionId=revision, ChecksumMode="ENABLED"
        )
    except errors.ClientError as err:
        if _code(err) in _ABSENT:
            return None
        raise _refused(location, err) from err
    except (errors.BotoCoreError, ValueError) as err:
        raise _unreachable(location, err) from err
    if head.get("VersionId") != revision:  # a bucket without versions ignores the question
        return None
    stored = Stored(head["ContentLength"], _full_object_sha256(head))
    publish = _PUBLISH.format(bucket=bucket, key=key, version=revision)
    return Held({files[0].path: stored}, revision, publish=publish)


def read(location: str, revision: str, path: str, _access: Access) -> bytes:
    """The object of a file, at a version id or the newest. Raises RemoteError as `look` does."""
    boto3, errors = _library("boto3"), _library("botocore.exceptions")
    bucket, _, prefix = location.partition("/")
    version = {"VersionId": revision} if revision else {}
    try:
        client = boto3.client("s3")
        found = client.get_object(Bucket=bucket, Key=f"{prefix}/{path}".lstrip("/"), **version)
        body: bytes = found["Body"].read(MAX_READ_BYTES + 1)
    except errors.ClientError as err:
        raise _refused(f"{location}/{path}", err) from err
    except (errors.BotoCoreError, ValueError) as err:
        raise _unreachable(location, err) from err
    return body


def _code(err: Any) -> str:
    return str(err.response.get("Error", {}).get("Code"))


def _refused(location: str, err: Any) -> RemoteError:
    return RemoteError(
        f"s3://{location}: S3 answered {_code(err)!r:.50}",
        fix="give the check AWS credentials with s3:GetObjectVersion on the bucket",
    )


def _unreachable(location: str, err: Exception) -> RemoteError:
    return RemoteError(
        f"s3://{location}: S3 cannot be asked ({type(err).__name__})",
        fix="check the network and the AWS credentials and region, then try again",
    )


def _full_object_sha256(head: dict[str, Any]) -> str:
    if head.get("ChecksumType", "FULL_OBJECT") != "FULL_OBJECT":
        return ""
    try:
        digest = base64.b64decode(head.get("ChecksumSHA256", ""), validate=True)
    except binascii.Error:
        return ""
    return digest.hex() if len(digest) == 32 else ""


def _library(name: str) -> Any:
    return library(name, scheme="s3://", libraries="boto3", extra=STORE.extra)


STORE = Store(
    scheme="s3://",
    form="s3://BUCKET/PATH",
    location=r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9](?:/[\w-][\w.=-]*)*/?",
    revision="[A-Za-z0-9._-]{16,1024}",
    revision_is="the object's version id",
    revision_length=1024,
    title="Amazon Web Services",
    digest="S3 computes the sha256 of an object that is uploaded with --checksum-algorithm SHA256.",
    look=look,
    read=read,
    provider="aws",
    prefix="s3://{}-models/",
    extra="aws",
    variables=("AWS_ROLE_ARN", "AWS_DEFAULT_REGION"),
)
