#include "ptpcore/protocol/dataset_comparison.h"

#include <optional>

namespace ptpcore::protocol {
namespace {

using Order = Comparison::Order;
using Step = ComparisonStep;

// The next question of figure 34: the lower value wins; absent where they are equal.
template <typename T>
std::optional<Comparison> Ask(Step step, const T& a, const T& b) {
  if (a < b) return Comparison{Order::kABetter, step};
  if (b < a) return Comparison{Order::kBBetter, step};
  return std::nullopt;
}

std::optional<Comparison> AskQuality(const wire::ClockQuality& a, const wire::ClockQuality& b) {
  if (const auto c = Ask(Step::kClockClass, a.clock_class, b.clock_class)) return c;
  if (const auto c = Ask(Step::kClockAccuracy, a.clock_accuracy, b.clock_accuracy)) return c;
  return Ask(Step::kOffsetScaledLogVariance, a.offset_scaled_log_variance,
             b.offset_scaled_log_variance);
}

// Figure 35, where `far` is one step farther than `near`: it is outright worse unless its
// receiver stands above its sender; absent where both are the same.
std::optional<bool> WorseByTopologyOnly(const DataSet& far) {
  if (far.receiver == far.sender) return std::nullopt;
  return far.sender < far.receiver;
}

// Figure 35: the same grandmaster is heard over two paths. Port identities are compared
// whole, so that two ports of one sender differ (7.5.2.4 orders them).
Comparison CompareTopology(const DataSet& a, const DataSet& b) {
  const int steps = static_cast<int>(a.steps_removed) - static_cast<int>(b.steps_removed);
  if (steps > 1) return {Order::kBBetter, Step::kStepsRemoved};
  if (steps < -1) return {Order::kABetter, Step::kStepsRemoved};
  if (steps == 1) {
    const auto topology = WorseByTopologyOnly(a);
    if (!topology) return {Order::kError1, Step::kNone};
    return {*topology ? Order::kBBetterByTopology : Order::kBBetter, Step::kStepsRemoved};
  }
  if (steps == -1) {
    const auto topology = WorseByTopologyOnly(b);
    if (!topology) return {Order::kError1, Step::kNone};
    return {*topology ? Order::kABetterByTopology : Order::kABetter, Step::kStepsRemoved};
  }
  if (a.sender != b.sender) {
    return {a.sender < b.sender ? Order::kABetterByTopology : Order::kBBetterByTopology,
            Step::kSenderIdentity};
  }
  if (a.receiver.port != b.receiver.port) {
    return {
        a.receiver.port < b.receiver.port ? Order::kABetterByTopology : Order::kBBetterByTopology,
        Step::kPortNumber};
  }
  return {Order::kError2, Step::kNone};
}

// Figure 34, from the top: the first property that differs decides.
Comparison CompareDefault(const DataSet& a, const DataSet& b) {
  if (a.grandmaster == b.grandmaster) return CompareTopology(a, b);
  if (const auto c = Ask(Step::kPriority1, a.priority1, b.priority1)) return *c;
  if (const auto c = AskQuality(a.quality, b.quality)) return *c;
  if (const auto c = Ask(Step::kPriority2, a.priority2, b.priority2)) return *c;
  return *Ask(Step::kGrandmasterIdentity, a.grandmaster.octets, b.grandmaster.octets);
}

// G.8275.1 6.3: no priority1; the operator's localPriority before any identity; and
// several grandmasters that are traceable (clockClass 1..127) count as one, the nearest
// of which is taken.
Comparison CompareG8275(const DataSet& a, const DataSet& b) {
  if (const auto c = AskQuality(a.quality, b.quality)) return *c;
  if (const auto c = Ask(Step::kPriority2, a.priority2, b.priority2)) return *c;
  if (const auto c = Ask(Step::kLocalPriority, a.local_priority, b.local_priority)) return *c;
  if (a.quality.clock_class > kGreatestNeverClientClass) {
    const auto c = Ask(Step::kGrandmasterIdentity, a.grandmaster.octets, b.grandmaster.octets);
    if (c) return *c;
  }
  return CompareTopology(a, b);
}

}  // namespace

DataSet DataSetFromAnnounce(const wire::Header& header, const wire::Announce& announce,
                            const wire::PortIdentity& receiver) {
  DataSet set;
  set.priority1 = announce.priority1;
  set.grandmaster = announce.grandmaster;
  set.quality = announce.quality;
  set.priority2 = announce.priority2;
  set.steps_removed = announce.steps_removed;
  set.sender = header.source;
  set.receiver = receiver;
  return set;
}

DataSet OwnDataSet(const DefaultDataSet& own) {
  DataSet set;
  set.priority1 = own.priority1;
  set.grandmaster = own.clock_identity;
  set.quality = own.quality;
  set.priority2 = own.priority2;
  set.local_priority = own.local_priority;
  set.sender = {own.clock_identity, 0};
  set.receiver = {own.clock_identity, 0};
  return set;
}

Comparison Compare(const DataSet& a, const DataSet& b, BestMasterAlgorithm algorithm) {
  return algorithm == BestMasterAlgorithm::kG8275 ? CompareG8275(a, b) : CompareDefault(a, b);
}

bool IsBetter(const DataSet& a, const DataSet& b, BestMasterAlgorithm algorithm) {
  return Compare(a, b, algorithm).a_better();
}

}  // namespace ptpcore::protocol
