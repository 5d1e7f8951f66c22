// The kernels against a naive triple loop, for every instruction set of the machine.
#include "models/kernels/convolution_kernel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace hwcvp::kernels {
namespace {

enum class Values { random, lowest, extremes };

// A tile whose tensors lie in circular buffers that are larger than the tile and begin anywhere.
struct Case {
  TileShape shape;
  OperandWidth width = OperandWidth::bytes;
  int input_bytes = 1;
  int weight_bytes = 1;
  int accumulator_bytes = 4;
  bool initial = false;
  bool dense = false;
  Values values = Values::random;
};

std::string describe(const Case& c) {
  const TileShape& s = c.shape;
  std::string text = "k" + std::to_string(s.out_channels) + " c" + std::to_string(s.in_channels) + " out " +
                     std::to_string(s.out_height) + "x" + std::to_string(s.out_width) + " kernel " +
                     std::to_string(s.kernel_height) + "x" + std::to_string(s.kernel_width) + " stride " +
                     std::to_string(s.stride_y) + "," + std::to_string(s.stride_x) + " dilation " +
                     std::to_string(s.dilation_y) + "," + std::to_string(s.dilation_x);
  text += c.width == OperandWidth::bytes ? " bytes" : " words";
  text += " input " + std::string(s.input.is_unsigned ? "unsigned " : "") + "less " +
          std::to_string(s.input.zero) + " " + std::to_string(c.input_bytes) + " weight " +
          std::to_string(c.weight_bytes) + " accumulator " + std::to_string(c.accumulator_bytes) +
          (c.initial ? " initial" : " add") + (c.dense ? " dense" : " circular");
  return text;
}

using Random = std::mt19937;

int pick(Random& random, int low, int high) { return std::uniform_int_distribution<int>(low, high)(random); }

// A buffer of elements of `bytes` bytes, signed or not.
class Elements {
 public:
  Elements(int64_t count, int bytes, bool is_unsigned = false)
      : bytes_(bytes), unsigned_(is_unsigned), data_(static_cast<size_t>(count * bytes)) {}

  int64_t get(int64_t i) const {
    const size_t at = static_cast<size_t>(i * bytes_);
    uint64_t value = 0;
    for (int b = 0; b < bytes_; ++b) value |= uint64_t{data_[at + static_cast<size_t>(b)]} << (8 * b);
    if (unsigned_) return static_cast<int64_t>(value);
    const int unused = 64 - 8 * bytes_;
    return static_cast<int64_t>(value << unused) >> unused;
  }
  void set(int64_t i, int64_t value) {
    const size_t at = static_cast<size_t>(i * bytes_);
    for (int b = 0; b < bytes_; ++b)
      data_[at + static_cast<size_t>(b)] = static_cast<uint8_t>(value >> (8 * b));
  }
  int64_t size() const { return static_cast<int64_t>(data_.size()) / bytes_; }
  void* data() { return data_.data(); }

  void fill(Random& random, Values values) {
    const int64_t low = -(int64_t{1} << (8 * bytes_ - 1));
    std::uniform_int_distribution<int64_t> any(low, -low - 1);
    for (int64_t i = 0; i < size(); ++i) {
      set(i, values == Values::lowest     ? low
             : values == Values::extremes ? (random() % 2 == 0 ? low : -low - 1)
                                          : any(random));
    }
  }

