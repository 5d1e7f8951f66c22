// Requantization in single precision against a plain computation, for every instruction set of the machine.
#include "models/kernels/requantize.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "models/kernels/convolution_kernel.h"

namespace hwcvp::kernels {
namespace {

constexpr int32_t kLeast = std::numeric_limits<int32_t>::min();
constexpr int32_t kMost = std::numeric_limits<int32_t>::max();

// Half to even, from the integer below.
double round_half_even(double value) {
  const double below = std::floor(value);
  const double rest = value - below;
  if (rest != 0.5) return rest < 0.5 ? below : below + 1;
  return std::fmod(below, 2) == 0 ? below : below + 1;
}

// Each step in double precision, which holds the products of numbers of 24 bits, and back.
uint8_t expected(int32_t accumulator, const SinglePrecision& rule) {
  const auto number = static_cast<float>(accumulator);
  const auto product = static_cast<float>(double{number} * double{rule.scale});
  const double value = std::isinf(product) ? double{product} : round_half_even(product) + rule.zero;
  const double limited = value < rule.least ? rule.least : value > rule.most ? rule.most : value;
  return static_cast<uint8_t>(static_cast<int32_t>(limited));
}

class Requantize : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { ASSERT_TRUE(select_kernel_instruction_set(GetParam().c_str())); }

  static int32_t one(int32_t accumulator, const SinglePrecision& rule) {
    uint8_t output = 0;
    requantize(&accumulator, 1, rule, &output);
    return rule.least < 0 ? static_cast<int8_t>(output) : output;
  }
};

constexpr SinglePrecision signed_by(float scale, int32_t zero = 0) { return {scale, zero, -128, 127}; }
constexpr SinglePrecision unsigned_by(float scale, int32_t zero = 0) { return {scale, zero, 0, 255}; }

TEST_P(Requantize, RoundsTiesToEven) {
  const int32_t halves[] = {-7, -5, -3, -1, 1, 3, 5, 7};
  const int32_t rounded[] = {-4, -2, -2, 0, 0, 2, 2, 4};
  for (size_t i = 0; i < 8; ++i) {
    EXPECT_EQ(one(halves[i], signed_by(0.5F)), rounded[i]) << halves[i] << " / 2";
    EXPECT_EQ(one(halves[i], signed_by(0.5F, 1)), rounded[i] + 1) << "the zero point comes after rounding";
  }
  EXPECT_EQ(one(1, signed_by(std::nextafter(0.5F, 1.0F))), 1);
  EXPECT_EQ(one(1, signed_by(std::nextafter(0.5F, 0.0F))), 0);
}

TEST_P(Requantize, Limits) {
  EXPECT_EQ(one(255, signed_by(0.5F)), 127) << "127.5 rounds past the type";
  EXPECT_EQ(one(-257, signed_by(0.5F)), -128) << "-128.5 rounds into it";
  EXPECT_EQ(one(-259, signed_by(0.5F)), -128);
  EXPECT_EQ(one(511, unsigned_by(0.5F)), 255) << "255.5";
  EXPECT_EQ(one(-1, unsigned_by(1)), 0);
  EXPECT_EQ(one(-255, unsigned_by(1, 255)), 0);
  EXPECT_EQ(one(1, unsigned_by(1, 255)), 255);
  EXPECT_EQ(one(255, signed_by(1, -128)), 127);
  EXPECT_EQ(one(-1, signed_by(1, -128)), -128);
  EXPECT_EQ(one(kMost, unsigned_by(3e38F)), 255) << "an infinite product";
  EXPECT_EQ(one(kLeast, unsigned_by(3e38F, 7)), 0);
  EXPECT_EQ(one(0, unsigned_by(3e38F, 7)), 7);
  EXPECT_EQ(one(kMost, unsigned_by(1e-45F, 7)), 7);
  EXPECT_EQ(one(100, {1, 5, 10, 20}), 20);
  EXPECT_EQ(one(-100, {1, 5, 10, 20}), 10);
  EXPECT_EQ(one(8, {1, 5, 10, 20}), 13);
}

// 2^24 + 1 has no place in single precision.
TEST_P(Requantize, RoundsTheAccumulatorFirst) {
  const float scale = std::ldexp(1.0F, -18);  // 2^24 is 64
  EXPECT_EQ(one((1 << 24) + (1 << 17), signed_by(scale)), 64) << "64.5";
  EXPECT_EQ(one((1 << 24) + (1 << 17) + 1, signed_by(scale)), 64) << "rounded to 64.5";
  EXPECT_EQ(one((1 << 24) + (1 << 17) + 2, signed_by(scale)), 65);
  EXPECT_EQ(one((1 << 24) + (3 << 17) - 1, signed_by(scale)), 66) << "rounded to 65.5";
}

TEST_P(Requantize, EqualsThePlainComputation) {
  const unsigned seed = 20261130;
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int i = 0; i < 4000; ++i) {
    const bool is_signed = random() % 2 == 0;
    const int32_t low = is_signed ? -128 : 0;
    SinglePrecision rule = {1, low + static_cast<int32_t>(random() % 256), low, low + 255};
    if (random() % 3 == 0) {
      rule.least = low + static_cast<int32_t>(random() % 256);
      rule.most = rule.least + static_cast<int32_t>(random() % static_cast<unsigned>(low + 256 - rule.least));
    }
    // Any positive float, or one that takes the accumulators to the outputs, some of them by ties.
    const int bits = static_cast<int>(random() % 31);
    const auto kind = random() % 4;
    if (kind == 0) {
      const uint32_t any = 1 + random() % 0x7f7fffff;
      std::memcpy(&rule.scale, &any, sizeof any);
    } else {
      const float fraction = kind == 1 ? 1 : 1 + static_cast<float>(random() % 1000) / 1000;
      rule.scale = std::ldexp(fraction, 8 - bits);
    }
    std::vector<int32_t> accumulators(random() % 70);
    for (int32_t& accumulator : accumulators) {
      accumulator = static_cast<int32_t>(random()) >> (31 - bits);
      if (random() % 50 == 0) accumulator = random() % 2 == 0 ? kLeast : kMost;
    }
    std::vector<uint8_t> outputs(accumulators.size() + 1, 0xa5);
    requantize(accumulators.data(), static_cast<int64_t>(accumulators.size()), rule, outputs.data());
    EXPECT_EQ(outputs.back(), 0xa5) << "wrote past the end";
    for (size_t k = 0; k < accumulators.size(); ++k) {
      ASSERT_EQ(outputs[k], expected(accumulators[k], rule))
          << accumulators[k] << " * " << rule.scale << " + " << rule.zero << " in " << rule.least << ".."
          << rule.most;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(InstructionSets, Requantize, testing::ValuesIn([] {
                           const std::vector<const char*> sets = kernel_instruction_sets();
                           return std::vector<std::string>(sets.begin(), sets.end());
                         }()),
                         [](const auto& set) {
                           std::string name = set.param;
                           for (char& c : name) c = c == '-' ? '_' : c;
                           return name;
                         });

}  // namespace
}  // namespace hwcvp::kernels
