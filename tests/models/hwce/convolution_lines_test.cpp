// The datapath of the HWCE against the formula that docs/hwce.md gives, one pixel at a time.
#include "models/hwce/convolution_lines.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace hwcvp::hwce {
namespace {

constexpr uint64_t kSeed = 77;
constexpr uint32_t kColumns = ConvolutionLines::kColumns;

struct Case {
  uint32_t filter, maps, shift;
  std::vector<std::vector<int16_t>> lines;                    // oldest first
  std::vector<std::vector<int32_t>> weights;                  // by map
  std::vector<std::vector<int16_t>> y_in;                     // by map
  uint32_t columns() const { return kColumns - filter + 1; }  // of an output line

  std::vector<uint16_t> lanes() const {
    std::vector<uint16_t> packed(filter * filter + 1);
    const uint32_t bits = 16 / maps;
    for (uint32_t map = 0; map < maps; ++map) {
      for (uint32_t tap = 0; tap < filter * filter; ++tap) {
        const uint32_t field = static_cast<uint32_t>(weights[map][tap]) & ((1U << bits) - 1);
        packed[tap] = static_cast<uint16_t>(packed[tap] | field << (bits * map));
      }
    }
    return packed;
  }

  int16_t expected(uint32_t map, uint32_t column) const {
    int64_t sum = 0;
    for (uint32_t row = 0; row < filter; ++row) {
      for (uint32_t tap = 0; tap < filter; ++tap) {
        sum += int64_t{lines[row][column + tap]} * weights[map][row * filter + tap];
      }
    }
    const int64_t half = shift == 0 ? 0 : int64_t{1} << (shift - 1);
    const int64_t value = y_in[map][column] + ((sum + half) >> shift);
    return static_cast<int16_t>(std::clamp<int64_t>(value, INT16_MIN, INT16_MAX));
  }
};

void check(const Case& c) {
  ConvolutionLines datapath;
  datapath.set_filters(c.filter, c.maps, c.shift, c.lanes().data());
  const std::vector<int16_t> older(kColumns, 1234);
  datapath.push_line(older.data(), kColumns);  // must have no effect once it is out of the filter
  for (const auto& line : c.lines) datapath.push_line(line.data(), kColumns);
  for (uint32_t map = 0; map < c.maps; ++map) {
    std::vector<int16_t> y = c.y_in[map];
    datapath.convolve(map, y.data());
    for (uint32_t column = 0; column < c.columns(); ++column) {
      ASSERT_EQ(c.expected(map, column), y[column])
          << c.filter << "x" << c.filter << ", " << c.maps << " maps, shift " << c.shift << ", map " << map
          << ", column " << column;
    }
  }
}

// Each test runs with every instruction set that the machine has.
class ConvolutionLinesTest : public testing::TestWithParam<const char*> {
 protected:
  ConvolutionLinesTest() { EXPECT_TRUE(select_convolution_line_instruction_set(GetParam())); }
};
INSTANTIATE_TEST_SUITE_P(InstructionSets, ConvolutionLinesTest,
                         testing::ValuesIn(convolution_line_instruction_sets()),
                         [](const auto& instance) { return std::string(instance.param); });

TEST_P(ConvolutionLinesTest, RandomLinesAndFilters) {
  SCOPED_TRACE(testing::Message() << "seed " << kSeed);
  std::mt19937_64 random(kSeed);
  const auto draw = [&random](int64_t least, int64_t most) {
    return std::uniform_int_distribution<int64_t>(least, most)(random);
  };
  for (int i = 0; i < 600 && !testing::Test::HasFailure(); ++i) {
    Case c{};
    c.filter = i % 2 == 0 ? 3 : 5;
    c.maps = 1U << i % 3;
    c.shift = static_cast<uint32_t>(draw(0, 31));
    const int64_t bits = 16 / c.maps;
    // Narrow ranges meet ties, the full range saturation.
    const int64_t most = (int64_t{1} << draw(1, 15)) - 1;
    c.lines.assign(c.filter, std::vector<int16_t>(kColumns));
    for (auto& line : c.lines) {
      for (int16_t& pixel : line) pixel = static_cast<int16_t>(draw(-most - 1, most));
    }
    c.weights.assign(c.maps, std::vector<int32_t>(c.filter * c.filter));
    const int64_t most_weight = std::min(most, (int64_t{1} << (bits - 1)) - 1);
    for (auto& map : c.weights) {
      for (int32_t& weight : map) weight = static_cast<int32_t>(draw(-most_weight - 1, most_weight));
    }
    c.y_in.assign(c.maps, std::vector<int16_t>(kColumns));
    for (auto& map : c.y_in) {
      for (int16_t& pixel : map) pixel = static_cast<int16_t>(draw(-most - 1, most));
    }
    check(c);
  }
}

// The largest sums there are, of either sign, at every shift.
TEST_P(ConvolutionLinesTest, ExtremeOperandsAreExact) {
  for (const int16_t pixel : {INT16_MIN, INT16_MAX}) {
    for (const int32_t weight : {INT16_MIN, INT16_MAX}) {
      for (const int16_t y : {INT16_MIN, INT16_MAX}) {
        for (uint32_t shift = 0; shift < 32; ++shift) {
          check({5,
                 1,
                 shift,
                 std::vector<std::vector<int16_t>>(5, std::vector<int16_t>(kColumns, pixel)),
                 {std::vector<int32_t>(25, weight)},
                 {std::vector<int16_t>(kColumns, y)}});
        }
      }
    }
  }
}

TEST(ConvolutionLines, RefusesInstructionSetsThatItDoesNotHave) {
  EXPECT_FALSE(select_convolution_line_instruction_set("abacus"));
}

}  // namespace
}  // namespace hwcvp::hwce
