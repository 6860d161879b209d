#include "ptpcore/protocol/dataset_comparison.h"

namespace ptpcore::protocol {
namespace {

// Figure 35: the same grandmaster is heard over two paths.
Comparison CompareTopology(const DataSet& a, const DataSet& b) {
  const int steps = static_cast<int>(a.steps_removed) - static_cast<int>(b.steps_removed);
  if (steps > 1) return Comparison::kBBetter;
  if (steps < -1) return Comparison::kABetter;
  if (steps == 1) {
    if (a.receiver == a.sender) return Comparison::kError1;
    return a.receiver < a.sender ? Comparison::kBBetter : Comparison::kBBetterByTopology;
  }
  if (steps == -1) {
    if (b.receiver == b.sender) return Comparison::kError1;
    return b.receiver < b.sender ? Comparison::kABetter : Comparison::kABetterByTopology;
  }
  if (a.sender != b.sender) {
    return a.sender < b.sender ? Comparison::kABetterByTopology : Comparison::kBBetterByTopology;
  }
  if (a.receiver.port != b.receiver.port) {
    return a.receiver.port < b.receiver.port ? Comparison::kABetterByTopology
                                             : Comparison::kBBetterByTopology;
  }
  return Comparison::kError2;
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

// Figure 34, from the top: the first property that differs decides; lower is better.
Comparison Compare(const DataSet& a, const DataSet& b) {
  if (a.grandmaster == b.grandmaster) return CompareTopology(a, b);
  const auto by = [](auto x, auto y) {
    return x < y ? Comparison::kABetter : Comparison::kBBetter;
  };
  if (a.priority1 != b.priority1) return by(a.priority1, b.priority1);
  if (a.quality.clock_class != b.quality.clock_class) {
    return by(a.quality.clock_class, b.quality.clock_class);
  }
  if (a.quality.clock_accuracy != b.quality.clock_accuracy) {
    return by(a.quality.clock_accuracy, b.quality.clock_accuracy);
  }
  if (a.quality.offset_scaled_log_variance != b.quality.offset_scaled_log_variance) {
    return by(a.quality.offset_scaled_log_variance, b.quality.offset_scaled_log_variance);
  }
  if (a.priority2 != b.priority2) return by(a.priority2, b.priority2);
  return by(a.grandmaster, b.grandmaster);
}

bool IsBetter(const DataSet& a, const DataSet& b) {
  const Comparison result = Compare(a, b);
  return result == Comparison::kABetter || result == Comparison::kABetterByTopology;
}

}  // namespace ptpcore::protocol
