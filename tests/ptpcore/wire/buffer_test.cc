#include "ptpcore/wire/buffer.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "hex.h"

namespace ptpcore::wire {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(BufferTest, WhatIsWrittenIsReadBack) {
  Octets octets(51);
  Writer writer(absl::MakeSpan(octets));
  writer.U8(0x01);
  writer.U16(0x0203);
  writer.U32(0x04050607);
  writer.U48(0x08090A0B0C0D);
  writer.U64(0x0E0F101112131415);
  writer.Port({{{0x16, 0x17, 0x18, 0x19, 0x1A, 0x1B, 0x1C, 0x1D}}, 0x1E1F});
  writer.Time({0x202122232425, 0x26272829});
  writer.Octets(FromHex("2a2b2c2d2e2f30313233"));
  // Everything stands in the order of the wire, the high octet first.
  for (size_t i = 0; i < octets.size(); ++i) EXPECT_EQ(octets[i], i + 1);

  Reader reader(octets);
  EXPECT_EQ(reader.U8(), 0x01);
  EXPECT_EQ(reader.U16(), 0x0203);
  EXPECT_EQ(reader.U32(), 0x04050607U);
  EXPECT_EQ(reader.U48(), 0x08090A0B0C0DU);
  EXPECT_EQ(reader.U64(), 0x0E0F101112131415U);
  EXPECT_EQ(reader.Port(),
            (PortIdentity{{{0x16, 0x17, 0x18, 0x19, 0x1A, 0x1B, 0x1C, 0x1D}}, 0x1E1F}));
  EXPECT_EQ(reader.Time(), (Timestamp{0x202122232425, 0x26272829}));
}

TEST(ReaderTest, YieldsZerosPastItsEndAndNeverReadsThere) {
  const Octets octets(32, 0xFF);  // what lies behind would show
  for (size_t size = 0; size < 8; ++size) {
    const auto short_span = absl::MakeConstSpan(octets).first(size);
    Reader reader(short_span);
    EXPECT_EQ(reader.U64(), 0U) << size;
    EXPECT_EQ(reader.U8(), 0U) << size;
    Reader of_a_port(short_span);
    EXPECT_EQ(of_a_port.Port(), PortIdentity{}) << size;
  }
}

TEST(ReaderTest, TakesWhatIsThereAndNoMore) {
  const Octets octets = FromHex("0102030405");
  Reader reader(octets);
  EXPECT_THAT(reader.Take(2), ElementsAre(1, 2));
  EXPECT_THAT(reader.Take(9), ElementsAre(3, 4, 5));
  EXPECT_THAT(reader.TakeRest(), IsEmpty());
  EXPECT_EQ(reader.remaining(), 0U);
}

TEST(WriterTest, WritesNothingPastItsEndButCountsIt) {
  Octets octets(5, 0xEE);
  Writer writer(absl::MakeSpan(octets).first(3));
  writer.U16(0x0102);
  writer.U16(0x0304);  // has no room
  writer.Octets({});
  writer.U8(5);
  EXPECT_THAT(octets, ElementsAre(1, 2, 0xEE, 0xEE, 0xEE));
  EXPECT_EQ(writer.size(), 5U);
}

}  // namespace
}  // namespace ptpcore::wire
