"""Certificates and a TLS server of the tests' own: a root, servers it vouches for, and a PostgreSQL that speaks TLS."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support.postgres import HOST, PgServer

_FROM, _UNTIL = dt.datetime(2026, 1, 1, tzinfo=dt.UTC), dt.datetime(2046, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Root:
    """An authority; `file` is what a client is given to trust."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    file: Path

    @classmethod
    def make(cls, folder: Path, name: str) -> Root:
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = (
            _named(name, key, name)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(key, hashes.SHA256())
        )
        file = folder / f"{name}.crt"
        file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        return cls(key, certificate, file)

    def server(self, folder: Path, host: str) -> tuple[Path, Path]:
        """Certificate and key of a server called `host`."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = self.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
        certificate = (
            _named(host, key, str(name))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
            .sign(self.key, hashes.SHA256())
        )
        public, private = folder / f"{host}.crt", folder / f"{host}.key"
        public.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        private.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        private.chmod(0o600)
        return public, private


def _named(subject: str, key: ec.EllipticCurvePrivateKey, issuer: str) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_FROM)
        .not_valid_after(_UNTIL)
    )


def tls_binaries() -> Path | None:
    """A PostgreSQL of this machine that was built with TLS, or None: the tests' own wheel has none."""
    named = os.environ.get("CASEDESK_TEST_PG_BIN")
    config = shutil.which("pg_config", path=named) if named else shutil.which("pg_config")
    if config is None:
        return None

    def ask(what: str) -> str:
        return subprocess.run([config, what], capture_output=True, text=True, check=True).stdout.strip()

    folder = Path(ask("--bindir"))
    built = "openssl" in ask("--configure")
    there = all((folder / name).exists() for name in ("initdb", "pg_ctl", "postgres"))
    return folder if built and there else None


def speak_tls(server: PgServer, certificate: Path, key: Path) -> None:
    """Gives a running server its certificate; from then on it takes TLS."""
    for source, name in ((certificate, "server.crt"), (key, "server.key")):
        target = server.data / name
        shutil.copyfile(source, target)
        target.chmod(0o600)
        if server.user is not None:
            os.chown(target, server.user, -1)
    server.execute("ALTER SYSTEM SET ssl = on")
    server.restart()


@contextmanager
def front(port: int, certificate: Path, key: Path) -> Iterator[int]:
    """A TLS end in front of a plain server, for clients that begin with TLS at once (`sslnegotiation=direct`)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    context.set_alpn_protocols(["postgresql"])
    with socket.create_server((HOST, 0)) as listening:
        threading.Thread(target=_accept, args=(listening, context, port), daemon=True).start()
        yield listening.getsockname()[1]


def _accept(listening: socket.socket, context: ssl.SSLContext, port: int) -> None:
    with suppress(OSError):
        while True:
            client, _ = listening.accept()
            threading.Thread(target=_serve, args=(client, context, port), daemon=True).start()


def _serve(client: socket.socket, context: ssl.SSLContext, port: int) -> None:
    with (
        suppress(OSError),
        client,
        context.wrap_socket(client, server_side=True) as inside,
        socket.create_connection((HOST, port)) as behind,
    ):
        threading.Thread(target=_pump, args=(inside, behind), daemon=True).start()
        _pump(behind, inside)


def _pump(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)
        other.shutdown(socket.SHUT_WR)
