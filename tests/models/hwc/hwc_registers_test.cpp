// The HWC's registers, errors, interrupt and reset, as software sees them.
#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>

#include "registers/hwc.h"
#include "tests/support/accelerators/layer_driver.h"
#include "tests/support/systemc/systemc_test.h"
#include "tests/support/systemc/tlm_probes.h"

namespace hwcvp {
namespace {

using sc_core::SC_NS;
using sc_core::sc_time;

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

class HwcRegistersTest : public SystemcTest {
 protected:
  static Hwc::Properties properties() {
    Hwc::Properties p;
    p.fifo_depth = 4;
    p.buffer_bytes = 4096;
    p.max_channels = 16;
    return p;
  }

  void run(const std::function<void()>& script) { ASSERT_TRUE(bench.run(script)); }

  void axes(uint32_t offset, const hwc::PerAxis<uint32_t>& values) {
    for (uint32_t i = 0; i < hwc::kAxes; ++i) bench.write(offset + 4 * i, values[i]);
  }
  void box(const hwc::PerAxis<uint32_t>& start, const hwc::PerAxis<uint32_t>& count) {
    axes(HWC_BOX_START, start);
    axes(HWC_BOX_COUNT, count);
  }
  void tile(const std::array<uint32_t, hwc::kTileDims>& start,
            const std::array<uint32_t, hwc::kTileDims>& count) {
    for (uint32_t i = 0; i < hwc::kTileDims; ++i) {
      bench.write(HWC_TILE_START + 4 * i, start[i]);
      bench.write(HWC_TILE_COUNT + 4 * i, count[i]);
    }
  }
  void whole_tile() { tile({}, {1, 1, 8, 4, 6, 6, 3, 3}); }
  void push(uint32_t command) { bench.write(HWC_PUSH, command); }
  void load_all() {
    push(HWC_OPCODE_LOAD_PARAMS);
    box({}, {1, 1, 4, 6, 6});
    push(HWC_OPCODE_LOAD_INPUT);
    box({}, {1, 8, 4, 3, 3});
    push(HWC_OPCODE_LOAD_WEIGHT);
    bench.sleep_until(HWC_STATUS_IDLE_MASK);
  }
  // Configures the small layer after a reset, does what the action does, and expects an error.
  void expect_error(const char* what, uint32_t code, uint32_t info, const std::function<void()>& action) {
    SCOPED_TRACE(what);
    bench.write(HWC_CONTROL, HWC_CONTROL_RESET_MASK);
    configure_layer(bench, small_layer());
    action();
    const uint32_t status = bench.sleep_until(HWC_STATUS_ERROR_MASK);
    EXPECT_NE(0u, status & HWC_STATUS_ERROR_MASK);
    EXPECT_EQ(code, bench.read(HWC_ERROR));
    EXPECT_EQ(info, bench.read(HWC_ERROR_INFO));
  }

