"""Our Debian packages in a clean root: installed, upgraded, removed, installed again, purged."""
import hashlib
import os
import subprocess
import unittest

import clean_root
import runner
from world import World, wait_until

# The users stay after a purge: what they owned elsewhere must not become a newcomer's.
USERS = {"etc/passwd", "etc/passwd-", "etc/group", "etc/group-", "etc/shadow", "etc/shadow-",
         "etc/gshadow", "etc/gshadow-", "etc/.pwd.lock"}
SET = ["hostctl", "system", "ptp", "set"]


class Installed:
    """A root with the packages; hostd is run as its unit would, but with a virtual clock."""

    def __init__(self, root):
        self.root = root

    def start_hostd(self):
        self.root.start("hostd", ["hostd", "--clock=virtual"])
        wait_until(lambda: self.root.run(["hostctl", "system", "ptp", "get"],
                                         check=False).returncode == 0, 20, "hostd answers")

    def stop_hostd(self):
        self.root.run(["start-stop-daemon", "--stop", "--name", "hostd", "--retry", "20"])

    def hostd(self):
        return self.running("/usr/bin/hostd")

    def engine(self):
        return self.running("/usr/libexec/hostctl/ptpd")

    def running(self, program):
        """The process of `program`, of whichever release; empty if there is none."""
        return self.root.run(["sh", "-c", 'for exe in /proc/[0-9]*/exe; do case $(readlink $exe) '
                              'in $0 | "$0 (deleted)") echo $exe;; esac; done; true',
                              program]).stdout.strip()


class PackagesTest(unittest.TestCase):
    def setUp(self):
        reason = clean_root.why_not()
        if reason:
            self.skipTest(reason)

    def test_install_upgrade_remove_reinstall_purge(self):
        with World() as world:
            old = clean_root.make_packages(world.folder / "old")
            (world.folder / "new").mkdir()
            new = clean_root.next_version(old, world.folder / "new", "99.0")
            try:
                tar = clean_root.base(old)
            except subprocess.CalledProcessError as error:
                self.skipTest(f"no Debian to be had here: {error}")
            namespace = world.namespace("host", "192.0.2.2/24")
            root = clean_root.CleanRoot(namespace, tar)
            before = clean_root.listing(root.folder)
            self.install(root, old)
            installed = Installed(root)
            self.upgrade(installed, new)
            self.remove(installed, new)
            self.purge(root, new, before)

    def install(self, root, packages):
        root.dpkg("--install", *packages.values())
        self.assertEqual(root.run(["dpkg", "--verify"]).stdout, "")
        for path, mode in {"usr/bin/hostctl": 0o755, "usr/bin/hostd": 0o755,
                           "usr/libexec/hostctl/ptpd": 0o755, "etc/default/hostd": 0o644,
                           "usr/share/man/man8/hostd.8.gz": 0o644}.items():
            status = root.path(path).stat()
            self.assertEqual((oct(status.st_mode & 0o7777), status.st_uid, status.st_gid),
                             (oct(mode), 0, 0), path)
        wants = root.path("etc/systemd/system/multi-user.target.wants/hostd.service")
        self.assertTrue(os.readlink(wants).endswith("/systemd/system/hostd.service"))
        users = root.path("etc/passwd").read_text()
        for user in ("hostctl", "hostctl-ptpd"):
            self.assertRegex(users, rf"(?m)^{user}:[^\n]*:/usr/sbin/nologin$")
        hook = root.path("etc/libvirt/hooks/qemu.d/hostctl")
        self.assertTrue(root.path(os.readlink(hook)).exists())
        self.assertIn("hostctl", root.run(["hostctl", "--version"]).stdout)

    def upgrade(self, installed, packages):
        """The engine goes on, what was set stays, a changed configuration file stays."""
        root = installed.root
        installed.start_hostd()
        root.run([*SET, "--enable", "--interface", "eth0"])
        hostd, engine = installed.hostd(), installed.engine()
        self.assertTrue(hostd and engine)
        defaults = root.path("etc/default/hostd")
        defaults.write_text(defaults.read_text() + "# mine\n")
        rules = root.run(["nft", "list", "table", "inet", "hostctl"]).stdout
        root.dpkg("--install", *packages.values())
        self.assertEqual((installed.hostd(), installed.engine()), (hostd, engine))
        # What the unit's restart does: another hostd, the same engine.
        installed.stop_hostd()
        self.assertEqual((installed.hostd(), installed.engine()), ("", engine))
        installed.start_hostd()
        self.assertNotIn(installed.hostd(), ("", hostd))
        self.assertEqual(installed.engine(), engine)
        self.assertEqual(root.run(["nft", "list", "table", "inet", "hostctl"]).stdout, rules)
        self.assertTrue(defaults.read_text().endswith("# mine\n"))
        version = root.run(["dpkg-query", "-W", "-f=${Version}", "hostd"]).stdout
        self.assertEqual(version, "99.0")

    def remove(self, installed, packages):
        """Nothing of it runs, filters or starts; what was set and written stays."""
        root = installed.root
        root.dpkg("--remove", *packages)
        self.assertEqual((installed.hostd(), installed.engine()), ("", ""))
        self.assertEqual(root.run(["nft", "list", "tables"]).stdout, "")
        for path in ("usr/bin/hostd", "usr/bin/hostctl", "usr/libexec/hostctl"):
            self.assertFalse(root.path(path).exists(), path)
        self.assertTrue(root.path("etc/default/hostd").read_text().endswith("# mine\n"))
        self.assertTrue(root.path("var/lib/hostctl/state.json").exists())
        # Installed again, it is as it was.
        root.dpkg("--install", *packages.values())
        installed.start_hostd()
        self.assertIn("Enabled: true", root.run(["hostctl", "system", "ptp", "get"]).stdout)
        wait_until(installed.engine, 10, "the engine runs again")

    def purge(self, root, packages, before):
        """The root is as before the installation."""
        rulesets = root.path("etc/hostctl/firewall")
        rulesets.mkdir(parents=True, exist_ok=True)
        (rulesets / "site.json").write_text("{}")
        root.dpkg("--purge", *packages)
        after = clean_root.listing(root.folder)
        changed = {path for path in {*before, *after} if before.get(path) != after.get(path)}
        self.assertEqual(changed - USERS, set())
        known = root.run(["dpkg-query", "-W", "-f=${Package}\n"]).stdout.split()
        self.assertEqual(set(known) & set(packages), set())

    @staticmethod
    def members(package):
        """Sums of both archives in it; around them stands the mode that the umask gives files."""
        return [hashlib.sha256(subprocess.run(["dpkg-deb", part, package], check=True,
                                              capture_output=True).stdout).hexdigest()
                for part in ("--ctrl-tarfile", "--fsys-tarfile")]

    def test_lintian_finds_nothing_and_packing_twice_gives_the_same_bytes(self):
        with World() as world:
            packages = clean_root.make_packages(world.folder / "first")
            again = clean_root.make_packages(world.folder / "second", umask=0o077,
                                             timezone="Pacific/Kiritimati")
            self.assertEqual({name: self.members(path) for name, path in packages.items()},
                             {name: self.members(path) for name, path in again.items()})
            self.assertEqual(set(packages), {"hostctl", "hostd", "hostctl-libvirt-hook"})
            said = subprocess.run(["lintian", "--allow-root", "--fail-on", "error,warning",
                                   *packages.values()], capture_output=True, text=True)
            self.assertEqual(said.returncode, 0, said.stdout + said.stderr)


if __name__ == "__main__":
    runner.main()
