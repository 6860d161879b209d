"""Authenticated PTP messages (IEEE 1588-2019 16.14): our server and client with a key, a master
without one that nobody follows, and the integrity check values computed anew with Python's own
hmac. No program of Debian 12 signs its messages."""
import hashlib
import hmac
import struct
import subprocess
import unittest

import peers
import runner
import scenes
from engine import Engine, state_name
from interop.capture import Capture, decode
from world import World, wait_until

KEY = bytes(range(32))
FAST = {"log_announce_interval": -1, "log_sync_interval": -3, "log_min_delay_req_interval": -3}
SOON_S = 60
AUTHENTICATION = 0x8009


def key_file(world, key=KEY, mode=0o600):
    path = world.folder / f"keys-{key[:2].hex()}-{mode:o}"
    path.write_text("[security_association]\nspp 0\n"
                    f"7 SHA256-128 HEX:{key.hex()}\n", encoding="ascii")
    path.chmod(mode)
    return path


def is_signed(message, key=KEY):
    """Whether the message ends with an AUTHENTICATION TLV whose value is right."""
    length, = struct.unpack("!H", message[2:4])
    tlv = message[length - 26:length - 16]
    icv = message[length - 16:length]
    return (tlv == struct.pack("!HHBBI", AUTHENTICATION, 22, 0, 0, 7)
            and icv == hmac.new(key, message[:length - 16], hashlib.sha256).digest()[:16])


def payloads(file):
    """The UDP payloads of a capture."""
    done = subprocess.run(["tshark", "-r", file, "-Y", "ptp", "-T", "fields", "-e", "udp.payload"],
                          capture_output=True, text=True, check=True)
    return [bytes.fromhex(line.replace(":", "")) for line in done.stdout.split()]


class AuthenticationTest(unittest.TestCase):
    def test_who_has_the_key_is_followed_and_nobody_else(self):
        with World() as world:
            master = world.namespace("gm", "192.0.2.1/24")
            host = world.namespace("host", "192.0.2.2/24")
            attacker = world.namespace("attacker", "192.0.2.66/24")
            authentication = {"association_file": str(key_file(world))}
            Engine(master, "eth0", offset_ns=0, frequency_ppb=0, read_only=True,
                   protocol={"role": "CLOCK_ROLE_SERVER", **FAST}, authentication=authentication)
            capture = Capture(host)
            client = Engine(host, "eth0", protocol={"role": "CLOCK_ROLE_CLIENT", **FAST},
                            authentication=authentication)
            wait_until(lambda: state_name(client.status()) == "SLAVE", SOON_S, "the client follows")
            before = client.status()

            # Better than any, by its own account, and an hour wrong.
            peers.ScriptedMaster(attacker, "--priority1", "1", "--clock-class", "6", "--error-ns",
                                 str(3600 * 10**9), "--log-sync", "-3")
            wait_until(lambda: client.status().faults.unauthenticated_messages > 100, SOON_S,
                       "the attacker is counted")
            after = client.status()
            self.assertEqual(state_name(after), "SLAVE")
            self.assertEqual(after.parent.parent_address, "192.0.2.1")
            self.assertEqual(after.state_transitions, before.state_transitions)
            self.assertEqual(after.clock_steps, before.clock_steps)
            self.assertLess(abs(client.true_offset_ns()), 1_000_000)
            self.assertEqual(after.faults.invalid_authentication, 0)
            self.assertEqual(after.faults.replayed_messages, 0)
            self.assertEqual(after.authentication.active_key_id, 7)
            self.assertGreater(after.authentication.accepted, 50)

            capture.stop()
            messages, = decode([capture.file])
            self.assertEqual([m for m in messages if m.trouble], [])
            octets = payloads(capture.file)
            attackers = [m for m in octets if m[20:28] == bytes.fromhex("0200c0fffe000001")]
            ours = [m for m in octets if m not in attackers]
            self.assertGreater(len(ours), 100)
            self.assertGreater(len({m[0] & 0xF for m in ours}), 4)  # all types of the mechanism
            self.assertEqual([m.hex() for m in ours if not is_signed(m)], [])
            self.assertFalse(any(is_signed(m) for m in attackers))
            scenes.figure("messages whose integrity check value Python computes alike",
                          f"{len(ours)} of {len(ours)}", "all")

    def test_a_master_without_authentication_is_named_by_hostctl(self):
        with scenes.grandmaster_and_host() as scene:
            host = scene.host
            readable = key_file(scene.world, mode=0o644)
            refused = host.hostctl("system", "ptp", "set", "--enable", "--interface", "vmk0",
                                   "--authentication-file", readable, check=False)
            self.assertNotEqual(refused.returncode, 0)
            self.assertIn(f"chmod 600 {readable}", refused.stderr)
            self.assertIs(host.ptp()["config"]["enabled"], False)

            host.enable("--authentication-file", str(key_file(scene.world)))
            wait_until(lambda: host.stats()["reason"] == "NOT_AUTHENTICATED", SOON_S, "the reason")
            self.assertIn("without authentication", host.stats()["state_reason"])
            self.assertGreater(host.stats()["faults"]["unauthenticated_messages"], 0)
            table = host.hostctl("system", "ptp", "stats", "get").stdout
            self.assertRegex(table, r"Authentication +spp 0, key 7, required")
            self.assertRegex(table, r"Authentication missing +[1-9]")
            told = host.hostctl("system", "ptp", "test", check=False).stdout
            self.assertIn("not authenticated", told)
            self.assertIn("--allow-unauthenticated true", told)
            shown = host.hostctl("system", "ptp", "get").stdout
            self.assertRegex(shown, r"Authentication: spp 0, newest valid key, of /")

            host.hostctl("system", "ptp", "set", "--allow-unauthenticated", "true")
            host.wait_for_lock()


if __name__ == "__main__":
    runner.main()
