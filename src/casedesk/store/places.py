"""What folder may hold a local store: a disk of this machine, in nobody else's reach, that no program copies elsewhere.

SQLite's shared memory does not work across a network, and a program that syncs files copies them half written. Both
lose or damage a record without a word, so such places are refused; several machines share a store on PostgreSQL.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PureWindowsPath
from typing import Final

from casedesk.refusal import StoreUnavailable

# fmt: off
NETWORK: Final = frozenset({
    "nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "ncpfs", "afs", "afpfs", "webdav", "davfs",
    "9p", "ceph", "lustre", "coda", "ocfs2", "gfs2", "beegfs", "vboxsf", "fuse.sshfs", "fuse.rclone",
    "fuse.davfs2", "fuse.glusterfs", "fuse.ceph-fuse", "fuse.s3fs", "fuse.gcsfuse", "fuse.goofys",
    "fuse.curlftpfs", "fuse.smbnetfs", "fuse.gvfsd-fuse", "fuse.google-drive-ocamlfuse", "fuse.onedriver",
    "fuse.vmhgfs-fuse", "fuse.kio-fuse",
})
"""Kinds of file system, as Linux and macOS name them, whose files another machine may change meanwhile."""

DISK: Final = frozenset({
    "ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "jfs", "reiserfs", "bcachefs", "overlay",
    "tmpfs", "ramfs", "vfat", "exfat", "ntfs", "ntfs3", "fuseblk", "apfs", "hfs", "msdos", "squashfs",
    "ecryptfs", "virtiofs", "fuse.mergerfs", "fuse.gocryptfs", "fuse.encfs", "fuse.cryfs", "fuse.bindfs",
    "fuse.fuse-overlayfs",
})
# fmt: on

_SYNCED: Final = {
    "onedrive": "OneDrive",
    "dropbox": "Dropbox",
    "mobile documents": "iCloud Drive",
    "com~apple~clouddocs": "iCloud Drive",
    "icloud drive": "iCloud Drive",
    "iclouddrive": "iCloud Drive",
    "google drive": "Google Drive",
    "googledrive": "Google Drive",
    "box sync": "Box",
    "box-box": "Box",
    "nextcloud": "Nextcloud",
    "owncloud": "ownCloud",
    "pclouddrive": "pCloud",
    "pcloud drive": "pCloud",
}
"""What a folder is called, alone or with ` - Firm`, ` (Personal)` or `-name@firm.example` after it."""

_MARKERS: Final = {
    ".dropbox.cache": "Dropbox",
    ".849C9593-D756-4E56-8D6E-42412F2A707B": "OneDrive",
    ".tmp.driveupload": "Google Drive",
    ".tmp.drivedownload": "Google Drive",
    ".nextcloudsync.log": "Nextcloud",
    ".owncloudsync.log": "ownCloud",
    ".stfolder": "Syncthing",
}
"""What such a program leaves in the uppermost folder that it copies."""

_ONEDRIVE: Final = ("OneDrive", "OneDriveCommercial", "OneDriveConsumer")
_REMOTE_DRIVE: Final = 4
_LOCAL_DRIVES: Final = frozenset({2, 3, 6})
_MOUNTINFO: Final = "/proc/self/mountinfo"
_MOUNT_SECONDS: Final = 2


def _mounts() -> str:
    """What the system says of its mounts. Raises OSError where it says nothing."""
    if os.path.exists(_MOUNTINFO):
        return Path(_MOUNTINFO).read_text(encoding="utf-8", errors="surrogateescape")
    import subprocess

    try:
        said = subprocess.run(
            ["/sbin/mount"], capture_output=True, timeout=_MOUNT_SECONDS, stdin=subprocess.DEVNULL, check=True
        )
    except subprocess.SubprocessError as error:
        raise OSError("mount did not answer") from error
    return said.stdout.decode("utf-8", "surrogateescape")


def _drive_type(root: str) -> int:
    """Windows' own answer for a drive; 0, which it gives for one that it does not know, on any other system."""
    import ctypes

    windows = getattr(ctypes, "windll", None)
    return 0 if windows is None else int(windows.kernel32.GetDriveTypeW(root))


@dataclass(frozen=True)
class Host:
    """What the questions are put to: this machine, or what a test puts in its place."""

    system: str = sys.platform
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    home: str = field(default_factory=lambda: os.path.expanduser("~"))
    mounts: Callable[[], str] = _mounts
    drive_type: Callable[[str], int] = _drive_type
    exists: Callable[[str], bool] = os.path.lexists


@dataclass(frozen=True)
class Disk:
    """What holds a folder: `network` is None where the system did not say, and `kind` then says so in words."""

    network: bool | None
    kind: str


def disk_of(folder: str, host: Host | None = None) -> Disk:
    """Whether the folder lies on a disk of this machine or on a network; `folder` is absolute, links resolved."""
    host = host or Host()
    if host.system == "win32":
        return _windows_disk(folder, host)
    try:
        said = host.mounts()
    except OSError:
        return Disk(None, "the system did not say what holds the folder")
    mounts = _linux_mounts(said) if host.system.startswith("linux") else _other_mounts(said)
    kind = ""
    longest = -1
    for point, found in mounts:
        inside = folder == point or folder.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= longest:
            longest, kind = len(point), found
    if kind in NETWORK:
        return Disk(True, kind)
    if kind in DISK:
        return Disk(False, kind)
    return Disk(None, f"a file system of kind {kind or 'unknown'}, which this program does not know")


