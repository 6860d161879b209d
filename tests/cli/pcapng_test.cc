#include "cli/pcapng.h"

#include <gmock/gmock.h>

#include <sstream>

namespace hostctl::cli {
namespace {

// `1a 2b`, as od(1) shows octets, 16 a line.
std::string Hex(const std::string& octets) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (size_t i = 0; i < octets.size(); ++i) {
    const auto octet = static_cast<unsigned char>(octets[i]);
    text += kDigits[octet >> 4];
    text += kDigits[octet & 0xF];
    text += i % 16 == 15 || i + 1 == octets.size() ? '\n' : ' ';
  }
  return text;
}

TEST(Pcapng, AFileBeginsWithASectionAndDeclaresItsInterfaces) {
  std::ostringstream out;
  PcapngWriter writer(out, "hostctl 1");
  EXPECT_EQ(Hex(out.str()),
            "0a 0d 0d 0a 30 00 00 00 4d 3c 2b 1a 01 00 00 00\n"  // type, length, magic, version
            "ff ff ff ff ff ff ff ff 04 00 09 00 68 6f 73 74\n"  // length unknown, shb_userappl
            "63 74 6c 20 31 00 00 00 00 00 00 00 30 00 00 00\n");
  out.str("");
  EXPECT_EQ(writer.AddInterface("vmk0 wire", PcapngWriter::Link::kEthernet), 0U);
  EXPECT_EQ(Hex(out.str()),
            "01 00 00 00 30 00 00 00 01 00 00 00 00 00 00 00\n"    // LINKTYPE_ETHERNET, no limit
            "02 00 09 00 76 6d 6b 30 20 77 69 72 65 00 00 00\n"    // if_name
            "09 00 01 00 09 00 00 00 00 00 00 00 30 00 00 00\n");  // if_tsresol 10^-9
  EXPECT_EQ(writer.AddInterface("vmk0 ip", PcapngWriter::Link::kRawIp), 1U);
}

TEST(Pcapng, APacketHasItsTimeToTheNanosecondItsWayAndAComment) {
  std::ostringstream out;
  PcapngWriter writer(out, "");
  out.str("");
  writer.Write(
      {1, 0x17979CFE362A0001, "\x01\x02\x03\x04\x05", 64, PcapngWriter::Way::kSent, "Sync"});
  EXPECT_EQ(Hex(out.str()),
            "06 00 00 00 3c 00 00 00 01 00 00 00 fe 9c 97 17\n"  // interface, high half of time
            "01 00 2a 36 05 00 00 00 40 00 00 00 01 02 03 04\n"  // low half, kept 5 of 64
            "05 00 00 00 02 00 04 00 02 00 00 00 01 00 04 00\n"  // epb_flags: outbound, comment
            "53 79 6e 63 00 00 00 00 3c 00 00 00\n");
}

TEST(Pcapng, EveryBlockIsAMultipleOfFourOctetsAndSaysItsLengthTwice) {
  for (size_t size = 0; size < 9; ++size) {
    std::ostringstream out;
    PcapngWriter writer(out, std::string(size, 'a'));
    writer.AddInterface(std::string(size, 'i'), PcapngWriter::Link::kRawIp);
    writer.Write(
        {0, 1, std::string(size, 'd'), 9, PcapngWriter::Way::kReceived, std::string(size, 'c')});
    const std::string file = out.str();
    size_t at = 0;
    int blocks = 0;
    const auto length_at = [&](size_t where) {
      return static_cast<size_t>(static_cast<unsigned char>(file[where]) +
                                 256 * static_cast<unsigned char>(file[where + 1]));
    };
    while (at < file.size()) {
      const size_t length = length_at(at + 4);
      ASSERT_EQ(length % 4, 0U);
      ASSERT_LE(at + length, file.size());
      EXPECT_EQ(length_at(at + length - 4), length);
      at += length;
      ++blocks;
    }
    EXPECT_EQ(blocks, 3);
  }
}

}  // namespace
}  // namespace hostctl::cli
