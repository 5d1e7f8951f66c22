// The firmware's jobs for the HWCE, on a fake of its registers: their order, what they name, and refusals.
#include <gtest/gtest.h>

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "registers/hwce.h"
#include "tests/sw/test_memory.h"

extern "C" {
#include "sw/crc32.h"
#include "sw/hwce_job.h"
#include "sw/hwce_run.h"
}

namespace hwcvp {
namespace {

constexpr uint64_t kHwce = 0x110020000;

// What one START found in the job registers.
struct Started {
  uint32_t config, y_constant;
  uint64_t x, weight, y_in, y_out;
  bool operator==(const Started& o) const {
    return config == o.config && y_constant == o.y_constant && x == o.x && weight == o.weight &&
           y_in == o.y_in && y_out == o.y_out;
  }
};

class HwceJobTest : public testing::Test {
 protected:
  HwceJobTest() {
    hal_.context = this;
    hal_.read32 = [](void* test, uint64_t address) { return static_cast<HwceJobTest*>(test)->read(address); };
    hal_.write32 = [](void* test, uint64_t address, uint32_t value) {
      static_cast<HwceJobTest*>(test)->write(address, value);
    };
    hal_.wait_for_interrupt = [](void* test) { ++static_cast<HwceJobTest*>(test)->sleeps; };

    job.magic = HWCE_JOB_MAGIC;
    job.size_bytes = sizeof job;
    job.batch = job.group = 1;
    job.planes = 1;
    job.out_channels = 1;
    job.maps = 1;
    job.filter = 3;
    job.pieces[0] = job.pieces[1] = 1;
    job.out_height = job.out_width = 8;
    job.x_stride = 20;
    job.x_plane = 200;
    job.y_stride = 16;
    job.y_map = 128;
    job.hwce = kHwce;
    job.input = 0x180001000;
    job.weight = 0x180002000;
    job.output = 0x180003000;
    job.psum = 0x180004000;
    job.constant = memory.allocate(64);
    for (uint32_t i = 0; i < 16; ++i) memory.write(job.constant + 4 * i, 4, -1 - static_cast<int32_t>(i));
  }

  hwc_status run() {
    const auto* const words = reinterpret_cast<const uint32_t*>(&job);
    uint32_t remainder = CRC32_INITIAL;
    for (size_t i = 3; i < sizeof job / 4; ++i) remainder = crc32_add_word(remainder, words[i]);
    job.crc32 = crc32_finish(remainder) ^ spoil_crc;
    const uint64_t address = memory.allocate(sizeof job);
    memory.copy_in(address, &job, sizeof job);
    hwc_status status{};
    hwce_run_job(&hal_, address, &status);
    EXPECT_EQ(status.magic, HWC_STATUS_MAGIC);
    return status;
  }

  void expect_refused(const char* what, uint32_t result, uint32_t detail0) {
    SCOPED_TRACE(what);
    started.clear();
    const hwc_status status = run();
    EXPECT_EQ(status.result, result);
    EXPECT_EQ(status.detail[0], detail0);
    EXPECT_TRUE(started.empty());
  }

  uint64_t address_register(uint32_t low) { return registers[low] | uint64_t{registers[low + 4]} << 32; }

  TestMemory memory;
  hwce_job job{};
  uint32_t spoil_crc = 0;
  std::map<uint32_t, uint32_t> registers;
  std::vector<Started> started;
  uint32_t id = HWCE_ID_RESET;
  size_t fails_after = SIZE_MAX;  // jobs
  uint32_t sleeps = 0;

 private:
  uint32_t read(uint64_t address) {
    if (address < kHwce || address >= kHwce + HWCE_SIZE)
      return static_cast<uint32_t>(memory.read(address, 4));
    const bool failed = started.size() >= fails_after;
    switch (address - kHwce) {
      case HWCE_ID:
        return id;
      case HWCE_STATUS:
        return failed ? HWCE_STATUS_ERROR_MASK : HWCE_STATUS_CONTEXT_FREE_MASK | HWCE_STATUS_IDLE_MASK;
      case HWCE_ERROR:
        return failed ? HWCE_ERROR_MEMORY_PORT : HWCE_ERROR_NONE;
      case HWCE_ERROR_INFO:
        return 0x1234;
      default:
        ADD_FAILURE() << "no need to read register " << address - kHwce;
        return 0;
    }
  }

  void write(uint64_t address, uint32_t value) {
    ASSERT_TRUE(address >= kHwce && address < kHwce + HWCE_SIZE) << "the firmware writes registers only";
    registers[static_cast<uint32_t>(address - kHwce)] = value;
    if (address - kHwce != HWCE_START) return;
    started.push_back({registers[HWCE_JOB_CONFIG], registers[HWCE_Y_CONSTANT],
                       address_register(HWCE_X_BASE_LO), address_register(HWCE_W_BASE_LO),
                       address_register(HWCE_Y_IN_BASE_LO), address_register(HWCE_Y_OUT_BASE_LO)});
  }

