"""The firewall under the hands of an administrator, proven with packets: what DROP keeps,
who is shut out, and what comes back by itself."""
import json
import unittest

import runner
from host import Host
from world import World, wait_until

HOST, PEER = "192.0.2.2", "192.0.2.7"
HOST6, PEER6 = "2001:db8::2", "2001:db8::7"

# An echo server: `python3 -c ... PORT`; answers each line, over IPv4 and IPv6.
ECHO = """
import socket, sys, threading
def answer(connection):
    for line in connection.makefile("rb"):
        connection.sendall(line)
server = socket.create_server(("::", int(sys.argv[1])), family=socket.AF_INET6,
                              dualstack_ipv6=True)
print("listening", flush=True)
while True:
    threading.Thread(target=answer, args=(server.accept()[0],), daemon=True).start()
"""
# Connects once and echoes a line for each line it finds in the file argv[3]; says `echo N`.
TALK = """
import socket, sys, time
connection = socket.create_connection((sys.argv[1], int(sys.argv[2])), 5)
lines = connection.makefile("rb")
answered = 0
while True:
    asked = int(open(sys.argv[3]).read() or 0)
    if asked > answered:
        connection.sendall(b"hello\\n")
        lines.readline()
        answered += 1
        print("echo", answered, flush=True)
    time.sleep(0.02)
"""
CONNECT = """
import socket, sys
try:
    socket.create_connection((sys.argv[1], int(sys.argv[2])), float(sys.argv[3])).close()
except OSError as error:
    sys.exit(str(error))
"""
PYTHON = "/usr/bin/python3"


class Scene:
    """A host with a running hostd and an sshd of sorts on port 22, and a peer."""

    def __init__(self, world):
        self.world = world
        self.site = world.folder / "site"
        self.site.mkdir()
        self.namespace = self._add("host", HOST, HOST6)
        self.peer = self._add("peer", PEER, PEER6)
        self.host = Host(self.namespace, options=["--firewall-dir", self.site]).start()
        self.serve(22)

    def _add(self, name, ip4, ip6):
        namespace = self.world.namespace(name, f"{ip4}/24")
        namespace.ip("addr", "add", f"{ip6}/64", "dev", "eth0", "nodad")
        return namespace

    def serve(self, port):
        server = self.namespace.start(f"echo-{port}", [PYTHON, "-c", ECHO, port])
        wait_until(lambda: "listening" in server.output(), 10, f"port {port} is served")

    def connects(self, port, address=HOST, timeout_s=0.6):
        return self.peer.run([PYTHON, "-c", CONNECT, address, port, timeout_s],
                             check=False).returncode == 0

    def firewall(self, *arguments, check=True):
        return self.host.hostctl("network", "firewall", *arguments, check=check)

    def state(self):
        return self.host.json("network", "firewall", "get")

    def dropped(self, ruleset):
        rules = self.host.json("network", "firewall", "ruleset", "rule", "list", "--counters",
                               "--ruleset-id", ruleset)
        return sum(rule["packets_dropped"] for rule in rules if rule["direction"] == "INBOUND")

    def open_ssh(self):
        self.firewall("ruleset", "set", "--ruleset-id", "sshServer", "--enabled", "true")


class Conversation:
    """One TCP connection from the peer that stays open."""

    def __init__(self, scene, port):
        self.wanted = scene.world.folder / f"talk-{port}"
        self.wanted.write_text("0")
        self.lines = 0
        self.program = scene.peer.start(f"talk-{port}",
                                        [PYTHON, "-c", TALK, HOST, port, self.wanted])

    def echoes(self, deadline_s=5):
        self.lines += 1
        self.wanted.write_text(str(self.lines))
        wait_until(lambda: f"echo {self.lines}\n" in self.program.output(), deadline_s,
                   "the conversation goes on")


