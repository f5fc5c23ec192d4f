"""What folder may hold a store: network shares, synced folders and open folders of three systems, told apart."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from casedesk.refusal import StoreUnavailable
from casedesk.store import places
from casedesk.store.places import Disk, Host

MOUNTINFO = """\
22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
31 27 0:44 / /home rw,relatime shared:7 master:2 - btrfs /dev/vdb rw
40 31 0:51 / /home/ana/share rw,relatime - nfs4 files:/export rw,vers=4.2
41 31 0:52 / /home/ana/with\\040blank rw,relatime - cifs //files/firm rw
42 31 0:53 / /home/ana/far rw,nosuid - fuse.sshfs ana@far: rw,user_id=0
43 27 0:54 / /mnt/c rw,noatime - 9p C:\\134 rw,dirsync
44 27 0:55 / /srv/twice rw - ext4 /dev/vdc rw
45 27 0:56 / /srv/twice rw - smb3 //files/firm rw
46 27 0:57 / /srv/odd rw - fuse.newthing newthing rw
47 27 0:58 / /home/ana/share/local rw - xfs /dev/vdd rw
48 27 0:59 / /srv/card rw - vfat /dev/sdc1 rw
"""

MAC = """\
/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
/dev/disk3s5 on /System/Volumes/Data (apfs, local, journaled, nobrowse)
//ana@files/firm on /Volumes/firm share (smbfs, nodev, nosuid, mounted by ana)
files:/export on /Volumes/export (nfs)
https://dav.example on /Volumes/dav (webdav, nodev)
odd@1 on /Volumes/odd (macfuse, nodev)
"""


def nothing(_: str) -> bool:
    return False


def linux(exists: Callable[[str], bool] = nothing, **environ: str) -> Host:
    return Host("linux", environ, "/home/ana", lambda: MOUNTINFO, lambda _: 0, exists)


def mac(exists: Callable[[str], bool] = nothing) -> Host:
    return Host("darwin", {}, "/Users/ana", lambda: MAC, lambda _: 0, exists)


def windows(drives: Mapping[str, int] | None = None, **environ: str) -> Host:
    kinds = drives or {"C:\\": 3, "Z:\\": 4, "E:\\": 2, "Q:\\": 1}

    def no_mounts() -> str:
        raise AssertionError("Windows is asked for a drive, not for mounts.")

    return Host("win32", environ, r"C:\Users\ana", no_mounts, lambda root: kinds.get(root, 0), nothing)


# -- disks and networks ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("folder", "disk"),
    [
        ("/home/ana", Disk(False, "btrfs")),
        ("/home/ana/desk/deep", Disk(False, "btrfs")),
        ("/opt", Disk(False, "ext4")),
        ("/home/ana/share", Disk(True, "nfs4")),
        ("/home/ana/share/desk", Disk(True, "nfs4")),
        ("/home/ana/shared", Disk(False, "btrfs")),
        ("/home/ana/share/local/desk", Disk(False, "xfs")),
        ("/home/ana/with blank/desk", Disk(True, "cifs")),
        ("/home/ana/far/desk", Disk(True, "fuse.sshfs")),
        ("/mnt/c/Users/ana", Disk(True, "9p")),
        ("/srv/twice/desk", Disk(True, "smb3")),
        ("/srv/card", Disk(False, "vfat")),
    ],
)
def test_linux_says_what_holds_a_folder(folder: str, disk: Disk) -> None:
    assert places.disk_of(folder, linux()) == disk


@pytest.mark.parametrize(
    ("folder", "network"),
    [
        ("/Users/ana/desk", False),
        ("/Volumes/firm share/desk", True),
        ("/Volumes/export", True),
        ("/Volumes/dav/x", True),
        ("/Volumes/firm", False),
        ("/Volumes/odd", None),
    ],
)
def test_macos_says_what_holds_a_folder(folder: str, network: bool | None) -> None:
    assert places.disk_of(folder, mac()).network is network


@pytest.mark.parametrize(
    ("folder", "network"),
    [
        (r"C:\Users\ana\desk", False),
        (r"E:\desk", False),
        (r"Z:\desk", True),
        (r"\\files\firm\desk", True),
        (r"\\?\UNC\files\firm\desk", True),
        (r"\\?\C:\Users\ana", False),
        (r"Q:\desk", None),
        (r"X:\desk", None),
    ],
)
def test_windows_says_what_holds_a_folder(folder: str, network: bool | None) -> None:
    assert places.disk_of(folder, windows()).network is network


def test_where_the_system_does_not_say_that_is_said() -> None:
    def silent() -> str:
        raise OSError("nothing there")

    for host in (Host("linux", {}, "/", silent), Host("darwin", {}, "/", silent)):
        assert places.disk_of("/home", host).network is None
        assert "did not say" in places.disk_of("/home", host).kind
    odd = places.disk_of("/srv/odd/desk", linux())
    assert odd.network is None
    assert "fuse.newthing" in odd.kind
    assert places.disk_of("/home", Host("linux", {}, "/", lambda: "")).network is None


def test_this_machine_answers_for_a_folder_of_its_own(tmp_path: Path) -> None:
    assert places.disk_of(os.path.realpath(tmp_path)).network is not True
    assert places.synced_by(os.path.realpath(tmp_path)) is None


# -- synced folders -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("folder", "service"),
    [
        ("/home/ana/Dropbox/desk", "Dropbox"),
        ("/home/ana/Dropbox (Personal)", "Dropbox"),
        ("/home/ana/Nextcloud/desk", "Nextcloud"),
        ("/home/ana/ownCloud", "ownCloud"),
        ("/home/ana/Box/desk", "Box"),
        ("/srv/Box/desk", None),
        ("/home/ana/OneDrive - Reyes LLP/desk", "OneDrive"),
        ("/home/ana/Google Drive/desk", "Google Drive"),
        ("/home/ana/dropboxes/desk", None),
        ("/home/ana/onedriveless", None),
        ("/home/ana/desk", None),
    ],
)
def test_a_synced_folder_is_known_by_its_name(folder: str, service: str | None) -> None:
    assert places.synced_by(folder, linux()) == service


@pytest.mark.parametrize(
    ("folder", "service"),
    [
        ("/Users/ana/Library/Mobile Documents/com~apple~CloudDocs/desk", "iCloud Drive"),
        ("/Users/ana/Library/CloudStorage/GoogleDrive-ana@firm.example/My Drive", "Google Drive"),
        ("/Users/ana/Library/CloudStorage/OneDrive-Firm/desk", "OneDrive"),
        ("/Users/ana/Library/CloudStorage/Box-Box/desk", "Box"),
        ("/Users/ana/Library/CloudStorage/Dropbox/desk", "Dropbox"),
        ("/Users/ana/Library/Application Support/casedesk", None),
    ],
)
def test_a_synced_folder_of_macos(folder: str, service: str | None) -> None:
    assert places.synced_by(folder, mac()) == service


@pytest.mark.parametrize(
    ("folder", "service"),
    [
        (r"C:\Users\ana\OneDrive\Documents\desk", "OneDrive"),
        (r"C:\Users\ana\ONEDRIVE - Reyes LLP\desk", "OneDrive"),
        (r"C:\Users\ana\iCloudDrive\desk", "iCloud Drive"),
        (r"C:\Users\ana\Box\desk", "Box"),
        (r"G:\My Drive\desk", "Google Drive"),
        (r"C:\Users\ana\AppData\Local\casedesk", None),
    ],
)
def test_a_synced_folder_of_windows(folder: str, service: str | None) -> None:
    assert places.synced_by(folder, windows()) == service


@pytest.mark.parametrize("name", ["OneDrive", "OneDriveCommercial", "OneDriveConsumer"])
def test_onedrive_says_where_it_is(name: str) -> None:
    host = windows(None, **{name: r"C:\Users\ana\Firm Files"})
    assert places.synced_by(r"c:\users\ana\firm files\desk", host) == "OneDrive"
    assert places.synced_by(r"C:\Users\ana\Firm Files 2\desk", host) is None


@pytest.mark.parametrize(("mark", "service"), sorted(places._MARKERS.items()))
def test_a_synced_folder_of_any_name_is_known_by_what_its_program_leaves(
    mark: str, service: str, tmp_path: Path
) -> None:
    folder = tmp_path / "papers" / "desk"
    folder.mkdir(parents=True)
    assert places.synced_by(str(folder)) is None
    (tmp_path / "papers" / mark).touch()
    assert places.synced_by(str(folder)) == service


# -- the refusals ---------------------------------------------------------------------------------------------------


def refused(path: Path, host: Host | None = None) -> StoreUnavailable:
    with pytest.raises(StoreUnavailable) as found:
        places.check(path, host)
    assert found.value.message.endswith(".")
    assert found.value.next
    return found.value


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    folder = tmp_path / "desk"
    folder.mkdir(mode=0o700)
    return folder


def on(folder: Path, kind: str) -> Host:
    """A Linux on which a file system of this kind is mounted at `folder`."""
    said = f"2 1 1:2 / {os.path.realpath(folder)} rw - {kind} it rw\n1 0 1:1 / / rw - ext4 /dev/vda rw\n"
    return Host("linux", {}, "/home/ana", lambda: said, exists=nothing)


@pytest.mark.parametrize("kind", sorted(places.NETWORK))
def test_a_network_share_is_refused_and_postgresql_named(kind: str, desk: Path) -> None:
    found = refused(desk / "firm.db", on(desk, kind))
    assert (found.code, found.exit_status) == ("store_on_network", 3)
    assert kind in found.message
    assert "PostgreSQL" in found.next


@pytest.mark.parametrize("kind", [*sorted(places.DISK), "fuse.newthing"])
def test_a_disk_is_not(kind: str, desk: Path) -> None:
    places.check(desk / "firm.db", on(desk, kind))


@pytest.mark.skipif(os.name != "posix", reason="On Windows only an administrator makes such a link.")
def test_a_link_to_a_share_is_followed(desk: Path) -> None:
    (desk.parent / "link").symlink_to(desk)
    assert refused(desk.parent / "link" / "firm.db", on(desk, "nfs")).code == "store_on_network"


def test_a_synced_folder_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "Dropbox" / "desk"
    folder.mkdir(parents=True, mode=0o700)
    found = refused(folder / "firm.db")
    assert found.code == "store_in_synced_folder"
    assert "Dropbox" in found.message


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps no permission bits of this kind.")
def test_a_file_or_a_folder_in_reach_of_others_is_refused(desk: Path) -> None:
    path = desk / "firm.db"
    places.check(path)
    path.touch(mode=0o600)
    places.check(path)
    for mode in (0o640, 0o604, 0o620, 0o602, 0o601):
        path.chmod(mode)
        found = refused(path)
        assert found.code == "store_open_to_others"
        assert found.next == f"Run `chmod 600 {path}`."
    path.chmod(0o600)
    for mode in (0o720, 0o702, 0o1777):
        desk.chmod(mode)
        assert refused(path).next == f"Run `chmod 700 {desk}`."
    desk.chmod(0o755)
    places.check(path)


def test_a_key_file_lies_neither_beside_its_store_nor_where_it_is_synced(desk: Path, tmp_path: Path) -> None:
    store = desk / "firm.db"
    places.check_key_file(tmp_path / "keys", store)
    for file, code in (
        (desk / "keys", "key_beside_store"),
        (tmp_path / "desk" / "." / "keys", "key_beside_store"),
        (tmp_path / "OneDrive" / "keys", "key_in_synced_folder"),
    ):
        with pytest.raises(StoreUnavailable) as found:
            places.check_key_file(file, store)
        assert found.value.code == code
