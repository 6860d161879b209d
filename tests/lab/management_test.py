"""linuxptp's pmc manages our engine: over the network, and over a local socket."""
import contextlib
import unittest

import peers
import runner
from engine import Engine, state_name
from interop.capture import Capture, decode
from pmc import Pmc
from world import World, wait_until

DOMAIN = 7
OUR_MAC, OUR_CLOCK = "02:00:00:00:00:02", "020000fffe000002"
OUR_IP = "192.0.2.2"
CONSOLE_MAC = "02:00:00:00:00:03"
MANAGEMENT = 0xD  # messageType
FAST = {"log_announce_interval": -1, "log_sync_interval": -3, "log_min_delay_req_interval": -3}


@contextlib.contextmanager
def managed(role, management=None, **protocol):
    """Our engine, and a console on the same network; yields (world, engine, console)."""
    with World() as world:
        host = world.namespace("host", f"{OUR_IP}/24", mac=OUR_MAC)
        console = world.namespace("console", "192.0.2.3/24", mac=CONSOLE_MAC)
        engine = Engine(host, "eth0", interface="vmk0", domain_number=DOMAIN,
                        protocol={"role": f"CLOCK_ROLE_{role.upper()}", **FAST, **protocol},
                        management=management or {},
                        management_socket=str(world.folder / "management.sock"))
        yield world, engine, console


def both_ways(engine, console):
    """pmc over the network, and on the host itself."""
    return (Pmc(console, domain=DOMAIN, clock=OUR_CLOCK),
            Pmc(engine.namespace, socket=engine.config["management_socket"], domain=DOMAIN))


def wait_for(engine, state):
    wait_until(lambda: state_name(engine.status()) == state, 30, f"our port is {state}")


