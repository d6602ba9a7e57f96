"""The signature under a release, checked by OpenSSH itself."""

import base64
import subprocess
import textwrap
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from migstat.release import signing
from migstat.release.errors import SigningKeyError
from migstat.release.signing import KEY_FILE_VARIABLE, NAMESPACE, Signer, load_signer, verify

MESSAGE = b"0123  table.csv\n"


def make_key(folder: Path, kind: str = "ed25519", passphrase: str = "") -> Path:
    file = folder / "release key"
    subprocess.run(
        ["ssh-keygen", "-q", "-t", kind, "-N", passphrase, "-C", "test", "-f", file], check=True
    )
    return file


def ssh_verify(folder: Path, message: bytes, signature: str, public_key: str) -> bool:
    (folder / "allowed").write_text(f"office@example.org {public_key}\n")
    (folder / "message.sig").write_text(signature)
    command = ["ssh-keygen", "-Y", "verify", "-f", folder / "allowed", "-I", "office@example.org"]
    command += ["-n", NAMESPACE, "-s", folder / "message.sig"]
    return subprocess.run(command, input=message, capture_output=True, check=False).returncode == 0


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = make_key(tmp_path)
    monkeypatch.setenv(KEY_FILE_VARIABLE, str(file))
    return file


def test_openssh_accepts_the_signature_and_no_other_text_under_it(key: Path, tmp_path: Path):
    signer = load_signer()
    signature = signer.sign(MESSAGE)
    assert signer.public_key == " ".join(key.with_suffix(".pub").read_text().split()[:2])
    assert ssh_verify(tmp_path, MESSAGE, signature, signer.public_key)
    assert not ssh_verify(tmp_path, MESSAGE + b"x", signature, signer.public_key)


def test_it_is_byte_for_byte_the_signature_that_openssh_makes(key: Path, tmp_path: Path):
    (tmp_path / "sums").write_bytes(MESSAGE)
    command = ["ssh-keygen", "-q", "-Y", "sign", "-f", key, "-n", NAMESPACE, tmp_path / "sums"]
    subprocess.run(command, check=True, capture_output=True)
    assert load_signer().sign(MESSAGE) == (tmp_path / "sums.sig").read_text()


@pytest.mark.usefixtures("key")
def test_we_accept_what_openssh_accepts():
    signer = load_signer()
    signature = signer.sign(MESSAGE)
    assert verify(MESSAGE, signature, signer.public_key)
    assert not verify(MESSAGE + b"x", signature, signer.public_key)
    assert not verify(MESSAGE, signature[:-60] + signature[-50:], signer.public_key)
    assert not verify(MESSAGE, "", signer.public_key)


@pytest.mark.parametrize(
    ("part", "other"),
    [
        pytest.param(NAMESPACE.encode(), b"x" * len(NAMESPACE), id="namespace"),
        pytest.param(b"SSHSIG\x00\x00\x00\x01", b"SSHSIG\x00\x00\x00\x02", id="version"),
        pytest.param(b"sha512", b"sha256", id="hash"),
    ],
)
@pytest.mark.usefixtures("key")
def test_we_refuse_what_openssh_refuses(part: bytes, other: bytes, tmp_path: Path):
    """The signature is right, and what it says of itself is not."""
    signer = load_signer()
    first, *lines, last = signer.sign(MESSAGE).splitlines()
    blob = base64.b64decode("".join(lines))
    assert blob.count(part) == 1
    text = base64.b64encode(blob.replace(part, other)).decode()
    forged = "\n".join([first, *textwrap.wrap(text, 70), last]) + "\n"
    assert not ssh_verify(tmp_path, MESSAGE, forged, signer.public_key)
    assert not verify(MESSAGE, forged, signer.public_key)


def test_a_key_of_another_kind_verifies_nothing():
    rsa = generate_private_key(public_exponent=65537, key_size=2048).public_key()
    text = rsa.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    signature = Signer(Ed25519PrivateKey.generate(), is_development=False).sign(MESSAGE)
    assert not verify(MESSAGE, signature, text)


@pytest.mark.usefixtures("key")
def test_a_signature_of_another_key_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    signature = load_signer().sign(MESSAGE)
    other = tmp_path / "other"
    other.mkdir()
    monkeypatch.setenv(KEY_FILE_VARIABLE, str(make_key(other)))
    assert not verify(MESSAGE, signature, load_signer().public_key)


def test_a_release_without_a_key_is_signed_by_one_that_says_it_is_worthless(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    signing.warn_of_development_key.cache_clear()
    monkeypatch.delenv(KEY_FILE_VARIABLE, raising=False)
    assert load_signer().is_development
    assert "the signature proves nothing" in caplog.text


def test_a_key_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv(KEY_FILE_VARIABLE, str(tmp_path / "gone"))
    with pytest.raises(SigningKeyError, match="gone: No such file"):
        load_signer()


@pytest.mark.parametrize(
    ("kind", "passphrase", "message"),
    [
        ("rsa", "", "another kind of key"),
        ("ecdsa", "", "another kind of key"),
        ("ed25519", "secret", "without a passphrase"),
    ],
)
def test_a_key_that_cannot_sign_releases_is_refused(
    kind: str, passphrase: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(KEY_FILE_VARIABLE, str(make_key(tmp_path, kind, passphrase)))
    with pytest.raises(SigningKeyError, match=message):
        load_signer()


def test_a_public_key_is_no_private_key(key: Path, monkeypatch: pytest.MonkeyPatch):
    public = key.with_suffix(".pub")
    public.chmod(0o600)
    monkeypatch.setenv(KEY_FILE_VARIABLE, str(public))
    with pytest.raises(SigningKeyError, match="no OpenSSH private key"):
        load_signer()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601], ids=oct)
def test_a_key_that_others_can_read_is_refused(key: Path, mode: int):
    key.chmod(mode)
    with pytest.raises(SigningKeyError, match="others can read the key"):
        load_signer()


@pytest.mark.usefixtures("key")
def test_a_signer_does_not_show_its_key():
    assert repr(load_signer()).startswith("Signer(SHA256:")
