"""linuxptp's management client, and what it prints.

    pmc = Pmc(namespace)                          # over UDP/IPv4 on eth0
    pmc = Pmc(namespace, socket=engine_socket)    # over a local socket
    pmc.get("PRIORITY1")[0].fields["priority1"]
"""
import dataclasses
import os
import re

TRANSPORTS = {"UDPv4": "-4", "UDPv6": "-6", "L2": "-2"}


@dataclasses.dataclass(frozen=True)
class Answer:
    port: str  # `020000fffe000002-1`
    kind: str  # MANAGEMENT, MANAGEMENT_ERROR_STATUS
    management_id: str
    fields: dict  # as text, by their names

    @property
    def clock(self):
        return self.port.split("-")[0]


class Pmc:
    def __init__(self, namespace, socket=None, device="eth0", domain=0, boundary_hops=0,
                 clock=None, transport="UDPv4"):
        """`clock`: answers of others are left out. `transport`: without `socket`."""
        self.namespace = namespace
        self.clock = clock
        own = namespace.world.folder / f"pmc-{os.getpid()}.sock"
        where = ["-u", "-s", socket, "-i", own] if socket else [TRANSPORTS[transport], "-i", device]
        self.command = ["pmc", *where, "-d", domain, "-b", boundary_hops]

    def ask(self, *requests):
        """Every answer, in the order in which they came."""
        output = self.namespace.run([*self.command, *requests]).stdout
        answers = []
        for head in re.finditer(r"^\t(\S+) seq \d+ RESPONSE (\S+) ?(\S*) *$((?:\n\t\t.*)*)", output,
                                re.MULTILINE):
            port, kind, management_id, body = head.groups()
            fields = dict(re.findall(r"^\t\t(\S+) +(.*?) *$", body, re.MULTILINE))
            answers.append(Answer(port.replace(".", ""), kind, management_id, fields))
        return [answer for answer in answers if self.clock in (None, answer.clock)]

    def get(self, management_id):
        return self.ask(f"GET {management_id}")

    def only(self, management_id):
        """The fields of the one answer."""
        answers = self.get(management_id)
        assert len(answers) == 1 and answers[0].kind == "MANAGEMENT", (management_id, answers)
        return answers[0].fields
