"""Delivery to an S3 bucket: the signature is the last object, so who sees it sees all of it.

An object is whole or not there, and none that is there is ever overwritten.
"""

import base64
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from migstat.declarations.release import Recipient
from migstat.release.delivery.connections import Connection
from migstat.release.delivery.parcel import Parcel
from migstat.release.delivery.target import CHUNK, Target, TargetError, refuse_others
from migstat.release.hashes import compare_hashes

ONLY_IF_NEW = "*"


@contextmanager
def open_s3(recipient: Recipient, connection: Connection) -> Iterator[Target]:
    """Open the bucket of a recipient by a connection of type ``aws``.

    Raises:
        TargetError: No bucket is declared, or the extra ``amazon`` is not installed.
    """
    if recipient.bucket is None:
        raise TargetError(
            f"the connection {connection.name} leads to S3, and the recipient names no bucket; "
            "declare it under release.recipients"
        )
    try:
        from airflow.providers.amazon.aws.hooks.s3 import S3Hook  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise TargetError(
            "deliveries to S3 need the extra amazon: pip install 'migstat[amazon]'"
        ) from error
    client = S3Hook(aws_conn_id=connection.name).get_conn()
    try:
        yield BucketTarget(client, recipient.bucket, recipient.folder)
    finally:
        client.close()


class BucketTarget:
    """A bucket, or what begins with a prefix in it."""

    def __init__(self, client: Any, bucket: str, folder: str) -> None:  # noqa: ANN401 - boto3 makes its classes as it runs
        """Take an open client, the bucket and the prefix of the recipient."""
        self._client = client
        self._bucket = bucket
        self._folder = f"{folder}/" if folder else ""

    def send(self, parcel: Parcel) -> int:
        """Send a parcel; see ``Target``."""
        prefix = f"{self._folder}{parcel.home}/{parcel.stamp.label}/"
        there = {name: self._sha256(prefix + name) for name in self._names(prefix)}
        wanted = {name: parcel.files[name] for name in parcel.files if name in there}
        refuse_others(f"{self._bucket}/{prefix}", compare_hashes(wanted, there))
        missing = [name for name in parcel.files if name not in there]
        for name in missing:
            self._send_file(parcel, name, prefix + name)
        return sum(map(parcel.size, missing))

    def _names(self, prefix: str) -> list[str]:
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=prefix
        )
        return [
            one["Key"].removeprefix(prefix) for page in pages for one in page.get("Contents", ())
        ]

    def _send_file(self, parcel: Parcel, name: str, key: str) -> None:
        with (parcel.folder / name).open("rb") as stream:
            self._client.put_object(
                Bucket=self._bucket,
                Key=key,
                Body=stream,
                ChecksumSHA256=base64.b64encode(bytes.fromhex(parcel.files[name])).decode(),
                IfNoneMatch=ONLY_IF_NEW,
            )
        if self._sha256(key) != parcel.files[name]:
            self._client.delete_object(Bucket=self._bucket, Key=key)
            raise TargetError(
                f"{self._bucket}/{key} arrived with other bytes than were sent; deliver again"
            )

    def _sha256(self, key: str) -> str:
        digest = hashlib.sha256()
        stream = self._client.get_object(Bucket=self._bucket, Key=key)["Body"]
        for chunk in stream.iter_chunks(CHUNK):
            digest.update(chunk)
        return digest.hexdigest()
