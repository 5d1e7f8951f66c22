// The vector engine: every operation against loops that know nothing of it, its errors, its times.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "registers/hwc.h"
#include "tests/support/accelerators/hwc_bench.h"
#include "tests/support/accelerators/vector_case.h"
#include "tests/support/systemc/systemc_test.h"

namespace hwcvp {
namespace {

constexpr uint64_t kInput = HwcBench::kDramBase + 0x10000;
constexpr uint64_t kWeights = HwcBench::kDramBase + 0x40000;
constexpr uint64_t kOutput = HwcBench::kDramBase + 0x50000;
constexpr uint64_t kTable = HwcBench::kDramBase + 0x80000;
constexpr uint64_t kPsum = HwcBench::kDramBase + 0x90000;
constexpr uint32_t kLanes = 16;

using Case = VectorCase;

class HwcVectorTest : public SystemcTest {
 protected:
  explicit HwcVectorTest(const Hwc::Properties& p = properties()) : bench("bench", p) {}

  static Hwc::Properties properties() {
    Hwc::Properties p;
    p.fifo_depth = 4;
    p.vector_lanes = kLanes;
    return p;
  }

  int64_t draw(int64_t least, int64_t most) {
    return least + static_cast<int64_t>(random() % static_cast<uint64_t>(most - least + 1));
  }
  bool one_in(int64_t count) { return draw(1, count) == 1; }

  void axes(uint32_t offset, const std::array<int64_t, 5>& values) {
    for (uint32_t i = 0; i < 5; ++i) bench.write(offset + 4 * i, static_cast<uint32_t>(values[i]));
  }
  void box(const std::array<int64_t, 5>& start, const std::array<int64_t, 5>& count) {
    axes(HWC_BOX_START, start);
    axes(HWC_BOX_COUNT, count);
  }
  void push(uint32_t command) { bench.write(HWC_PUSH, command); }

  // Lines or columns of the input that exist and that the case's part reads.
  static std::array<int64_t, 2> lines(const Case& c, size_t axis) {
    const int64_t first = c.first[3 + axis] * c.stride[axis] - c.pad[axis];
    const int64_t last = (c.first[3 + axis] + c.count[3 + axis] - 1) * c.stride[axis] - c.pad[axis] +
                         (c.filter[axis] - 1) * c.dilation[axis];
    const int64_t from = std::max<int64_t>(first, 0);
    return {from, std::max<int64_t>(0, std::min(last + 1, c.in(axis)) - from)};
  }

