"""The units of systemd, as `systemd-analyze` judges them: each is read without complaint, and
exposes no more than `MOST_EXPOSED`. (chrony.service of Debian: 3.7.)"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[3]
PACKAGING = SOURCE / "service" / "packaging"
MOST_EXPOSED = 3.0
SKIPPED = 77


def analyze(*arguments):
    return subprocess.run(["systemd-analyze", "--no-pager", *arguments], capture_output=True,
                          text=True, check=False)


def exposure(unit):
    done = analyze("security", "--offline=true", unit)
    found = re.search(r"Overall exposure level for \S+: ([0-9.]+)", done.stdout)
    if not found:
        raise AssertionError(f"systemd-analyze says of {unit}: {done.stdout} {done.stderr}")
    return float(found.group(1))


class UnitsTest(unittest.TestCase):
    def setUp(self):
        self.units = sorted(PACKAGING.glob("*.service"))
        self.assertGreaterEqual({unit.name for unit in self.units},
                                {"hostd.service", "hostctl-ptpd.service"})

    def test_each_exposes_little(self):
        for unit in self.units:
            score = exposure(unit)
            print(f"{unit.name}: {score}")
            with self.subTest(unit=unit.name):
                self.assertLessEqual(score, MOST_EXPOSED)

    def test_a_unit_without_its_walls_exposes_much(self):
        with tempfile.TemporaryDirectory() as folder:
            bare = pathlib.Path(folder) / "hostd.service"
            bare.write_text("[Service]\nExecStart=/usr/bin/hostd\n")
            self.assertGreater(exposure(bare), 9)

    def test_each_is_read_without_complaint(self):
        # Their programs are not installed here: a program that there is stands in.
        with tempfile.TemporaryDirectory() as folder:
            for unit in self.units:
                text = re.sub(r"/usr/(bin/hostd|libexec/hostctl/[a-z-]+)", "/bin/true",
                              unit.read_text())
                (pathlib.Path(folder) / unit.name).write_text(text)
            for unit in self.units:
                with self.subTest(unit=unit.name):
                    done = analyze("verify", "--man=no", "--recursive-errors=no",
                                   pathlib.Path(folder) / unit.name)
                    self.assertEqual((done.returncode, done.stderr), (0, ""))


if __name__ == "__main__":
    if not shutil.which("systemd-analyze"):
        print("systemd-analyze is not installed")
        sys.exit(SKIPPED)
    unittest.main()
