"""What is seen at the three points of the way, with the firewall open and closed; and the file
that Wireshark opens."""
import json
import re
import subprocess
import unittest

import runner
import scenes
from host import program
from world import wait_until

FAST = {"log_announce": 0, "log_sync": -2, "log_delay": -1}
POINTS = ("wire", "ip", "socket")
# tshark's severity of a comment, the mildest there is: PI_COMMENT of its epan/proto.h.
A_COMMENT = 0x100000


def capture(host, *options, points=POINTS, check=True):
    arguments = [word for point in points for word in ("--point", point)]
    return host.hostctl("--formatter=json", "network", "diag", "capture", "--interface", "vmk0",
                        "--ptp", *arguments, *options, check=check)


def frames(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


def messages(seen, point, direction="RECEIVED"):
    """Type and sequence of what was seen there, as `Sync 17`."""
    return [re.sub(r"^(\S+) seq (\d+) .*", r"\1 \2", frame["summary"]) for frame in seen
            if frame["point"] == point.upper() and frame["direction"] == direction]


def capture_tables(host):
    listing = host.namespace.run(["nft", "list", "tables"]).stdout
    return [line for line in listing.splitlines() if "hostctl_capture" in line]


def tshark(path, *options):
    done = subprocess.run(["tshark", "-n", "-r", path, *options], capture_output=True, text=True)
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    # What it says when it runs as root; all else is about the file.
    problems = [line for line in done.stderr.splitlines() if "Running as user" not in line]
    return done.stdout, problems


class CaptureTest(unittest.TestCase):
    def test_three_points_with_the_firewall_open_and_closed(self):
        with scenes.grandmaster_and_host(master=FAST) as scene:
            host = scene.host
            host.enable()
            host.wait_for_lock()

            seen = frames(capture(host, "--count", "90"))
            wire, ip, socket = (messages(seen, point) for point in POINTS)
            self.assertGreater(len(wire), 10)
            kinds = {word.split()[0] for word in wire}
            self.assertTrue({"Sync", "Follow_Up", "Announce", "Delay_Resp"} <= kinds, kinds)
            # Which point is read first at the very beginning and end is nobody's promise.
            inner = wire[3:-3]
            self.assertTrue(set(inner) <= set(ip), (inner, ip))
            self.assertTrue(set(inner) <= set(socket), (inner, socket))
            for point in ("wire", "ip"):
                self.assertIn("Delay_Req", " ".join(messages(seen, point, "SENT")), point)
            self.assertEqual([frame for frame in seen if frame["malformed"]], [])
            identity = scene.master.clock_identity()
            self.assertTrue(all(f"from {identity}-1 ({scenes.MASTER_IP})" in frame["summary"]
                                for frame in seen if frame["direction"] == "RECEIVED"))
            self.assertEqual(capture_tables(host), [])
            # The engine lost nothing to the sockets beside its own.
            self.assertEqual(host.port_state(), "SLAVE")

            # A firewall that lets PTP neither in nor out: as before it at the device...
            host.namespace.run(["nft", """table inet foreign {
                chain incoming {
                    type filter hook input priority 0
                    udp dport { 319, 320 } drop
                }
                chain outgoing {
                    type filter hook output priority 0
                    udp dport 319 drop
                }
            }"""])
            seen = frames(capture(host, "--duration", "3"))
            self.assertIn("Sync", " ".join(messages(seen, "wire")))
            self.assertEqual(messages(seen, "ip"), [])
            self.assertEqual(messages(seen, "socket"), [])
            # ... and the other way round on the way out.
            self.assertIn("Delay_Req", " ".join(messages(seen, "ip", "SENT")))
            self.assertEqual(messages(seen, "wire", "SENT"), [])

    def test_the_file_is_read_by_tshark_without_a_warning(self):
        with scenes.grandmaster_and_host(master=FAST) as scene:
            host = scene.host
            host.enable()
            host.wait_for_lock()
            path = host.folder / "ptp.pcapng"
            done = capture(host, "--count", "60", "--output-file", path)
            self.assertEqual(done.stdout, "")
            self.assertIn(f"60 frames written to {path}", done.stderr)

            text, problems = tshark(path, "-T", "fields", "-e", "frame.interface_name", "-e",
                                    "ptp.v2.messagetype", "-e", "ptp.v2.sequenceid", "-e",
                                    "frame.comment", "-e", "_ws.expert.severity", "-e",
                                    "frame.packet_flags_direction")
            self.assertEqual(problems, [])
            rows = [line.split("\t") for line in text.splitlines()]
            self.assertEqual(len(rows), 60)
            self.assertEqual({row[0] for row in rows}, {"vmk0 wire", "vmk0 ip", "vmk0 socket"})
            types = {"0x00": "Sync", "0x01": "Delay_Req", "0x08": "Follow_Up",
                     "0x09": "Delay_Resp", "0x0b": "Announce"}
            for interface, kind, sequence, comment, severity, direction in rows:
                # tshark reads in the octets what the comment says.
                self.assertTrue(comment.startswith(f"{types[kind]} seq {sequence} "),
                                (kind, sequence, comment))
                self.assertEqual(int(severity, 0), A_COMMENT, comment)
                sent = types[kind] == "Delay_Req"
                self.assertEqual(int(direction, 0), 2 if sent else 1, comment)

            # Cut short by Ctrl-C it is whole all the same.
            cut = host.folder / "cut.pcapng"
            running = host.namespace.start("capture", [
                program("hostctl"), "--socket", host.socket, "network", "diag", "capture", "-i",
                "vmk0", "--ptp", "-p", "ip", "-o", cut])
            wait_until(lambda: cut.exists() and cut.stat().st_size > 1000, 20, "frames are there")
            self.assertEqual(capture_tables(host) != [], True)
            running.popen.send_signal(2)
            self.assertEqual(running.popen.wait(10), 0, running.output())
            self.assertIn("interrupted", running.output())
            text, problems = tshark(cut)
            self.assertEqual(problems, [])
            self.assertGreater(len(text.splitlines()), 3)
            wait_until(lambda: capture_tables(host) == [], 10, "the table is gone")

    def test_what_a_killed_hostd_leaves_goes_with_the_next(self):
        with scenes.grandmaster_and_host(master=FAST) as scene:
            host = scene.host
            host.enable()
            running = host.namespace.start("capture", [
                program("hostctl"), "--socket", host.socket, "network", "diag", "capture", "-p",
                "ip"])
            wait_until(lambda: capture_tables(host), 10, "the tap is there")
            host.kill()
            running.popen.wait(10)
            self.assertNotEqual(capture_tables(host), [])
            host.start()
            self.assertEqual(capture_tables(host), [])

    def test_four_at_once_and_no_more(self):
        with scenes.grandmaster_and_host(master=FAST) as scene:
            host = scene.host
            running = [host.namespace.start(f"capture{i}", [
                program("hostctl"), "--socket", host.socket, "network", "diag", "capture", "-i",
                "vmk0"]) for i in range(4)]
            for each in running:
                wait_until(lambda: "Summary" in each.output(), 10, "the capture runs")
            refused = capture(host, "--count", "1", check=False)
            self.assertEqual(refused.returncode, 1)
            self.assertIn("4 captures run already", refused.stderr)
            running[0].popen.send_signal(2)
            running[0].popen.wait(10)
            wait_until(lambda: capture(host, "--count", "1", points=["wire"],
                                       check=False).returncode == 0, 20, "there is room again")


if __name__ == "__main__":
    runner.main()
