"""Delivery by SFTP to a server whose key is known: without the pinned key nothing is sent."""

import hashlib
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

from migstat.declarations.release import Recipient
from migstat.release.delivery.connections import Connection
from migstat.release.delivery.target import CHUNK, Target, TargetError
from migstat.release.delivery.tree import TreeTarget

if TYPE_CHECKING:
    from airflow.providers.sftp.hooks.sftp import SFTPHook
    from paramiko import SFTPClient, SSHClient

SECONDS = 60  # of silence, after which the far end counts as gone
REQUESTS = 64  # that wait for their answer at the same time
# each of them makes a hook trust another key than the pinned one
UNSAFE_EXTRAS = ("no_host_key_check", "ignore_hostkey_verification", "allow_host_key_change")


@contextmanager
def open_sftp(recipient: Recipient, connection: Connection) -> Iterator[Target]:
    """Open the folder of a recipient on the server of a connection of type ``sftp``.

    Raises:
        TargetError: The connection pins no host key, or the server has another one.
    """
    _refuse_unpinned(connection)
    from airflow.providers.sftp.hooks.sftp import SFTPHook  # noqa: PLC0415 - slow to load

    hook = SFTPHook(ssh_conn_id=connection.name)
    with _connect(hook, connection) as client, client.open_sftp() as files:
        channel = files.get_channel()
        if channel is not None:
            channel.settimeout(SECONDS)
        yield TreeTarget(SftpTree(files), recipient.folder)


def _refuse_unpinned(connection: Connection) -> None:
    if unsafe := [e for e in UNSAFE_EXTRAS if _is_on(connection.extra.get(e))]:
        raise TargetError(
            f"the connection {connection.name} has the extra {unsafe[0]}, so anybody could pose as "
            "the recipient; remove it"
        )
    if not connection.extra.get("host_key"):
        raise TargetError(
            f"the connection {connection.name} pins no host key; ask the recipient for the public "
            "key of the server and add it as the extra host_key, like ssh-ed25519 AAAA…"
        )


def _is_on(extra: object) -> bool:
    """As the hook reads it: a word or a truth value."""
    return str(extra).lower() == "true"


def _connect(hook: "SFTPHook", connection: Connection) -> "SSHClient":
    """Connect as the hook understands the connection, but trust the pinned key and no other.

    The hook itself would trust the machine's ``known_hosts`` before the pin.
    """
    import paramiko  # noqa: PLC0415 - slow to load

    client = paramiko.SSHClient()
    name = hook.remote_host if hook.port == paramiko.config.SSH_PORT else ""
    name = name or f"[{hook.remote_host}]:{hook.port}"
    pinned = cast("paramiko.PKey", hook.host_key)
    client.get_host_keys().add(name, pinned.get_name(), pinned)
    try:
        client.connect(
            hook.remote_host,
            hook.port,
            hook.username,
            hook.password,
            hook.pkey,
            hook.key_file,
            sock=hook.host_proxy,
            timeout=SECONDS,
            banner_timeout=SECONDS,
            auth_timeout=SECONDS,
            look_for_keys=False,  # only what the connection names
            allow_agent=False,
            disabled_algorithms=hook.disabled_algorithms,
        )
    except paramiko.BadHostKeyException as error:
        client.close()
        raise TargetError(
            f"the server of the connection {connection.name} shows another key than the pinned "
            "one; nothing was sent. Ask the recipient whether the key was changed, and mend "
            "host_key only then"
        ) from error
    except BaseException:
        client.close()
        raise
    return client


class SftpTree:
    """The folders of a user on a server."""

    def __init__(self, files: "SFTPClient") -> None:
        """Take an open client."""
        self._files = files

    def make_folder(self, path: str) -> None:
        """Make a folder and those it lies in."""
        parts = path.split("/")
        for n in range(1, len(parts) + 1):
            folder = "/".join(parts[:n])
            if not self._is_there(folder):
                self._files.mkdir(folder)

    def files(self, path: str) -> list[str] | None:
        """List the files below a folder."""
        if not self._is_there(path):
            return None
        found = []
        for entry in self._files.listdir_attr(path):
            if stat.S_ISDIR(entry.st_mode or 0):
                below = self.files(f"{path}/{entry.filename}") or []
                found += [f"{entry.filename}/{name}" for name in below]
            else:
                found.append(entry.filename)
        return sorted(found)

    def put(self, source: Path, path: str) -> None:
        """Send a file without waiting for the server's word on every part of it.

        Raises:
            TargetError: Not all of it arrived.
        """
        with source.open("rb") as stream, self._files.open(path, "wx") as sent:
            sent.set_pipelined()  # paramiko then drops the server's word on the last parts
            shutil.copyfileobj(stream, sent, CHUNK)
        n_bytes, arrived = source.stat().st_size, self._files.stat(path).st_size
        if arrived != n_bytes:
            raise TargetError(
                f"{arrived} of {n_bytes} bytes of {path} arrived; the disk of the recipient may be "
                "full. Deliver again when there is room"
            )

    def sha256(self, path: str) -> str:
        """Read a file back and hash it."""
        digest = hashlib.sha256()
        with self._files.open(path, "rb") as stream:
            stream.prefetch(stream.stat().st_size, REQUESTS)
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
        return digest.hexdigest()

    def rename(self, old: str, new: str) -> None:
        """Rename; the plain kind, which every server refuses where the new name is taken."""
        self._files.rename(old, new)

    def remove(self, path: str) -> None:
        """Remove a file."""
        self._files.remove(path)

    def _is_there(self, path: str) -> bool:
        try:
            self._files.lstat(path)
        except FileNotFoundError:
            return False
        return True
