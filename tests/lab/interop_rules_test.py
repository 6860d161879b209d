"""packet_rules and the table of the matrix: they find what is wrong, and nothing else."""
import dataclasses
import unittest


import runner
from interop import matrix
from interop import packet_rules as rules
from interop.capture import Message

US, CLIENT = "0200000000000002", "0200000000000001"
GROUP = "01:00:5e:00:01:81"


def message(kind, sequence, at, **changed):
    return Message(**{
        "time": at, "source_mac": "02:00:00:00:00:02", "destination_mac": GROUP, "identity": US,
        "port": 1, "kind": kind, "version": 2, "minor_version": 1, "major_sdo_id": 0, "domain": 0,
        "flags": rules.KINDS[kind].flags, "sequence": sequence,
        "control": rules.KINDS[kind].control, "log_interval": -3, "requester": "", "trouble": "",
        **changed})


def good_server():
    """Two seconds of Sync and Follow_Up, eight a second, and one Delay_Req with its answer."""
    messages = []
    for number in range(16):
        messages.append(message(rules.SYNC, 65530 + number & 0xFFFF, number / 8))
        messages.append(message(rules.FOLLOW_UP, 65530 + number & 0xFFFF, number / 8 + 1e-4))
    for number in range(2):
        messages.append(message(rules.DELAY_REQ, 7 + number, 0.55 + number / 2, identity=CLIENT,
                                log_interval=127))
        messages.append(message(rules.DELAY_RESP, 7 + number, 0.56 + number / 2, requester=CLIENT))
    return sorted(messages, key=lambda m: m.time)


EXPECTED = rules.Expectation(US, 0, {rules.SYNC: -3, rules.FOLLOW_UP: -3, rules.DELAY_RESP: -3})


class PacketRulesTest(unittest.TestCase):
    def found(self, messages):
        return "\n".join(rules.violations(messages, EXPECTED))

    def test_a_good_server_has_no_violations(self):
        self.assertEqual(self.found(good_server()), "")

    def test_each_wrong_field_is_named(self):
        wrong = {"version": 1, "minor_version": 0, "domain": 5, "major_sdo_id": 1, "control": 9,
                 "flags": 0x0208, "log_interval": 0, "destination_mac": "02:00:00:00:00:01",
                 "trouble": "Malformed Packet", "sequence": 11}
        names = ["versionPTP", "versionPTP", "domainNumber", "majorSdoId", "controlField",
                 "flagField", "logMessageInterval", "multicast", "Malformed", "follows"]
        for (field, value), name in zip(wrong.items(), names):
            with self.subTest(field=field):
                messages = good_server()
                at = next(i for i, m in enumerate(messages) if m.kind == rules.SYNC and m.time > 1)
                messages[at] = dataclasses.replace(messages[at], **{field: value})
                self.assertIn(name, self.found(messages))

    def test_what_is_missing_or_too_much_is_named(self):
        messages = good_server()
        self.assertIn("no Follow_Up", self.found(
            [m for m in messages if m.kind != rules.FOLLOW_UP]))
        self.assertIn("Follow_Up are 15 for 16", self.found(
            [m for m in messages if (m.kind, m.sequence) != (rules.FOLLOW_UP, 3)]))
        self.assertIn("Announce was sent", self.found([*messages, message(rules.ANNOUNCE, 1, 2)]))
        self.assertIn("was not answered", self.found(
            [m for m in messages if (m.kind, m.sequence) != (rules.DELAY_RESP, 8)]))
        twice = [m for m in messages if m.kind == rules.DELAY_RESP]
        self.assertIn("sent twice", self.found([*messages, twice[0]]))

    def test_wrong_intervals_are_named(self):
        slow = [dataclasses.replace(m, time=m.time * 1.2) for m in good_server()]
        self.assertIn("Sync come every 1.20", self.found(slow))
        bursts = [dataclasses.replace(m, time=m.time + (0.08 if m.sequence % 2 else 0))
                  for m in good_server()]
        self.assertIn("within 30 %", self.found(sorted(bursts, key=lambda m: m.time)))


class TableTest(unittest.TestCase):
    def test_rows_are_what_and_columns_are_who(self):
        def result(row, we_are, domain, disagreement_ns, *problems):
            return {"row": row, "we_are": we_are, "peer": "ptp4l", "domain": domain,
                    "disagreement_ns": disagreement_ns, "problems": list(problems)}
        self.assertEqual(matrix.table([
            result("UDPv4 E2E", "client", 0, -1234), result("UDPv4 E2E", "client", 42, 800),
            result("L2 P2P", "client", 0, None, "no answer"), result("L2 P2P", "server", 0, 50),
        ]), """\
Transport, mechanism  Domain  ptp4l serves us  we serve ptp4l
--------------------  ------  ---------------  --------------
UDPv4 E2E                  0           1.2 us               -
UDPv4 E2E                 42           0.8 us               -
L2 P2P                     0           FAILED          0.1 us
""")


if __name__ == "__main__":
    runner.main(needs_root=False)
