// The firmware with vector operations on the machine: random shapes under random schedules, dense and as
// parts of larger tensors. The right bytes come out, and exactly those that the regions of the nest hold are
// moved.
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "schedules/nest/schedule.h"
#include "sw/crc32.h"
#include "sw/firmware.h"
#include "tests/support/accelerators/bench_hal.h"
#include "tests/support/accelerators/hwc_bench.h"
#include "tests/support/accelerators/vector_case.h"
#include "tests/support/literal_walk.h"
#include "tests/support/systemc/systemc_test.h"

namespace hwcvp {
namespace {

constexpr uint64_t kSpacing = 0x20000;
constexpr uint64_t kJob = HwcBench::kDramBase;
constexpr uint64_t kInput = HwcBench::kDramBase + kSpacing;
constexpr uint64_t kWeights = kInput + kSpacing;
constexpr uint64_t kOutput = kWeights + kSpacing;
constexpr uint64_t kPsum = kOutput + kSpacing;
constexpr uint64_t kTable = kPsum + 4 * kSpacing;
constexpr uint8_t kUntouched = 0xa5;

// Bytes along B, G, C or K, Y and X.
using Strides = std::array<uint32_t, 5>;

struct VectorJob {
  VectorCase c;
  Schedule schedule;
  Strides input{}, output{};        // all 0: dense
  Strides input_at{}, output_at{};  // where the elements really lie
  bool channels_last = false;
};

Layer layer_of(const VectorCase& c) {
  Layer layer;
  layer.batch = c.b;
  layer.group = c.g;
  layer.in_channels = c.g * c.c;
  layer.out_channels = c.g * c.k;
  layer.in_height = c.height;
  layer.in_width = c.width;
  layer.kernel_shape = c.filter;
  layer.strides = c.stride;
  layer.dilations = c.dilation;
  layer.pads = {c.pad[0], c.pad[1], c.pad_end[0], c.pad_end[1]};
  return layer;
}

class VectorJobTest : public SystemcTest {
 protected:
  static Hwc::Properties properties() {
    Hwc::Properties p;
    p.fifo_depth = 3;
    p.max_channels = 1;  // vector operations take no constants of channels
    p.buffer_bytes = 1 << 20;
    return p;
  }

  VectorJobTest() {
    using Class = TrafficClass;
    bench.traffic.add_window(Class::input, kInput, kSpacing);
    bench.traffic.add_window(Class::weight, kWeights, kSpacing);
    bench.traffic.add_window(Class::output, kOutput, kSpacing);
    bench.traffic.add_window(Class::psum, kPsum, 4 * kSpacing);
    bench.traffic.add_window(Class::params, kTable, kSpacing);
  }

  int64_t draw(int64_t least, int64_t most) {
    return least + static_cast<int64_t>(random() % static_cast<uint64_t>(most - least + 1));
  }
  bool one_in(int64_t count) { return draw(1, count) == 1; }

  VectorJob random_job(uint32_t operation) {
    VectorJob job;
    do {
      job.c = random_vector_case(operation, random);
    } while (job.c.output_elements() > 600);
    VectorCase& c = job.c;
    c.first = {};
    c.count = c.outputs();
    const Layer layer = layer_of(c);
    PerDim<int64_t> left = layer.extents();
    int64_t leaves = 1;
    for (int64_t loops = draw(0, 7); loops > 0; --loops) {
      const Dim dim = kDims[static_cast<size_t>(draw(0, kDimCount - 1))];
      const bool of_window = dim == Dim::C || dim == Dim::FY || dim == Dim::FX;
      const bool accumulates = operation == HWC_OPERATION_MAX || operation == HWC_OPERATION_SUM;
      int64_t& extent = left[index(dim)];
      const int64_t tile = of_window && !accumulates ? extent : draw(1, extent);
      if (leaves * ((extent + tile - 1) / tile) > 100) continue;
      leaves *= (extent + tile - 1) / tile;
      extent = tile;
      job.schedule.loops.push_back({dim, tile});
    }
    for (int& level : job.schedule.buffer_level) {
      level = static_cast<int>(draw(0, static_cast<int64_t>(job.schedule.loops.size())));
    }
    for (bool& twice : job.schedule.double_buffer) twice = one_in(2);
    job.schedule.input_reuse = one_in(3) ? InputReuse::reload : InputReuse::sliding;
    job.channels_last = one_in(3);
    const std::array<int64_t, 5> in = {c.b, c.g, c.c, c.height, c.width};
    job.input_at = strides(in, job.channels_last, 0);
    job.output_at = strides(c.outputs(), job.channels_last, 0);
    if (one_in(2)) job.input = job.input_at = strides(in, one_in(2), static_cast<uint32_t>(draw(0, 5)));
    if (one_in(2)) {
      job.output = job.output_at = strides(c.outputs(), one_in(2), static_cast<uint32_t>(draw(0, 5)));
    }
    return job;
  }