  void configure(const Case& c) {
    bench.write(HWC_CONTROL, HWC_CONTROL_RESET_MASK);
    bench.write(HWC_TYPES, (c.input_unsigned ? HWC_TYPES_INPUT_UNSIGNED_MASK : 0) |
                               (c.output_unsigned ? HWC_TYPES_OUTPUT_UNSIGNED_MASK : 0));
    for (uint32_t axis = 0; axis < 2; ++axis) {
      bench.write(HWC_STRIDE_Y + 4 * axis, static_cast<uint32_t>(c.stride[axis]));
      bench.write(HWC_DILATION_Y + 4 * axis, static_cast<uint32_t>(c.dilation[axis]));
      bench.write(HWC_PAD_Y + 4 * axis, static_cast<uint32_t>(c.pad[axis]));
      bench.write(HWC_FIRST_Y + 8 * axis, 0);
      bench.write(HWC_END_Y + 8 * axis, static_cast<uint32_t>(c.in(axis)));
    }
    bench.write(HWC_INPUT_ZERO, static_cast<uint32_t>(c.input_zero));
    bench.write(HWC_OUTPUT_ZERO, static_cast<uint32_t>(c.output_zero));
    bench.write(HWC_OUTPUT_MIN, static_cast<uint32_t>(c.least));
    bench.write(HWC_OUTPUT_MAX, static_cast<uint32_t>(c.most));
    bench.write(HWC_VECTOR_OPERATION,
                c.operation | (c.swapped ? HWC_VECTOR_OPERATION_SWAPPED_MASK : 0) |
                    (c.from_weights ? HWC_VECTOR_OPERATION_SECOND_FROM_WEIGHTS_MASK : 0));
    bench.write(HWC_SECOND_ZERO, static_cast<uint32_t>(c.second_zero));
    for (uint32_t i = 0; i < 3; ++i) bench.write(HWC_SCALE + 4 * i, bits_of(c.scale[i]));
    bench.write(HWC_FIXED, bits_of(c.fixed));
    bench.write(HWC_WINDOW_COUNT, c.window_count);

    const std::array<int64_t, 2> y = lines(c, 0);
    const std::array<int64_t, 2> x = lines(c, 1);
    bench.write64(HWC_INPUT_BASE_LO, kInput);
    axes(HWC_INPUT_STRIDE,
         {c.g * c.c * c.height * c.width, c.c * c.height * c.width, c.height * c.width, c.width, 1});
    axes(HWC_INPUT_EXTENT, {c.count[0], c.count[1], c.c, y[1], x[1]});
    bench.write64(HWC_WEIGHT_BASE_LO, kWeights);
    axes(HWC_WEIGHT_STRIDE, {c.k, 1, 1, 1, 1});
    if (c.from_weights) axes(HWC_WEIGHT_EXTENT, {c.count[1], c.count[2], 1, 1, 1});
    const int64_t plane = c.out(0) * c.out(1);
    bench.write64(HWC_OUTPUT_BASE_LO, kOutput);
    axes(HWC_OUTPUT_STRIDE, {c.g * c.k * plane, c.k * plane, plane, c.out(1), 1});
    axes(HWC_OUTPUT_EXTENT, c.count);
    bench.write64(HWC_PSUM_BASE_LO, kPsum);
    axes(HWC_PSUM_STRIDE, {4 * c.g * c.k * plane, 4 * c.k * plane, 4 * plane, 4 * c.out(1), 4});
    bench.write64(HWC_PARAMS_BASE_LO, kTable);
    bench.store(kInput, c.input.data(), c.input.size());
    bench.store(kWeights, c.weight.data(), c.weight.size());
    bench.store(kTable, c.table.data(), c.table.size());
  }

  // Pushes the loads; returns their number.
  uint32_t load(const Case& c) {
    uint32_t loads = 0;
    const std::array<int64_t, 2> y = lines(c, 0);
    const std::array<int64_t, 2> x = lines(c, 1);
    if (y[1] != 0 && x[1] != 0) {
      box({c.first[0], c.first[1], 0, y[0], x[0]}, {c.count[0], c.count[1], c.c, y[1], x[1]});
      push(HWC_OPCODE_LOAD_INPUT);
      ++loads;
    }
    if (c.from_weights) {
      box({c.first[1], c.first[2], 0, 0, 0}, {c.count[1], c.count[2], 1, 1, 1});
      push(HWC_OPCODE_LOAD_WEIGHT);
      ++loads;
    }
    if (c.operation == HWC_OPERATION_TABLE) {
      push(HWC_OPCODE_LOAD_PARAMS);
      ++loads;
    }
    return loads;
  }

  void tile(const Case& c, int64_t first_fy, int64_t lines_of_window) {
    const std::array<int64_t, 8> start = {c.first[0], c.first[1], c.first[2], 0,
                                          c.first[3], c.first[4], first_fy,   0};
    const std::array<int64_t, 8> count = {c.count[0], c.count[1], c.count[2],      c.c,
                                          c.count[3], c.count[4], lines_of_window, c.filter[1]};
    for (uint32_t i = 0; i < 8; ++i) {
      bench.write(HWC_TILE_START + 4 * i, static_cast<uint32_t>(start[i]));
      bench.write(HWC_TILE_COUNT + 4 * i, static_cast<uint32_t>(count[i]));
    }
  }