 private:
  int bytes_;
  bool unsigned_;
  std::vector<uint8_t> data_;
};

// An axis of `count` indices, in a buffer axis that is up to 3 longer and begins anywhere.
CircularAxis random_axis(Random& random, int64_t count, int64_t stride, bool dense) {
  if (dense) return {0, count, stride};
  const int64_t extent = count + pick(random, 0, 3);
  return {pick(random, -5, 40), extent, stride};
}

void run(const Case& test, Random& random) {
  const TileShape& s = test.shape;
  const int lines = s.in_height();
  const int columns = s.in_width();

  InputView input;
  input.element_bytes = test.input_bytes;
  input.x = random_axis(random, columns, 1, test.dense);
  input.y = random_axis(random, lines, input.x.extent, test.dense);
  input.c = random_axis(random, s.in_channels, input.y.extent * input.y.stride, test.dense);
  input.first_y = test.dense ? 0 : pick(random, 0, std::min(lines, 2));
  input.end_y = test.dense ? lines : std::max(input.first_y, lines - pick(random, 0, 2));
  input.first_x = test.dense ? 0 : pick(random, 0, std::min(columns, 3));
  input.end_x = test.dense ? columns : std::max(input.first_x, columns - pick(random, 0, 2));
  Elements x(input.c.extent * input.c.stride, test.input_bytes, s.input.is_unsigned);
  x.fill(random, test.values);
  input.data = x.data();

  WeightView weights;
  weights.element_bytes = test.weight_bytes;
  weights.fx = random_axis(random, s.kernel_width, 1, test.dense);
  weights.fy = random_axis(random, s.kernel_height, weights.fx.extent, test.dense);
  weights.c = random_axis(random, s.in_channels, weights.fy.extent * weights.fy.stride, test.dense);
  weights.k = random_axis(random, s.out_channels, weights.c.extent * weights.c.stride, test.dense);
  Elements w(weights.k.extent * weights.k.stride, test.weight_bytes);
  w.fill(random, test.values);
  weights.data = w.data();

  AccumulatorView accumulators;
  accumulators.element_bytes = test.accumulator_bytes;
  accumulators.ox = random_axis(random, s.out_width, 1, test.dense);
  accumulators.oy = random_axis(random, s.out_height, accumulators.ox.extent, test.dense);
  accumulators.k =
      random_axis(random, s.out_channels, accumulators.oy.extent * accumulators.oy.stride, test.dense);
  Elements acc(accumulators.k.extent * accumulators.k.stride, test.accumulator_bytes);
  acc.fill(random, Values::random);
  accumulators.data = acc.data();
  std::vector<int32_t> initial(static_cast<size_t>(s.out_channels));
  for (int32_t& value : initial) value = static_cast<int32_t>(random());
  if (test.initial) accumulators.initial = initial.data();

  Elements expected = acc;
  for (int k = 0; k < s.out_channels; ++k) {
    for (int oy = 0; oy < s.out_height; ++oy) {
      for (int ox = 0; ox < s.out_width; ++ox) {
        const int64_t at = accumulators.k.offset(k) + accumulators.oy.offset(oy) + accumulators.ox.offset(ox);
        int64_t sum = test.initial ? initial[static_cast<size_t>(k)] : acc.get(at);
        for (int c = 0; c < s.in_channels; ++c) {
          for (int fy = 0; fy < s.kernel_height; ++fy) {
            for (int fx = 0; fx < s.kernel_width; ++fx) {
              const int iy = oy * s.stride_y + fy * s.dilation_y;
              const int ix = ox * s.stride_x + fx * s.dilation_x;
              if (iy < input.first_y || iy >= input.end_y || ix < input.first_x || ix >= input.end_x)
                continue;
              sum += (x.get(input.c.offset(c) + input.y.offset(iy) + input.x.offset(ix)) - s.input.zero) *
                     w.get(weights.k.offset(k) + weights.c.offset(c) + weights.fy.offset(fy) +
                           weights.fx.offset(fx));
            }
          }
        }
        expected.set(at, sum);
      }
    }
  }

  PackedInput packed_input;
  PackedWeights packed_weights;
  pack_input(s, test.width, input, packed_input);
  pack_weights(s, test.width, weights, packed_weights);
  convolve(s, test.width, packed_input, packed_weights, accumulators);
  int64_t wrong = 0;
  int64_t first = -1;
  for (int64_t i = 0; i < acc.size(); ++i) {
    if (acc.get(i) != expected.get(i) && wrong++ == 0) first = i;
  }
  ASSERT_EQ(wrong, 0) << kernel_instruction_set() << ", " << describe(test) << ": of " << acc.size()
                      << " elements of the buffer; at " << first << " is " << acc.get(first) << ", expected "
                      << expected.get(first);
}

// Operand and accumulator types in every allowed combination.
void random_types(Random& random, Case& test) {
  test.width = pick(random, 0, 1) == 0 ? OperandWidth::bytes : OperandWidth::words;
  const bool words = test.width == OperandWidth::words;
  test.input_bytes = words ? pick(random, 1, 2) : 1;
  test.weight_bytes = words ? pick(random, 1, 2) : 1;
  test.accumulator_bytes = pick(random, 0, 3) == 0 ? 2 : 4;
  test.initial = pick(random, 0, 1) == 0;
  test.dense = pick(random, 0, 3) == 0;
  test.values = static_cast<Values>(pick(random, 0, 2));
  test.shape.input = {};
  if (test.input_bytes == 1 && pick(random, 0, 1) == 0) {
    const bool is_unsigned = pick(random, 0, 1) == 0;
    const int least = is_unsigned ? 0 : -128;
    const int at = pick(random, 0, 4);
    test.shape.input = {is_unsigned, least + (at == 0   ? 0
                                              : at == 1 ? 255
                                              : at == 2 ? 128
                                                        : pick(random, 0, 255))};
  }
}

class ConvolutionKernel : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { ASSERT_TRUE(select_kernel_instruction_set(GetParam().c_str())); }
};