  // Strides of a tensor whose innermost axes are channels or columns, with gaps between neighbours on every
  // other axis.
  static Strides strides(const std::array<int64_t, 5>& extent, bool channels_last, uint32_t gap) {
    const std::array<size_t, 5> order =
        channels_last ? std::array<size_t, 5>{2, 1, 4, 3, 0} : std::array<size_t, 5>{4, 3, 2, 1, 0};
    Strides at{};
    uint32_t bytes = 1;
    for (const size_t axis : order) {
      at[axis] = bytes;
      bytes = bytes * static_cast<uint32_t>(extent[axis]) + gap;
    }
    return at;
  }

  static uint64_t place(const Strides& stride, const std::array<int64_t, 5>& at) {
    uint64_t bytes = 0;
    for (size_t axis = 0; axis < 5; ++axis) bytes += static_cast<uint64_t>(at[axis]) * stride[axis];
    return bytes;
  }

  static void for_each(const std::array<int64_t, 5>& extent,
                       const std::function<void(const std::array<int64_t, 5>&)>& visit) {
    std::array<int64_t, 5> at{};
    for (;;) {
      visit(at);
      size_t axis = 5;
      while (axis-- > 0 && ++at[axis] == extent[axis]) at[axis] = 0;
      if (axis > 4) return;
    }
  }

  hwc_job descriptor(const VectorJob& job) {
    const VectorCase& c = job.c;
    hwc_job d{};
    d.magic = HWC_JOB_MAGIC;
    d.size_bytes = sizeof d;
    const auto word = [](int64_t value) { return static_cast<uint32_t>(value); };
    d.batch = word(c.b);
    d.in_channels = word(c.g * c.c);
    d.in_height = word(c.height);
    d.in_width = word(c.width);
    d.out_channels = word(c.g * c.k);
    for (size_t i = 0; i < 2; ++i) {
      d.kernel_shape[i] = word(c.filter[i]);
      d.strides[i] = word(c.stride[i]);
      d.dilations[i] = word(c.dilation[i]);
      d.pads[i] = word(c.pad[i]);
      d.pads[2 + i] = word(c.pad_end[i]);
    }
    d.group = word(c.g);
    d.input_type = d.weight_type = c.input_unsigned ? HWC_UINT8 : HWC_INT8;
    d.output_type = c.output_unsigned ? HWC_UINT8 : HWC_INT8;
    d.accumulator_type = HWC_INT32;
    d.loop_count = word(static_cast<int64_t>(job.schedule.loops.size()));
    for (size_t i = 0; i < job.schedule.loops.size(); ++i) {
      d.loops[i] = {word(static_cast<int64_t>(index(job.schedule.loops[i].dim))),
                    word(job.schedule.loops[i].tile)};
    }
    for (size_t i = 0; i < kTensorCount; ++i) {
      d.buffer_level[i] = word(job.schedule.buffer_level[i]);
      d.double_buffer[i] = job.schedule.double_buffer[i] ? 1 : 0;
    }
    d.input_sliding = job.schedule.input_reuse == InputReuse::sliding ? 1 : 0;
    d.layout[HWC_INPUT] = d.layout[HWC_OUTPUT] = job.channels_last ? HWC_NHWC : HWC_NCHW;
    d.hwc = HwcBench::kRegistersBase;
    d.input = kInput;
    d.weight = kWeights;
    d.output = kOutput;
    d.psum = kPsum;
    d.params = kTable;
    d.input_zero = c.input_zero;
    d.output_zero = c.output_zero;
    d.output_min = c.least;
    d.output_max = c.most;
    d.operation = c.operation;
    d.second_zero = c.second_zero;
    d.swapped = c.swapped ? 1 : 0;
    d.second_from_weights = c.from_weights ? 1 : 0;
    d.window_count = c.window_count;
    for (size_t i = 0; i < 3; ++i) d.scale[i] = bits_of(c.scale[i]);
    d.fixed = bits_of(c.fixed);
    for (size_t axis = 0; axis < 5; ++axis) {
      d.memory_stride_input[axis] = job.input[axis];
      d.memory_stride_output[axis] = job.output[axis];
    }
    return d;
  }

