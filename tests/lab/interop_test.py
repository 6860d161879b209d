"""The interoperability matrix: our engine against linuxptp's, ptpd's and a one-step master.

Each cell asserts the state and the identities that both ends report, that the times
agree, and that tshark finds nothing wrong with any packet of ours. The table of all
that was run stands in `interop/matrix.txt` of the build folder.
"""
import unittest

import runner
from interop import matrix
from interop.cell import Cell, Pair

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

    def test_ptpd(self):
        self.run_cells("ptpd", [Cell("UDPv4", "E2E", domain, we_are, "ptpd")
                                for domain in DOMAINS for we_are in ("client", "server")])


if __name__ == "__main__":
    runner.main()
