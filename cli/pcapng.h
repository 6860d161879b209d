// Writes captures as pcapng (draft-ietf-opsawg-pcapng), what Wireshark and tshark open.
// Each block is handed to the stream whole and at once, so that what was written is valid
// whenever it ends.
//
//   PcapngWriter file(stream, "hostctl 0.1.0");
//   const uint32_t wire = file.AddInterface("vmk0 wire", PcapngWriter::Link::kEthernet);
//   file.Write({wire, time_ns, data, original_length, PcapngWriter::Way::kReceived, "Sync ..."});
#pragma once

#include <cstdint>
#include <ostream>
#include <string>

namespace hostctl::cli {

class PcapngWriter {
 public:
  enum class Link : uint16_t { kEthernet = 1, kRawIp = 101 };  // LINKTYPE_...
  enum class Way : uint32_t { kUnknown = 0, kReceived = 1, kSent = 2 };

  struct Packet {
    uint32_t interface = 0;  // as AddInterface() answered
    uint64_t time_ns = 0;    // since 1970, UTC
    std::string data;
    uint32_t original_length = 0;
    Way way = Way::kUnknown;
    std::string comment;  // empty: none
  };

  // Writes the beginning. `out` must outlive the writer.
  PcapngWriter(std::ostream& out, const std::string& application);

  // Declares an interface, times of nanoseconds; before its first packet.
  uint32_t AddInterface(const std::string& name, Link link);
  void Write(const Packet& packet);

 private:
  void WriteBlock(uint32_t type, const std::string& body);

  std::ostream& out_;
  uint32_t interfaces_ = 0;
};

}  // namespace hostctl::cli
