"""A fresh Debian in a folder, to install our packages into.

    packages = make_packages(folder)                 # of the build under test, by cpack
    root = CleanRoot(namespace, base(packages))      # unpacked, its own mounts and processes
    root.dpkg("--install", *packages.values())
    root.run(["hostctl", ...])

The base has what the packages depend on, and comes from wherever this machine's apt gets its
packages. It is kept in the build folder; delete it there to have it made of newer ones.
"""
import hashlib
import os
import pathlib
import re
import shutil
import subprocess

import host
from world import wait_until

# A time long past, so that nothing depends on when a test runs.
EPOCH = "1700000000"
# What makes it a system that could boot: packages are installed into what hosts have.
SYSTEM = ("busybox-static", "dbus", "iproute2", "kmod", "systemd-sysv", "udev")
# Folders that dpkg and the loader write to whatever is installed.
BOOKKEEPING = ("var/lib/dpkg", "var/log/dpkg.log", "var/cache", "proc", "sys", "dev", "run/systemd",
               "var/lib/systemd/deb-systemd-helper-enabled", "etc/ld.so.cache")


def why_not():
    """Why there can be no clean root here; empty when there can."""
    for tool in ("mmdebstrap", "cpack", "dpkg-shlibdeps", "lintian"):
        if not shutil.which(tool):
            return f"{tool} is not installed (service/packaging/install-dependencies.sh --test)"
    return ""


def make_packages(folder, umask=0o022, timezone="UTC"):
    """Our packages of this build, in `folder`; {name: path}. gzip is what takes least time."""
    done = subprocess.run(["cpack", "--config", host.BUILD / "CPackConfig.cmake", "-B", folder,
                           "-D", "CPACK_DEBIAN_COMPRESSION_TYPE=gzip"],
                          capture_output=True, text=True, umask=umask, cwd=host.BUILD,
                          env={**os.environ, "SOURCE_DATE_EPOCH": EPOCH, "TZ": timezone})
    if done.returncode != 0:
        raise AssertionError(f"cpack failed:\n{done.stdout}{done.stderr}")
    return {path.name.split("_")[0]: path for path in sorted(folder.glob("*.deb"))}


def next_version(packages, folder, version):
    """The same packages, called `version`, in `folder`."""
    made = {}
    for name, path in packages.items():
        content = folder / name
        subprocess.run(["dpkg-deb", "--raw-extract", path, content], check=True)
        control = content / "DEBIAN/control"
        control.write_text(re.sub(r"(?m)^Version: .*", f"Version: {version}",
                                  control.read_text()))
        made[name] = folder / f"{name}_{version}.deb"
        subprocess.run(["dpkg-deb", "--build", "-Znone", content, made[name]], check=True,
                       capture_output=True)
        shutil.rmtree(content)
    return made


def _field(package, name):
    return subprocess.run(["dpkg-deb", "--field", package, name], check=True,
                          capture_output=True, text=True).stdout.strip()


def dependencies(packages):
    """Names of what `packages` need beside each other: of alternatives, the first."""
    named = re.findall(r"(?:^|,)\s*([a-z0-9.+-]+)",
                       ",".join(_field(path, "Depends") for path in packages.values()))
    return sorted(set(named) - set(packages))


def base(packages):
    """A tar file of a Debian that boots, with what `packages` depend on."""
    wanted = ",".join(sorted({*dependencies(packages), *SYSTEM}))
    release = dict(line.split("=", 1) for line in
                   pathlib.Path("/etc/os-release").read_text().splitlines() if "=" in line)
    suite = release["VERSION_CODENAME"]
    key = hashlib.sha256(f"{suite} {wanted}".encode()).hexdigest()[:12]
    tar = host.BUILD / f"clean-root-{key}.tar"
    if not tar.exists():
        for old in host.BUILD.glob("clean-root-*.tar"):
            old.unlink()
        new = tar.with_suffix(f".{os.getpid()}.tar")
        # Where this machine's own apt gets Debian from.
        sources = [path for path in (pathlib.Path("/etc/apt/sources.list"),
                                     *sorted(pathlib.Path("/etc/apt/sources.list.d").glob("*")))
                   if path.suffix in (".list", ".sources") and path.exists()]
        subprocess.run(["mmdebstrap", "--quiet", "--variant=minbase", f"--include={wanted}",
                        suite, new, *sources], check=True)
        new.rename(tar)
    return tar


def listing(root):
    """Every file below `root`: {path: (kind and mode, owner, group, content)}."""
    found = {}
    for path in sorted(pathlib.Path(root).rglob("*")):
        name = str(path.relative_to(root))
        if any(name == skipped or name.startswith(skipped + "/") for skipped in BOOKKEEPING):
            continue
        status = path.lstat()
        content = ""
        if path.is_symlink():
            content = os.readlink(path)
        elif path.is_file():
            content = hashlib.sha256(path.read_bytes()).hexdigest()
        found[name] = (oct(status.st_mode), status.st_uid, status.st_gid, content)
    return found


class CleanRoot:
    """An unpacked root in a lab's network namespace, with its own mounts and processes.

    No systemd runs there, and nothing in it has CAP_SYS_TIME.
    """

    def __init__(self, namespace, tar):
        self.namespace = namespace
        self.folder = namespace.world.folder / "root"
        self.folder.mkdir()
        subprocess.run(["tar", "--extract", "--numeric-owner", "--file", tar, "--directory",
                        self.folder], check=True)
        holder = namespace.start("root", [
            "unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c",
            f"mount --rbind {self.folder} {self.folder} && mount -t proc proc {self.folder}/proc"
            f" && mount -t sysfs sysfs {self.folder}/sys && exec sleep infinity"])
        # sleep, once all is mounted: its root's first process.
        self.first = int(wait_until(
            lambda: self._sleeper(holder.pid), 10, "the root is mounted"))

    @staticmethod
    def _sleeper(parent):
        path = pathlib.Path(f"/proc/{parent}/task/{parent}/children")
        for child in path.read_text().split():
            if pathlib.Path(f"/proc/{child}/comm").read_text().strip() == "sleep":
                return child
        return None

    def command(self, argv):
        """How to run `argv` in the root, through its namespace's run() or start()."""
        return ["nsenter", f"--target={self.first}", "--mount", "--pid", "chroot", self.folder,
                "env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8",
                "DEBIAN_FRONTEND=noninteractive", *argv]

    def run(self, argv, check=True, timeout_s=60):
        return self.namespace.run(self.command(argv), check=check, timeout_s=timeout_s)

    def start(self, name, argv):
        return self.namespace.start(name, self.command(argv))

    def dpkg(self, action, *packages):
        """`packages`: names, or files of this machine to install."""
        inside = []
        for package in packages:
            if isinstance(package, pathlib.Path):
                shutil.copy2(package, self.folder / "tmp")
                package = f"/tmp/{package.name}"
            inside.append(package)
        done = self.run(["dpkg", "--force-confold", action, *inside])
        for package in inside:
            if package.startswith("/tmp/"):
                (self.folder / package[1:]).unlink()
        return done.stdout

    def path(self, name):
        """A file of the root, as this machine sees it."""
        return self.folder / name.lstrip("/")
