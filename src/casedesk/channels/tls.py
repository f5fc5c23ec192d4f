"""TLS as every channel speaks it: the certificate and the host's name are checked, and nothing older than TLS 1.2."""

from __future__ import annotations

import ssl
from pathlib import Path

from casedesk.channels.trouble import Fate, Trouble


def context(ca_file: str = "") -> ssl.SSLContext:
    """Trusts the system's authorities, and only the one in `ca_file` where one is named.

    Raises `Trouble` for a file that holds no certificate.
    """
    made = ssl.create_default_context(ssl.Purpose.SERVER_AUTH)
    if ca_file:
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        try:
            made.load_verify_locations(cafile=str(Path(ca_file).expanduser()))
        except OSError:
            raise Trouble(
                Fate.CLOSED, f"The file of trusted certificates {ca_file} cannot be read here."
            ) from None
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    return made


def unreachable(error: OSError, host: str, port: int) -> Trouble:
    """What a failed connection comes to, in words."""
    where = f"{host}:{port}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return Trouble(Fate.CLOSED, f"The certificate of {where} is not one we may trust: {_why(error)}.")
    if isinstance(error, ssl.SSLError):
        return Trouble(Fate.CLOSED, f"{where} does not speak TLS as it should.")
    if isinstance(error, TimeoutError):
        return Trouble(Fate.CLOSED, f"{where} did not answer in time.")
    if isinstance(error, ConnectionRefusedError):
        return Trouble(Fate.CLOSED, f"{where} refused the connection.")
    return Trouble(Fate.CLOSED, f"{where} cannot be reached.")


def _why(error: ssl.SSLCertVerificationError) -> str:
    if "ostname" in error.verify_message or "IP address" in error.verify_message:
        return "it was made out to another name"
    return error.verify_message or "it does not verify"