  // Runs the case, its window in one or several commands, and returns all outputs, 0xa5 where nothing was
  // stored.
  std::vector<uint8_t> run_case(const Case& c, bool in_lines, bool through_memory) {
    std::vector<uint8_t> outputs(static_cast<size_t>(c.output_elements()), 0xa5);
    bench.store(kOutput, outputs.data(), outputs.size());
    configure(c);
    uint32_t loads = load(c);
    bench.write(HWC_WAIT_LOAD, loads);
    uint32_t commands = 0;
    uint32_t stores = 0;
    const int64_t step = in_lines ? 1 : c.filter[0];
    for (int64_t fy = 0; fy < c.filter[0]; fy += step) {
      if (fy != 0 && through_memory) {
        bench.write(HWC_WAIT_VECTOR, commands);
        box(c.first, c.count);
        push(HWC_OPCODE_STORE_PSUM);
        bench.write(HWC_WAIT_STORE, ++stores);
        push(HWC_OPCODE_LOAD_PSUM);
        bench.write(HWC_WAIT_LOAD, ++loads);
      }
      tile(c, fy, step);
      push(HWC_OPCODE_VECTOR | (fy == 0 ? HWC_PUSH_INIT_MASK : 0));
      ++commands;
      bench.sleep_until(HWC_STATUS_VECTOR_SPACE_MASK);
    }
    bench.write(HWC_WAIT_VECTOR, commands);
    box(c.first, c.count);
    push(HWC_OPCODE_STORE_OUTPUT);
    bench.sleep_until(HWC_STATUS_IDLE_MASK);
    EXPECT_EQ(0u, bench.read(HWC_ERROR)) << bench.read(HWC_ERROR_INFO);
    EXPECT_EQ(commands, bench.read(HWC_VECTOR_DONE));
    EXPECT_EQ(0u, bench.read(HWC_COMPUTE_DONE));
    bench.fetch(kOutput, outputs.data(), outputs.size());
    return outputs;
  }

  void run(const std::function<void()>& script) {
    const char* const given = std::getenv("HWCVP_SEED");
    const uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : 20261130;
    std::cout << "seed " << seed << " (HWCVP_SEED)\n";
    random.seed(seed);
    ASSERT_TRUE(bench.run(script));
  }

  void run_random_cases(uint32_t operation) {
    run([this, operation] {
      for (int i = 0; i < 300 && !HasFailure(); ++i) {
        const Case c = random_vector_case(operation, random);
        SCOPED_TRACE("case " + std::to_string(i));
        const bool accumulates = operation == HWC_OPERATION_MAX || operation == HWC_OPERATION_SUM;
        EXPECT_EQ(vector_outputs(c), run_case(c, accumulates && one_in(2), one_in(2)));
      }
    });
  }

  // A maximum over 3 x 3 of 2 channels of 6 x 6.
  static Case small_case() {
    Case c;
    c.g = 2;
    c.height = c.width = 6;
    c.filter = {3, 3};
    c.pad = c.pad_end = {1, 1};
    c.count = c.outputs();
    c.input.resize(72);
    return c;
  }

  void expect_error(const char* what, uint32_t code, uint32_t info, const Case& c,
                    const std::function<void()>& action) {
    SCOPED_TRACE(what);
    configure(c);
    action();
    EXPECT_NE(0u, bench.sleep_until(HWC_STATUS_ERROR_MASK) & HWC_STATUS_ERROR_MASK);
    EXPECT_EQ(code, bench.read(HWC_ERROR));
    EXPECT_EQ(info, bench.read(HWC_ERROR_INFO));
  }