  struct hal hal_ {};
};

// Two planes of one map: a constant and then partial sums go in, partial sums and then outputs come out.
TEST_F(HwceJobTest, PartialSumsTravelBetweenPlanes) {
  job.planes = 2;
  const hwc_status status = run();
  EXPECT_EQ(status.result, HWC_JOB_DONE);
  EXPECT_EQ(status.compute_commands, 2u);
  EXPECT_EQ(status.sleeps, sleeps);
  const uint32_t config = 1U << HWCE_JOB_CONFIG_MAPS_LSB;
  const std::vector<Started> wanted = {
      {config | HWCE_JOB_CONFIG_Y_IN_CONSTANT_MASK, 0xffff, job.input, job.weight, job.psum, job.psum},
      {config, 0xffff, job.input + 200, job.weight + 20, job.psum, job.output}};
  EXPECT_TRUE(started == wanted);
  EXPECT_EQ(registers[HWCE_IRQ_ENABLE], 0u) << "its line would keep the processor awake";
}

// Three maps, two at once, in two groups of two images; pieces of 5 x 5.
TEST_F(HwceJobTest, BlocksGroupsImagesAndPieces) {
  job.batch = job.group = 2;
  job.out_channels = 3;
  job.maps = 2;
  job.filter = 5;
  job.pieces[1] = 2;
  job.shift = 7;
  EXPECT_EQ(run().compute_commands, 2u * 2 * 2 * 2);
  ASSERT_EQ(started.size(), 16u);
  const auto config = [](uint32_t maps, bool first) {
    return HWCE_JOB_CONFIG_FILTER_5X5_MASK | HWCE_MODE_2_MAPS << HWCE_JOB_CONFIG_MODE_LSB |
           maps << HWCE_JOB_CONFIG_MAPS_LSB | (first ? HWCE_JOB_CONFIG_Y_IN_CONSTANT_MASK : 0) |
           7U << HWCE_JOB_CONFIG_SHIFT_LSB;
  };
  for (uint32_t i = 0; i < 16; ++i) {
    const uint32_t piece = i % 2, block = i / 2 % 2, group = i / 4 % 2, image = i / 8;
    const uint32_t map = group * 3 + 2 * block;
    const Started wanted = {config(block == 0 ? 2 : 1, piece == 0),
                            (~map) & 0xffff,
                            job.input + (image * 2 + group) * 200 + piece * 10,
                            job.weight + ((group * 2 + block) * 2 + piece) * 52,
                            job.psum,
                            piece == 0 ? job.psum : job.output + (image * 6 + map) * 128};
    EXPECT_TRUE(started[i] == wanted) << "job " << i;
  }
}

TEST_F(HwceJobTest, IllegalDescriptorsAreRefusedByField) {
  const struct {
    const char* what;
    size_t field;
    uint32_t value;
  } kCases[] = {
      {"batch", offsetof(hwce_job, batch), 0},
      {"group", offsetof(hwce_job, group), 0},
      {"planes", offsetof(hwce_job, planes), 0},
      {"out_channels", offsetof(hwce_job, out_channels), 0x80000000},
      {"maps", offsetof(hwce_job, maps), 3},
      {"filter", offsetof(hwce_job, filter), 4},
      {"pieces", offsetof(hwce_job, pieces), 0},
      {"pieces", offsetof(hwce_job, pieces) + 4, 0x10000},
      {"shift", offsetof(hwce_job, shift), 32},
      {"out_height", offsetof(hwce_job, out_height), 0},
      {"out_width", offsetof(hwce_job, out_width), 0x10000},
      {"x_stride", offsetof(hwce_job, x_stride), 18},
      {"x_plane", offsetof(hwce_job, x_plane), 18},
      {"y_stride", offsetof(hwce_job, y_stride), 18},
      {"y_map", offsetof(hwce_job, y_map), 18},
      {"hwce", offsetof(hwce_job, hwce), 2},
      {"input", offsetof(hwce_job, input), 2},
      {"weight", offsetof(hwce_job, weight), 2},
      {"output", offsetof(hwce_job, output), 2},
      {"psum", offsetof(hwce_job, psum), 2},
      {"constant", offsetof(hwce_job, constant), 2},
  };
  const hwce_job good = job;
  for (const auto& c : kCases) {
    job = good;
    reinterpret_cast<uint32_t*>(&job)[c.field / 4] = c.value;
    expect_refused(c.what, HWC_JOB_BAD_LAYER, static_cast<uint32_t>(c.field));
  }
  job = good;
  job.planes = 0x7fffffff;
  job.pieces[0] = 2;
  expect_refused("more passes than can be counted", HWC_JOB_BAD_LAYER, offsetof(hwce_job, planes));
}

TEST_F(HwceJobTest, CorruptedDescriptorsAreRefused) {
  spoil_crc = 1;
  EXPECT_EQ(run().result, HWC_JOB_BAD_CRC);
  spoil_crc = 0;
  job.size_bytes += 4;
  EXPECT_EQ(run().result, HWC_JOB_BAD_SIZE);
  job.magic = HWC_JOB_MAGIC;
  EXPECT_EQ(run().result, HWC_JOB_BAD_MAGIC);
  EXPECT_TRUE(started.empty());
}

TEST_F(HwceJobTest, AnErrorOfTheBlockEndsTheJob) {
  job.planes = 5;
  fails_after = 2;
  const hwc_status status = run();
  EXPECT_EQ(status.result, HWC_JOB_HWCE_ERROR);
  EXPECT_EQ(status.detail[0], HWCE_ERROR_MEMORY_PORT);
  EXPECT_EQ(status.detail[1], 0x1234u);
  EXPECT_EQ(started.size(), 2u);
  EXPECT_EQ(registers[HWCE_IRQ_ENABLE], 0u);
}

TEST_F(HwceJobTest, AnotherBlockAtTheAddressIsNoticed) {
  id = 0x31435748;
  expect_refused("an HWC", HWC_JOB_HWC_MISSING, id);
}

}  // namespace
}  // namespace hwcvp
