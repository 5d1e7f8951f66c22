// The HWC under software that knows nothing of it: random register operations and random command streams. No
// crash, no hang, every error code seen, and a layer is right afterwards. HWCVP_FULL=1 in the environment
// runs all of them.
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <random>
#include <set>

#include "registers/hwc.h"
#include "tests/support/accelerators/layer_driver.h"
#include "tests/support/systemc/systemc_test.h"

namespace hwcvp {
namespace {

using sc_core::sc_time;

int count_of(int quick, int full) { return std::getenv("HWCVP_FULL") != nullptr ? full : quick; }

// All of models/hwc/registers.json.
const std::set<uint32_t> kErrorCodes = {HWC_ERROR_NONE,
                                        HWC_ERROR_BUSY,
                                        HWC_ERROR_FIFO_OVERFLOW,
                                        HWC_ERROR_BAD_COMMAND,
                                        HWC_ERROR_BUFFER_OVERFLOW,
                                        HWC_ERROR_MEMORY_PORT,
                                        HWC_ERROR_NOT_IN_BUFFER,
                                        HWC_ERROR_BAD_CONFIGURATION};

// A layer of one tile: 2 x 4 channels, 3x3, 6x6 inputs.
LayerRun small_layer() {
  LayerRun run;
  run.layer.in_channels = 4;
  run.layer.out_channels = 8;
  run.layer.in_height = run.layer.in_width = 6;
  run.layer.kernel_shape = {3, 3};
  run.layer.pads = {1, 1, 1, 1};
  run.tile = run.layer.extents();
  return run;
}

class HwcRandomTest : public SystemcTest {
 protected:
  HwcRandomTest() { expect_report("/hwcvp/registers"); }

  static Hwc::Properties properties() {
    Hwc::Properties p;
    p.fifo_depth = 4;
    p.buffer_bytes = 4096;
    p.max_channels = 16;
    return p;
  }

  uint32_t below(uint32_t count) { return static_cast<uint32_t>(random() % count); }
  bool one_in(uint32_t count) { return below(count) == 0; }
  // Mostly small, sometimes at an end of the range.
  uint32_t value() {
    switch (below(6)) {
      case 0:
        return static_cast<uint32_t>(random());
      case 1:
        return 0xffffffff - below(3);
      case 2:
        return 1u << below(32);
      default:
        return below(10);
    }
  }
  void access(tlm::tlm_command command, uint32_t offset, uint32_t data) {
    bench.access(command, offset, data);
  }
  void put(uint32_t offset, uint32_t data) { access(tlm::TLM_WRITE_COMMAND, offset, data); }
  void see_error() {
    uint32_t code = 0;
    ASSERT_EQ(tlm::TLM_OK_RESPONSE, bench.access(tlm::TLM_READ_COMMAND, HWC_ERROR, code));
    ASSERT_EQ(1u, kErrorCodes.count(code)) << code;
    seen.insert(code);
  }

  void random_operation() {
    uint32_t offset = 4 * below(HWC_SIZE / 4 + 4);
    if (one_in(20)) offset += below(4);
    if (one_in(8)) offset = HWC_PUSH;
    access(one_in(3) ? tlm::TLM_READ_COMMAND : tlm::TLM_WRITE_COMMAND, offset, value());
  }

  // Of boxes, tiles, tokens and commands for the small layer, some of them off.
  void random_command() {
    const bool wild = one_in(6);
    for (uint32_t axis = 0; axis < hwc::kAxes; ++axis) {
      put(HWC_BOX_START + 4 * axis, wild ? value() : below(2));
      put(HWC_BOX_COUNT + 4 * axis, wild ? value() : 1 + below(4));
    }
    const uint32_t whole[] = {1, 1, 8, 4, 6, 6, 3, 3};
    for (uint32_t dim = 0; dim < hwc::kTileDims; ++dim) {
      put(HWC_TILE_START + 4 * dim, wild ? value() : 0);
      put(HWC_TILE_COUNT + 4 * dim, wild ? value() : 1 + below(whole[dim]));
    }
    for (const uint32_t token : {HWC_WAIT_LOAD, HWC_WAIT_COMPUTE, HWC_WAIT_STORE, HWC_WAIT_VECTOR}) {
      put(token, one_in(5) ? below(4) : 0);
    }
    const uint32_t opcode = one_in(20) ? below(16) : HWC_OPCODE_LOAD_INPUT + below(9);
    const uint32_t command = opcode | (one_in(2) ? HWC_PUSH_INIT_MASK : 0) | (one_in(20) ? value() : 0);
    for (uint32_t pushes = one_in(8) ? 1 + below(8) : 1; pushes != 0; --pushes) put(HWC_PUSH, command);
    if (one_in(4)) settle();
    if (one_in(30)) put(HWC_TYPES + 4 * below((HWC_BOX_START - HWC_TYPES) / 4), value());
  }

