"""The story that must always work: two commands, and the host follows a real grandmaster."""
import unittest

import peers
import runner
import scenes
from world import wait_until

MICROSECOND = 1_000
MILLISECOND = 1_000_000

CLIENT_ROWS = [
    "Announce received", "Best master ID", "Best master IP", "Clock Source", "Clock correction",
    "Clock status", "Delay mechanism", "DelayReq sent", "DelayResp received",
    "Follow-up received", "GM priority", "Host info", "Interface", "Kernel time",
    "Local port ID", "Local time", "Mean Path Delay", "Message rates", "Offset from Master",
    "PTP Engine resets", "PTP domain", "Performance", "Port state", "Preset",
    "State transitions", "Sync mode", "Sync received", "Time properties", "TimingService",
    "TimingServices", "Transport", "UTC properties",
]


def assert_near_the_truth(test, host, what):
    """The virtual clock is within a millisecond of the grandmaster's; the true error is printed."""
    errors = [host.true_offset_ns() for _ in range(20)]
    worst = max(errors, key=abs)
    scenes.figure(f"true error of the clock, {what}", f"{worst / MICROSECOND:.1f} us",
                  "within 1000 us")
    test.assertLess(abs(worst), MILLISECOND)


class StoryTest(unittest.TestCase):
    def test_two_commands_give_a_clock_in_control(self):
        # ptp4l as Debian configures it: Announce every 2 s, Sync every second.
        slow = {"log_announce": 1, "log_sync": 0, "log_delay": 0}
        with scenes.grandmaster_and_host(master=slow) as scene:
            host = scene.host
            done = host.enable()
            self.assertEqual((done.stdout, done.stderr), ("", ""))
            before = host.wait_for_lock()
            assert_near_the_truth(self, host, "at first lock")

            table = host.hostctl("system", "ptp", "stats", "get").stdout
            self.assertTrue(table.startswith("Metric "), table)
            rows = scenes.table_rows(table)
            shown = dict(rows)
            # Every row of the original, in its order; rows of our own may stand between.
            self.assertEqual([name for name in shown if name in CLIENT_ROWS], CLIENT_ROWS)
            self.assertEqual(len(shown), len(rows), "a metric is shown twice")
            self.assertEqual(shown["Clock status"], "calibrated, in control")
            self.assertEqual(shown["Port state"], "PTP_SLAVE")
            self.assertEqual(shown["Best master ID"], f"{scene.master.clock_identity()}(unknown)/1")
            self.assertEqual(shown["Best master IP"], scenes.MASTER_IP)
            self.assertEqual(shown["Interface"], "vmk0")
            self.assertEqual(shown["Sync mode"], "TWO_STEP")
            self.assertEqual(shown["Time properties"].split(",")[0], "ARB timescale")

            wait_until(lambda: host.stats()["messages"]["sync_received"] >=
                       before["messages"]["sync_received"] + 10, 30, "ten more Sync arrived")
            assert_near_the_truth(self, host, "ten seconds later")

            # The history has every second of it, and what was measured in each.
            seconds = host.json("system", "ptp", "stats", "history", "--period", "second",
                                "--last", "8")
            numbers = [second["number"] for second in seconds]
            self.assertEqual(numbers, list(range(numbers[0], numbers[0] + 8)))
            offsets = [second["values"]["offset_from_master_ns"] for second in seconds]
            self.assertGreaterEqual(sum(offset["samples"] for offset in offsets if offset), 6)
            for second, offset in zip(seconds, offsets):
                self.assertEqual((second["port_state"], second["clock_state"]),
                                 ("SLAVE", "LOCKED"))
                if offset:
                    self.assertLess(max(abs(offset["minimum"]), abs(offset["maximum"])),
                                    MILLISECOND)
            after = host.stats()
            for counter in ("announce_received", "follow_up_received", "delay_req_sent",
                            "delay_resp_received"):
                self.assertGreater(after["messages"][counter], before["messages"][counter], counter)

    def test_the_same_command_again_changes_nothing(self):
        with scenes.grandmaster_and_host() as scene:
            before = scene.enable_and_lock()
            etag = scene.host.ptp()["etag"]
            done = scene.host.enable()
            self.assertEqual((done.stdout, done.stderr), ("", ""))
            after = scene.host.stats()
            for same in ("engine_pid", "engine_resets", "state_transitions", "clock_steps"):
                self.assertEqual(after[same], before[same], same)
            self.assertEqual(scene.host.ptp()["etag"], etag)

    def test_machine_output_is_typed(self):
        with scenes.grandmaster_and_host() as scene:
            scene.enable_and_lock()
            # Born 50 ppm fast, so it is slowed down by as much, once the start is past.
            wait_until(lambda: abs(scene.host.stats()["frequency_correction_ppb"]["mean"] + 50_000)
                       < 20_000, 60, "the mean correction is that of the clock's error")
            stats = scene.host.stats()
        self.assertIsInstance(stats["offset_from_master_ns"]["last"], (int, float))
        self.assertIsInstance(stats["mean_path_delay_ns"]["mean"], (int, float))
        self.assertIsInstance(stats["messages"]["sync_received"], int)
        self.assertIs(stats["clock_in_control"], True)
        self.assertEqual(stats["parent"]["parent_address"], scenes.MASTER_IP)
        self.assertEqual(stats["parent"]["grandmaster_priority1"], 128)
        self.assertGreater(stats["mean_path_delay_ns"]["mean"], 0)

    def test_statistics_log_has_a_line_per_sync_and_delay_response(self):
        with scenes.grandmaster_and_host() as scene:
            host = scene.host
            master = scene.enable_and_lock()["parent"]["grandmaster_identity"]
            first = host.stats()["messages"]
            lines = host.stats_log.read_text().splitlines()
            wait_until(lambda: host.stats()["messages"]["sync_received"] >=
                       first["sync_received"] + 20, 30, "twenty more Sync arrived")
            last = host.stats()["messages"]
            new = host.stats_log.read_text().splitlines()[len(lines):]
        self.assertTrue(lines[0].startswith("# Timestamp, State, Clock ID, One Way Delay, "
                                            "Offset From Master, "), lines[0])
        self.assertEqual(len(lines[0].split(",")), 18)
        rows = [[cell.strip() for cell in line.split(",")] for line in new]
        for row in rows:
            self.assertEqual(len(row), 18, row)
            self.assertRegex(row[0], r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}$")
            self.assertEqual(row[1], "slv")
            self.assertEqual(row[2], f"{master}(unknown)/1")
            self.assertRegex(row[4], r"^-?\d+\.\d{9}$")
        # Reports and log are read one after the other: a message may fall in between.
        for letter, counter in (("S", "sync_received"), ("D", "delay_resp_received")):
            count = sum(row[8] == letter for row in rows)
            self.assertAlmostEqual(count, last[counter] - first[counter], delta=3, msg=counter)

    def test_disable_stops_the_engine_and_closes_the_firewall(self):
        with scenes.grandmaster_and_host() as scene:
            host = scene.host
            pid = scene.enable_and_lock()["engine_pid"]
            done = host.hostctl("system", "ptp", "set", "--disable")
            self.assertEqual((done.stdout, done.stderr), ("", ""))
            wait_until(lambda: pid not in host.namespace.pids(), 5, "the engine has ended")
            runtime = host.ptp()["runtime"]
            self.assertEqual(runtime["service_state"], "STOPPED")
            self.assertIs(runtime["ruleset_enabled"], False)

    def test_dry_run_tells_and_changes_nothing(self):
        with scenes.grandmaster_and_host() as scene:
            before = scene.host.ptp()
            told = scene.host.enable("--dry-run").stdout
            self.assertIn("ptp.enabled", told)
            after = scene.host.ptp()
            self.assertEqual(after["config"], before["config"])
            self.assertEqual(after["runtime"]["service_state"], "STOPPED")

    def test_a_wrong_domain_is_counted_and_can_be_put_right(self):
        with scenes.grandmaster_and_host(master={"domain": 5}) as scene:
            host = scene.host
            host.enable()
            wait_until(lambda: host.stats()["faults"]["domain_mismatches"] > 3, 20,
                       "messages of another domain are counted")
            self.assertEqual(host.port_state(), "LISTENING")
            wait_until(lambda: "in domain 5, and this port is in domain 0"
                       in host.stats()["state_reason"], 20, "the reason names the other domain")
            host.hostctl("system", "ptp", "set", "--domain", "5")
            self.assertEqual(host.wait_for_lock()["domain_number"], 5)


