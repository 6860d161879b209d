"""`system ptp test` names the right cause of every fault, and of nothing where nothing is wrong."""
import concurrent.futures
import os
import unittest

import fault_table
import firewalld
import runner

# With nothing wrong: so many tests of hosts that work. A hundred take some minutes.
HEALTHY_RUNS = int(os.environ.get("HOSTCTL_HEALTHY_RUNS", "6"))
HEALTHY_HOSTS = 3


def share(part, of):
    faults = [fault for fault in fault_table.FAULTS
              if not (fault.code == "FIREWALLD_DROPS" and firewalld.why_not())]
    return faults[part::of]


class FaultTableTest(unittest.TestCase):
    def check(self, faults):
        wrong = [f"{result.line()}\n      {result.message}"
                 for result in fault_table.run(faults) if not result.right]
        self.assertEqual(wrong, [], "\n" + "\n".join(wrong))

    # Three shares, so that none comes near the time that a test may take.
    def test_the_first_finding_names_the_fault_one(self):
        self.check(share(0, 3))

    def test_the_first_finding_names_the_fault_two(self):
        self.check(share(1, 3))

    def test_the_first_finding_names_the_fault_three(self):
        self.check(share(2, 3))

    def test_there_are_at_least_25_faults(self):
        self.assertGreaterEqual(len({fault.name for fault in fault_table.FAULTS}), 25)

    def test_with_nothing_wrong_nothing_is_found(self):
        def work(number):
            alarms = []
            with fault_table.working_host(fault_table.NOTHING) as scene:
                for _ in range(number, HEALTHY_RUNS, HEALTHY_HOSTS):
                    code, report = fault_table.test_ptp(scene.host)
                    if code != fault_table.WORKS or report["findings"]:
                        alarms.append(report["findings"] or report["message"])
            return alarms

        with concurrent.futures.ThreadPoolExecutor(HEALTHY_HOSTS) as pool:
            alarms = [alarm for each in pool.map(work, range(HEALTHY_HOSTS)) for alarm in each]
        print(f"figure: false alarms: {len(alarms)} in {HEALTHY_RUNS} runs (aim: 0)", flush=True)
        self.assertEqual(alarms, [])


if __name__ == "__main__":
    runner.main()
