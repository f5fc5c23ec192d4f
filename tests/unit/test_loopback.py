"""The network of the tests carries, breaks, and mends."""

from __future__ import annotations

import smtplib
import socket
from email.message import EmailMessage

import pytest

from tests.support.loopback import HOST, Relay, closed_port, mail_server


def test_relay_carries_is_cut_and_mended() -> None:
    with socket.create_server((HOST, 0)) as target, Relay(target.getsockname()[1]) as relay:
        with socket.create_connection((HOST, relay.port)) as client:
            peer, _ = target.accept()
            with peer:
                client.sendall(b"a notice")
                assert peer.recv(100) == b"a notice"
                peer.sendall(b"received")
                assert client.recv(100) == b"received"
                relay.cut()
                assert _ended(client)
                assert _ended(peer)
        with socket.create_connection((HOST, relay.port)) as refused:
            assert _ended(refused)
        relay.mend()
        with socket.create_connection((HOST, relay.port)) as client:
            client.sendall(b"again")
            peer, _ = target.accept()
            with peer:
                assert peer.recv(100) == b"again"


def _ended(end: socket.socket) -> bool:
    try:
        return end.recv(100) == b""
    except ConnectionError:
        return True


def test_nobody_listens_on_a_closed_port() -> None:
    with pytest.raises(ConnectionError):
        socket.create_connection((HOST, closed_port()))


def test_mail_is_kept_or_lost_as_told() -> None:
    letter = EmailMessage()
    letter["Subject"], letter["From"], letter["To"] = "Your case", "desk@example.com", "ana@example.com"
    letter.set_content(".a line that begins with a dot\nNguyễn\n")
    with mail_server() as box:
        with smtplib.SMTP(HOST, box.port) as smtp:
            smtp.send_message(letter)
        assert box.recipients == [["ana@example.com"]]
        assert box.messages[0].get_content() == ".a line that begins with a dot\nNguyễn\n"
        box.hang_up = True
        with smtplib.SMTP(HOST, box.port) as smtp, pytest.raises(smtplib.SMTPServerDisconnected):
            smtp.send_message(letter)
        box.refuse = True
        with smtplib.SMTP(HOST, box.port) as smtp, pytest.raises(smtplib.SMTPSenderRefused):
            smtp.send_message(letter)
        assert len(box.messages) == 2
