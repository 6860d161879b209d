"""What the engine says of its own error, on real packets, where the truth is known."""
import unittest

import runner
import scenes
from world import wait_until

SAMPLES = 60


def look(host):
    """One look at the true error beside the stated ones."""
    error_ns = abs(host.true_offset_ns())
    stats = host.stats()
    return {"error_ns": error_ns, "sync": stats["messages"]["sync_received"],
            **stats["uncertainty"]}


class UncertaintyTest(unittest.TestCase):
    def test_the_true_error_is_within_the_greatest_error_in_every_sample(self):
        with scenes.grandmaster_and_host() as scene:
            host = scene.host
            scene.enable_and_lock()
            samples = []

            def collect():
                sample = look(host)
                if not samples or sample["sync"] != samples[-1]["sync"]:
                    samples.append(sample)
                return len(samples) >= SAMPLES
            wait_until(collect, 120, f"{SAMPLES} looks at the clock, a Sync between any two")
            for sample in samples:
                self.assertLessEqual(sample["error_ns"], sample["maximum_error_ns"])
                self.assertLess(sample["bound_95_ns"], sample["maximum_error_ns"])
                self.assertLess(sample["root_dispersion_ns"], sample["root_distance_ns"])
            in_bound = sum(s["error_ns"] <= s["bound_95_ns"] for s in samples)
            worst = max(samples, key=lambda s: s["error_ns"])
            scenes.figure("true error within the bound of a symmetric path",
                          f"{100 * in_bound / SAMPLES:.0f} %", "none, the path decides")
            scenes.figure("worst true error, and the greatest error stated then",
                          f"{worst['error_ns'] / 1e3:.1f} us, "
                          f"{worst['maximum_error_ns'] / 1e3:.1f} us", "every sample within")

            rows = dict(scenes.table_rows(
                host.hostctl("system", "ptp", "stats", "get").stdout))
            self.assertRegex(rows["Uncertainty"], r"^\+-[\d.]+ [num]s \(95 %\), \+-[\d.]+ [um]s "
                                                  r"if the path is asymmetric$")

            scene.master.program.stop()
            host.wait_for_state("LISTENING")
            wait_until(lambda: host.stats()["holdover_s"] > 5, 20, "5 s of holdover")
            held = look(host)
            self.assertLessEqual(held["error_ns"], held["maximum_error_ns"])
            self.assertGreater(held["maximum_error_ns"], held["bound_95_ns"])
            rows = dict(scenes.table_rows(
                host.hostctl("system", "ptp", "stats", "get").stdout))
            self.assertRegex(rows["Uncertainty"], r"if the path was asymmetric; growing$")

    def test_nothing_is_claimed_before_a_master_is_measured(self):
        with scenes.grandmaster_and_host(master={"domain": 5}) as scene:
            scene.host.enable()
            scene.host.wait_for_state("LISTENING")
            self.assertIsNone(scene.host.stats()["uncertainty"])
            rows = dict(scenes.table_rows(
                scene.host.hostctl("system", "ptp", "stats", "get").stdout))
            self.assertEqual(rows["Uncertainty"], "unknown, no master is measured yet")


if __name__ == "__main__":
    runner.main()