  HwcBench bench{"bench", properties()};
};

TEST_F(HwcRegistersTest, ShowProperties) {
  run([this] {
    EXPECT_EQ(uint32_t{HWC_ID_RESET}, bench.read(HWC_ID));
    EXPECT_EQ(4096u, bench.read(HWC_BUFFER_BYTES));
    EXPECT_EQ(4u, bench.read(HWC_FIFO_DEPTH));
    EXPECT_EQ(16u, bench.read(HWC_MAX_CHANNELS));
    EXPECT_EQ(uint32_t{HWC_STATUS_RESET}, bench.read(HWC_STATUS));
    EXPECT_EQ(1u, bench.read(HWC_STRIDE_Y));
  });
}

TEST_F(HwcRegistersTest, RefuseForbiddenAccessesAndChangeNothing) {
  expect_report("/hwcvp/registers");
  run([this] {
    uint32_t value = 1;
    EXPECT_EQ(tlm::TLM_COMMAND_ERROR_RESPONSE, bench.access(tlm::TLM_WRITE_COMMAND, HWC_STATUS, value));
    EXPECT_EQ(tlm::TLM_COMMAND_ERROR_RESPONSE, bench.access(tlm::TLM_READ_COMMAND, HWC_PUSH, value));
    EXPECT_EQ(tlm::TLM_ADDRESS_ERROR_RESPONSE, bench.access(tlm::TLM_READ_COMMAND, HWC_SIZE - 4, value));
    value = 0x400;
    EXPECT_EQ(tlm::TLM_GENERIC_ERROR_RESPONSE, bench.access(tlm::TLM_WRITE_COMMAND, HWC_PUSH, value));
    EXPECT_EQ(tlm::TLM_BURST_ERROR_RESPONSE, bench.access(tlm::TLM_READ_COMMAND, HWC_ID + 1, value));
    EXPECT_EQ(0u, bench.read(HWC_ERROR));
    EXPECT_EQ(uint32_t{HWC_STATUS_RESET}, bench.read(HWC_STATUS));
  });
}

TEST_F(HwcRegistersTest, LatchEachErrorWithItsDetail) {
  run([this] {
    const uint32_t bad = HWC_ERROR_BAD_CONFIGURATION;
    for (const uint32_t offset :
         {HWC_STRIDE_Y, HWC_STRIDE_X, HWC_DILATION_Y, HWC_DILATION_X, HWC_WEIGHT_EXTENT,
          HWC_OUTPUT_EXTENT + 16, HWC_INPUT_SLOTS, HWC_OUTPUT_SLOTS}) {
      expect_error("zero", bad, offset, [&] {
        bench.write(offset, 0);
        push(HWC_OPCODE_LOAD_PARAMS);
      });
    }
    expect_error("load into an empty input buffer", HWC_ERROR_BAD_COMMAND, HWC_OPCODE_LOAD_INPUT, [&] {
      bench.write(HWC_INPUT_EXTENT + 8, 0);
      box({}, {1, 1, 1, 1, 1});
      push(HWC_OPCODE_LOAD_INPUT);
    });
    expect_error("three slots", bad, HWC_WEIGHT_SLOTS, [&] {
      bench.write(HWC_WEIGHT_SLOTS, 3);
      push(HWC_OPCODE_LOAD_PARAMS);
    });
    for (const uint32_t offset : {HWC_INPUT_BLOCKS, HWC_WEIGHT_BLOCKS, HWC_OUTPUT_BLOCKS, HWC_PSUM_BLOCKS}) {
      expect_error("blocks of a sixth axis", bad, offset, [&] {
        bench.write(offset, 5u << HWC_INPUT_BLOCKS_AXIS_LSB | 4);
        push(HWC_OPCODE_LOAD_PARAMS);
      });
    }
    expect_error("output type 3", bad, HWC_TYPES, [&] {
      bench.write(HWC_TYPES, 3u << HWC_TYPES_OUTPUT_LSB);
      push(HWC_OPCODE_LOAD_PARAMS);
    });
    expect_error("int32 outputs of int16 accumulators", bad, HWC_TYPES, [&] {
      bench.write(HWC_TYPES, 2u << HWC_TYPES_OUTPUT_LSB | HWC_TYPES_ACCUMULATOR_MASK);
      push(HWC_OPCODE_LOAD_PARAMS);
    });
    const uint32_t single = HWC_TYPES_SINGLE_PRECISION_MASK;
    const uint32_t types[] = {HWC_TYPES_INPUT_MASK | HWC_TYPES_INPUT_UNSIGNED_MASK,
                              HWC_TYPES_OUTPUT_UNSIGNED_MASK,
                              single | 1u << HWC_TYPES_OUTPUT_LSB,
                              single | 2u << HWC_TYPES_OUTPUT_LSB,
                              single | HWC_TYPES_ACCUMULATOR_MASK,
                              single | HWC_TYPES_OUTPUT_UNSIGNED_MASK | 1u << HWC_TYPES_OUTPUT_LSB};
    for (const uint32_t type : types) {
      expect_error("unsigned words, uint8 or single precision without what they need", bad, HWC_TYPES, [&] {
        bench.write(HWC_TYPES, type);
        push(HWC_OPCODE_LOAD_PARAMS);
      });
    }
    struct Number {
      uint32_t types, offset;
      int32_t value;
    };
    const uint32_t in = HWC_TYPES_INPUT_UNSIGNED_MASK, out = HWC_TYPES_OUTPUT_UNSIGNED_MASK | single;
    const Number numbers[] = {{0, HWC_INPUT_ZERO, 128},
                              {0, HWC_INPUT_ZERO, -129},
                              {in, HWC_INPUT_ZERO, -1},
                              {in, HWC_INPUT_ZERO, 256},
                              {HWC_TYPES_INPUT_MASK, HWC_INPUT_ZERO, 1},
                              {single, HWC_OUTPUT_ZERO, 128},
                              {out, HWC_OUTPUT_ZERO, -1},
                              {single, HWC_OUTPUT_MAX, -129},
                              {out, HWC_OUTPUT_MAX, -1}};
    for (const Number& number : numbers) {
      expect_error("a number outside its type", bad, number.offset, [&] {
        bench.write(HWC_TYPES, number.types);
        bench.write(number.offset, static_cast<uint32_t>(number.value));
        push(HWC_OPCODE_LOAD_PARAMS);
      });
    }
    expect_error("limits in descending order", bad, HWC_OUTPUT_MAX, [&] {
      bench.write(HWC_TYPES, single);
      bench.write(HWC_OUTPUT_MIN, 5);
      bench.write(HWC_OUTPUT_MAX, 4);
      push(HWC_OPCODE_LOAD_PARAMS);
    });
    for (const uint32_t scale : {0u, 0x80000000u, 0xbf800000u, 0x7f800000u, 0x7fc00000u}) {
      expect_error("a scale of 0, below 0, infinite or not a number", bad, HWC_PARAMS_BASE_LO, [&] {
        bench.write(HWC_TYPES, single);
        bench.write(HWC_PARAMS_COUNT, 1);
        const uint32_t constants[2] = {0, scale};
        bench.store(TensorAddresses().params, constants, sizeof constants);
        push(HWC_OPCODE_LOAD_PARAMS);
      });
    }
    expect_error("more channels than constants", bad, HWC_PARAMS_COUNT, [&] {
      bench.write(HWC_PARAMS_COUNT, 17);
      push(HWC_OPCODE_LOAD_PARAMS);
    });
    expect_error("does not fit", HWC_ERROR_BUFFER_OVERFLOW, HWC_BUFFER_BYTES, [&] {
      axes(HWC_INPUT_EXTENT, {1, 1, 4, 6, 120});
      push(HWC_OPCODE_LOAD_PARAMS);
    });
    expect_error("does not fit by far", HWC_ERROR_BUFFER_OVERFLOW, HWC_BUFFER_BYTES, [&] {
      axes(HWC_INPUT_EXTENT, {0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff});
      push(HWC_OPCODE_LOAD_PARAMS);
    });
    expect_error("configuration while busy", HWC_ERROR_BUSY, HWC_PAD_X, [&] {
      push(HWC_OPCODE_LOAD_PARAMS);
      bench.write(HWC_PAD_X, 3);
      EXPECT_EQ(1u, bench.read(HWC_PAD_X)) << "the write had no effect";
    });
    expect_error("FIFO overflow", HWC_ERROR_FIFO_OVERFLOW, HWC_OPCODE_LOAD_PARAMS, [&] {
      bench.write(HWC_WAIT_STORE, 1);
      for (int i = 0; i < 5; ++i) push(HWC_OPCODE_LOAD_PARAMS);
    });
    for (const uint32_t opcode : {0u, 9u, 15u}) {
      expect_error("opcode", HWC_ERROR_BAD_COMMAND, opcode, [&] { push(opcode); });
    }
    const auto bad_box = [&](const char* what, uint32_t command, const hwc::PerAxis<uint32_t>& start,
                             const hwc::PerAxis<uint32_t>& count) {
      expect_error(what, HWC_ERROR_BAD_COMMAND, command & HWC_PUSH_OPCODE_MASK, [&] {
        box(start, count);
        push(command);
      });
    };
    bad_box("no elements", HWC_OPCODE_LOAD_INPUT, {}, {1, 1, 4, 0, 6});
    bad_box("larger than the slot", HWC_OPCODE_LOAD_INPUT, {}, {1, 1, 4, 7, 6});
    bad_box("coordinate", HWC_OPCODE_LOAD_WEIGHT, {0, 0x80000000, 0, 0, 0}, {1, 1, 1, 1, 1});
    bad_box("slot", HWC_OPCODE_LOAD_INPUT | HWC_PUSH_INPUT_SLOT_MASK, {}, {1, 1, 4, 6, 6});
    bad_box("slot", HWC_OPCODE_STORE_PSUM | HWC_PUSH_OUTPUT_SLOT_MASK, {}, {1, 1, 1, 1, 1});
    bad_box("nothing to keep with one slot", HWC_OPCODE_KEEP_INPUT, {}, {1, 1, 1, 1, 1});
    expect_error("tile larger than its slot", HWC_ERROR_BAD_COMMAND, HWC_OPCODE_COMPUTE, [&] {
      tile({}, {1, 1, 9, 4, 6, 6, 3, 3});
      push(HWC_OPCODE_COMPUTE);
    });
    expect_error("empty tile", HWC_ERROR_BAD_COMMAND, HWC_OPCODE_COMPUTE, [&] {
      tile({}, {1, 1, 8, 4, 6, 6, 3, 0});
      push(HWC_OPCODE_COMPUTE);
    });
    expect_error("memory port", HWC_ERROR_MEMORY_PORT, 0x1000, [&] {
      bench.write64(HWC_PARAMS_BASE_LO, 0x300001000);
      push(HWC_OPCODE_LOAD_PARAMS);
    });
  });
}

TEST_F(HwcRegistersTest, CatchWhatIsNotInTheBuffer) {
  run([this] {
    const uint32_t code = HWC_ERROR_NOT_IN_BUFFER;
    const uint32_t compute = HWC_OPCODE_COMPUTE | HWC_PUSH_INIT_MASK;
    expect_error("inputs", code, HWC_OPCODE_COMPUTE, [&] {
      push(HWC_OPCODE_LOAD_PARAMS);
      box({}, {1, 8, 4, 3, 3});
      push(HWC_OPCODE_LOAD_WEIGHT);
      bench.sleep_until(HWC_STATUS_IDLE_MASK);
      whole_tile();
      push(compute);
    });
    expect_error("weights", code, HWC_OPCODE_COMPUTE, [&] {
      load_all();
      tile({0, 0, 8, 0, 0, 0, 0, 0}, {1, 1, 8, 4, 6, 6, 3, 3});
      push(compute);
    });
    expect_error("bias", code, HWC_OPCODE_COMPUTE, [&] {
      box({}, {1, 1, 4, 6, 6});
      push(HWC_OPCODE_LOAD_INPUT);
      box({}, {1, 8, 4, 3, 3});
      push(HWC_OPCODE_LOAD_WEIGHT);
      bench.sleep_until(HWC_STATUS_IDLE_MASK);
      whole_tile();
      push(compute);
    });
    expect_error("accumulators", code, HWC_OPCODE_COMPUTE, [&] {
      load_all();
      whole_tile();
      push(HWC_OPCODE_COMPUTE);
    });
    expect_error("outputs", code, HWC_OPCODE_STORE_OUTPUT, [&] {
      load_all();
      box({}, {1, 1, 8, 6, 6});
      push(HWC_OPCODE_STORE_OUTPUT);
    });
    expect_error("kept inputs", code, HWC_OPCODE_KEEP_INPUT, [&] {
      bench.write(HWC_INPUT_SLOTS, 2);
      box({}, {1, 1, 1, 1, 1});
      push(HWC_OPCODE_KEEP_INPUT);
    });
    expect_error("a negative multiplier", HWC_ERROR_BAD_CONFIGURATION, HWC_PARAMS_BASE_LO, [&] {
      const int32_t negative = -1;
      bench.store(TensorAddresses().params + 4 * 8, &negative, 4);
      push(HWC_OPCODE_LOAD_PARAMS);
    });
  });
}

TEST_F(HwcRegistersTest, PaddingAloneNeedsNoInput) {
  run([this] {
    bench.write(HWC_CONTROL, HWC_CONTROL_RESET_MASK);
    configure_layer(bench, small_layer());
    push(HWC_OPCODE_LOAD_PARAMS);
    box({}, {1, 8, 4, 3, 3});
    push(HWC_OPCODE_LOAD_WEIGHT);
    bench.write(HWC_WAIT_LOAD, 2);
    tile({}, {1, 1, 8, 4, 1, 6, 1, 3});
    push(HWC_OPCODE_COMPUTE | HWC_PUSH_INIT_MASK);
    bench.sleep_until(HWC_STATUS_IDLE_MASK);
    EXPECT_EQ(0u, bench.read(HWC_ERROR));
    EXPECT_EQ(1u, bench.read(HWC_COMPUTE_DONE));
  });
}

TEST_F(HwcRegistersTest, AnErrorStopsAllEnginesUntilAReset) {
  run([this] {
    configure_layer(bench, small_layer());
    push(HWC_OPCODE_LOAD_PARAMS);
    bench.sleep_until(HWC_STATUS_IDLE_MASK);
    push(HWC_OPCODE_LOAD_PARAMS);
    push(0);
    EXPECT_EQ(uint32_t{HWC_ERROR_BAD_COMMAND}, bench.read(HWC_ERROR));
    push(HWC_OPCODE_LOAD_PARAMS);
    bench.sync();
    wait(sc_time(10000, SC_NS));
    EXPECT_EQ(1u, bench.read(HWC_LOAD_DONE)) << "what was under way is abandoned, what follows is dropped";
    bench.write(HWC_CONTROL, HWC_CONTROL_RESET_MASK);
    EXPECT_EQ(0u, bench.read(HWC_ERROR));
    EXPECT_EQ(0u, bench.read(HWC_LOAD_DONE));
    EXPECT_EQ(uint32_t{HWC_STATUS_RESET}, bench.read(HWC_STATUS));
    configure_layer(bench, small_layer());
    push(HWC_OPCODE_LOAD_PARAMS);
    bench.sleep_until(HWC_STATUS_IDLE_MASK);
    EXPECT_EQ(1u, bench.read(HWC_LOAD_DONE));
  });
}

TEST_F(HwcRegistersTest, ResetDropsWhatIsUnderWay) {
  expect_report("/hwcvp/registers");
  run([this] {
    const LayerRun layer = small_layer();
    std::mt19937_64 random(1);
    const LayerData data = random_data(layer, random);
    for (const bool by_line : {false, true}) {
      configure_layer(bench, layer);
      for (int i = 0; i < 4; ++i) push(HWC_OPCODE_LOAD_PARAMS);
      bench.sync();
      wait(sc_time(30, SC_NS));
      if (by_line) {
        bench.reset.write(true);
        wait(sc_time(20, SC_NS));
        uint32_t value = 0;
        EXPECT_EQ(tlm::TLM_GENERIC_ERROR_RESPONSE, bench.access(tlm::TLM_READ_COMMAND, HWC_ID, value));
        bench.reset.write(false);
        wait(sc_time(1, SC_NS));
      } else {
        bench.write(HWC_CONTROL, HWC_CONTROL_RESET_MASK);
      }
      EXPECT_EQ(uint32_t{HWC_STATUS_RESET}, bench.read(HWC_STATUS));
      EXPECT_EQ(0u, bench.read(HWC_INPUT_BASE_LO));
      wait(sc_time(1000, SC_NS));
      EXPECT_EQ(0u, bench.read(HWC_LOAD_DONE));
      EXPECT_EQ(direct_outputs(layer, data), run_layer(bench, layer, data));
    }
  });
}

TEST_F(HwcRegistersTest, InterruptFollowsStatusAndEnable) {
  run([this] {
    const auto settle = [this] {
      bench.sync();
      wait(sc_time(1, SC_NS));
    };
    settle();
    EXPECT_FALSE(bench.interrupt.read());
    bench.write(HWC_IRQ_ENABLE, HWC_STATUS_IDLE_MASK);
    settle();
    EXPECT_TRUE(bench.interrupt.read()) << "idle already";
    configure_layer(bench, small_layer());
    push(HWC_OPCODE_LOAD_PARAMS);
    settle();
    EXPECT_FALSE(bench.interrupt.read()) << "busy";
    wait(bench.interrupt.posedge_event());
    EXPECT_NE(0u, bench.read(HWC_STATUS) & HWC_STATUS_IDLE_MASK);
    EXPECT_EQ(1u, bench.read(HWC_LOAD_DONE));
    bench.write(HWC_IRQ_ENABLE, 0);
    settle();
    EXPECT_FALSE(bench.interrupt.read());

    bench.write(HWC_IRQ_ENABLE, HWC_STATUS_LOAD_SPACE_MASK);
    bench.write(HWC_WAIT_STORE, 1);
    settle();
    for (const bool space : {true, true, false, false}) {
      push(HWC_OPCODE_LOAD_PARAMS);
      settle();
      EXPECT_EQ(space, bench.interrupt.read()) << "at least half of four must be free";
    }
  });
}

TEST_F(HwcRegistersTest, DebugReadsHaveNoEffectAndTakeNoTime) {
  run([this] {
    Transaction read = read_of(HwcBench::kRegistersBase + HWC_STATUS, 4);
    EXPECT_EQ(4u, bench.socket->transport_dbg(read));
    EXPECT_EQ(HWC_STATUS_RESET, read.data[0]);
    Transaction write = write_of(HwcBench::kRegistersBase + HWC_PAD_X, {1, 0, 0, 0});
    EXPECT_EQ(0u, bench.socket->transport_dbg(write));
    EXPECT_EQ(0u, bench.read(HWC_PAD_X));
  });
}

TEST_F(SystemcTest, HwcRefusesPropertiesOutOfRange) {
  const auto refused = [](void (*change)(Hwc::Properties&)) {
    Hwc::Properties properties;
    change(properties);
    EXPECT_THROW(Hwc("hwc", properties), std::invalid_argument);
  };
  refused([](Hwc::Properties& p) { p.buffer_bytes = 0; });
  refused([](Hwc::Properties& p) { p.buffer_bytes = uint64_t{1} << 31; });
  refused([](Hwc::Properties& p) { p.fifo_depth = 0; });
  refused([](Hwc::Properties& p) { p.max_channels = 0; });
  refused([](Hwc::Properties& p) { p.mac_rows = 0; });
  refused([](Hwc::Properties& p) { p.mac_columns = 0; });
  refused([](Hwc::Properties& p) { p.array_modes = ""; });
  refused([](Hwc::Properties& p) { p.array_modes = "kxc+kxc"; });
  refused([](Hwc::Properties& p) { p.array_modes = "kxc,pxt"; });
  refused([](Hwc::Properties& p) { p.max_burst_bytes = 96; });
  refused([](Hwc::Properties& p) { p.outstanding = 0; });
  refused([](Hwc::Properties& p) { p.clock_period = sc_core::SC_ZERO_TIME; });
}

}  // namespace
}  // namespace hwcvp
