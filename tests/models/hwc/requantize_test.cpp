// The rule by which accumulators become outputs.
#include "models/hwc/requantize.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <vector>

namespace hwcvp::hwc {
namespace {

constexpr int32_t kLeast = std::numeric_limits<int32_t>::min();
constexpr int32_t kMost = std::numeric_limits<int32_t>::max();

int16_t one(int32_t accumulator, int32_t multiplier, int shift, bool relu = false) {
  int16_t out = 0;
  requantize(&accumulator, 4, 1, {multiplier, static_cast<uint8_t>(shift), relu}, &out, 2);
  return out;
}

TEST(RequantizeTest, RoundsTiesUp) {
  EXPECT_EQ(2, one(3, 1, 1)) << "1.5";
  EXPECT_EQ(-1, one(-3, 1, 1)) << "-1.5";
  EXPECT_EQ(0, one(-1, 1, 1)) << "-0.5";
  EXPECT_EQ(-1, one(-3, 1, 2)) << "-0.75";
  EXPECT_EQ(7, one(7, 1, 0)) << "a shift of 0 adds nothing";
}

TEST(RequantizeTest, SaturatesAndClamps) {
  EXPECT_EQ(32767, one(kMost, 1, 0));
  EXPECT_EQ(-32768, one(kLeast, 1, 0));
  EXPECT_EQ(0, one(kLeast, 1, 0, true));
  EXPECT_EQ(5, one(5, 1, 0, true));
  const int32_t sums[] = {1000, -1000};
  int8_t narrow[2];
  requantize(sums, 4, 2, {1, 0, false}, narrow, 1);
  EXPECT_EQ(127, narrow[0]);
  EXPECT_EQ(-128, narrow[1]);
}

TEST(RequantizeTest, IsExactAtTheEndsOfItsRange) {
  EXPECT_EQ(-1, one(kLeast, kMost, 62)) << "-(2^31)(2^31-1) / 2^62 is just above -1";
  EXPECT_EQ(1, one(kMost, kMost, 62));
  EXPECT_EQ(0, one(1, kMost, 32)) << "just below a half";
  EXPECT_EQ(1, one(kMost, 1 << 30, 61));
}

TEST(RequantizeTest, EveryWidthAndLengthGivesTheSame) {
  std::mt19937_64 random(3);
  for (int count = 0; count < 70; ++count) {
    std::vector<int16_t> narrow(static_cast<size_t>(count));
    for (int16_t& value : narrow) value = static_cast<int16_t>(random());
    const std::vector<int32_t> wide(narrow.begin(), narrow.end());
    const Requantization rule = {static_cast<int32_t>(random() & 0x7fffffff), 33, count % 2 == 0};
    std::vector<int8_t> from_narrow(narrow.size() + 1, 99), from_wide(narrow.size() + 1, 99);
    std::vector<int16_t> words(narrow.size() + 1, 99), words_from_narrow(narrow.size() + 1, 99);
    requantize(narrow.data(), 2, count, rule, from_narrow.data(), 1);
    requantize(wide.data(), 4, count, rule, from_wide.data(), 1);
    requantize(wide.data(), 4, count, rule, words.data(), 2);
    requantize(narrow.data(), 2, count, rule, words_from_narrow.data(), 2);
    EXPECT_EQ(from_narrow, from_wide);
    EXPECT_EQ(words, words_from_narrow);
    EXPECT_EQ(99, words.back()) << "nothing behind the row is written";
    for (size_t i = 0; i < wide.size(); ++i) {
      EXPECT_EQ(one(wide[i], rule.multiplier, rule.shift, rule.relu), words[i]);
    }
  }
}

}  // namespace
}  // namespace hwcvp::hwc
