"""`send_child.py STORE HANDLE NOW KEY_FILE WHEN`: sends what is due. With WHEN `between` it says `handed over` after each
message that the server took, and waits for a line on stdin before it marks it; with `on` it does not wait."""

from __future__ import annotations

import sys
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

from casedesk.bootstrap import open_desk
from casedesk.channels import mail
from casedesk.desk.sending import send_due


def main() -> None:
    store, handle, now, key_file, when = sys.argv[1:6]
    at = datetime.fromisoformat(now)
    if when == "between":
        hand_over = mail.Line.send

        def and_wait(self: mail.Line, mail: EmailMessage) -> None:
            hand_over(self, mail)
            sys.stdout.write("handed over\n")
            sys.stdout.flush()
            sys.stdin.readline()

        mail.Line.send = and_wait  # type: ignore[method-assign]
    desk = open_desk(store, handle, clock=lambda: at)
    sent = send_due(desk, at, key_file=Path(key_file))
    desk.close()
    sys.stdout.write(f"{sent.sent}\n")


if __name__ == "__main__":
    main()
