#include "service/history/measured_value.h"

#include <cmath>

#include "gtest/gtest.h"

namespace hostctl::history {
namespace {

v1::MeasuredValue Single(double sample) {
  v1::MeasuredValue value;
  value.set_samples(1);
  value.set_minimum(sample);
  value.set_maximum(sample);
  value.set_mean(sample);
  return value;
}

TEST(MeasuredValue, MergingSamplesOneByOneIsTheirSummary) {
  v1::MeasuredValue all;
  for (const double sample : {2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0}) Merge(Single(sample), all);
  EXPECT_EQ(all.samples(), 8U);
  EXPECT_EQ(all.minimum(), 2.0);
  EXPECT_EQ(all.maximum(), 9.0);
  EXPECT_DOUBLE_EQ(all.mean(), 5.0);
  EXPECT_DOUBLE_EQ(all.std_dev(), std::sqrt(32.0 / 7.0));
}

TEST(MeasuredValue, MergingSummariesIsTheSummaryOfAll) {
  v1::MeasuredValue left;
  v1::MeasuredValue right;
  v1::MeasuredValue all;
  for (int i = 0; i < 20; ++i) {
    const v1::MeasuredValue sample = Single(i * i - 50.0);
    Merge(sample, i < 7 ? left : right);
    Merge(sample, all);
  }
  Merge(right, left);
  EXPECT_EQ(left.samples(), 20U);
  EXPECT_EQ(left.minimum(), -50);
  EXPECT_EQ(left.maximum(), 311);
  EXPECT_NEAR(left.mean(), all.mean(), 1e-9);
  EXPECT_NEAR(left.std_dev(), all.std_dev(), 1e-9);
}

TEST(MeasuredValue, NothingIsNoSample) {
  v1::MeasuredValue value = Single(3);
  Merge(v1::MeasuredValue(), value);
  EXPECT_EQ(value.samples(), 1U);
  EXPECT_EQ(value.minimum(), 3);
}

TEST(MeasuredValues, WhatNeitherHasStaysAbsent) {
  v1::MeasuredValues from;
  *from.mutable_offset_from_master_ns() = Single(5);
  v1::MeasuredValues into;
  *into.mutable_mean_path_delay_ns() = Single(7);
  Merge(from, into);
  EXPECT_EQ(into.offset_from_master_ns().mean(), 5);
  EXPECT_EQ(into.mean_path_delay_ns().mean(), 7);
  EXPECT_FALSE(into.has_master_slave_delay_ns());
  EXPECT_FALSE(into.has_slave_master_delay_ns());
  EXPECT_FALSE(into.has_frequency_correction_ppb());
}

}  // namespace
}  // namespace hostctl::history
