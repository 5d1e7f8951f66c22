// The histogram of durations.
#include "models/common/histogram.h"

#include <gtest/gtest.h>

#include <random>
#include <stdexcept>

namespace hwcvp {
namespace {

TEST(HistogramTest, QuantilesAreWithinAnEighth) {
  Histogram histogram;
  EXPECT_EQ(0u, histogram.quantile(0.5));
  for (uint64_t i = 1; i <= 10000; ++i) histogram.add(i);
  EXPECT_EQ(10000u, histogram.count());
  EXPECT_EQ(1u, histogram.least());
  EXPECT_EQ(10000u, histogram.most());
  EXPECT_DOUBLE_EQ(5000.5, histogram.mean());
  for (const double part : {0.001, 0.1, 0.5, 0.95, 0.99}) {
    const double exact = part * 10000;
    EXPECT_GE(static_cast<double>(histogram.quantile(part)), exact);
    EXPECT_LE(static_cast<double>(histogram.quantile(part)), exact * 1.125);
  }
  EXPECT_EQ(10000u, histogram.quantile(1));
}

TEST(HistogramTest, BucketsAreThoseWorkedOutByHand) {
  // Two steps: 0, 1, 2, 3, then [4, 5], [6, 7], [8, 11], [12, 15], [16, 23], ...
  Histogram histogram(2);
  for (const uint64_t value : {0, 3, 4, 5, 6, 11, 12, 15, 16, 23, 24}) histogram.add(value);
  const std::vector<Histogram::Bucket> buckets = histogram.buckets();
  const std::vector<std::vector<uint64_t>> expected = {{0, 0, 1},  {3, 3, 1},   {4, 5, 2},   {6, 7, 1},
                                                       {8, 11, 1}, {12, 15, 2}, {16, 23, 2}, {24, 31, 1}};
  ASSERT_EQ(expected.size(), buckets.size());
  for (size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(expected[i], (std::vector<uint64_t>{buckets[i].first, buckets[i].last, buckets[i].count})) << i;
  }
}

TEST(HistogramTest, EveryValueLiesInItsBucket) {
  std::mt19937_64 random(1);
  for (const unsigned steps : {1, 2, 4, 8, 16, 32, 64}) {
    for (int i = 0; i < 2000; ++i) {
      const uint64_t value = random() >> random() % 64;
      Histogram histogram(steps);
      histogram.add(value);
      const Histogram::Bucket bucket = histogram.buckets().front();
      EXPECT_LE(bucket.first, value);
      EXPECT_GE(bucket.last, value);
      EXPECT_LE(bucket.last - bucket.first, value / steps) << value << " in " << steps << " steps";
    }
    Histogram extremes(steps);
    extremes.add(UINT64_MAX);
    EXPECT_EQ(UINT64_MAX, extremes.buckets().front().last);
  }
}

TEST(HistogramTest, AddsUp) {
  Histogram a;
  Histogram b;
  Histogram both;
  for (uint64_t i = 0; i < 100; ++i) {
    (i % 3 == 0 ? a : b).add(i * i);
    both.add(i * i);
  }
  a += b;
  EXPECT_EQ(both.count(), a.count());
  EXPECT_EQ(both.most(), a.most());
  EXPECT_DOUBLE_EQ(both.mean(), a.mean());
  EXPECT_EQ(both.buckets().size(), a.buckets().size());
  a.clear();
  EXPECT_EQ(0u, a.count());
  EXPECT_TRUE(a.buckets().empty());
  EXPECT_THROW(a += Histogram(4), std::invalid_argument);
}

TEST(HistogramTest, RefusesStepsThatAreNoPowerOfTwo) {
  for (const unsigned steps : {0U, 3U, 128U}) EXPECT_THROW(Histogram{steps}, std::invalid_argument) << steps;
}

}  // namespace
}  // namespace hwcvp
