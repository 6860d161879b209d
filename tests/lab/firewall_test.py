"""The firewall, proven with packets: closed means that no Announce arrives."""
import unittest

import runner
import scenes
from world import wait_until


def admit_all(host, everybody):
    """Lets every address use PTP's ruleset, or none: its list is empty."""
    return host.hostctl("network", "firewall", "ruleset", "set", "--ruleset-id", "ptpd",
                        "--allowed-all", "true" if everybody else "false")


def hostctl_table(host):
    """Our table's rules, without their packet counters (which grow)."""
    return host.namespace.run(["nft", "--stateless", "list", "table", "inet", "hostctl"], check=False).stdout


class FirewallTest(unittest.TestCase):
    def test_closing_stops_the_packets_and_opening_lets_them_in(self):
        with scenes.grandmaster_and_host() as scene:
            host = scene.host
            scene.enable_and_lock()
            done = admit_all(host, False)
            self.assertEqual(done.stdout, "")
            self.assertIn("Note: no address may use the ruleset ptpd", done.stderr)
            # The announce receipt timeout is three intervals of 1 s, plus up to one more.
            host.wait_for_state("LISTENING", 6)
            heard = host.stats()["messages"]["announce_received"]
            seen_by_peer = scene.master.get("PORT_DATA_SET")
            self.assertEqual(seen_by_peer["portState"], "MASTER")
            # Time passes by the grandmaster's packets, which go on.
            first = scene.world.packets_into("host")
            wait_until(lambda: scene.world.packets_into("host") > first + 15, 15,
                       "the grandmaster goes on")
            stats = host.stats()
            self.assertEqual(stats["messages"]["announce_received"], heard)
            self.assertEqual(stats["port_state"], "LISTENING")
            ptp = host.ptp()
            self.assertIn("RULESET_CLOSED", [c["code"] for c in ptp["runtime"]["conditions"]])
            admit_all(host, True)
            host.wait_for_lock(30)

    def test_a_flushed_ruleset_is_put_back(self):
        with scenes.grandmaster_and_host() as scene:
            host = scene.host
            scene.enable_and_lock()
            wanted = hostctl_table(host)
            self.assertIn("319", wanted)
            host.namespace.run(["nft", "flush", "ruleset"])
            wait_until(lambda: hostctl_table(host) == wanted, 5, "the table is back as it was")
            admit_all(host, False)
            closed = hostctl_table(host)
            host.namespace.run(["nft", "flush", "ruleset"])
            wait_until(lambda: hostctl_table(host) == closed, 5, "the closed table is back")
            host.wait_for_state("LISTENING", 8)

    def test_tables_of_others_stay_as_they_are(self):
        with scenes.grandmaster_and_host() as scene:
            host = scene.host
            for rule in ("add table ip other", "add chain ip other input",
                         "add rule ip other input tcp dport 22 counter accept"):
                host.namespace.run(["nft", *rule.split()])
            before = host.namespace.run(["nft", "list", "table", "ip", "other"]).stdout
            host.enable()
            admit_all(host, False)
            host.hostctl("system", "ptp", "set", "--disable")
            after = host.namespace.run(["nft", "list", "table", "ip", "other"]).stdout
            self.assertEqual(after, before)

    def test_rulesets_and_rules_are_listed(self):
        with scenes.grandmaster_and_host() as scene:
            host = scene.host
            host.enable()
            rulesets = {r["ruleset_id"]: r for r in host.json("network", "firewall", "ruleset",
                                                              "list")}
            self.assertIs(rulesets["ptpd"]["enabled"], True)
            rules = host.json("network", "firewall", "ruleset", "rule", "list",
                              "--ruleset-id", "ptpd")
            inbound = {port for r in rules if r["direction"] == "INBOUND"
                       for port in range(r["port_begin"], r["port_end"] + 1)}
            self.assertEqual(inbound, {319, 320})
            self.assertEqual({r["protocol"] for r in rules}, {"UDP"})


if __name__ == "__main__":
    runner.main()
