"""The interoperability matrix: our engine against linuxptp's, ptpd's and a one-step master.

Each cell asserts the state and the identities that both ends report, that the times
agree, and that tshark finds nothing wrong with any packet of ours. The table of all
that was run stands in `interop/matrix.txt` of the build folder.
"""
import unittest

import runner
from interop import matrix
from interop import packet_rules as rules
from interop.boundary import Boundary
from interop.cell import LOG_ANNOUNCE, LOG_DELAY, LOG_SYNC, OUR_IP, PEER_IP, Cell, Pair

DOMAINS = (0, 42)
DELAYS = ("E2E", "P2P")


class InteropTest(unittest.TestCase):
    def run_cells(self, shard, cells, start=Pair):
        for cell, problems in matrix.run(shard, cells, start).items():
            with self.subTest(cell.name):
                self.assertEqual(problems, [])

    def against_ptp4l_and_one_step(self, transport):
        self.run_cells(transport, [
            Cell(transport, delay, domain, we_are, peer)
            for delay in DELAYS for domain in DOMAINS
            for we_are, peer in (("client", "ptp4l"), ("server", "ptp4l"), ("client", "one-step"))])

    def test_udp_over_ipv4(self):
        self.against_ptp4l_and_one_step("UDPv4")

    def test_udp_over_ipv6(self):
        self.against_ptp4l_and_one_step("UDPv6")

    def test_ethernet(self):
        self.against_ptp4l_and_one_step("L2")

    def test_hybrid(self):
        self.run_cells("hybrid", [
            Cell("UDPv4", "E2E", domain, we_are, what="hybrid", protocol={"hybrid_e2e": True},
                 settings={"hybrid_e2e": 1}, expects={"unicast": frozenset({to_one})})
            for domain in DOMAINS
            for we_are, to_one in (("client", rules.DELAY_REQ), ("server", rules.DELAY_RESP))])

    def test_unicast_negotiation(self):
        self.run_cells("unicast", [
            Cell("UDPv4", "E2E", domain, we_are, what="unicast negotiation",
                 protocol={"unicast_negotiation": True, "unicast_grant_duration_s": 10},
                 config=ours, settings=theirs, sections=sections,
                 expects={"unicast": frozenset(sends), "sends": sends})
            for domain in DOMAINS
            for we_are, ours, theirs, sections, sends in (
                ("client", {"unicast_masters": [PEER_IP]},
                 {"unicast_listen": 1, "inhibit_multicast_service": 1, "hybrid_e2e": 1}, "",
                 {rules.SIGNALING: None, rules.DELAY_REQ: LOG_DELAY}),
                ("server", {}, {"unicast_req_duration": 10},
                 f"[unicast_master_table]\ntable_id 1\nlogQueryInterval 0\nUDPv4 {OUR_IP}\n"
                 "[eth0]\nunicast_master_table 1\n",
                 {rules.SIGNALING: None, rules.ANNOUNCE: LOG_ANNOUNCE, rules.SYNC: LOG_SYNC,
                  rules.FOLLOW_UP: LOG_SYNC, rules.DELAY_RESP: LOG_DELAY}))])

    def test_telecom(self):
        # The clock class of a grandmaster that is locked, 6.4 of G.8275.1.
        self.run_cells("g8275.1", [
            Cell("L2", "E2E", 42, we_are, what="G.8275.1",
                 protocol={"best_master_algorithm": "BEST_MASTER_ALGORITHM_G8275",
                           "clock_class": 6 if we_are == "server" else 255,
                           "non_forwardable": True},
                 settings={"dataset_comparison": "G.8275.x", "ptp_dst_mac": "01:80:C2:00:00:0E",
                           "clock_class": 6 if we_are == "client" else 255})
            for we_are in ("client", "server")])

    def test_gptp(self):
        # A software timestamp makes a link of some microseconds longer than 802.1AS allows.
        self.run_cells("gptp", [
            Cell("L2", "P2P", 0, we_are, what="gPTP",
                 protocol={"gptp": True, "sdo_id": 0x100, "path_trace": True,
                           "non_forwardable": True, "timescale": "TIMESCALE_PTP",
                           "neighbor_propagation_delay_threshold_ns": 20_000_000},
                 settings={"transportSpecific": "0x1", "ptp_dst_mac": "01:80:C2:00:00:0E",
                           "path_trace_enabled": 1, "follow_up_info": 1, "assume_two_step": 1,
                           "neighborPropDelayThresh": 20_000_000,
                           "min_neighbor_prop_delay": -20_000_000},
                 expects={"major_sdo_id": rules.GPTP_SDO})
            for we_are in ("client", "server")])

    def test_boundary_clock(self):
        self.run_cells("boundary", [Cell(transport, "E2E", domain, "boundary")
                                    for transport in ("UDPv4", "L2") for domain in DOMAINS],
                       Boundary)

    def test_ptpd(self):
        # It believes an offset from UTC only if that is said to be valid.
        self.run_cells("ptpd", [
            Cell("UDPv4", "E2E", domain, we_are, "ptpd",
                 protocol={"current_utc_offset_valid": timescale == "TIMESCALE_PTP",
                           "timescale": timescale})
            for domain, timescale in zip(DOMAINS, ("TIMESCALE_PTP", "TIMESCALE_ARB"))
            for we_are in ("client", "server")])


if __name__ == "__main__":
    runner.main()