TEST_P(ConvolutionKernel, RandomShapes) {
  const unsigned seed = 20240601;
  SCOPED_TRACE("seed " + std::to_string(seed));
  Random random(seed);
  for (int i = 0; i < 3000; ++i) {
    Case test;
    TileShape& s = test.shape;
    s.out_channels = pick(random, 1, pick(random, 0, 1) == 0 ? 4 : 70);
    s.in_channels = pick(random, 1, 9);
    s.out_height = pick(random, 1, 9);
    s.out_width = pick(random, 1, pick(random, 0, 3) == 0 ? 40 : 9);
    s.kernel_height = pick(random, 1, 4);
    s.kernel_width = pick(random, 1, 4);
    s.stride_y = pick(random, 1, 4);
    s.stride_x = pick(random, 1, 4);
    s.dilation_y = pick(random, 1, 3);
    s.dilation_x = pick(random, 1, 3);
    if (pick(random, 0, 2) == 0) s.stride_y = s.stride_x = s.dilation_y = s.dilation_x = 1;
    if (pick(random, 0, 4) == 0) s.kernel_height = s.kernel_width = 1;
    random_types(random, test);
    run(test, random);
    if (HasFatalFailure()) return;
  }
}

// Layer tiles as schedules have them.
TEST_P(ConvolutionKernel, TypicalTiles) {
  const unsigned seed = 7;
  SCOPED_TRACE("seed " + std::to_string(seed));
  Random random(seed);
  const int tiles[][6] = {// k, c, height, width, kernel, stride
                          {32, 64, 13, 13, 3, 1}, {48, 20, 7, 7, 3, 1},  {16, 12, 27, 27, 5, 1},
                          {16, 3, 11, 55, 11, 4}, {17, 3, 9, 112, 7, 2}, {64, 16, 28, 28, 1, 1},
                          {128, 64, 1, 1, 1, 1},  {33, 130, 1, 1, 6, 1}, {1, 1, 56, 56, 3, 1},
                          {1, 1, 28, 28, 3, 2},   {40, 8, 1, 56, 3, 1},  {20, 8, 30, 1, 3, 1},
                          {2, 5, 14, 200, 3, 1},  {100, 4, 14, 14, 3, 1}};
  for (const auto& tile : tiles) {
    Case test;
    test.shape.out_channels = tile[0];
    test.shape.in_channels = tile[1];
    test.shape.out_height = tile[2];
    test.shape.out_width = tile[3];
    test.shape.kernel_height = test.shape.kernel_width = tile[4];
    test.shape.stride_y = test.shape.stride_x = tile[5];
    for (int i = 0; i < 6; ++i) {
      random_types(random, test);
      run(test, random);
      if (HasFatalFailure()) return;
    }
  }
}

