"""PTP messages on a wire, as tshark decodes them."""
import dataclasses
import signal
import subprocess

from world import wait_until

# Wireshark's PI_WARN; malformed packets are PI_ERROR, the next one up.
WARNING = 0x600000

FIELDS = ["frame.interface_id", "frame.time_epoch", "eth.src", "eth.dst",
          "ptp.v2.clockidentity", "ptp.v2.sourceportid", "ptp.v2.messagetype",
          "ptp.v2.versionptp", "ptp.v2.minorversionptp", "ptp.v2.majorsdoid",
          "ptp.v2.domainnumber", "ptp.v2.flags", "ptp.v2.sequenceid", "ptp.v2.controlfield",
          "ptp.v2.logmessageperiod", "ptp.v2.dr.requestingsourceportidentity",
          "ptp.v2.pdrs.requestingportidentity", "ptp.v2.pdfu.requestingportidentity",
          "_ws.malformed", "_ws.expert.severity", "_ws.expert.message"]


@dataclasses.dataclass(frozen=True)
class Message:
    """One message as it was seen on the wire."""
    time: float
    source_mac: str
    destination_mac: str
    identity: str  # sourcePortIdentity.clockIdentity, 16 hexadecimal digits
    port: int
    kind: int  # messageType
    version: int
    minor_version: int
    major_sdo_id: int
    domain: int
    flags: int
    sequence: int
    control: int
    log_interval: int
    requester: str  # clockIdentity of the asker, of an answer
    trouble: str  # that it is malformed, or an expert's warning

    @property
    def multicast(self):
        return int(self.destination_mac[:2], 16) & 1 == 1


class Capture:
    """dumpcap on a device of a namespace, until stop()."""

    def __init__(self, namespace, device="eth0"):
        self.file = namespace.world.folder / f"{namespace.name}-{device}.pcapng"
        self._program = namespace.start(f"dumpcap-{device}", [
            "dumpcap", "-q", "-i", device, "-w", self.file])
        wait_until(lambda: "File:" in self._program.output(), 10, "dumpcap captures")

    def stop(self):
        self._program.stop(signal.SIGINT)


def decode(files):
    """The PTP messages of each of these captures, in the order of time.

    One run of tshark for all of them: starting it takes longer than the packets.
    """
    merged = files[0].with_name("merged.pcapng")
    # Without merging the devices, their numbers are those of the files.
    subprocess.run(["mergecap", "-I", "none", "-w", merged, *files], check=True)
    fields = [word for field in FIELDS for word in ("-e", field)]
    done = subprocess.run(
        ["tshark", "-r", merged, "-Y", "ptp || _ws.malformed", "-T", "fields",
         "-E", "separator=/t", "-E", "occurrence=a", "-E", "aggregator=;", *fields],
        capture_output=True, text=True, check=True)
    by_file = [[] for _ in files]
    for line in done.stdout.splitlines():
        column = dict(zip(FIELDS, line.split("\t")))
        by_file[int(column["frame.interface_id"])].append(_message(column))
    return by_file


def _number(text, base=0):
    return int(text.split(";")[0], base) if text else -1


def _message(column):
    severities = [int(value) for value in column["_ws.expert.severity"].split(";") if value]
    trouble = ""
    if column["_ws.malformed"] or max(severities, default=0) >= WARNING:
        trouble = column["_ws.expert.message"] or "malformed"
    requester = (column["ptp.v2.dr.requestingsourceportidentity"]
                 or column["ptp.v2.pdrs.requestingportidentity"]
                 or column["ptp.v2.pdfu.requestingportidentity"])
    return Message(
        time=float(column["frame.time_epoch"]),
        source_mac=column["eth.src"],
        destination_mac=column["eth.dst"],
        identity=column["ptp.v2.clockidentity"].split(";")[0].removeprefix("0x"),
        port=_number(column["ptp.v2.sourceportid"]),
        kind=_number(column["ptp.v2.messagetype"]),
        version=_number(column["ptp.v2.versionptp"]),
        minor_version=_number(column["ptp.v2.minorversionptp"]),
        major_sdo_id=_number(column["ptp.v2.majorsdoid"]),
        domain=_number(column["ptp.v2.domainnumber"]),
        flags=_number(column["ptp.v2.flags"]),
        sequence=_number(column["ptp.v2.sequenceid"]),
        control=_number(column["ptp.v2.controlfield"]),
        log_interval=_number(column["ptp.v2.logmessageperiod"]),
        requester=requester.split(";")[0].removeprefix("0x"),
        trouble=trouble)
