"""Delivery to a bucket of a real S3 server: the signature is last, nothing is overwritten."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from delivery_office import (
    at_the_moment,
    deliver_and_die,
    extract_files,
    make_large,
    serving,
    size_of,
)
from delivery_servers import BUCKET, SECRET, S3Server
from migstat.release.delivery import DeliveryError, deliver, s3
from published_office import make
from release_office import COUNTRY, Office

LARGE = 48  # megabytes
PREFIX = "in/zzz/v1"
RECIPIENT = {"name": "Ministry", "connection": "zzz_bucket", "bucket": BUCKET, "folder": "in"}


@pytest.fixture
def server(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Server]:
    """The server of the one recipient."""
    with serving(S3Server(tmp_path / "s3"), office, monkeypatch, RECIPIENT) as server:
        yield server


def hashes(server: S3Server) -> dict[str, str]:
    return {key: hashlib.sha256(body).hexdigest() for key, body in server.objects().items()}


def has_begun(server: S3Server) -> bool:
    return f"{PREFIX}/SHA256SUMS" in server.names()


def test_the_bucket_holds_the_extract_and_nothing_else(office: Office, server: S3Server):
    (outcome,) = deliver(make(office), office.ledger)
    assert hashes(server) == extract_files(office, PREFIX)
    assert (outcome.is_new, outcome.error) == (True, None)
    listed = server.client.list_objects_v2(Bucket=BUCKET)["Contents"]
    last = max(listed, key=lambda one: one["LastModified"])["LastModified"]
    signature = next(one for one in listed if one["Key"].endswith(".sig"))
    assert signature["LastModified"] == last


def test_a_server_killed_half_way_has_all_after_the_next_delivery(
    office: Office, server: S3Server, monkeypatch: pytest.MonkeyPatch
):
    vintage = make_large(office, monkeypatch, LARGE)
    with (
        at_the_moment(lambda: has_begun(server), server.kill),
        pytest.raises(DeliveryError, match="Ministry: aws zzz_bucket"),
    ):
        deliver(vintage, office.ledger)
    server.start()
    deliver(vintage, office.ledger)
    assert hashes(server) == extract_files(office, PREFIX)
    assert office.ledger.extract_deliveries(COUNTRY, 1)[0].attempts == 2


def test_a_delivering_process_killed_half_way_is_made_up_for_by_the_next(
    office: Office, server: S3Server, monkeypatch: pytest.MonkeyPatch
):
    vintage = make_large(office, monkeypatch, LARGE)
    deliver_and_die(office, lambda: has_begun(server))
    assert not any(name.endswith(".sig") for name in server.names())
    (outcome,) = deliver(vintage, office.ledger)
    assert hashes(server) == extract_files(office, PREFIX)
    assert outcome.n_bytes < size_of(office)


@pytest.mark.parametrize("name", ["SHA256SUMS", "note.txt"])
def test_what_somebody_else_put_there_is_not_touched(office: Office, server: S3Server, name: str):
    server.client.put_object(Bucket=BUCKET, Key=f"{PREFIX}/{name}", Body=b"mine")
    with pytest.raises(DeliveryError, match=rf"{name} .*ask the recipient to move it away"):
        deliver(make(office), office.ledger)
    assert server.objects() == {f"{PREFIX}/{name}": b"mine"}


def test_an_object_that_came_there_meanwhile_is_not_overwritten(
    office: Office, server: S3Server, monkeypatch: pytest.MonkeyPatch
):
    server.client.put_object(Bucket=BUCKET, Key=f"{PREFIX}/SHA256SUMS", Body=b"mine")
    monkeypatch.setattr(s3.BucketTarget, "_names", lambda *_: [])
    with pytest.raises(DeliveryError, match="PreconditionFailed"):
        deliver(make(office), office.ledger)
    assert server.objects()[f"{PREFIX}/SHA256SUMS"] == b"mine"


def test_a_bucket_that_is_not_there_is_told_without_the_secret(office: Office, server: S3Server):
    office.declare(recipients=[RECIPIENT | {"bucket": "zzz-missing"}])
    with pytest.raises(DeliveryError, match="NoSuchBucket") as refused:
        deliver(make(office), office.ledger)
    assert SECRET not in str(refused.value)
    assert server.names() == []


def test_a_recipient_without_a_bucket_is_told_what_to_declare(office: Office, server: S3Server):
    office.declare(recipients=[{"name": "Ministry", "connection": "zzz_bucket"}])
    with pytest.raises(DeliveryError, match="names no bucket; declare it"):
        deliver(make(office), office.ledger)
    assert server.names() == []


def test_an_object_that_arrives_with_other_bytes_does_not_stay(
    office: Office, server: S3Server, monkeypatch: pytest.MonkeyPatch
):
    vintage = make(office)
    with monkeypatch.context() as patch:
        patch.setattr(s3.BucketTarget, "_sha256", lambda *_: "0" * 64)
        with pytest.raises(DeliveryError, match="arrived with other bytes than were sent"):
            deliver(vintage, office.ledger)
    assert server.names() == []
    deliver(vintage, office.ledger)
    assert hashes(server) == extract_files(office, PREFIX)
