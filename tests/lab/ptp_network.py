"""PTP packets in and out of a device: IEEE 1588-2019 annexes C (UDP over IPv4), D (over IPv6)
and E (Ethernet). For the scripted master; stamped by the kernel on the way in only.

    network = PtpNetwork("UDPv4", "eth0")
    network.send(packet)
    packet, received_ns = network.receive(timeout_s=0.1)
"""
import select
import socket
import struct
import time

EVENT_PORT, GENERAL_PORT = 319, 320
ETHERTYPE = 0x88F7
PEER_DELAY_KINDS = (0x2, 0x3, 0xA)
# transport -> where messages go, and where peer delay messages go.
GROUPS = {
    "UDPv4": ("224.0.1.129", "224.0.0.107"),
    "UDPv6": ("ff0e::181", "ff02::6b"),
    "L2": (bytes.fromhex("011b19000000"), bytes.fromhex("0180c200000e")),
}
SO_TIMESTAMPNS = 35
PACKET_ADD_MEMBERSHIP, PACKET_MR_MULTICAST, SOL_PACKET = 1, 0, 263


class PtpNetwork:
    def __init__(self, transport, device="eth0"):
        self.transport = transport
        self.device = device
        self._index = socket.if_nametoindex(device)
        self._groups = GROUPS[transport]
        if transport == "L2":
            self._event = self._general = self._packet_socket()
        else:
            open_socket = self._ipv4_socket if transport == "UDPv4" else self._ipv6_socket
            self._event, self._general = open_socket(EVENT_PORT), open_socket(GENERAL_PORT)

    def send(self, packet, port=None, to=None):
        """Sends by multicast, or to one address; `port` where the packet's type does not tell."""
        kind = packet[0] & 0xF if packet else 0
        group = to or self._groups[kind in PEER_DELAY_KINDS]
        port = port or (EVENT_PORT if kind < 8 else GENERAL_PORT)
        opened = self._event if port == EVENT_PORT else self._general
        if self.transport == "L2":
            header = group + opened.getsockname()[4] + struct.pack("!H", ETHERTYPE)
            opened.send(header + packet)
        elif self.transport == "UDPv4":
            opened.sendto(packet, (group, port))
        else:
            opened.sendto(packet, (group, port, 0, self._index))

    def receive(self, timeout_s):
        """(packet, when the kernel received it in nanoseconds); None when none came in time."""
        sockets = list({self._event, self._general})
        readable, _, _ = select.select(sockets, [], [], timeout_s)
        if not readable:
            return None
        data, ancillary, flags, address = readable[0].recvmsg(2048, 256)
        if self.transport == "L2":
            if address[2] == socket.PACKET_OUTGOING:
                return None
            data = data[14:]
        for level, kind, value in ancillary:
            if (level, kind) == (socket.SOL_SOCKET, SO_TIMESTAMPNS):
                seconds, nanoseconds = struct.unpack("=qq", value)
                return data, seconds * 10**9 + nanoseconds
        return data, time.time_ns()

    def _ipv4_socket(self, port):
        opened = self._open(socket.AF_INET, port, "")
        for group in self._groups:
            by_device = struct.pack("=4s4si", socket.inet_aton(group), bytes(4), self._index)
            opened.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, by_device)
            opened.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, by_device)
        opened.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 0)
        return opened

    def _ipv6_socket(self, port):
        opened = self._open(socket.AF_INET6, port, "::")
        for group in self._groups:
            membership = socket.inet_pton(socket.AF_INET6, group) + struct.pack("=i", self._index)
            opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, membership)
        opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, self._index)
        opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_LOOP, 0)
        return opened

    @staticmethod
    def _open(family, port, address):
        opened = socket.socket(family, socket.SOCK_DGRAM)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        opened.bind((address, port))
        return opened

    def _packet_socket(self):
        opened = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETHERTYPE))
        opened.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        opened.bind((self.device, ETHERTYPE))
        for group in self._groups:
            request = struct.pack("=iHH8s", self._index, PACKET_MR_MULTICAST, 6, group)
            opened.setsockopt(SOL_PACKET, PACKET_ADD_MEMBERSHIP, request)
        return opened