  void post(hwc_job job) {
    const auto* const words = reinterpret_cast<const uint32_t*>(&job);
    uint32_t remainder = CRC32_INITIAL;
    for (size_t i = 3; i < sizeof job / 4; ++i) remainder = crc32_add_word(remainder, words[i]);
    job.crc32 = crc32_finish(remainder);
    bench.store(kJob, &job, sizeof job);
  }

  hwc_status run_firmware() {
    hwc_status status{};
    const console quiet = {hal_.get(), 0, LOG_ERROR};
    firmware_run_job(&quiet, kJob, &status);
    return status;
  }

  void run_job(const VectorJob& job) {
    const VectorCase& c = job.c;
    std::vector<uint8_t> input(kSpacing, 0x77);
    size_t element = 0;
    for_each({c.b, c.g, c.c, c.height, c.width},
             [&](const std::array<int64_t, 5>& at) { input[place(job.input_at, at)] = c.input[element++]; });
    const std::vector<uint8_t> outputs = vector_outputs(c);
    std::vector<uint8_t> expected(kSpacing, kUntouched);
    element = 0;
    for_each(c.outputs(), [&](const std::array<int64_t, 5>& at) {
      expected[place(job.output_at, at)] = outputs[element++];
    });
    const std::vector<uint8_t> untouched(kSpacing, kUntouched);
    bench.store(kInput, input.data(), input.size());
    bench.store(kOutput, untouched.data(), untouched.size());
    bench.store(kWeights, c.weight.data(), c.weight.size());
    bench.store(kTable, c.table.data(), c.table.size());
    post(descriptor(job));
    bench.traffic.reset_counts();

    const hwc_status status = run_firmware();
    ASSERT_EQ(uint32_t{HWC_JOB_DONE}, status.result) << status.detail[0] << ' ' << status.detail[1];
    EXPECT_EQ(0u, status.compute_commands);
    EXPECT_EQ(bench.read(HWC_VECTOR_DONE), status.vector_commands);
    EXPECT_EQ(bench.read(HWC_LOAD_DONE), status.load_commands);
    EXPECT_EQ(bench.read(HWC_STORE_DONE), status.store_commands);
    std::vector<uint8_t> made(kSpacing);
    bench.fetch(kOutput, made.data(), made.size());
    EXPECT_EQ(expected, made);

    const Traffic walked = literal_walk(layer_of(c), job.schedule).traffic;
    const auto count = [this](TrafficClass of) { return bench.traffic[of]; };
    const auto bytes = [](int64_t value) { return static_cast<uint64_t>(value); };
    EXPECT_EQ(bytes(walked.input_read), count(TrafficClass::input).read_bytes);
    EXPECT_EQ(bytes(c.from_weights ? walked.weight_read : 0), count(TrafficClass::weight).read_bytes);
    EXPECT_EQ(bytes(walked.output_write), count(TrafficClass::output).write_bytes);
    EXPECT_EQ(bytes(walked.psum_read), count(TrafficClass::psum).read_bytes);
    EXPECT_EQ(bytes(walked.psum_write), count(TrafficClass::psum).write_bytes);
    EXPECT_EQ(c.operation == HWC_OPERATION_TABLE ? 256u : 0u, count(TrafficClass::params).read_bytes);
    EXPECT_EQ(0u, count(TrafficClass::other).read_bytes + count(TrafficClass::other).write_bytes);
  }

  void run(const std::function<void()>& script) {
    const char* const given = std::getenv("HWCVP_SEED");
    const uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : 20261130;
    std::cout << "seed " << seed << " (HWCVP_SEED)\n";
    random.seed(seed);
    ASSERT_TRUE(bench.run(script));
  }

  void run_random_jobs(uint32_t operation) {
    run([this, operation] {
      for (int i = 0; i < 150 && !HasFailure(); ++i) {
        SCOPED_TRACE("job " + std::to_string(i));
        run_job(random_job(operation));
      }
    });
  }

  std::mt19937_64 random;
  HwcBench bench{"bench", properties()};