class FirewallControlTest(unittest.TestCase):
    def test_drop_keeps_flows_loopback_ping_and_neighbours(self):
        with World() as world:
            scene = Scene(world)
            scene.serve(8080)
            talk = Conversation(scene, 8080)
            talk.echoes()
            scene.open_ssh()
            scene.firewall("set", "--default-action", "DROP")
            self.assertEqual(scene.state()["default_action"], "DROP")
            self.assertFalse(scene.connects(8080), "a new flow to a port that nobody opened")
            talk.echoes()
            self.assertTrue(scene.connects(22))
            self.assertTrue(scene.connects(22, HOST6))
            scene.namespace.run([PYTHON, "-c", CONNECT, "127.0.0.1", 8080, 2])
            scene.namespace.run([PYTHON, "-c", CONNECT, "::1", 8080, 2])
            # Neighbours are found anew: ARP and neighbour discovery pass.
            for namespace in (scene.namespace, scene.peer):
                namespace.ip("neigh", "flush", "dev", "eth0")
            scene.peer.run(["ping", "-c1", "-W5", HOST])
            scene.namespace.run(["ping", "-c1", "-W5", PEER])
            scene.peer.run(["ping", "-6", "-c1", "-W5", HOST6])
            scene.namespace.run(["ping", "-6", "-c1", "-W5", PEER6])

    def test_nobody_is_shut_out_without_force(self):
        with World() as world:
            scene = Scene(world)
            done = scene.firewall("set", "--default-action", "DROP", check=False)
            self.assertEqual(done.returncode, 1)
            self.assertIn("the ruleset sshServer is not open", done.stderr)
            self.assertIn("Do: hostctl network firewall ruleset set --ruleset-id sshServer "
                          "--enabled true", done.stderr)
            self.assertEqual(scene.state()["default_action"], "PASS")
            done = scene.firewall("ruleset", "set", "-r", "sshServer", "-e", "false", check=False)
            self.assertEqual(done.returncode, 1)
            # With a session that is open, a list without its address is refused as well.
            talk = Conversation(scene, 22)
            talk.echoes()
            add = ("ruleset", "allowedip", "add", "-r", "sshServer", "-i")
            narrow = ("ruleset", "set", "-r", "sshServer", "--allowed-all", "false")
            scene.firewall(*add, "198.51.100.1")
            done = scene.firewall(*narrow, check=False)
            self.assertEqual(done.returncode, 1)
            self.assertIn(f"it would end the ssh session from {PEER}", done.stderr)
            scene.firewall(*add, PEER)
            scene.firewall(*narrow)
            talk.echoes()
            scene.firewall("ruleset", "set", "-r", "sshServer", "-e", "false", "--force")
            self.assertFalse(scene.connects(22))

    def test_what_nobody_confirms_comes_back_by_itself_also_over_a_restart(self):
        with World() as world:
            scene = Scene(world)
            scene.open_ssh()
            close = ("ruleset", "set", "-r", "sshServer", "-e", "false", "--force",
                     "--confirm-within")
            done = scene.firewall(*close, "3")
            self.assertIn("Note: undone in 3 s unless it is confirmed", done.stderr)
            self.assertFalse(scene.connects(22))
            self.assertIsNotNone(scene.state()["pending_confirmation"]["changes"])
            wait_until(lambda: scene.connects(22), 15, "the way in is open again")

            scene.firewall(*close, "3")
            scene.host.kill()
            self.assertFalse(scene.connects(22), "the kernel keeps the rules without hostd")
            scene.host.start()
            wait_until(lambda: scene.connects(22), 15, "the next hostd undoes it")

            scene.firewall(*close, "600")
            scene.firewall("confirm")
            done = scene.firewall("confirm", check=False)
            self.assertEqual(done.returncode, 1)
            self.assertIn("no change of the firewall waits for confirmation", done.stderr)
            self.assertFalse(scene.connects(22))

    def test_a_site_file_appears_with_refresh_and_a_bad_one_is_named_with_its_line(self):
        with World() as world:
            scene = Scene(world)
            scene.serve(8443)
            rules = [{"direction": "inbound", "protocol": "tcp", "port_type": "dst", "port": 8443}]
            good = {"rulesets": [{"id": "web", "description": "A server", "rules": rules}]}
            (scene.site / "web.json").write_text(json.dumps(good, indent=1))
            (scene.site / "bad.json").write_text('{"rulesets": [\n  {"id": "db",\n   "colour": 1}]}')
            done = scene.firewall("refresh", check=False)
            self.assertEqual(done.returncode, 1)
            self.assertRegex(done.stderr, r"bad\.json, line [23]: ")
            self.assertIn("SITE_FILE_REFUSED", [c["code"] for c in scene.state()["conditions"]])
            self.assertTrue(scene.connects(8443), "a ruleset that nobody has set follows PASS")
            scene.firewall("ruleset", "set", "-r", "web", "-e", "false")
            self.assertFalse(scene.connects(8443))
            (scene.site / "bad.json").unlink()
            scene.firewall("refresh")
            self.assertEqual(scene.state()["conditions"], [])

    def test_counters_show_what_a_closed_ruleset_drops(self):
        with World() as world:
            scene = Scene(world)
            scene.firewall("ruleset", "set", "-r", "prometheus", "-e", "false")
            before = scene.dropped("prometheus")
            sender = ("import socket; s = socket.socket(); s.settimeout(0.3);"
                      f"s.connect_ex(('{HOST}', 9100))")
            scene.peer.run([PYTHON, "-c", sender])
            wait_until(lambda: scene.dropped("prometheus") > before, 5, "the drop is counted")
            table = scene.firewall("ruleset", "rule", "list", "-r", "prometheus", "--counters")
            self.assertIn("Packets Dropped", table.stdout)

    def test_the_list_decides_who_gets_through_over_both_families(self):
        with World() as world:
            scene = Scene(world)
            scene.serve(9100)
            change = ("ruleset", "allowedip")
            scene.firewall("ruleset", "set", "-r", "prometheus", "-e", "true", "-a", "false")
            self.assertFalse(scene.connects(9100))
            scene.firewall(*change, "add", "-r", "prometheus", "-i", "192.0.2.0/24")
            self.assertTrue(scene.connects(9100))
            self.assertFalse(scene.connects(9100, HOST6))
            scene.firewall(*change, "add", "-r", "prometheus", "-i", PEER6)
            self.assertTrue(scene.connects(9100, HOST6))
            table = scene.firewall(*change, "list", "-r", "prometheus").stdout
            self.assertIn(f"192.0.2.0/24, {PEER6}", table)
            done = scene.firewall(*change, "remove", "-r", "prometheus", "-i", PEER, check=False)
            self.assertEqual(done.returncode, 1)
            self.assertIn("192.0.2.0/24, which contains it", done.stderr)
            scene.firewall(*change, "remove", "-r", "prometheus", "-i", "192.0.2.0/24")
            self.assertFalse(scene.connects(9100))
            self.assertTrue(scene.connects(9100, HOST6))
            done = scene.firewall(*change, "remove", "-r", "prometheus", "-i", PEER6)
            self.assertIn("Note: no address may use the ruleset prometheus", done.stderr)
            self.assertFalse(scene.connects(9100, HOST6))

    def test_unload_lets_everything_pass_and_a_flush_is_repaired(self):
        with World() as world:
            scene = Scene(world)
            scene.serve(9100)
            scene.firewall("ruleset", "set", "-r", "prometheus", "-e", "false")
            self.assertFalse(scene.connects(9100))
            scene.firewall("unload")
            self.assertIs(scene.state()["loaded"], False)
            self.assertTrue(scene.connects(9100))
            scene.firewall("load")
            self.assertFalse(scene.connects(9100))
            scene.namespace.run(["nft", "flush", "ruleset"])
            wait_until(lambda: scene.state()["repairs"] >= 1, 10, "hostd has put its rules back")
            self.assertFalse(scene.connects(9100))

    def test_ptp_owns_its_ruleset(self):
        with World() as world:
            scene = Scene(world)
            for enabled in ("true", "false"):
                done = scene.firewall("ruleset", "set", "-r", "ptpd", "-e", enabled, check=False)
                self.assertEqual(done.returncode, 1)
                self.assertIn("the service ptpd opens and closes it", done.stderr)
                self.assertIn("Do: hostctl system ptp set --enable", done.stderr)
            scene.host.enable()
            clients = scene.firewall("ruleset", "client", "get", "-r", "ptpd").stdout
            self.assertIn("Clients: ptpd (running)", clients)


    def test_names_who_else_drops_what_is_open(self):
        with World() as world:
            scene = Scene(world)
            scene.host.enable()
            self.assertEqual(scene.state()["conditions"], [])
            nft = lambda text: scene.namespace.run(["nft", *text.split()])
            nft("add table ip site")
            nft("add chain ip site in { type filter hook input priority 0 ; policy accept ; }")
            nft("add rule ip site in udp dport 319-320 drop")
            conditions = scene.state()["conditions"]
            self.assertEqual([c["code"] for c in conditions], ["FOREIGN_DROP"])
            self.assertEqual(conditions[0]["message"],
                             "the ruleset ptpd is open, but the table ip site drops inbound udp "
                             "packets to port 319-320: in its chain in")
            self.assertEqual(conditions[0]["remedy"],
                             "let udp dport 319-320 pass there: nft list chain ip site in")
            nft("delete table ip site")
            self.assertEqual(scene.state()["conditions"], [])
            # As ufw leaves a host: chains under its names, and a policy that drops.
            nft("add table ip filter")
            nft("add chain ip filter ufw-before-input")
            nft("add chain ip filter INPUT { type filter hook input priority 0 ; policy drop ; }")
            nft("add rule ip filter INPUT jump ufw-before-input")
            conditions = scene.state()["conditions"]
            self.assertEqual([c["code"] for c in conditions], ["FOREIGN_DROP"])
            self.assertIn("but ufw drops inbound udp packets", conditions[0]["message"])
            self.assertEqual(conditions[0]["remedy"],
                             "ufw allow in proto udp to any port 319:320")


if __name__ == "__main__":
    runner.main()
