"""Unicast negotiation (IEEE 1588-2019 16.1) with several masters and clients, ptp4l's and ours:
which master is followed, what happens when it dies or comes back, and what is said when nobody
serves. The pairs of one master and one client are in interop_test.py."""
import contextlib
import unittest

import peers
import runner
from engine import Engine, reason_name, state_name
from world import World, wait_until

FIRST_IP, SECOND_IP, OUR_IP, OTHER_IP = "192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"
SOON_S = 60
CLIENT = {"unicast_negotiation": True, "unicast_grant_duration_s": 10, "log_announce_interval": -1,
          "log_sync_interval": -2, "log_min_delay_req_interval": -2}


def unicast_ptp4l(namespace, **options):
    """A ptp4l that serves by unicast, and by nothing else."""
    return peers.grandmaster(namespace, log_announce=-1, unicast_listen=1,
                             inhibit_multicast_service=1, hybrid_e2e=1, **options)


def client(namespace, *masters):
    return Engine(namespace, "eth0", protocol={"role": "CLOCK_ROLE_CLIENT", **CLIENT},
                  unicast_masters=masters)


def server(namespace, **protocol):
    engine = Engine(namespace, "eth0", offset_ns=0, frequency_ppb=0, read_only=True,
                    protocol={"role": "CLOCK_ROLE_SERVER", **CLIENT, **protocol})
    wait_until(lambda: state_name(engine.status()) == "MASTER", SOON_S, "our server is MASTER")
    return engine


def follows(engine, address):
    """The engine is SLAVE of the master at this address."""
    status = engine.status()
    return state_name(status) == "SLAVE" and status.parent.parent_address == address


def wait_to_follow(engine, address):
    wait_until(lambda: follows(engine, address), SOON_S, f"{address} is followed")


@contextlib.contextmanager
def network(*hosts):
    """Yields a namespace for each of (name, address)."""
    with World() as world:
        yield [world.namespace(name, f"{address}/24") for name, address in hosts]


class UnicastTest(unittest.TestCase):
    def assert_reason(self, engine, reason, *words):
        wait_until(lambda: reason_name(engine.status()) == reason, SOON_S,
                   f"the reason is {reason}")
        sentence = engine.status().state_reason
        print(f"{reason}: {sentence}", flush=True)
        for word in words:
            self.assertIn(word, sentence)

    def test_the_second_master_takes_over_and_gives_back(self):
        with network(("gm1", FIRST_IP), ("gm2", SECOND_IP), ("host", OUR_IP)) as (gm1, gm2, host):
            first = unicast_ptp4l(gm1, priority1=10)
            unicast_ptp4l(gm2, priority1=20)
            engine = client(host, FIRST_IP, SECOND_IP)
            wait_to_follow(engine, FIRST_IP)
            masters = engine.status().ports[0].unicast_masters
            self.assertEqual([m.address for m in masters], [FIRST_IP, SECOND_IP])
            self.assertEqual(masters[0].granted_log_sync_interval, -2)
            self.assertEqual(masters[0].granted_log_delay_resp_interval, -2)
            self.assertEqual(masters[1].granted_log_announce_interval, -1)
            self.assertFalse(masters[1].HasField("granted_log_sync_interval"))

            first.program.stop()
            wait_to_follow(engine, SECOND_IP)
            wait_until(lambda: "Announce not answered" in
                       engine.status().ports[0].unicast_masters[0].trouble, SOON_S,
                       "the dead master is said not to answer")
            self.assertLess(abs(engine.true_offset_ns()), 1_000_000)

            unicast_ptp4l(gm1, name="again", priority1=10)
            wait_to_follow(engine, FIRST_IP)
            self.assertEqual(engine.status().clock_steps, 1, "the first lock, and no other")

    def test_a_server_of_ours_serves_as_many_clients_as_it_may(self):
        with network(("server", FIRST_IP), ("host", OUR_IP), ("other", OTHER_IP)) as (
                ours, host, other):
            serving = server(ours, maximum_unicast_clients=1)
            engine = client(host, FIRST_IP)
            wait_to_follow(engine, FIRST_IP)
            self.assertEqual(serving.status().ports[0].unicast_clients, 1)
            denied = client(other, FIRST_IP)
            self.assert_reason(denied, "UNICAST_DENIED", FIRST_IP, "Announce denied")
            faults = serving.status().ports[0].faults
            self.assertGreater(faults.denied_unicast_requests, 0)
            self.assertEqual(serving.status().ports[0].unicast_clients, 1)
            # Who leaves makes room when his grants of 10 s have ended.
            engine.program.stop()
            wait_to_follow(denied, FIRST_IP)

    def test_a_server_of_ours_that_was_restarted_is_asked_again(self):
        with network(("server", FIRST_IP), ("host", OUR_IP)) as (ours, host):
            serving = server(ours, unicast_grant_duration_s=300)
            engine = client(host, FIRST_IP)
            wait_to_follow(engine, FIRST_IP)
            serving.reconfigure(domain_number=1)  # starts over, and forgets who was served
            serving.reconfigure(domain_number=0)
            wait_until(lambda: serving.status().ports[0].unicast_clients == 1, SOON_S,
                       "the client asked again")
            wait_to_follow(engine, FIRST_IP)

    def test_says_that_nobody_answers(self):
        with network(("host", OUR_IP)) as (host,):
            engine = client(host, FIRST_IP, SECOND_IP)
            self.assert_reason(engine, "UNICAST_UNANSWERED", FIRST_IP, SECOND_IP,
                               "Announce not answered")
            self.assertEqual(state_name(engine.status()), "LISTENING")


if __name__ == "__main__":
    runner.main()