 private:
  BenchHal hal_{bench, HWC_SIZE};
};

TEST_F(VectorJobTest, Max) { run_random_jobs(HWC_OPERATION_MAX); }
TEST_F(VectorJobTest, Average) { run_random_jobs(HWC_OPERATION_AVERAGE); }
TEST_F(VectorJobTest, Sum) { run_random_jobs(HWC_OPERATION_SUM); }
TEST_F(VectorJobTest, Add) { run_random_jobs(HWC_OPERATION_ADD); }
TEST_F(VectorJobTest, Subtract) { run_random_jobs(HWC_OPERATION_SUBTRACT); }
TEST_F(VectorJobTest, Multiply) { run_random_jobs(HWC_OPERATION_MULTIPLY); }
TEST_F(VectorJobTest, Table) { run_random_jobs(HWC_OPERATION_TABLE); }
TEST_F(VectorJobTest, Copy) { run_random_jobs(HWC_OPERATION_COPY); }

TEST_F(VectorJobTest, RefusesWhatTheOperationCannotDo) {
  run([this] {
    VectorJob job;
    job.c.operation = HWC_OPERATION_ADD;
    job.c.c = 2;
    job.c.g = 2;
    job.c.height = job.c.width = 4;
    const hwc_job good = descriptor(job);
    const auto expect_refusal = [&](uint32_t result, size_t offset, uint32_t value,
                                    const std::function<void(hwc_job&)>& spoil) {
      hwc_job bad = good;
      spoil(bad);
      post(bad);
      const hwc_status status = run_firmware();
      EXPECT_EQ(result, status.result) << "field at " << offset;
      EXPECT_EQ(offset, status.detail[0]);
      EXPECT_EQ(value, status.detail[1]) << "field at " << offset;
    };
    post(good);
    EXPECT_EQ(uint32_t{HWC_JOB_DONE}, run_firmware().result);

    const auto layer = [&](size_t offset, uint32_t value) {
      expect_refusal(HWC_JOB_BAD_LAYER, offset, value,
                     [&](hwc_job& bad) { std::memcpy(reinterpret_cast<char*>(&bad) + offset, &value, 4); });
    };
    layer(offsetof(hwc_job, operation), HWC_OPERATIONS);
    layer(offsetof(hwc_job, swapped), 2);
    layer(offsetof(hwc_job, second_from_weights), 2);
    layer(offsetof(hwc_job, relu), 1);
    layer(offsetof(hwc_job, input_type), HWC_INT16);
    layer(offsetof(hwc_job, output_type), HWC_INT32);
    layer(offsetof(hwc_job, accumulator_type), HWC_INT16);
    layer(offsetof(hwc_job, in_channels), 2);
    layer(offsetof(hwc_job, kernel_shape), 2);
    layer(offsetof(hwc_job, input_zero), 128);
    layer(offsetof(hwc_job, second_zero), 0xffffff7f);
    layer(offsetof(hwc_job, output_zero), 1000);
    layer(offsetof(hwc_job, output_min), 128);
    layer(offsetof(hwc_job, scale) + 8, 0x7f800000);  // infinite
    layer(offsetof(hwc_job, fixed), 0xffc00000);      // no number
    expect_refusal(HWC_JOB_BAD_LAYER, offsetof(hwc_job, output_max), 0xffffff7f, [](hwc_job& bad) {
      bad.output_min = -1000;
      bad.output_max = -129;
    });
    expect_refusal(HWC_JOB_BAD_LAYER, offsetof(hwc_job, in_channels), 4,
                   [](hwc_job& bad) { bad.second_from_weights = 1; });
    expect_refusal(HWC_JOB_BAD_LAYER, offsetof(hwc_job, weight_type), HWC_UINT8, [](hwc_job& bad) {
      bad.second_from_weights = 1;
      bad.in_channels = 2;
      bad.weight_type = HWC_UINT8;
    });
    expect_refusal(HWC_JOB_BAD_LAYER, offsetof(hwc_job, second_from_weights), 1, [](hwc_job& bad) {
      bad.operation = HWC_COPY;
      bad.in_channels = 2;
      bad.second_from_weights = 1;
    });
    expect_refusal(HWC_JOB_BAD_LAYER, offsetof(hwc_job, layout) + 4 * HWC_OUTPUT, 4, [](hwc_job& bad) {
      bad.layout[HWC_OUTPUT] = 4;
      bad.memory_stride_output[0] = 100;
    });
    expect_refusal(HWC_JOB_BAD_SCHEDULE, offsetof(hwc_job, loops) + offsetof(hwc_loop, tile), 1,
                   [](hwc_job& bad) {
                     bad.loop_count = 1;
                     bad.loops[0] = {HWC_C, 1};
                   });
  });
}

}  // namespace
}  // namespace hwcvp
