"""What the virtual machine boots: Debian's cloud kernel, an initramfs that only finds the disk,
and a disk with Debian, systemd and an agent; our packages lie in /root, not installed yet."""
import pathlib
import re
import shutil
import subprocess

import clean_root
import host

# What it takes to find the disk; ext4 is built in.
EARLY_MODULES = ("virtio_pci", "virtio_blk")

INIT = """#!/bin/busybox sh
/bin/busybox mount -t devtmpfs none /dev
for module in $(/bin/busybox cat /order); do /bin/busybox insmod /$module; done
until [ -e /dev/vda ]; do /bin/busybox usleep 10000; done
/bin/busybox mount -t ext4 /dev/vda /root
exec /bin/busybox switch_root /root /sbin/init
"""
# A line asks, a line that begins with @@ ends the answer. `time` is answered without starting
# a program, for it is the guest's clock that is measured with it.
AGENT = """#!/bin/bash
trap '' HUP
stty -F /dev/ttyS1 raw -echo
exec </dev/ttyS1 >/dev/ttyS1
echo @@ready
while read -r what line; do
  case $what in
    time) echo "@@time $EPOCHREALTIME" ;;
    run)
      # Through a pipe: programs do not take the line for a terminal.
      (eval "$(base64 --decode <<<"$line")") </dev/null 2>&1 | cat
      printf '\n@@exit %d\n' "${PIPESTATUS[0]}"
      ;;
  esac
done
"""
FILES = {
    "etc/systemd/system/agent.service": """[Service]
ExecStart=/usr/local/bin/agent
Restart=always
[Install]
WantedBy=multi-user.target
""",
    "etc/systemd/network/eth0.network": """[Match]
Name=eth0
[Network]
Address={address}
LinkLocalAddressing=no
""",
    "etc/hostname": "guest\n",
    "etc/machine-id": "0123456789abcdef0123456789abcdef\n",
}
ENABLED = {"agent.service": "/etc/systemd/system/agent.service",
           "systemd-networkd.service": "/lib/systemd/system/systemd-networkd.service"}


def run(*argv, **options):
    return subprocess.run([str(word) for word in argv], check=True, capture_output=True,
                          text=True, **options).stdout


def kernel():
    """Debian's cloud kernel, unpacked and kept in the build folder: (image, its modules)."""
    folder = host.BUILD / "vm-kernel"
    if not list(folder.glob("root/boot/vmlinuz-*")):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        newest = re.search(r"Depends: (linux-image-\S+)",
                           run("apt-cache", "depends", "linux-image-cloud-amd64")).group(1)
        run("apt-get", "download", newest, cwd=folder)
        run("dpkg-deb", "--extract", next(folder.glob("*.deb")), folder / "root")
    image = next(folder.glob("root/boot/vmlinuz-*"))
    version = image.name.removeprefix("vmlinuz-")
    run("depmod", "--basedir", folder / "root", version)
    return image, folder / "root/lib/modules" / version


def initramfs(folder, modules):
    """Packs it into `folder` and returns its path."""
    root = folder / "initramfs"
    for name in ("bin", "dev", "root"):
        (root / name).mkdir(parents=True)
    shutil.copy2("/bin/busybox", root / "bin")
    order = []
    for module in EARLY_MODULES:
        for line in run("modprobe", "--show-depends", "--dirname", modules.parents[2],
                        "--set-version", modules.name, module).splitlines():
            path = pathlib.Path(line.split()[1])
            if line.startswith("insmod") and path.name not in order:
                order.append(path.name)
                shutil.copy2(path, root)
    (root / "order").write_text("\n".join(order))
    (root / "init").write_text(INIT)
    (root / "init").chmod(0o755)
    packed = folder / "initramfs.cpio"
    with packed.open("wb") as out:
        subprocess.run("find . | cpio --quiet --create --format=newc", shell=True, cwd=root,
                       stdout=out, check=True)
    return packed


def disk(folder, modules, packages, address):
    """A disk in `folder`. `packages`: {name of a folder in /root: {package: path}}."""
    root = folder / "disk-root"
    root.mkdir()
    tar = clean_root.base(next(iter(packages.values())))
    run("tar", "--extract", "--numeric-owner", "--file", tar, "--directory", root)
    shutil.copytree(modules, root / "lib/modules" / modules.name, symlinks=True,
                    ignore=shutil.ignore_patterns("build", "source"))
    (root / "usr/local/bin/agent").write_text(AGENT)
    (root / "usr/local/bin/agent").chmod(0o755)
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text.replace("{address}", address))
    wants = root / "etc/systemd/system/multi-user.target.wants"
    wants.mkdir(exist_ok=True)
    for unit, path in ENABLED.items():
        (wants / unit).symlink_to(path)
    for name, files in packages.items():
        (root / "root" / name).mkdir()
        for path in files.values():
            shutil.copy2(path, root / "root" / name)
    image = folder / "disk"
    run("truncate", "--size=2G", image)
    run("mke2fs", "-q", "-t", "ext4", "-d", root, image)
    shutil.rmtree(root)
    return image