class OtherMastersTest(unittest.TestCase):
    def test_follows_ptpd(self):
        with scenes.grandmaster_and_host(peers.ptpd_grandmaster) as scene:
            scene.enable_and_lock()
            assert_near_the_truth(self, scene.host, "with ptpd as grandmaster")

    def test_follows_one_step_sync_on_the_ptp_timescale(self):
        def one_step(namespace):
            return peers.ScriptedMaster(namespace, "--utc-offset", 37)
        with scenes.grandmaster_and_host(one_step) as scene:
            stats = scene.enable_and_lock()
            self.assertEqual(stats["parent"]["sync_mode"], "ONE_STEP")
            self.assertEqual(stats["messages"]["follow_up_received"], 0)
            self.assertEqual(stats["time_properties"]["applied_utc_offset_s"], 37)
            assert_near_the_truth(self, scene.host, "one-step, PTP timescale, UTC offset 37 s")

    def test_follows_through_a_bridge_that_forwards_multicast_only_to_members(self):
        with scenes.grandmaster_and_host(world={"querier": True}) as scene:
            scene.enable_and_lock()
            members = scene.world.multicast_members()
            self.assertRegex(members, r"port to-host grp 224\.0\.1\.129")

    def test_changes_over_to_a_better_master_and_back(self):
        with scenes.grandmaster_and_host() as scene:
            first = scene.enable_and_lock()["parent"]["grandmaster_identity"]
            other = scene.world.namespace("better", "192.0.2.3/24")
            better = peers.grandmaster(other, priority1=10, log_announce=0, log_sync=-2,
                                       log_delay=-2)

            def follows(identity):
                stats = scene.host.locked()
                return stats and stats["parent"]["grandmaster_identity"] == identity
            wait_until(lambda: follows(better.clock_identity()), 30, "the better master is followed")
            better.program.stop()
            wait_until(lambda: follows(first), 30, "the first master is followed again")
            assert_near_the_truth(self, scene.host, "after two changes of master")


if __name__ == "__main__":
    runner.main()