def synced_by(folder: str, host: Host | None = None) -> str | None:
    """The program that copies the folder elsewhere, by the names of the folders above it, the marks that such
    programs leave there, and OneDrive's own variables; None where nothing says so."""
    host = host or Host()
    windows = host.system == "win32"
    above = [str(folder)]
    pure = PureWindowsPath(folder) if windows else Path(folder)
    above += [str(parent) for parent in pure.parents]
    for name in _ONEDRIVE:
        root = host.environ.get(name)
        if root and _same(root) in {_same(each) for each in above}:
            return "OneDrive"
    for part in pure.parts:
        if service := _named(part):
            return service
    if windows and len(pure.parts) > 1 and pure.parts[1].casefold() in ("my drive", "shared drives"):
        return "Google Drive"
    if _same(os.path.join(host.home, "Box")) in {_same(each) for each in above}:
        return "Box"
    for each in above:
        for mark, service in _MARKERS.items():
            if host.exists(os.path.join(each, mark)):
                return service
    return None


def check(path: Path, host: Host | None = None) -> None:
    """Raises `StoreUnavailable` when a store at `path` could be damaged or read by others where it lies: on a
    network, in a synced folder, in a folder others may write, in a file others may read."""
    folder = os.path.realpath(path.parent)
    if disk_of(folder, host).network:
        raise StoreUnavailable(
            "store_on_network",
            f"{folder} lies on a network share ({disk_of(folder, host).kind}), where SQLite loses writes.",
            "Use a disk of this machine; several machines share a store on PostgreSQL: `casedesk init --postgres`.",
        )
    service = synced_by(folder, host)
    if service is not None:
        raise StoreUnavailable(
            "store_in_synced_folder",
            f"{folder} is copied elsewhere by {service}, which damages a store and gives it away.",
            "Use a folder that nothing syncs; several machines share a store on PostgreSQL.",
        )
    for place, bits, said, fix in (
        (path.parent, stat.S_IWGRP | stat.S_IWOTH, "may write in the store's folder", "chmod 700"),
        (path, stat.S_IRWXG | stat.S_IRWXO, "can reach the store's file", "chmod 600"),
    ):
        if mode_of(place) & bits:
            raise StoreUnavailable(
                "store_open_to_others",
                f"Others of this machine {said} {place} (mode {mode_of(place):04o}).",
                f"Run `{fix} {place}`.",
            )


def check_key_file(file: Path, store: Path, host: Host | None = None) -> None:
    """Raises `StoreUnavailable` for a key file beside the store, where one copy takes both, or in a synced folder."""
    folder = os.path.realpath(file.parent)
    if folder == os.path.realpath(store.parent):
        raise StoreUnavailable(
            "key_beside_store",
            f"{file} would lie beside the store it opens: whoever copies the folder has both.",
            "Name a file in another folder.",
        )
    service = synced_by(folder, host)
    if service is not None:
        raise StoreUnavailable(
            "key_in_synced_folder",
            f"{folder} is copied elsewhere by {service}, and the key with it.",
            "Name a file in a folder that nothing syncs.",
        )


def mode_of(place: Path) -> int:
    """The permission bits, 0 for what is not there or where the system has no such bits."""
    if os.name != "posix":
        return 0
    try:
        return stat.S_IMODE(place.stat().st_mode)
    except OSError:
        return 0


def _windows_disk(folder: str, host: Host) -> Disk:
    drive = PureWindowsPath(folder).drive
    if drive.startswith("\\\\") and not drive.startswith(("\\\\?\\", "\\\\.\\")):
        return Disk(True, "a share of another machine")
    if drive.upper().startswith("\\\\?\\UNC"):
        return Disk(True, "a share of another machine")
    kind = host.drive_type(f"{drive.removeprefix(chr(92) * 2 + '?' + chr(92))}\\")
    if kind == _REMOTE_DRIVE:
        return Disk(True, "a network drive")
    if kind in _LOCAL_DRIVES:
        return Disk(False, "a drive of this machine")
    return Disk(None, "a drive of a kind that Windows did not name")


def _linux_mounts(said: str) -> list[tuple[str, str]]:
    """Mount point and kind, in the order of mounting: the last of two at one point is the one that is seen."""
    found = []
    for line in said.splitlines():
        left, dash, right = line.partition(" - ")
        words = left.split(" ")
        if dash and len(words) > 4:
            found.append((_unescaped(words[4]), right.split(" ", 1)[0]))
    return found


def _unescaped(point: str) -> str:
    for code, character in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        point = point.replace(code, character)
    return point


def _other_mounts(said: str) -> list[tuple[str, str]]:
    """macOS: `//ana@server/share on /Volumes/share (smbfs, nodev, nosuid)`."""
    found = []
    for line in said.splitlines():
        left, bracket, right = line.rpartition(" (")
        _, on, point = left.partition(" on ")
        if bracket and on:
            found.append((point, right.rstrip(")").split(",", 1)[0].strip()))
    return found


def _named(part: str) -> str | None:
    low = part.casefold()
    for name, service in _SYNCED.items():
        if low == name or low.startswith((f"{name} - ", f"{name} (", f"{name}-")):
            return service
    return None


def _same(path: str) -> str:
    """One spelling of a path, for comparing: systems that sync do not tell capitals from small letters."""
    return path.replace("\\", "/").rstrip("/").casefold()
