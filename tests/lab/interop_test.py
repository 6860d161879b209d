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
from interop.cell import FAST, OUR_IP, PEER_IP, Cell, Pair, Rates

DOMAINS = (0, 42)
DELAYS = ("E2E", "P2P")
LINK_LOCAL_MAC = "01:80:C2:00:00:0E"


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
                 {rules.SIGNALING: None, rules.DELAY_REQ: FAST.delay}),
                ("server", {}, {"unicast_req_duration": 10},
                 f"[unicast_master_table]\ntable_id 1\nlogQueryInterval 0\nUDPv4 {OUR_IP}\n"
                 "[eth0]\nunicast_master_table 1\n",
                 {rules.SIGNALING: None, rules.ANNOUNCE: FAST.announce, rules.SYNC: FAST.sync,
                  rules.FOLLOW_UP: FAST.sync, rules.DELAY_RESP: FAST.delay}))])

    def test_telecom_profile(self):
        # The clock class of a grandmaster that is locked, 6.4 of G.8275.1.
        self.run_cells("g8275.1", [
            Cell("L2", "E2E", domain, we_are, what="G.8275.1", rates=Rates(-3, -4, -4, 0),
                 hostctl=("--profile", "g8275.1", *ours),
                 settings={"dataset_comparison": "G.8275.x", "ptp_dst_mac": LINK_LOCAL_MAC,
                           "clock_class": theirs})
            for domain in (24, 42)
            for we_are, ours, theirs in (("client", (), 6),
                                         ("server", ("--clock-class", "6"), 255))])

    def test_gptp_profile(self):
        # With software timestamps a link takes longer than 802.1AS allows.
        self.run_cells("gptp", [
            Cell("L2", "P2P", 0, we_are, what="gPTP", rates=Rates(0, -3, 0, 0),
                 hostctl=("--profile", "gptp",
                          "--neighbor-propagation-delay-threshold", "20000000"),
                 settings={"transportSpecific": "0x1", "ptp_dst_mac": LINK_LOCAL_MAC,
                           "path_trace_enabled": 1, "follow_up_info": 1, "assume_two_step": 1,
                           "neighborPropDelayThresh": 20_000_000,
                           "min_neighbor_prop_delay": -20_000_000, "priority1": priority1},
                 expects={"major_sdo_id": rules.GPTP_SDO})
            # Ours is 248: linuxptp's may become master even when it is to be a client only.
            for we_are, priority1 in (("client", 246), ("server", 255))])

    def test_media_profiles(self):
        self.run_cells("media", [
            Cell("UDPv4", "E2E", domain, we_are, what=profile, rates=rates,
                 hostctl=("--profile", profile))
            for profile, domain, rates in (("smpte-2059-2", 127, Rates(-2, -3, -3, 0)),
                                           ("aes67", 0, Rates(1, -3, 0, 0)))
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