class ManagementTest(unittest.TestCase):
    def test_pmc_reads_every_data_set_of_a_client(self):
        with managed("client") as (world, engine, console):
            master = peers.grandmaster(world.namespace("gm", "192.0.2.1/24"), domain=DOMAIN,
                                       priority1=100, clock_class=6, log_announce=-1, log_sync=-3,
                                       log_delay=-3)
            wait_for(engine, "SLAVE")
            grandmaster = master.clock_identity()
            for pmc in both_ways(engine, console):
                self.assertEqual(pmc.only("NULL_MANAGEMENT"), {})
                own = pmc.only("DEFAULT_DATA_SET")
                self.assertEqual(own["clockIdentity"].replace(".", ""), OUR_CLOCK)
                self.assertEqual(own["domainNumber"], str(DOMAIN))
                self.assertEqual(own["slaveOnly"], "1")
                self.assertEqual(own["numberPorts"], "1")
                self.assertEqual(own["clockClass"], "255")
                parent = pmc.only("PARENT_DATA_SET")
                self.assertEqual(parent["parentPortIdentity"].replace(".", ""), f"{grandmaster}-1")
                self.assertEqual(parent["grandmasterIdentity"].replace(".", ""), grandmaster)
                self.assertEqual(parent["grandmasterPriority1"], "100")
                self.assertEqual(parent["gm.ClockClass"], "6")
                current = pmc.only("CURRENT_DATA_SET")
                self.assertEqual(current["stepsRemoved"], "1")
                self.assertLess(abs(float(current["offsetFromMaster"])), 1e6)
                self.assertTrue(0 < float(current["meanPathDelay"]) < 1e6, current)
                properties = pmc.only("TIME_PROPERTIES_DATA_SET")
                self.assertEqual(properties["currentUtcOffset"], "37")
                self.assertEqual(properties["ptpTimescale"], "0")
                port = pmc.only("PORT_DATA_SET")
                self.assertEqual(port["portState"], "SLAVE")
                self.assertEqual(port["portIdentity"].replace(".", ""), f"{OUR_CLOCK}-1")
                self.assertEqual(port["logMinDelayReqInterval"], "-3")
                self.assertEqual(port["delayMechanism"], "1")
                status = pmc.only("TIME_STATUS_NP")
                self.assertEqual(status["gmPresent"], "true")
                self.assertEqual(status["gmIdentity"].replace(".", ""), grandmaster)
                self.assertGreater(int(status["ingress_time"]), 1_700_000_000_000_000_000)
                description = pmc.only("CLOCK_DESCRIPTION")
                self.assertEqual(description["clockType"], "0x8000")
                self.assertEqual(description["physicalAddress"], OUR_MAC)
                self.assertEqual(description["protocolAddress"], f"1 {OUR_IP}")
                self.assertEqual(description["productDescription"], "hostctl;ptpd;")
                self.assertEqual(description["profileId"], "00:1b:19:00:01:00")
                ours = pmc.only("PORT_PROPERTIES_NP")
                self.assertEqual(ours["portState"], "SLAVE")
                self.assertEqual(ours["timestamping"], "SOFTWARE")
                self.assertEqual(ours["interface"], "vmk0")

    def test_pmc_reads_the_link_of_a_port_with_peer_delay(self):
        with managed("client", delay_mechanism="DELAY_MECHANISM_P2P",
                     log_min_pdelay_req_interval=-2,
                     neighbor_propagation_delay_threshold_ns=5000) as (world, engine, console):
            peers.grandmaster(world.namespace("gm", "192.0.2.1/24"), domain=DOMAIN,
                              log_announce=-1, log_sync=-3, delay_mechanism="P2P")
            wait_for(engine, "SLAVE")
            for pmc in both_ways(engine, console):
                port = pmc.only("PORT_DATA_SET")
                self.assertEqual(port["delayMechanism"], "2")
                self.assertEqual(port["logMinPdelayReqInterval"], "-2")
                self.assertGreater(int(port["peerMeanPathDelay"]), 0)
                self.assertEqual(pmc.only("PORT_DATA_SET_NP"),
                                 {"neighborPropDelayThresh": "5000", "asCapable": "1"})

    def test_pmc_counts_the_messages_of_a_port(self):
        with managed("client") as (world, engine, console):
            peers.grandmaster(world.namespace("gm", "192.0.2.1/24"), domain=DOMAIN,
                              log_announce=-1, log_sync=-3, log_delay=-3)
            wait_for(engine, "SLAVE")
            for pmc in both_ways(engine, console):
                before = {name: int(value) for name, value in pmc.only("PORT_STATS_NP").items()
                          if name.startswith(("rx_", "tx_"))}
                for name in ("rx_Sync", "rx_Follow_Up", "rx_Announce", "rx_Delay_Resp",
                             "tx_Delay_Req"):
                    self.assertTrue(0 < before[name] < 10_000, (name, before))
                self.assertEqual(before["tx_Sync"], 0)
                wait_until(lambda: int(pmc.only("PORT_STATS_NP")["rx_Sync"]) > before["rx_Sync"],
                           5, "Sync messages are counted")
            # Requests over the network are counted too, and our answers to them.
            stats = both_ways(engine, console)[0].only("PORT_STATS_NP")
            self.assertGreaterEqual(int(stats["tx_Management"]), 2)
            self.assertGreater(int(stats["rx_Management"]), int(stats["tx_Management"]))

    def test_small_settings_are_read_one_by_one(self):
        with managed("server", priority1=10, priority2=20, clock_class=6, clock_accuracy=0x21,
                     announce_receipt_timeout=4, time_source=0x20) as (_, engine, console):
            wait_for(engine, "MASTER")
            expected = {
                "PRIORITY1": {"priority1": "10"}, "PRIORITY2": {"priority2": "20"},
                "DOMAIN": {"domainNumber": str(DOMAIN)}, "SLAVE_ONLY": {"slaveOnly": "0"},
                "LOG_ANNOUNCE_INTERVAL": {"logAnnounceInterval": "-1"},
                "ANNOUNCE_RECEIPT_TIMEOUT": {"announceReceiptTimeout": "4"},
                "LOG_SYNC_INTERVAL": {"logSyncInterval": "-3"},
                "CLOCK_ACCURACY": {"clockAccuracy": "0x21"},
                "TIMESCALE_PROPERTIES": {"ptpTimescale": "1"},
                "TRACEABILITY_PROPERTIES": {"timeTraceable": "0", "frequencyTraceable": "0"},
                "DELAY_MECHANISM": {"delayMechanism": "1"},
            }
            for pmc in both_ways(engine, console):
                for management_id, fields in expected.items():
                    self.assertEqual(pmc.only(management_id), fields, management_id)
                settings = pmc.only("GRANDMASTER_SETTINGS_NP")
                self.assertEqual(settings["clockClass"], "6")
                self.assertEqual(settings["clockAccuracy"], "0x21")
                self.assertEqual(settings["timeSource"], "0x20")

    def test_settings_stay_unless_changes_are_permitted(self):
        with managed("server", priority1=10) as (_, engine, console):
            wait_for(engine, "MASTER")
            for pmc in both_ways(engine, console):
                refusal, = pmc.ask("SET PRIORITY1 99")
                self.assertEqual(refusal.kind, "MANAGEMENT_ERROR_STATUS")
                self.assertEqual(pmc.only("PRIORITY1"), {"priority1": "10"})

    def test_a_permitted_change_is_what_clients_see(self):
        with managed("server", management={"allow_set": True}) as (world, engine, console):
            client = peers.Ptp4l(world.namespace("client", "192.0.2.1/24"), client=True,
                                 domain=DOMAIN, log_announce=-1)
            client.wait_for("UNCALIBRATED")
            for pmc, priority1 in zip(both_ways(engine, console), ("99", "98")):
                changed, = pmc.ask(f"SET PRIORITY1 {priority1}")
                self.assertEqual(changed.kind, "MANAGEMENT")
                self.assertEqual(changed.fields, {"priority1": priority1})
                self.assertEqual(pmc.only("PRIORITY1"), {"priority1": priority1})
                wait_until(lambda wanted=priority1: client.get("PARENT_DATA_SET").get(
                    "grandmasterPriority1") == wanted, 15, "the client hears of it")

    def test_nobody_is_answered_when_management_is_off(self):
        with managed("server", management={"enabled": False}) as (_, engine, console):
            wait_for(engine, "MASTER")
            network, local = both_ways(engine, console)
            self.assertEqual(network.get("PRIORITY1"), [])
            self.assertEqual(len(local.get("PRIORITY1")), 1)

    def test_answers_go_to_the_asker_alone_and_are_well_formed(self):
        with managed("server") as (_, engine, console):
            wait_for(engine, "MASTER")
            capture = Capture(console)
            network, _ = both_ways(engine, console)
            for management_id in ("DEFAULT_DATA_SET", "PORT_DATA_SET", "CLOCK_DESCRIPTION",
                                  "USER_DESCRIPTION", "TIME_PROPERTIES_DATA_SET"):
                network.only(management_id)
            network.only("NULL_MANAGEMENT")  # what came last need not have been written yet
            capture.stop()
            answers = [message for message in decode([capture.file])[0]
                       if message.kind == MANAGEMENT and message.identity == OUR_CLOCK]
            self.assertIn(len(answers), (5, 6))
            for answer in answers:
                self.assertEqual(answer.destination_mac, CONSOLE_MAC)
                self.assertEqual(answer.domain, DOMAIN)
                self.assertEqual(answer.control, 4)
                self.assertEqual(answer.trouble, "")

    def test_pmc_reaches_us_over_the_other_transports(self):
        for transport, protocol in (
                ("UDPv6", {"network_protocol": "NETWORK_PROTOCOL_UDP_IPV6",
                           "ipv6_scope": "IPV6_SCOPE_GLOBAL"}),
                ("L2", {"network_protocol": "NETWORK_PROTOCOL_ETHERNET"})):
            with self.subTest(transport), managed("server", **protocol) as (_, engine, console):
                wait_for(engine, "MASTER")
                pmc = Pmc(console, domain=DOMAIN, clock=OUR_CLOCK, transport=transport)
                self.assertEqual(pmc.only("DOMAIN"), {"domainNumber": str(DOMAIN)})
                self.assertEqual(pmc.only("PORT_DATA_SET")["portState"], "MASTER")
                if transport == "L2":
                    self.assertEqual(pmc.only("CLOCK_DESCRIPTION")["protocolAddress"],
                                     f"3 {OUR_MAC}")

    def test_a_boundary_clock_answers_for_each_port_and_passes_requests_on(self):
        with World() as world:
            boundary = world.namespace("bc", plugged=False)
            ends = {name: world.namespace(name, plugged=False) for name in ("gm", "console")}
            for number, (device, end) in enumerate(zip(("eth0", "eth1"), ends.values())):
                boundary.connect(device, end, "eth0", mac=f"02:00:00:00:{number:02x}:02")
                for side, on, last in ((boundary, device, 2), (end, "eth0", 1)):
                    side.ip("addr", "add", f"198.51.{100 + number}.{last}/24", "dev", on)
            master = peers.grandmaster(ends["gm"], domain=DOMAIN, priority1=1, log_announce=-1,
                                       log_sync=-3, log_delay=-3)
            socket = str(world.folder / "management.sock")
            engine = Engine(boundary, "eth0", "eth1", domain_number=DOMAIN,
                            protocol={"role": "CLOCK_ROLE_AUTO", **FAST}, management_socket=socket)

            local = Pmc(boundary, socket=socket, domain=DOMAIN)
            def states():
                return [answer.fields["portState"] for answer in local.get("PORT_DATA_SET")]
            wait_until(lambda: states() == ["SLAVE", "MASTER"], 40, "the ports have their states")
            self.assertEqual([answer.port for answer in local.get("PORT_DATA_SET")],
                             [f"{OUR_CLOCK}-1", f"{OUR_CLOCK}-2"])
            self.assertEqual(local.only("DEFAULT_DATA_SET")["numberPorts"], "2")
            self.assertEqual(local.only("CURRENT_DATA_SET")["stepsRemoved"], "1")

            near = Pmc(ends["console"], domain=DOMAIN, boundary_hops=0)
            self.assertEqual([answer.clock for answer in near.get("DEFAULT_DATA_SET")],
                             [OUR_CLOCK])
            far = Pmc(ends["console"], domain=DOMAIN, boundary_hops=1)
            self.assertEqual({answer.clock for answer in far.get("DEFAULT_DATA_SET")},
                             {OUR_CLOCK, master.clock_identity()})


if __name__ == "__main__":
    runner.main()