// Matrices by vectors around the sizes of vectors.
TEST_P(ConvolutionKernel, SinglePixel) {
  const unsigned seed = 11;
  SCOPED_TRACE("seed " + std::to_string(seed));
  Random random(seed);
  for (int c = 1; c <= 140; c += pick(random, 1, 3)) {
    Case test;
    test.shape.in_channels = c;
    test.shape.out_channels = pick(random, 1, 20);
    if (pick(random, 0, 2) == 0) test.shape.kernel_width = pick(random, 1, 3);
    if (pick(random, 0, 2) == 0) test.shape.kernel_height = pick(random, 1, 3);
    random_types(random, test);
    run(test, random);
    if (HasFatalFailure()) return;
  }
}

// Sums that pass 2^31 many times over must wrap, not saturate.
TEST_P(ConvolutionKernel, ExtremesWrap) {
  const unsigned seed = 3;
  SCOPED_TRACE("seed " + std::to_string(seed));
  Random random(seed);
  for (const Values values : {Values::lowest, Values::extremes}) {
    for (const int pixels : {1, 6, 21}) {
      for (const int channels : {1, 19}) {
        for (const OperandWidth width : {OperandWidth::bytes, OperandWidth::words}) {
          Case test;
          test.shape.out_channels = channels;
          test.shape.in_channels = 40;
          test.shape.kernel_height = test.shape.kernel_width = 3;
          test.shape.out_width = pixels;
          test.width = width;
          test.input_bytes = test.weight_bytes = width == OperandWidth::bytes ? 1 : 2;
          test.values = values;
          test.dense = true;
          run(test, random);
          if (HasFatalFailure()) return;
        }
      }
    }
  }
}

// The largest products of bytes, with zeros at the ends of the range, in every method.
TEST_P(ConvolutionKernel, ZerosAtTheEndsOfTheRange) {
  const unsigned seed = 13;
  SCOPED_TRACE("seed " + std::to_string(seed));
  Random random(seed);
  for (const InputNumbers input : {InputNumbers{true, 0}, InputNumbers{true, 255}, InputNumbers{true, 128},
                                   InputNumbers{false, -128}, InputNumbers{false, 127}}) {
    for (const Values values : {Values::lowest, Values::extremes, Values::random}) {
      for (const int pixels : {1, 6, 40}) {
        for (const int channels : {1, 19}) {
          for (const bool dense : {false, true}) {
            Case test;
            test.shape.out_channels = channels;
            test.shape.in_channels = 41;
            test.shape.kernel_height = test.shape.kernel_width = 3;
            test.shape.out_width = pixels;
            test.shape.stride_x = pick(random, 1, 2);
            test.shape.input = input;
            test.values = values;
            test.dense = dense;
            test.initial = pick(random, 0, 1) == 0;
            test.width = pick(random, 0, 1) == 0 ? OperandWidth::bytes : OperandWidth::words;
            run(test, random);
            if (HasFatalFailure()) return;
          }
        }
      }
    }
  }
}

std::vector<int32_t> multiply(const TileShape& shape, OperandWidth width, const PackedInput& input,
                              const PackedWeights& weights) {
  std::vector<int32_t> out(static_cast<size_t>(shape.out_channels) * static_cast<size_t>(shape.out_height) *
                           static_cast<size_t>(shape.out_width));
  convolve(shape, width, input, weights, out.data());
  return out;
}

