"""Network file systems are told from local ones by what is mounted where."""

from __future__ import annotations

import pytest

from rushes.core.mounts import all_local, lonely_locks, mounts_here, network_type

MOUNTS = r"""rootfs / rootfs rw 0 0
/dev/sda1 / ext4 rw 0 0
filer:/shows /shows nfs4 rw,vers=4.2 0 0
/dev/nvme0n1 /shows/cache xfs rw 0 0
//win/share /mnt/two\040words cifs rw 0 0
who@host: /home/me/remote fuse.sshfs rw 0 0
/dev/sdb1 /media/usb fuseblk rw 0 0
systemd-1 /auto autofs rw 0 0
filer:/auto /auto nfs rw 0 0
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/", "nfs4"),  # it lies below
        ("/home/me/local", None),
        ("/shows", "nfs4"),
        ("/shows/demo/sq010", "nfs4"),
        ("/showsroom", None),
        ("/shows/cache/renders", None),
        ("/mnt/two words/x", "cifs"),
        ("/home/me", "fuse.sshfs"),
        ("/home/me/remote/a", "fuse.sshfs"),
        ("/media/usb/a", None),
        ("/auto/x", "nfs"),
    ],
)
def test_the_innermost_mount_decides_and_those_below_count(folder: str, kind: str | None) -> None:
    assert network_type(folder, MOUNTS) == kind


def test_nothing_is_a_network_where_nothing_is_told_of_mounts() -> None:
    assert network_type("/shows", "") is None
    assert isinstance(mounts_here(), str)


OWN = r"""/dev/sda1 / ext4 rw 0 0
tmpfs /tmp tmpfs rw 0 0
proc /proc proc rw 0 0
systemd-1 /proc/sys/fs/binfmt_misc autofs rw 0 0
cgroup2 /sys/fs/cgroup cgroup2 rw 0 0
"""


def test_a_machine_with_nothing_but_disks_of_its_own_cannot_be_kept_waiting() -> None:
    assert all_local(OWN)


@pytest.mark.parametrize(
    "line",
    [
        "filer:/shows /shows nfs4 rw 0 0",
        "//win/share /mnt/share cifs rw 0 0",
        "who@host: /home/me/remote fuse.sshfs rw 0 0",
        "/dev/sdb1 /media/usb fuseblk rw 0 0",
        "systemd-1 /shows autofs rw 0 0",
        "studio /shows madeupfs rw 0 0",
        "halfaline",
    ],
)
def test_any_mount_that_is_not_known_to_be_local_may_keep_one_waiting(line: str) -> None:
    assert not all_local(f"{OWN}{line}\n")
    assert not all_local("")


LOCKS = r"""/dev/sda1 / ext4 rw 0 0
filer:/good /good nfs rw,vers=3,proto=tcp,mountproto=udp,local_lock=none,addr=10.0.0.1 0 0
filer:/old /old\040shows nfs rw,vers=3,nolock,proto=tcp,local_lock=all,addr=10.0.0.1 0 0
filer:/all /all nfs rw,vers=3,local_lock=all 0 0
filer:/flock /flock nfs rw,vers=3,local_lock=flock 0 0
filer:/posix /posix nfs rw,vers=3,local_lock=posix 0 0
filer:/four /four nfs4 rw,vers=4.2,nolock,local_lock=none 0 0
//win/share /win cifs rw,vers=3.1.1,nobrl 0 0
//win/good /wingood cifs rw,vers=3.1.1 0 0
mgs:/fs /lustre lustre rw,localflock 0 0
who@host: /ssh fuse.sshfs rw 0 0
/dev/sdb1 /all/scratch xfs rw,nolock 0 0
half a line
"""


@pytest.mark.parametrize(
    ("folder", "told"),
    [
        ("/good/shows", None),
        ("/old shows/demo", "/old shows (nfs, nolock)"),
        ("/all/demo", "/all (nfs, local_lock=all)"),
        ("/flock", "/flock (nfs, local_lock=flock)"),
        ("/posix/demo", None),
        ("/four/demo", None),
        ("/win/demo", "/win (cifs, nobrl)"),
        ("/wingood/demo", None),
        ("/lustre/demo", "/lustre (lustre, localflock)"),
        ("/ssh", "/ssh (fuse.sshfs)"),
        ("/all/scratch/demo", None),
        ("/allother", None),
        ("/", "/old shows (nfs, nolock)"),  # it lies below
    ],
)
def test_locks_that_other_machines_do_not_see_are_told(folder: str, told: str | None) -> None:
    assert lonely_locks(folder, LOCKS) == told


def test_of_two_mounts_at_one_place_the_later_one_tells_of_locks() -> None:
    lonely = "filer:/a /shows nfs rw,nolock 0 0\n"
    shared = "filer:/a /shows nfs rw,local_lock=none 0 0\n"
    assert lonely_locks("/shows/demo", lonely + shared) is None
    assert lonely_locks("/shows/demo", shared + lonely) == "/shows (nfs, nolock)"
    assert lonely_locks("/shows", "") is None
