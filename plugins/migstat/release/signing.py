"""The signature under a release: SSHSIG over SHA256SUMS, checked with plain ``ssh-keygen``.

Format: openssh-portable PROTOCOL.sshsig. Ed25519 signatures don't depend on chance, so a release
made again carries the same one.
"""

import base64
import functools
import hashlib
import logging
import os
import stat
import struct
import textwrap
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from migstat.release.errors import SigningKeyError

log = logging.getLogger(__name__)

KEY_FILE_VARIABLE = "MIGSTAT_SIGNING_KEY_FILE"
NAMESPACE = "migstat-release"
KEY_TYPE = b"ssh-ed25519"
MAGIC = b"SSHSIG"
BEGIN, END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
SIGNATURE_BYTES = 64
ARMOUR_WIDTH = 70  # as ssh-keygen wraps it
DEVELOPMENT_SEED = hashlib.sha256(b"migstat development signing key: everybody knows it").digest()


@dataclass(frozen=True)
class Signer:
    """Signs releases.

    Attributes:
        key: The private key; never shown.
        is_development: Whether it is the public development key.
    """

    key: Ed25519PrivateKey
    is_development: bool

    @property
    def public_key(self) -> str:
        """The public key as OpenSSH writes it, without a comment."""
        text = self.key.public_key().public_bytes(
            serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
        )
        return text.decode()

    def sign(self, message: bytes) -> str:
        """Sign a message; returns the armoured signature."""
        blob = _blob(self.key.public_key(), self.key.sign(_to_sign(message)))
        lines = textwrap.wrap(base64.b64encode(blob).decode(), ARMOUR_WIDTH)
        return "\n".join([BEGIN, *lines, END]) + "\n"

    def __repr__(self) -> str:
        """Name the key without showing it."""
        return f"Signer({fingerprint(self.public_key)})"


def load_signer() -> Signer:
    """Take the key from the file that ``MIGSTAT_SIGNING_KEY_FILE`` names.

    Returns:
        The signer; without the variable the development key, with a loud warning.

    Raises:
        SigningKeyError: The file is missing, open to others, or holds no usable Ed25519 key.
    """
    name = os.environ.get(KEY_FILE_VARIABLE, "")
    if not name:
        warn_of_development_key()
        return Signer(Ed25519PrivateKey.from_private_bytes(DEVELOPMENT_SEED), is_development=True)
    return Signer(_read_key(Path(name)), is_development=False)


@functools.cache
def warn_of_development_key() -> None:
    """Warn, once per process, that anybody could make this signature."""
    log.warning(
        "NO SIGNING KEY: %s is not set, so the public development key signs and the signature "
        "proves nothing. Before a real release: `ssh-keygen -t ed25519 -N '' -f FILE`, keep FILE "
        "outside the repository, set %s=FILE.",
        KEY_FILE_VARIABLE,
        KEY_FILE_VARIABLE,
    )


def verify(message: bytes, armoured: str, public_key: str) -> bool:
    """Whether a signature is this key's over this message."""
    key = serialization.load_ssh_public_key(public_key.encode())
    if not isinstance(key, Ed25519PublicKey):
        return False
    try:
        blob = base64.b64decode("".join(armoured.splitlines()[1:-1]), validate=True)
        signature = blob[-SIGNATURE_BYTES:]
        key.verify(signature, _to_sign(message))
    except (ValueError, InvalidSignature):
        return False
    return blob == _blob(key, signature)


def fingerprint(public_key: str) -> str:
    """Name a public key as ``ssh-keygen -l`` does."""
    digest = hashlib.sha256(base64.b64decode(public_key.split()[1])).digest()
    return f"SHA256:{base64.b64encode(digest).decode().rstrip('=')}"


def _read_key(file: Path) -> Ed25519PrivateKey:
    try:
        if stat.S_IMODE(file.stat().st_mode) & 0o077:
            raise SigningKeyError(
                f"{KEY_FILE_VARIABLE}: others can read the key {file}; `chmod 600 {file}`"
            )
        content = file.read_bytes()
    except OSError as error:
        raise SigningKeyError(f"{KEY_FILE_VARIABLE}: {file}: {error.strerror}") from error
    try:
        key = serialization.load_ssh_private_key(content, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise SigningKeyError(
            f"{KEY_FILE_VARIABLE}: {file} holds no OpenSSH private key without a passphrase; "
            "`ssh-keygen -t ed25519 -N ''` makes one"
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise SigningKeyError(
            f"{KEY_FILE_VARIABLE}: {file} holds another kind of key; releases are signed with "
            "Ed25519"
        )
    return key


def _to_sign(message: bytes) -> bytes:
    return MAGIC + _CONTEXT + _string(hashlib.sha512(message).digest())


def _blob(key: Ed25519PublicKey, signature: bytes) -> bytes:
    version = struct.pack(">I", 1)
    signed = _string(KEY_TYPE) + _string(signature)
    return MAGIC + version + _string(_wire(key)) + _CONTEXT + _string(signed)


def _wire(key: Ed25519PublicKey) -> bytes:
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return _string(KEY_TYPE) + _string(raw)


def _string(data: bytes) -> bytes:
    """Length and bytes, as SSH writes them (RFC 4251)."""
    return struct.pack(">I", len(data)) + data


_CONTEXT = _string(NAMESPACE.encode()) + _string(b"") + _string(b"sha512")