// Operands packed for one shape give the right sums for every shape that they are said to serve.
TEST_P(ConvolutionKernel, PackedOperandsServeOtherShapes) {
  const unsigned seed = 5;
  SCOPED_TRACE("seed " + std::to_string(seed));
  Random random(seed);
  int weights_served = 0;
  int inputs_served = 0;
  for (int i = 0; i < 40000; ++i) {
    TileShape a;
    a.out_channels = pick(random, 1, 20);
    a.in_channels = pick(random, 1, 5);
    a.out_height = pick(random, 1, 3);
    a.out_width = pick(random, 1, 12);
    a.kernel_height = pick(random, 1, 3);
    a.kernel_width = pick(random, 1, 4);
    a.stride_y = pick(random, 1, 2);
    a.stride_x = pick(random, 1, 3);
    a.dilation_y = pick(random, 1, 2);
    a.dilation_x = pick(random, 1, 3);
    const auto numbers = [&random] {
      return pick(random, 0, 1) == 0 ? InputNumbers{} : InputNumbers{true, 64 * pick(random, 0, 3)};
    };
    a.input = numbers();
    TileShape b = a;
    if (pick(random, 0, 3) == 0) b.input = numbers();
    if (pick(random, 0, 1) == 0) b.out_channels = pick(random, 1, 20);
    if (pick(random, 0, 1) == 0) b.kernel_width = pick(random, 1, 4);
    if (pick(random, 0, 1) == 0) b.dilation_x = pick(random, 1, 3);
    if (pick(random, 0, 1) == 0) b.stride_x = pick(random, 1, 3);
    b.out_height = pick(random, 1, 3);
    b.out_width = pick(random, 1, 12);
    const OperandWidth width = pick(random, 0, 1) == 0 ? OperandWidth::bytes : OperandWidth::words;
    const bool weights_serve = packed_weights_serve(a, b, width);
    const bool input_serves = packed_input_serves(a, b, width);
    if (!weights_serve && !input_serves) continue;
    Elements w(int64_t{b.out_channels} * b.in_channels * b.kernel_height * b.kernel_width, 1);
    Elements x(int64_t{b.in_channels} * b.in_height() * b.in_width(), 1);
    w.fill(random, Values::random);
    x.fill(random, Values::random);
    PackedWeights weights;
    PackedInput input;
    pack_weights(b, width, w.data(), 1, weights);
    pack_input(b, width, x.data(), 1, input);
    const std::vector<int32_t> expected = multiply(b, width, input, weights);
    if (weights_serve) {
      PackedWeights other;
      pack_weights(a, width, w.data(), 1, other);
      ASSERT_EQ(multiply(b, width, input, other), expected) << describe({a}) << " for " << describe({b});
      ++weights_served;
    }
    if (input_serves) {
      PackedInput other;
      pack_input(a, width, x.data(), 1, other);
      ASSERT_EQ(multiply(b, width, other, weights), expected) << describe({a}) << " for " << describe({b});
      ++inputs_served;
    }
  }
  EXPECT_GT(weights_served, 1000);
  EXPECT_GT(inputs_served, 100);
}

std::vector<std::string> instruction_sets() {
  std::vector<std::string> names;
  for (const char* name : kernel_instruction_sets()) names.emplace_back(name);
  return names;
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  for (char& c : name) {
    if (c == '-') c = '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, ConvolutionKernel, testing::ValuesIn(instruction_sets()), test_name);

TEST(KernelInstructionSets, SelectsOnlyWhatIsThere) {
  const std::vector<const char*> names = kernel_instruction_sets();
  ASSERT_FALSE(names.empty());
  EXPECT_STREQ(names.back(), "portable");
  EXPECT_FALSE(select_kernel_instruction_set("abacus"));
  for (const char* name : names) {
    EXPECT_TRUE(select_kernel_instruction_set(name));
    EXPECT_STREQ(kernel_instruction_set(), name);
  }
}

}  // namespace
}  // namespace hwcvp::kernels
