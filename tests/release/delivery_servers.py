"""Real servers on loopback that live as long as a test: OpenSSH, an S3 and a mail server.

Each can be killed like a machine that loses its power, and started again in the same place.
"""

import getpass
import mailbox
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from email.message import Message
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3
import psutil
import pytest

SSHD = shutil.which("sshd", path="/usr/sbin:/usr/bin:/sbin")
SECONDS = 60
KEY_ID, SECRET = "zzz-key", "s3cret/of/the-bucket"
BUCKET = "zzz-office"


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(happened: Callable[[], object], seconds: float = SECONDS) -> None:
    """Wait for something, with a deadline."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "nothing happened"
        time.sleep(0.002)


class Server:
    """A process that listens on a port of loopback."""

    def __init__(self, folder: Path) -> None:
        """Take an empty folder for all it writes."""
        self.folder = folder
        self.port = free_port()
        folder.mkdir(parents=True)

    @property
    def command(self) -> list[str | Path]:
        """What is run."""
        raise NotImplementedError

    def connection(self) -> dict[str, object]:
        """Say how Airflow connects to it."""
        raise NotImplementedError

    def start(self) -> None:
        """Run it and wait until it listens."""
        with (self.folder / "server.log").open("ab") as log:
            self.process = psutil.Popen(
                self.command, stdout=log, stderr=log, cwd=self.folder, env=self.environment
            )
        wait_until(self._listens)

    environment: Mapping[str, str] | None = None

    def kill(self) -> None:
        """End it and all that it started, at once."""
        if not self.process.is_running():
            return
        family = [*self.process.children(recursive=True), self.process]
        for one in family:
            one.kill()
        psutil.wait_procs(family, timeout=SECONDS)

    def is_serving(self) -> bool:
        """Whether somebody is connected."""
        found = (c for p in self._family() for c in p.net_connections("tcp"))
        return any(c.status == "ESTABLISHED" and c.laddr.port == self.port for c in found)

    def _family(self) -> list[psutil.Process]:
        return [self.process, *self.process.children(recursive=True)]

    def _listens(self) -> bool:
        assert self.process.poll() is None, (self.folder / "server.log").read_text()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


class SshServer(Server):
    """OpenSSH with SFTP only; ``home`` is what its user finds.

    Attributes:
        home: The folder.
        options: Of its SFTP process: ``-R`` reads only.
    """

    def __init__(self, folder: Path, options: str = "") -> None:
        """Make its keys."""
        if SSHD is None:
            pytest.skip("needs an OpenSSH server: apt-get install openssh-server")
        super().__init__(folder)
        self.home = folder / "home"
        self.home.mkdir()
        self.options = options
        for name in ("host", "other", "user"):
            _make_key(folder / name)
        (folder / "authorized").write_text((folder / "user.pub").read_text())
        if os.getuid() == 0:
            Path("/run/sshd").mkdir(exist_ok=True)  # it separates its privileges there

    @property
    def command(self) -> list[str | Path]:
        """The server in the foreground, with nothing from the machine's own configuration."""
        settings = {
            "ListenAddress": "127.0.0.1",
            "Port": self.port,
            "HostKey": self.folder / "host",
            "AuthorizedKeysFile": self.folder / "authorized",
            "PidFile": "none",
            "PasswordAuthentication": "no",
            "PermitRootLogin": "prohibit-password",
            "StrictModes": "no",
            "ForceCommand": f"internal-sftp {self.options} -d {self.home}",
            "Subsystem": "sftp internal-sftp",
        }
        lines = "".join(f"{key} {value}\n" for key, value in settings.items())
        (self.folder / "config").write_text(lines)
        return [SSHD or "", "-D", "-e", "-f", self.folder / "config"]

    def connection(self, **extra: object) -> dict[str, object]:
        """The Airflow connection to it."""
        pinned = " ".join(public_key(self.folder / "host").split()[:2])
        return {
            "conn_type": "sftp",
            "host": "127.0.0.1",
            "port": self.port,
            "login": getpass.getuser(),
            "extra": {
                "private_key": (self.folder / "user").read_text(),
                "host_key": pinned,
                **extra,
            },
        }


def _make_key(file: Path) -> None:
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", file]
    subprocess.run(command, check=True, timeout=SECONDS)


def public_key(file: Path) -> str:
    """The public half of a key."""
    return Path(f"{file}.pub").read_text()


class S3Server(Server):
    """Moto's S3 server; what it holds is gone when it is killed."""

    @property
    def command(self) -> list[str | Path]:
        """The server."""
        return [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)]

    def start(self) -> None:
        """Run it with an empty bucket."""
        super().start()
        self.client.create_bucket(Bucket=BUCKET)

    @cached_property
    def client(self) -> Any:  # noqa: ANN401 - boto3 makes its classes as it runs
        """A client of the recipient's own."""
        return boto3.client(
            "s3",
            endpoint_url=self.url,
            region_name="us-east-1",
            aws_access_key_id=KEY_ID,
            aws_secret_access_key=SECRET,
        )

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def objects(self) -> dict[str, bytes]:
        """What the bucket holds."""
        listed = self.client.list_objects_v2(Bucket=BUCKET).get("Contents", ())
        return {
            one["Key"]: self.client.get_object(Bucket=BUCKET, Key=one["Key"])["Body"].read()
            for one in listed
        }

    def names(self) -> list[str]:
        """Which objects it holds."""
        return [
            one["Key"] for one in self.client.list_objects_v2(Bucket=BUCKET).get("Contents", ())
        ]

    def connection(self) -> dict[str, object]:
        """The Airflow connection to it."""
        return {
            "conn_type": "aws",
            "login": KEY_ID,
            "password": SECRET,
            "extra": {"endpoint_url": self.url, "region_name": "us-east-1"},
        }


class MailServer(Server):
    """A mail server that puts what it gets into a folder of mails."""

    @property
    def command(self) -> list[str | Path]:
        """The server."""
        handler = ["-c", "aiosmtpd.handlers.Mailbox", str(self.folder / "mails")]
        listen = ["-n", "-l", f"127.0.0.1:{self.port}"]
        return [sys.executable, "-m", "aiosmtpd", *listen, *handler]

    def mails(self) -> list[Message]:
        """The mails that came in."""
        return list(mailbox.Maildir(self.folder / "mails"))

    def connection(self, **parts: object) -> dict[str, object]:
        """The Airflow connection to it; without TLS, as it does not leave the machine."""
        return {
            "conn_type": "smtp",
            "host": "127.0.0.1",
            "port": self.port,
            "extra": {
                "from_email": "releases@zedland.example",
                "disable_ssl": True,
                "disable_tls": True,
            },
            **parts,
        }
