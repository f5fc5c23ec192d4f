"""Keys and passwords in the operating system's own keyring, and nowhere that only looks like one.

Keyring back ends are found by plug-ins; some keep nothing, some write base64 to a file. Only those named in
`ACCEPTED` are used, and what was written is read back before anything relies on it.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeVar

from casedesk.refusal import Refusal

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

ACCEPTED: frozenset[str] = frozenset(
    {
        "keyring.backends.macOS.Keyring",
        "keyring.backends.Windows.WinVaultKeyring",
        "keyring.backends.SecretService.Keyring",
        "keyring.backends.libsecret.Keyring",
        "keyring.backends.kwallet.DBusKeyring",
        "keyring.backends.kwallet.DBusKeyringKWallet4",
    }
)
"""The back ends that keep a secret encrypted under the user's login, by module and class."""

_KNOWN_AS: Final = {
    "keyring.backends.macOS.Keyring": "Keychain",
    "keyring.backends.Windows.WinVaultKeyring": "Credential Manager",
    "keyring.backends.SecretService.Keyring": "Secret Service",
    "keyring.backends.libsecret.Keyring": "Secret Service",
    "keyring.backends.kwallet.DBusKeyring": "KWallet",
    "keyring.backends.kwallet.DBusKeyringKWallet4": "KWallet",
}

_Result = TypeVar("_Result")

_CHAINER: Final = "keyring.backends.chainer.ChainerBackend"
_WAYS_OUT: Final = (
    "Unlock or install the system keyring (Keychain, Credential Manager, GNOME Keyring, KWallet), or give the key "
    "in a file that only you can read, or at the prompt."
)


class NoSafeKeyring(Refusal):
    """No keyring of this machine can be trusted with a secret; nothing was kept."""


def store_secret(service: str, name: str, value: str) -> None:
    """Keep `value` under `service` and `name`, replacing what was there, and prove that it was kept.

    Raises `NoSafeKeyring` when the back end is not accepted, fails, or does not give the same value back.
    """
    backend = _accepted_backend()
    _attempt(lambda: backend.set_password(service, name, value), name)
    kept = _attempt(lambda: backend.get_password(service, name), name)
    if kept is None or not hmac.compare_digest(_bytes(kept), _bytes(value)):
        raise NoSafeKeyring(
            "keyring_lost_it",
            f"The keyring took {name!r} of {service!r} but did not give the same back.",
            _WAYS_OUT,
        )


def read_secret(service: str, name: str) -> str | None:
    """The value kept under `service` and `name`, or None. Raises `NoSafeKeyring` like `store_secret`."""
    backend = _accepted_backend()
    return _attempt(lambda: backend.get_password(service, name), name)


def forget_secret(service: str, name: str) -> None:
    """Take the value out of the keyring; what is not there is gone already. Raises `NoSafeKeyring`."""
    backend = _accepted_backend()
    if _attempt(lambda: backend.get_password(service, name), name) is not None:
        _attempt(lambda: backend.delete_password(service, name), name)


def keyring_name() -> str:
    """The back end that is used, as people know it. Raises `NoSafeKeyring` where none is accepted."""
    return _KNOWN_AS.get(_name(_accepted_backend()), _name(_accepted_backend()))


def _accepted_backend() -> KeyringBackend:
    import keyring

    backend = keyring.get_keyring()
    # The chain writes to its first member and reads from any: only its accepted members may do either.
    members: list[KeyringBackend] = (
        getattr(backend, "backends", []) if _name(backend) == _CHAINER else [backend]
    )
    for member in members:
        if _name(member) in ACCEPTED:
            return member
    raise NoSafeKeyring(
        "no_safe_keyring",
        f"This machine offers no keyring that keeps secrets safely (it offers {_name(backend)}).",
        _WAYS_OUT,
    )


def _name(backend: KeyringBackend) -> str:
    return f"{type(backend).__module__}.{type(backend).__qualname__}"


def _attempt(act: Callable[[], _Result], name: str) -> _Result:
    try:
        return act()
    except Exception as error:
        kind = type(error).__name__
    # Back ends let errors of D-Bus, COM and Cocoa through; their text may quote the value, so only the kind is told, and
    # the error itself goes no further than this.
    raise NoSafeKeyring(
        "keyring_failed", f"The system keyring did not answer for {name!r} ({kind}).", _WAYS_OUT
    )


def _bytes(value: str) -> bytes:
    return value.encode("utf-8", "surrogatepass")