  void random_stream() {
    put(HWC_CONTROL, HWC_CONTROL_RESET_MASK);
    configure_layer(bench, small_layer());
    if (one_in(2)) {
      put(HWC_VECTOR_OPERATION, one_in(10) ? value() & 0xffff : below(9));
      put(HWC_TYPES, below(4) << HWC_TYPES_INPUT_UNSIGNED_LSB);
      for (uint32_t i = 0; i < 3; ++i) put(HWC_SCALE + 4 * i, value());
      put(HWC_WINDOW_COUNT, value());
      if (one_in(2)) put(HWC_FIRST_Y + 4 * below(4), value());
    }
    if (one_in(5)) {  // an address outside of the memory
      const uint32_t fields[] = {HWC_INPUT_BASE_HI, HWC_WEIGHT_BASE_HI, HWC_PARAMS_BASE_HI,
                                 HWC_OUTPUT_BASE_HI};
      put(fields[below(4)], 1 + below(1000));
    }
    if (one_in(5)) put(HWC_INPUT_EXTENT + 16, value());
    if (one_in(5)) put(HWC_TYPES + 4 * below((HWC_BOX_START - HWC_TYPES) / 4), value());
    for (uint32_t commands = 1 + below(12); commands != 0; --commands) random_command();
    settle();
    see_error();
  }

  // Lets what is under way go on for a while: a token that is never given keeps it for ever.
  void settle() {
    bench.sync();
    wait(sc_time(below(3000), sc_core::SC_NS));
  }

  void expect_a_layer_to_be_right() {
    const LayerRun layer = small_layer();
    const LayerData data = random_data(layer, random);
    put(HWC_CONTROL, HWC_CONTROL_RESET_MASK);
    EXPECT_EQ(direct_outputs(layer, data), run_layer(bench, layer, data));
  }

  void run(const std::function<void()>& script) {
    const uint64_t seed = std::getenv("HWCVP_SEED") != nullptr
                              ? std::strtoull(std::getenv("HWCVP_SEED"), nullptr, 10)
                              : 20261130;
    std::cout << "seed " << seed << " (HWCVP_SEED)\n";
    random.seed(seed);
    ASSERT_TRUE(bench.run(script));
  }

  std::mt19937_64 random;
  std::set<uint32_t> seen;
  HwcBench bench{"bench", properties()};
};

TEST_F(HwcRandomTest, RandomRegisterOperationsDoNoHarm) {
  run([this] {
    for (int i = count_of(20'000, 100'000); i != 0 && !HasFailure(); --i) {
      random_operation();
      if (one_in(50)) see_error();
      if (one_in(200)) put(HWC_CONTROL, HWC_CONTROL_RESET_MASK);
    }
    expect_a_layer_to_be_right();
  });
}

TEST_F(HwcRandomTest, RandomCommandStreamsDoNoHarmAndMeetEveryError) {
  run([this] {
    for (int i = count_of(1'500, 10'000); i != 0 && !HasFailure(); --i) random_stream();
    EXPECT_EQ(kErrorCodes, seen);
    expect_a_layer_to_be_right();
  });
}

TEST_F(HwcRandomTest, AfterAResetInTheMiddleOfALayerTheNextOneIsRight) {
  run([this] {
    for (int i = 0; i < 100 && !HasFailure(); ++i) {
      configure_layer(bench, small_layer());
      for (const uint32_t opcode : {HWC_OPCODE_LOAD_PARAMS, HWC_OPCODE_LOAD_INPUT, HWC_OPCODE_LOAD_WEIGHT}) {
        for (uint32_t axis = 0; axis < hwc::kAxes; ++axis) put(HWC_BOX_COUNT + 4 * axis, axis < 2 ? 1 : 3);
        put(HWC_PUSH, opcode);
      }
      bench.sync();
      wait(sc_time(below(400), sc_core::SC_NS));
      bench.reset.write(true);
      wait(sc_time(1 + below(50), sc_core::SC_NS));
      bench.reset.write(false);
      wait(sc_time(1, sc_core::SC_NS));
      expect_a_layer_to_be_right();
    }
  });
}

}  // namespace
}  // namespace hwcvp
