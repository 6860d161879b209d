"""Bad input from users, files and the network: refused in plain words, nothing half done."""
import socket
import sys
import unittest

import hostile_packets
import runner
import scenes
from host import Host, program
from world import World, wait_until

FAILED, USAGE, NOT_REACHABLE = 1, 2, 3


class BadCommandTest(unittest.TestCase):
    def test_bad_values_are_refused_and_change_nothing(self):
        cases = [
            # arguments after `system ptp set`, exit code, what the message must name
            (["--enable", "--interface", "vmk7"], FAILED, ["vmk7"]),
            (["--enable", "--interface", "nothere0"], FAILED, ["nothere0"]),
            (["--enable", "--interface", "lo"], FAILED, ["lo", "loopback"]),
            (["--enable"], FAILED, ["interface"]),
            (["--domain", "256"], USAGE, ["256", "255"]),
            (["--domain", "-1"], USAGE, ["-1"]),
            (["--domain", "abc"], USAGE, ["domain", "abc"]),
            (["--enable", "--interface", "vmk0", "--interface", "eth0"], FAILED,
             ["eth0 is the same device", "vmk0"]),
            (["--enabled=maybe"], USAGE, ["maybe"]),
            (["--foo"], USAGE, ["--foo"]),
        ]
        with World() as world:
            host = Host(world.namespace("host", "192.0.2.2/24")).start()
            before = host.ptp()
            for arguments, exit_code, words in cases:
                with self.subTest(arguments=arguments):
                    done = host.hostctl("system", "ptp", "set", *arguments, check=False)
                    self.assertEqual(done.returncode, exit_code, done.stderr)
                    self.assertEqual(done.stdout, "")
                    self.assertTrue(done.stderr.startswith("Error: "), done.stderr)
                    for word in words:
                        self.assertIn(word, done.stderr)
            after = host.ptp()
            self.assertEqual(after, before)

    def test_stats_while_ptp_is_off_say_so(self):
        with World() as world:
            host = Host(world.namespace("host", "192.0.2.2/24")).start()
            done = host.hostctl("system", "ptp", "stats", "get", check=False)
            self.assertEqual(done.returncode, FAILED)
            self.assertIn("--enable", done.stderr)


class BadSocketTest(unittest.TestCase):
    def ask(self, world, path):
        namespace = world.namespace("host", plugged=False)
        return namespace.run([program("hostctl"), "--socket", path, "system", "ptp", "get"],
                             check=False)

    def test_no_hostd_at_all(self):
        with World() as world:
            done = self.ask(world, world.folder / "nothing.sock")
        self.assertEqual(done.returncode, NOT_REACHABLE)
        self.assertIn("nothing.sock", done.stderr)
        self.assertIn("hostd", done.stderr)

    def test_the_socket_of_a_dead_hostd(self):
        with World() as world:
            host = Host(world.namespace("host", "192.0.2.2/24")).start()
            host.kill()
            done = host.hostctl("system", "ptp", "get", check=False)
            self.assertEqual(done.returncode, NOT_REACHABLE)
            self.assertIn("hostd", done.stderr)
            # A new hostd takes the dead one's place.
            host.start()

    def test_a_file_where_the_socket_should_be(self):
        with World() as world:
            path = world.folder / "hostd.sock"
            path.write_text("precious\n")
            done = self.ask(world, path)
            self.assertEqual(done.returncode, NOT_REACHABLE)
            self.assertIn(str(path), done.stderr)
            # hostd does not remove it either.
            namespace = world.namespace("other", "192.0.2.2/24")
            host = Host(namespace)
            host.socket = path
            with self.assertRaises(AssertionError):
                host.start()
            self.assertIn(str(path), host.hostd.output())
            self.assertEqual(path.read_text(), "precious\n")

    def test_a_second_hostd_leaves_the_first_alone(self):
        with World() as world:
            first = Host(world.namespace("host", "192.0.2.2/24")).start()
            second = first.namespace.start("second", [
                program("hostd"), "--socket", first.socket, "--clock", "virtual",
                "--state-dir", world.folder / "other-state",
                "--run-dir", world.folder / "other-run"])
            wait_until(lambda: not second.running(), 10, "the second hostd has ended")
            self.assertNotEqual(second.popen.returncode, 0)
            self.assertIn(str(first.socket), second.output())
            first.ptp()


class BadPacketTest(unittest.TestCase):
    def test_bad_packets_are_counted_by_reason_and_ignored(self):
        with scenes.grandmaster_and_host() as scene:
            host = scene.host
            before = scene.enable_and_lock()
            sender = scene.world.namespace("sender", "192.0.2.66/24")
            sender.run([sys.executable, hostile_packets.__file__, "--bad"])
            expected = hostile_packets.counts(hostile_packets.bad_packets())

            def counted():
                faults = host.stats()["faults"]
                return {r: faults[r] - before["faults"][r] for r in expected}
            wait_until(lambda: counted() == expected, 5, f"counted as {expected}")
            after = host.stats()
            self.assertEqual(after["engine_pid"], before["engine_pid"])
            self.assertEqual(after["state_transitions"], before["state_transitions"])
            self.assertEqual(after["port_state"], "SLAVE")

    def test_random_bytes_do_no_harm(self):
        with scenes.grandmaster_and_host() as scene:
            host = scene.host
            before = scene.enable_and_lock()
            sender = scene.world.namespace("sender", "192.0.2.66/24")
            sender.run([sys.executable, hostile_packets.__file__, "--random", 2000])
            received = before["messages"]["received_total"]
            wait_until(lambda: host.stats()["messages"]["received_total"] > received + 20, 20,
                       "messages go on")
            after = host.stats()
            self.assertEqual(after["engine_pid"], before["engine_pid"])
            self.assertEqual(after["port_state"], "SLAVE")


class BadControlTest(unittest.TestCase):
    def test_nonsense_on_the_sockets_does_no_harm(self):
        with scenes.grandmaster_and_host() as scene:
            host = scene.host
            before = scene.enable_and_lock()
            with socket.socket(socket.AF_UNIX) as client:
                client.connect(str(host.socket))
                client.sendall(b"GET / HTTP/1.0\r\n\r\n" + bytes(range(256)) * 64)
            engine_sockets = [f for f in host.run_folder.iterdir() if f.is_socket()]
            # Control, and PTP management.
            self.assertEqual(len(engine_sockets), 2)
            for path in engine_sockets:
                kind = socket.SOCK_DGRAM if "management" in path.name else socket.SOCK_SEQPACKET
                with socket.socket(socket.AF_UNIX, kind) as client:
                    client.connect(str(path))
                    client.send(bytes(range(256)) * 64)
            after = host.stats()
            self.assertEqual(after["engine_pid"], before["engine_pid"])
            self.assertEqual(after["state_transitions"], before["state_transitions"])


if __name__ == "__main__":
    runner.main()
