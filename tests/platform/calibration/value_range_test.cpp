#include "platform/calibration/value_range.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace hwcvp::onnx_import {
namespace {

// 0 to 999, and one number far from them.
ValueRange thousand_and(float outlier) {
  std::vector<float> numbers = {outlier};
  for (int i = 0; i < 1000; ++i) numbers.push_back(static_cast<float>(i));
  ValueRange range;
  range.see(numbers.data(), static_cast<int64_t>(numbers.size()));
  return range;
}

TEST(ValueRangeTest, HoldsAllNumbersAndZero) {
  const std::vector<float> numbers = {3, 5};
  ValueRange range;
  range.see(numbers.data(), 2);
  EXPECT_EQ(range.limits(100).least, 0);
  EXPECT_EQ(range.limits(100).most, 5);
  const ValueRange negative = thousand_and(-1e6F);
  EXPECT_EQ(negative.limits(100).least, -1e6F);
  EXPECT_EQ(negative.limits(100).most, 999);
}

TEST(ValueRangeTest, CutsOffWhatIsBeyondAPart) {
  const ValueRange range = thousand_and(100000);
  EXPECT_EQ(range.limits(100).most, 100000);
  // All but the last ten or so, in steps of 131072 / 4096.
  EXPECT_NEAR(range.limits(99).most, 990, 32);
  EXPECT_EQ(range.limits(99).least, 0);
  EXPECT_NEAR(thousand_and(-100000).limits(99).least, 0, 32);
}

TEST(ValueRangeTest, LeavesOutWhatIsNoNumber) {
  const std::vector<float> numbers = {1, std::numeric_limits<float>::quiet_NaN(),
                                      std::numeric_limits<float>::infinity()};
  ValueRange range;
  range.see(numbers.data(), 3);
  EXPECT_EQ(range.count(), 1);
  EXPECT_EQ(range.limits(100).most, 1);
}

// As if all had been seen by one.
TEST(ValueRangeTest, JoinsRanges) {
  ValueRange joined = thousand_and(-7);
  joined.see(thousand_and(5000));
  EXPECT_EQ(joined.count(), 2002);
  EXPECT_EQ(joined.limits(100).least, -7);
  EXPECT_EQ(joined.limits(100).most, 5000);
  EXPECT_NEAR(joined.limits(99).most, 990, 4);
}

}  // namespace
}  // namespace hwcvp::onnx_import