  std::mt19937_64 random;
  HwcBench bench;
};

TEST_F(HwcVectorTest, Max) { run_random_cases(HWC_OPERATION_MAX); }
TEST_F(HwcVectorTest, Average) { run_random_cases(HWC_OPERATION_AVERAGE); }
TEST_F(HwcVectorTest, Sum) { run_random_cases(HWC_OPERATION_SUM); }
TEST_F(HwcVectorTest, Add) { run_random_cases(HWC_OPERATION_ADD); }
TEST_F(HwcVectorTest, Subtract) { run_random_cases(HWC_OPERATION_SUBTRACT); }
TEST_F(HwcVectorTest, Multiply) { run_random_cases(HWC_OPERATION_MULTIPLY); }
TEST_F(HwcVectorTest, Table) { run_random_cases(HWC_OPERATION_TABLE); }
TEST_F(HwcVectorTest, Copy) { run_random_cases(HWC_OPERATION_COPY); }

TEST_F(HwcVectorTest, RoundsTiesToEven) {
  run([this] {
    Case c;
    c.operation = HWC_OPERATION_ADD;
    c.c = 2;
    c.width = 8;
    c.scale = {0.5F, 0, 0};
    c.count = c.outputs();
    c.input = {1, 3, 5, 7, 0xff, 0xfd, 2, 4, 0, 0, 0, 0, 0, 0, 0, 0};
    EXPECT_EQ((std::vector<uint8_t>{0, 2, 2, 4, 0, 0xfe, 1, 2}), run_case(c, false, false));
  });
}

TEST_F(HwcVectorTest, GivesTheLeastWhereThereIsNoNumber) {
  run([this] {
    Case c = small_case();
    c.operation = HWC_OPERATION_AVERAGE;
    c.scale = {1, 1, 0};  // 0 / 0
    c.least = -7;
    const std::vector<uint8_t> outputs = run_case(c, false, false);
    EXPECT_EQ(std::vector<uint8_t>(72, static_cast<uint8_t>(-7)), outputs);
  });
}

TEST_F(HwcVectorTest, TakesTheTimeThatItsCommentTells) {
  run([this] {
    bench.recording = true;
    const auto vector_cycles = [this](const Case& c) {
      bench.commands.clear();
      run_case(c, false, false);
      for (const CommandRecord& record : bench.commands) {
        if (record.opcode == hwc::Opcode::vector)
          return (record.end - record.start) / sc_core::sc_time(1, sc_core::SC_NS);
      }
      return 0.0;
    };
    EXPECT_EQ(8 + 5 * 9, vector_cycles(small_case())) << "72 outputs, 16 at a time, of 9 elements";
    Case c = small_case();
    c.operation = HWC_OPERATION_COPY;
    c.filter = {1, 1};
    c.pad = c.pad_end = {0, 0};
    EXPECT_EQ(8 + 5, vector_cycles(c));
    c.operation = HWC_OPERATION_ADD;
    c.from_weights = true;
    c.weight = {1, 2};
    EXPECT_EQ(8 + 5 * 2, vector_cycles(c)) << "an element of each operand";
  });
}

TEST_F(HwcVectorTest, MovesOnlyWhatTheOperationNeeds) {
  run([this] {
    Case c = small_case();
    c.operation = HWC_OPERATION_TABLE;
    c.filter = {1, 1};
    c.pad = c.pad_end = {0, 0};
    const TrafficCount before = bench.traffic[TrafficClass::other];
    run_case(c, false, false);
    const TrafficCount after = bench.traffic[TrafficClass::other];
    EXPECT_EQ(72u + 256u, after.read_bytes - before.read_bytes);
    EXPECT_EQ(72u, after.write_bytes - before.write_bytes);
  });
}

TEST_F(HwcVectorTest, LoadsNoConstantsWhereThereIsNoTable) {
  run([this] {
    configure(small_case());
    const TrafficCount before = bench.traffic[TrafficClass::other];
    push(HWC_OPCODE_LOAD_PARAMS);
    bench.sleep_until(HWC_STATUS_IDLE_MASK);
    EXPECT_EQ(0u, bench.read(HWC_ERROR));
    EXPECT_EQ(1u, bench.read(HWC_LOAD_DONE));
    EXPECT_EQ(before.read_bytes, bench.traffic[TrafficClass::other].read_bytes);
  });
}

TEST_F(HwcVectorTest, NamesConfigurationsThatMakeNoSense) {
  run([this] {
    const auto bad = [this](const char* what, uint32_t offset, const Case& c,
                            const std::function<void()>& spoil) {
      expect_error(what, HWC_ERROR_BAD_CONFIGURATION, offset, c, [&] {
        spoil();
        tile(c, 0, c.filter[0]);
        push(HWC_OPCODE_VECTOR | HWC_PUSH_INIT_MASK);
      });
    };
    const Case c = small_case();
    bad("operation 9", HWC_VECTOR_OPERATION, c, [&] { bench.write(HWC_VECTOR_OPERATION, 9); });
    for (const uint32_t flag :
         {HWC_VECTOR_OPERATION_SWAPPED_MASK, HWC_VECTOR_OPERATION_SECOND_FROM_WEIGHTS_MASK}) {
      bad("one operand", HWC_VECTOR_OPERATION, c,
          [&] { bench.write(HWC_VECTOR_OPERATION, HWC_OPERATION_MAX | flag); });
    }
    for (const uint32_t types : {HWC_TYPES_INPUT_MASK, 1u << HWC_TYPES_OUTPUT_LSB, 2u << HWC_TYPES_OUTPUT_LSB,
                                 HWC_TYPES_ACCUMULATOR_MASK, HWC_TYPES_RELU_MASK}) {
      bad("types", HWC_TYPES, c, [&] { bench.write(HWC_TYPES, types); });
    }
    bad("a zero point outside of int8", HWC_INPUT_ZERO, c, [&] { bench.write(HWC_INPUT_ZERO, 128); });
    bad("a zero point outside of int8", HWC_SECOND_ZERO, c,
        [&] { bench.write(HWC_SECOND_ZERO, 0xffffff7f); });
    Case outputs = c;
    outputs.output_unsigned = true;
    outputs.most = 255;
    bad("a zero point outside of uint8", HWC_OUTPUT_ZERO, outputs,
        [&] { bench.write(HWC_OUTPUT_ZERO, 0xffffffff); });
    bad("limits that leave nothing", HWC_OUTPUT_MIN, c, [&] { bench.write(HWC_OUTPUT_MIN, 128); });
    Case weights = c;
    weights.operation = HWC_OPERATION_ADD;
    weights.from_weights = true;
    weights.filter = {1, 1};
    weights.weight = {1, 2};
    bad("int16 weights", HWC_TYPES, weights, [&] { bench.write(HWC_TYPES, HWC_TYPES_WEIGHT_MASK); });
    bad("no weight slot", HWC_WEIGHT_EXTENT, weights, [&] { bench.write(HWC_WEIGHT_EXTENT, 0); });
  });
}

TEST_F(HwcVectorTest, NamesCommandsThatTheOperationDoesNotHave) {
  run([this] {
    const uint32_t bad = HWC_ERROR_BAD_COMMAND;
    const uint32_t whole = HWC_OPCODE_VECTOR | HWC_PUSH_INIT_MASK;
    const Case c = small_case();
    expect_error("a convolution", bad, HWC_OPCODE_VECTOR, c, [&] {
      bench.write(HWC_VECTOR_OPERATION, 0);
      axes(HWC_WEIGHT_EXTENT, {2, 1, 1, 3, 3});
      tile(c, 0, 3);
      push(whole);
    });
    expect_error("no convolution", bad, HWC_OPCODE_COMPUTE, c, [&] {
      tile(c, 0, 3);
      push(HWC_OPCODE_COMPUTE | HWC_PUSH_INIT_MASK);
    });
    expect_error("weights of an operation without", bad, HWC_OPCODE_LOAD_WEIGHT, c, [&] {
      box({}, {1, 1, 1, 1, 1});
      push(HWC_OPCODE_LOAD_WEIGHT);
    });
    expect_error("a slot that does not exist", bad, HWC_OPCODE_VECTOR, c, [&] {
      tile(c, 0, 3);
      push(whole | HWC_PUSH_INPUT_SLOT_MASK);
    });
    expect_error("a tile larger than its slot", bad, HWC_OPCODE_VECTOR, c, [&] {
      tile(c, 0, 3);
      bench.write(HWC_TILE_COUNT + 4, 3);
      push(whole);
    });
    for (const uint32_t operation : {HWC_OPERATION_AVERAGE, HWC_OPERATION_COPY, HWC_OPERATION_ADD}) {
      Case part = c;
      part.operation = operation;
      part.filter = {1, 1};
      part.pad = part.pad_end = {0, 0};
      part.c = operation == HWC_OPERATION_ADD ? 2 : 1;
      part.input.resize(144);
      expect_error("an average, copy or addition in parts", bad, HWC_OPCODE_VECTOR, part, [&] {
        tile(part, 0, 1);
        push(HWC_OPCODE_VECTOR);
      });
    }
    Case one = c;
    one.operation = HWC_OPERATION_ADD;
    one.filter = {1, 1};
    one.pad = one.pad_end = {0, 0};
    one.c = 2;
    one.input.resize(144);
    expect_error("one operand alone", bad, HWC_OPCODE_VECTOR, one, [&] {
      tile(one, 0, 1);
      bench.write(HWC_TILE_COUNT + 12, 1);
      push(whole);
    });
    Case table = c;
    table.operation = HWC_OPERATION_TABLE;
    expect_error("a table of a window", bad, HWC_OPCODE_VECTOR, table, [&] {
      tile(table, 0, 3);
      push(whole);
    });
  });
}

TEST_F(HwcVectorTest, NamesWhatIsNotInTheBuffer) {
  run([this] {
    const uint32_t missing = HWC_ERROR_NOT_IN_BUFFER;
    const uint32_t whole = HWC_OPCODE_VECTOR | HWC_PUSH_INIT_MASK;
    const Case c = small_case();
    expect_error("input", missing, HWC_OPCODE_VECTOR, c, [&] {
      tile(c, 0, 3);
      push(whole);
    });
    expect_error("accumulators", missing, HWC_OPCODE_VECTOR, c, [&] {
      bench.write(HWC_WAIT_LOAD, load(c));
      tile(c, 0, 3);
      push(HWC_OPCODE_VECTOR);
    });
    expect_error("outputs", missing, HWC_OPCODE_STORE_OUTPUT, c, [&] {
      box(c.first, c.count);
      push(HWC_OPCODE_STORE_OUTPUT);
    });
    Case other = c;
    other.filter = {1, 1};
    other.pad = other.pad_end = {0, 0};
    other.operation = HWC_OPERATION_TABLE;
    expect_error("a table", missing, HWC_OPCODE_VECTOR, other, [&] {
      box({}, {1, 2, 1, 6, 6});
      push(HWC_OPCODE_LOAD_INPUT);
      bench.write(HWC_WAIT_LOAD, 1);
      tile(other, 0, 1);
      push(whole);
    });
    other.operation = HWC_OPERATION_ADD;
    other.from_weights = true;
    other.weight = {1, 2};
    expect_error("weights", missing, HWC_OPCODE_VECTOR, other, [&] {
      box({}, {1, 2, 1, 6, 6});
      push(HWC_OPCODE_LOAD_INPUT);
      bench.write(HWC_WAIT_LOAD, 1);
      tile(other, 0, 1);
      push(whole);
    });
  });
}

TEST_F(HwcVectorTest, HasAFifoOfItsOwnThatOverflows) {
  run([this] {
    const Case c = small_case();
    configure(c);
    tile(c, 0, 3);
    bench.write(HWC_WAIT_LOAD, 100);  // never
    EXPECT_EQ(uint32_t{HWC_STATUS_RESET}, bench.read(HWC_STATUS));
    for (int i = 0; i < 4; ++i) push(HWC_OPCODE_VECTOR | HWC_PUSH_INIT_MASK);
    const uint32_t status = bench.read(HWC_STATUS);
    EXPECT_EQ(0u, status & (HWC_STATUS_VECTOR_SPACE_MASK | HWC_STATUS_IDLE_MASK | HWC_STATUS_ERROR_MASK));
    EXPECT_NE(0u, status & HWC_STATUS_COMPUTE_SPACE_MASK);
    push(HWC_OPCODE_VECTOR | HWC_PUSH_INIT_MASK);
    EXPECT_EQ(HWC_ERROR_FIFO_OVERFLOW, bench.read(HWC_ERROR));
    EXPECT_EQ(HWC_OPCODE_VECTOR, bench.read(HWC_ERROR_INFO));
    bench.write(HWC_CONTROL, HWC_CONTROL_RESET_MASK);
    EXPECT_EQ(uint32_t{HWC_STATUS_RESET}, bench.read(HWC_STATUS));
  });
}

TEST_F(HwcVectorTest, OthersWaitForItsTokens) {
  run([this] {
    const Case c = small_case();
    configure(c);
    box(c.first, c.count);
    bench.write(HWC_WAIT_VECTOR, 1);
    push(HWC_OPCODE_STORE_OUTPUT);
    bench.write(HWC_WAIT_VECTOR, 0);
    bench.write(HWC_WAIT_LOAD, load(c));
    tile(c, 0, 3);
    push(HWC_OPCODE_VECTOR | HWC_PUSH_INIT_MASK);
    bench.sleep_until(HWC_STATUS_IDLE_MASK);
    EXPECT_EQ(0u, bench.read(HWC_ERROR)) << "the store began before there was anything to store";
    EXPECT_EQ(1u, bench.read(HWC_STORE_DONE));
  });
}

TEST_F(HwcVectorTest, AResetInTheMiddleLeavesNothingBehind) {
  run([this] {
    for (int i = 0; i < 50 && !HasFailure(); ++i) {
      const Case c = small_case();
      configure(c);
      bench.write(HWC_WAIT_LOAD, load(c));
      tile(c, 0, 3);
      push(HWC_OPCODE_VECTOR | HWC_PUSH_INIT_MASK);
      bench.sync();
      sc_core::wait(sc_core::sc_time(static_cast<double>(draw(0, 300)), sc_core::SC_NS));
      bench.reset.write(true);
      sc_core::wait(sc_core::sc_time(1, sc_core::SC_NS));
      bench.reset.write(false);
      sc_core::wait(sc_core::sc_time(1, sc_core::SC_NS));
      EXPECT_EQ(uint32_t{HWC_STATUS_RESET}, bench.read(HWC_STATUS));
      EXPECT_EQ(0u, bench.read(HWC_VECTOR_DONE));
      const Case next = random_vector_case(static_cast<uint32_t>(draw(1, 8)), random);
      EXPECT_EQ(vector_outputs(next), run_case(next, false, false));
    }
  });
}

class NonblockingVectorTest : public HwcVectorTest {
 protected:
  NonblockingVectorTest() : HwcVectorTest(approximately_timed()) {}

