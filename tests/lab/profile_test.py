"""How PTP speaks, as an administrator sets it: profiles, single values, what is refused."""
import unittest

import runner
import scenes
from world import wait_until


def changes(host, *options):
    """What a dry run of `system ptp set` says would change, by subject."""
    found = host.json("system", "ptp", "set", *options, "--dry-run")
    return {change["subject"]: (change["before"], change["after"]) for change in found}


class ProfileTest(unittest.TestCase):
    def test_every_profile_is_listed_with_what_it_sets_and_can_be_set(self):
        with scenes.grandmaster_and_host() as scene:
            profiles = scene.host.json("system", "ptp", "profile", "list")
            self.assertEqual(len(profiles), 10)
            for profile in profiles:
                scene.host.hostctl("system", "ptp", "set", "--profile", profile["name"])
                ptp = scene.host.ptp()
                self.assertEqual(ptp["config"]["profile"], profile["name"])
                self.assertEqual(ptp["config"]["domain_number"], profile["domain_number"])
                self.assertEqual(ptp["effective_protocol"], profile["protocol"])
                self.assertEqual(
                    scene.host.json("system", "ptp", "profile", "get", "--profile",
                                    profile["name"]), profile)

    def test_a_single_value_goes_on_top_and_is_taken_back(self):
        with scenes.grandmaster_and_host() as scene:
            host = scene.host
            host.hostctl("system", "ptp", "set", "--profile", "g8275.1", "--priority2", "10")
            self.assertEqual(host.ptp()["config"]["protocol"]["priority2"], 10)
            self.assertIn("Single Values: priority2 10\n",
                          host.hostctl("system", "ptp", "get").stdout)
            host.hostctl("system", "ptp", "set", "--unset", "priority2")
            self.assertIsNone(host.ptp()["config"]["protocol"]["priority2"])
            self.assertEqual(host.ptp()["effective_protocol"]["priority2"], 128)

    def test_a_dry_run_tells_and_changes_nothing(self):
        with scenes.grandmaster_and_host() as scene:
            before = scene.host.ptp()["config"]
            told = changes(scene.host, "--profile", "default-p2p", "--priority1", "7")
            self.assertEqual(told["ptp.profile"], ("slaveonly", "default-p2p"))
            self.assertEqual(told["ptp.protocol.priority1"], ("128 (profile)", "7"))
            self.assertEqual(told["ptp.protocol.delay_mechanism"],
                             ("e2e (profile)", "p2p (profile)"))
            self.assertEqual(scene.host.ptp()["config"], before)

    def test_what_is_wrong_is_refused_with_a_reason_and_changes_nothing(self):
        with scenes.grandmaster_and_host() as scene:
            host = scene.host
            before = host.ptp()["config"]
            for options, message, remedy in (
                    (["--profile", "telecom"], "there is no profile 'telecom'",
                     "hostctl system ptp profile list"),
                    (["--profile", "g8275.1", "--domain", "0"],
                     "PTP domain 0 is not within 24 to 43", "--domain 24"),
                    (["--profile", "default-p2p", "--hybrid-e2e", "true"],
                     "protocol.hybrid_e2e", "profile get --profile default-p2p"),
                    (["--profile", "gptp", "--transport", "udp4"],
                     "needs network_protocol ethernet", "profile get --profile gptp"),
                    (["--unicast-master", "192.0.2.1"], "protocol.unicast_negotiation is false",
                     "--unicast-negotiation true"),
                    (["--unicast-negotiation", "true", "--unicast-master", "2001:db8::1"],
                     "cannot be reached by network_protocol udp4", "--unicast-master"),
                    (["--acceptable-master", "grandmaster"],
                     "the acceptable master 'grandmaster'", "--acceptable-master")):
                done = host.hostctl("system", "ptp", "set", *options, check=False)
                self.assertEqual(done.returncode, 1, options)
                self.assertIn(message, done.stderr)
                self.assertIn("  Do: ", done.stderr)
                self.assertIn(remedy, done.stderr)
                self.assertEqual(host.ptp()["config"], before, options)

    def test_settings_survive_a_restart_of_hostd_and_the_engine_keeps_running(self):
        with scenes.grandmaster_and_host() as scene:
            scene.host.enable("--profile", "default-e2e", "--role", "client", "--priority1", "9",
                              "--acceptable-master", self.identity_of(scene))
            scene.host.wait_for_state("SLAVE")
            before, pid = scene.host.ptp()["config"], scene.host.engine_pid()
            scene.host.kill()
            scene.host.start()
            self.assertEqual(scene.host.ptp()["config"], before)
            self.assertEqual(scene.host.engine_pid(), pid)
            resets = scene.host.stats()["engine_resets"]
            scene.host.hostctl("system", "ptp", "set", "--priority1", "9")
            self.assertEqual(scene.host.stats()["engine_resets"], resets, "nothing has changed")

    def test_over_ethernet_the_firewall_stays_shut(self):
        with scenes.grandmaster_and_host(master={"network_transport": "L2"}) as scene:
            told = changes(scene.host, "--enable", "--interface", "vmk0", "--transport", "ethernet")
            self.assertNotIn("firewall.ruleset.ptpd.enabled", told)
            scene.host.enable("--transport", "ethernet")
            self.assertFalse(scene.host.ptp()["runtime"]["ruleset_enabled"])
            scene.host.wait_for_state("SLAVE", 60)
            scene.host.hostctl("system", "ptp", "set", "--transport", "udp4")
            self.assertTrue(scene.host.ptp()["runtime"]["ruleset_enabled"])

    def test_ports_and_masters_are_told(self):
        with scenes.grandmaster_and_host(master={"priority1": 100}) as scene:
            scene.host.enable()
            scene.host.wait_for_state("SLAVE")
            ports = scene.host.json("system", "ptp", "port", "list")
            self.assertEqual([(port["interface"], port["port_state"], port["reason"])
                              for port in ports][0][:2], ("vmk0", "SLAVE"))
            masters = scene.host.json("system", "ptp", "master", "list")
            self.assertEqual(len(masters), 1)
            self.assertEqual(masters[0]["port_identity"]["clock_identity"], self.identity_of(scene))
            self.assertEqual(masters[0]["grandmaster_priority1"], 100)
            self.assertEqual(masters[0]["qualification"], "QUALIFIED")
            self.assertTrue(masters[0]["best"])
            self.assertTrue(masters[0]["followed"])
            self.assertEqual(masters[0]["decided_by"], "ONLY_ONE")
            self.assertEqual(masters[0]["address"], scenes.MASTER_IP)

    def test_a_master_that_is_not_acceptable_is_named(self):
        with scenes.grandmaster_and_host() as scene:
            scene.host.enable("--acceptable-master", "0011223344556677")
            wait_until(lambda: scene.host.stats()["reason"] == "MASTER_UNACCEPTABLE", 30,
                       "the reason is MASTER_UNACCEPTABLE")
            masters = scene.host.json("system", "ptp", "master", "list")
            self.assertEqual(masters[0]["qualification"], "NOT_ACCEPTABLE")
            self.assertEqual(scene.host.ptp()["runtime"]["reason"], "MASTER_UNACCEPTABLE")

    @staticmethod
    def identity_of(scene):
        return scene.master.clock_identity()


if __name__ == "__main__":
    runner.main()
