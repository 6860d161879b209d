// Data set comparison: IEEE 1588-2019 9.3.4, figures 34 and 35, and the alternate
// one of ITU-T G.8275.1 and G.8275.2, 6.3. Pure.
//
//   const Comparison c = Compare(ours, theirs);
//   if (c.a_better()) ...;              // c.decided_by tells what made the difference
#pragma once

#include <cstdint>

#include "ptpcore/protocol/data_sets.h"
#include "ptpcore/wire/message.h"
#include "ptpcore/wire/types.h"

namespace ptpcore::protocol {

// What the comparison looks at (9.3.4).
struct DataSet {
  uint8_t priority1 = 128;
  wire::ClockIdentity grandmaster;
  wire::ClockQuality quality;
  uint8_t priority2 = 128;
  // Of the port that hears it, or of our own clock; G.8275 only. 1..255.
  uint8_t local_priority = 128;
  uint16_t steps_removed = 0;
  wire::PortIdentity sender;
  wire::PortIdentity receiver;
};

// The data set that an Announce message describes, as `receiver` sees it.
DataSet DataSetFromAnnounce(const wire::Header& header, const wire::Announce& announce,
                            const wire::PortIdentity& receiver);

// D0: our own clock.
DataSet OwnDataSet(const DefaultDataSet& own);

// Which member made the difference, in the order of the figures.
enum class ComparisonStep : uint8_t {
  kNone,  // nothing: an error, or not compared
  kPriority1,
  kClockClass,
  kClockAccuracy,
  kOffsetScaledLogVariance,
  kPriority2,
  kLocalPriority,  // G.8275 only
  kGrandmasterIdentity,
  kStepsRemoved,
  kSenderIdentity,
  kPortNumber,  // of the receiver
  kOnlyOne,     // there was nobody to compare with
};

struct Comparison {
  enum class Order : uint8_t {
    kABetter,
    kABetterByTopology,
    kBBetter,
    kBBetterByTopology,
    kError1,  // a message came back to its sender
    kError2,  // twice the same message
  };
  Order order;
  ComparisonStep decided_by;

  bool a_better() const { return order == Order::kABetter || order == Order::kABetterByTopology; }
  bool b_better() const { return order == Order::kBBetter || order == Order::kBBetterByTopology; }
};

Comparison Compare(const DataSet& a, const DataSet& b,
                   BestMasterAlgorithm algorithm = BestMasterAlgorithm::kDefault);

// Whether Compare() prefers `a`, by quality or by topology.
bool IsBetter(const DataSet& a, const DataSet& b,
              BestMasterAlgorithm algorithm = BestMasterAlgorithm::kDefault);

}  // namespace ptpcore::protocol
