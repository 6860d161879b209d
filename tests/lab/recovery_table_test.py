"""Every fault of recovery_table.py passes, within its time."""
import pathlib
import unittest

import recovery_table
import runner
from world import World


class RecoveryTableTest(unittest.TestCase):
    def check(self, faults):
        late = []
        with World() as world:
            scene = recovery_table.Scene(world)
            for fault in faults:
                seconds = recovery_table.recover(scene, fault)
                if seconds > fault.within_s:
                    late.append(f"{fault.name}: {seconds:.1f} s instead of {fault.within_s:g} s")
        self.assertEqual(late, [])

    def test_faults_of_hostd(self):
        self.check(recovery_table.HOSTD)

    def test_faults_of_the_engine(self):
        self.check(recovery_table.ENGINE)

    def test_faults_of_the_network_and_the_master(self):
        self.check(recovery_table.NETWORK)

    def test_what_is_tested_elsewhere_is(self):
        for fault, (file, test) in recovery_table.ELSEWHERE.items():
            text = pathlib.Path(__file__).with_name(file).read_text()
            self.assertIn(f"def {test}(", text, fault)


if __name__ == "__main__":
    runner.main()