  static Hwc::Properties approximately_timed() {
    Hwc::Properties p = properties();
    p.memory_transport = MemoryTransport::approximately_timed;
    return p;
  }
};

TEST_F(NonblockingVectorTest, MakesTheSameOutputs) {
  run([this] {
    for (int i = 0; i < 100 && !HasFailure(); ++i) {
      const Case c = random_vector_case(static_cast<uint32_t>(draw(1, 8)), random);
      EXPECT_EQ(vector_outputs(c), run_case(c, false, false));
    }
  });
}

class TimingOnlyVectorTest : public HwcVectorTest {
 protected:
  TimingOnlyVectorTest() : HwcVectorTest(timing_only()) {}

  static Hwc::Properties timing_only() {
    Hwc::Properties p = properties();
    p.functional = false;
    return p;
  }
};

TEST_F(TimingOnlyVectorTest, TakesTheTimesWithoutData) {
  run([this] {
    bench.recording = true;
    for (int i = 0; i < 50 && !HasFailure(); ++i) {
      const Case c = random_vector_case(static_cast<uint32_t>(draw(1, 8)), random);
      bench.commands.clear();
      run_case(c, false, false);  // no error, and every command ends
      const auto command =
          std::find_if(bench.commands.begin(), bench.commands.end(),
                       [](const CommandRecord& r) { return r.opcode == hwc::Opcode::vector; });
      ASSERT_NE(bench.commands.end(), command);
      int64_t outputs = 1;
      for (const int64_t count : c.count) outputs *= count;
      const int64_t elements = c.c * c.filter[0] * c.filter[1] + (c.from_weights ? 1 : 0);
      const int64_t cycles = 8 + (outputs + kLanes - 1) / kLanes * elements;
      EXPECT_EQ(static_cast<double>(cycles),
                (command->end - command->start) / sc_core::sc_time(1, sc_core::SC_NS));
    }
  });
}

}  // namespace
}  // namespace hwcvp
