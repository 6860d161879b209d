"""Our engine alone, without hostd: ptpd with its control socket.

    engine = Engine(namespace, "eth0", domain_number=42,
                    protocol={"role": "CLOCK_ROLE_SERVER", "log_sync_interval": -3})
    engine.status().port_state

What is absent from `protocol` (hostctl.v1.PtpProtocol) is that of the profile
`slaveonly`, as for hostd.
"""
import functools
import importlib
import pathlib
import socket
import subprocess
import sys
import tempfile

from host import FREQUENCY_PPB, OFFSET_NS, Host, program, run_probe
from world import wait_until

PROTO_FOLDER = pathlib.Path(__file__).resolve().parents[2] / "proto"
# Of one answer; the largest is a few kilobytes.
MAX_ANSWER = 1 << 20


@functools.lru_cache(maxsize=None)
def control_pb2():
    """The messages of the control socket, generated for this process."""
    with tempfile.TemporaryDirectory() as folder:
        protos = [str(path.relative_to(PROTO_FOLDER))
                  for path in [*PROTO_FOLDER.glob("hostctl/v1/ptp_*.proto"),
                               PROTO_FOLDER / "hostctl/engine/v1/control.proto"]]
        subprocess.run(["protoc", f"-I{PROTO_FOLDER}", "-I/usr/include",
                        f"--python_out={folder}", *protos], check=True)
        sys.path.insert(0, folder)
        try:
            return importlib.import_module("hostctl.engine.v1.control_pb2")
        finally:
            sys.path.remove(folder)


class ControlSocket:
    """An engine that somebody runs, asked directly."""

    def __init__(self, path, clock_file):
        """`clock_file`: the state of its virtual clock."""
        self.socket = path
        self.clock_file = clock_file

    def ask(self, request):
        """Sends a ControlRequest, returns the ControlResponse; raises ValueError if refused."""
        messages = control_pb2()
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as client:
            client.settimeout(10)
            client.connect(str(self.socket))
            client.send(messages.ControlRequest(**request).SerializeToString())
            answer = messages.ControlResponse.FromString(client.recv(MAX_ANSWER))
        if answer.error:
            raise ValueError(f"ptpd refuses {request}: {answer.error}")
        return answer

    def status(self):
        """The status report, a hostctl.v1.PtpStats."""
        return self.ask({"get_stats": {}}).stats

    def true_offset_ns(self):
        """Error of the virtual clock against CLOCK_REALTIME."""
        return int(run_probe(self.clock_file)["offset_from_realtime_ns"])


class Engine(ControlSocket):
    """A running ptpd with a virtual clock, on one or more devices of a namespace."""

    def __init__(self, namespace, device, *further_devices, offset_ns=OFFSET_NS,
                 frequency_ppb=FREQUENCY_PPB, **config):
        self.namespace = namespace
        folder = namespace.world.folder
        super().__init__(folder / f"{namespace.name}-ptpd.sock",
                         folder / f"{namespace.name}-virtual-clock")
        self.program = namespace.start("ptpd-of-ours",
                                       [program("ptpd"), "--control", self.socket])
        self.config = {
            "device": device,
            "clock": "CLOCK_KIND_VIRTUAL",
            "virtual_clock": {"state_file": str(self.clock_file), "initial_offset_ns": offset_ns,
                              "frequency_error_ppb": frequency_ppb},
            "further_ports": [{"device": further} for further in further_devices],
            **config,
        }
        wait_until(lambda: self.ask({"hello": {}}), 10, "ptpd answers at its control socket")
        self.ask({"configure": {"config": self.config}})

    def reconfigure(self, **config):
        self.config.update(config)
        self.ask({"configure": {"config": self.config}})


def hosted_engine(namespace, *options):
    """The engine of a hostd of its own, on eth0, as `hostctl system ptp set` has it."""
    host = Host(namespace).start()
    host.enable(*options, interface="eth0")
    return ControlSocket(host.run_folder / "ptpd.sock", host.run_folder / "virtual-clock")


def state_name(status):
    """`SLAVE`, of a PtpStats or a PortStatus."""
    field = status.DESCRIPTOR.fields_by_name["port_state"].enum_type
    return field.values_by_number[status.port_state].name.removeprefix("PORT_STATE_")


def reason_name(status):
    """`NO_ANNOUNCE`, of a PtpStats or a PortStatus."""
    field = status.DESCRIPTOR.fields_by_name["reason"].enum_type
    return field.values_by_number[status.reason].name.removeprefix("PORT_REASON_")
