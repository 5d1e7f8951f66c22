// Contexts and regions of the HWC: layers that are configured at one time, and tensors that stay in the
// buffer memory between them.
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <functional>
#include <numeric>
#include <string>
#include <vector>

#include "registers/hwc.h"
#include "tests/support/accelerators/hwc_bench.h"
#include "tests/support/systemc/systemc_test.h"

namespace hwcvp {
namespace {

constexpr uint64_t kFrom = HwcBench::kDramBase + 0x1001;
constexpr uint64_t kTo = HwcBench::kDramBase + 0x8003;
constexpr uint32_t kBuffer = 4096;

// Channels, lines and columns of an image.
struct Part {
  uint32_t image, channel, channels, line, lines, column, columns;
};

class HwcRegionTest : public SystemcTest {
 protected:
  static Hwc::Properties properties() {
    Hwc::Properties p;
    p.buffer_bytes = kBuffer;
    p.contexts = 3;
    p.regions = 4;
    return p;
  }

  void run(const std::function<void()>& script) { ASSERT_TRUE(bench.run(script)); }

  void reset() { bench.write(HWC_CONTROL, HWC_CONTROL_RESET_MASK); }
  void words(uint32_t offset, const std::vector<uint32_t>& values) {
    for (uint32_t i = 0; i < values.size(); ++i) bench.write(offset + 4 * i, values[i]);
  }

  // A region of a tensor of two images of 4 channels, 8 lines and 6 columns, dense in memory.
  void region(uint32_t number, uint32_t base, uint32_t lines, uint32_t columns, uint64_t memory = kFrom) {
    bench.write(HWC_REGION, number);
    bench.write(HWC_REGION_BASE, base);
    bench.write(HWC_REGION_CHANNELS, 4);
    bench.write(HWC_REGION_LINES, lines);
    bench.write(HWC_REGION_COLUMNS, columns);
    bench.write64(HWC_REGION_MEMORY_LO, memory);
    words(HWC_REGION_STRIDE, {4 * 48, 48, 6, 1});
  }
  // A copy of 4 channels from one region to another, or to memory.
  void copying(uint32_t context, uint32_t from, uint32_t to) {
    bench.write(HWC_CONTEXT, context);
    bench.write(HWC_VECTOR_OPERATION, HWC_OPERATION_COPY);
    bench.write(HWC_END_Y, 8);
    bench.write(HWC_END_X, 6);
    bench.write(HWC_CHANNELS, 1);
    words(HWC_INPUT_EXTENT, {1, 4, 1, 1, 1});
    bench.write(HWC_INPUT_REGION, from);
    bench.write(HWC_OUTPUT_REGION, to);
    bench.write64(HWC_OUTPUT_BASE_LO, kTo);
    words(HWC_OUTPUT_STRIDE, {4 * 48, 48, 48, 6, 1});
  }

  void push(uint32_t command) { bench.write(HWC_PUSH, command); }
  // Each waits for all before it.
  void push_in_order(uint32_t command) {
    push(command);
    const uint32_t opcode = command & 0xf;
    const bool loads = opcode < HWC_OPCODE_COMPUTE || opcode == HWC_OPCODE_LOAD_REGION;
    const size_t engine = loads ? 0 : opcode == HWC_OPCODE_VECTOR ? 1 : 2;
    bench.write(std::array<uint32_t, 3>{HWC_WAIT_LOAD, HWC_WAIT_VECTOR, HWC_WAIT_STORE}.at(engine),
                ++pushed_.at(engine));
  }
  void move(uint32_t opcode, uint32_t number, const Part& part) {
    bench.write(HWC_REGION, number);
    words(HWC_BOX_START, {part.image, 0, part.channel, part.line, part.column});
    words(HWC_BOX_COUNT, {1, 1, part.channels, part.lines, part.columns});
    push_in_order(opcode);
  }
  void copy(uint32_t context, const Part& part, uint32_t flags) {
    bench.write(HWC_CONTEXT, context);
    words(HWC_TILE_START, {part.image, part.channel, 0, 0, part.line, part.column, 0, 0});
    words(HWC_TILE_COUNT, {1, part.channels, 1, 1, part.lines, part.columns, 1, 1});
    push_in_order(HWC_OPCODE_VECTOR | HWC_PUSH_INIT_MASK | flags);
  }

  // Begins anew with nothing counted, and memory as at first.
  void begin() {
    reset();
    pushed_ = {};
    from_.resize(2 * 4 * 48);
    std::iota(from_.begin(), from_.end(), uint8_t{1});
    bench.store(kFrom, from_.data(), from_.size());
    const std::vector<uint8_t> untouched(from_.size(), 0xa5);
    bench.store(kTo, untouched.data(), untouched.size());
  }
  void expect_done() {
    const uint32_t status = bench.sleep_until(HWC_STATUS_IDLE_MASK);
    EXPECT_EQ(0u, status & HWC_STATUS_ERROR_MASK) << bench.read(HWC_ERROR);
  }
  void expect_error(const std::string& what, uint32_t code, uint32_t info,
                    const std::function<void()>& script) {
    SCOPED_TRACE(what);
    begin();
    script();
    bench.sleep_until(HWC_STATUS_IDLE_MASK);
    EXPECT_EQ(code, bench.read(HWC_ERROR));
    EXPECT_EQ(info, bench.read(HWC_ERROR_INFO));
  }
  void expect_copied(const Part& part) {
    std::vector<uint8_t> to(from_.size());
    bench.fetch(kTo, to.data(), to.size());
    std::vector<uint8_t> expected(from_.size(), 0xa5);
    for (uint32_t c = part.channel; c < part.channel + part.channels; ++c) {
      for (uint32_t y = part.line; y < part.line + part.lines; ++y) {
        for (uint32_t x = part.column; x < part.column + part.columns; ++x) {
          const size_t at = ((size_t{part.image} * 4 + c) * 8 + y) * 6 + x;
          expected[at] = from_[at];
        }
      }
    }
    EXPECT_EQ(expected, to);
  }

  HwcBench bench{"bench", properties()};

 private:
  std::array<uint32_t, 3> pushed_{};
  std::vector<uint8_t> from_;
};

TEST_F(HwcRegionTest, EachContextAndRegionHasItsRegisters) {
  run([this] {
    EXPECT_EQ(3u, bench.read(HWC_CONTEXTS));
    EXPECT_EQ(4u, bench.read(HWC_REGIONS));
    for (uint32_t i = 0; i < 3; ++i) {
      bench.write(HWC_CONTEXT, i);
      EXPECT_EQ(1u, bench.read(HWC_STRIDE_Y));
      bench.write(HWC_STRIDE_Y, 7 + i);
      bench.write(HWC_OUTPUT_CHANNEL, 17 + i);
      bench.write(HWC_REGION, i);
      bench.write(HWC_REGION_STRIDE + 12, 27 + i);
    }
    bench.write(HWC_BOX_START, 5);  // one for all
    for (uint32_t i = 0; i < 3; ++i) {
      bench.write(HWC_CONTEXT, i);
      EXPECT_EQ(7 + i, bench.read(HWC_STRIDE_Y));
      EXPECT_EQ(17 + i, bench.read(HWC_OUTPUT_CHANNEL));
      EXPECT_EQ(29u, bench.read(HWC_REGION_STRIDE + 12)) << "contexts and regions are selected apart";
      EXPECT_EQ(5u, bench.read(HWC_BOX_START));
    }
    bench.write(HWC_REGION, 0);
    EXPECT_EQ(27u, bench.read(HWC_REGION_STRIDE + 12));
    reset();
    for (uint32_t i = 0; i < 3; ++i) {
      bench.write(HWC_CONTEXT, i);
      EXPECT_EQ(1u, bench.read(HWC_STRIDE_Y));
      bench.write(HWC_REGION, i);
      EXPECT_EQ(0u, bench.read(HWC_REGION_STRIDE + 12));
    }
  });
}

// Lines and columns lie in a circle; parts come by and by, and leave in other parts.
TEST_F(HwcRegionTest, MovesPartsThroughASmallRegion) {
  run([this] {
    begin();
    region(2, 100, 3, 4);
    const auto step = [this](uint32_t line, uint32_t lines) {
      move(HWC_OPCODE_LOAD_REGION, 2, {1, 0, 4, line, lines, 1, 4});
    };
    step(0, 3);
    step(3, 2);
    step(5, 1);
    expect_done();
    // A write to a configuration register would forget what is held: it goes back where it came from.
    const std::vector<uint8_t> untouched(2 * 4 * 48, 0xa5);
    bench.store(kFrom, untouched.data(), untouched.size());
    move(HWC_OPCODE_STORE_REGION, 2, {1, 1, 2, 3, 3, 2, 2});
    expect_done();
    std::vector<uint8_t> back(untouched.size());
    bench.fetch(kFrom, back.data(), back.size());
    for (size_t at = 0; at < back.size(); ++at) {
      const size_t channel = at / 48;
      const size_t line = at / 6 % 8;
      const size_t column = at % 6;
      const bool moved = channel >= 5 && channel < 7 && line >= 3 && line < 6 && column >= 2 && column < 4;
      EXPECT_EQ(moved ? static_cast<uint8_t>(at + 1) : 0xa5, back[at]) << at;
    }
  });
}

TEST_F(HwcRegionTest, HandsTensorsFromLayerToLayer) {
  run([this] {
    begin();
    region(0, 0, 2, 6);
    region(1, 48, 4, 3);
    copying(0, 0, 1);
    copying(1, 1, HWC_NONE);
    move(HWC_OPCODE_LOAD_REGION, 0, {1, 0, 4, 4, 2, 0, 6});
    copy(0, {1, 0, 4, 4, 2, 2, 3}, HWC_PUSH_TO_BUFFER_MASK);
    move(HWC_OPCODE_LOAD_REGION, 0, {1, 0, 4, 6, 2, 0, 6});
    copy(0, {1, 0, 4, 6, 2, 2, 3}, HWC_PUSH_TO_BUFFER_MASK);
    copy(1, {1, 1, 3, 5, 3, 2, 3}, HWC_PUSH_TO_MEMORY_MASK);
    expect_done();
    expect_copied({1, 1, 3, 5, 3, 2, 3});
  });
}

TEST_F(HwcRegionTest, SeesWhatIsNotHeld) {
  run([this] {
    const auto stored = [this](const Part& part) {
      return [this, part] {
        region(0, 0, 3, 4);
        move(HWC_OPCODE_LOAD_REGION, 0, {1, 0, 4, 2, 3, 1, 4});
        move(HWC_OPCODE_LOAD_REGION, 0, {1, 2, 1, 5, 1, 1, 4});
        move(HWC_OPCODE_STORE_REGION, 0, part);
      };
    };
    const uint32_t held = HWC_ERROR_NOT_IN_BUFFER;
    const uint32_t opcode = HWC_OPCODE_STORE_REGION;
    begin();
    stored({1, 0, 2, 2, 3, 1, 4})();
    expect_done();
    expect_error("a line before", held, opcode, stored({1, 0, 1, 1, 1, 1, 4}));
    expect_error("a line whose place another took", held, opcode, stored({1, 2, 1, 2, 1, 1, 4}));
    expect_error("a line of another channel", held, opcode, stored({1, 3, 1, 5, 1, 1, 4}));
    expect_error("another image", held, opcode, stored({0, 0, 1, 2, 1, 1, 4}));
    expect_error("a column before", held, opcode, stored({1, 0, 1, 2, 1, 0, 4}));
    expect_error("a column behind", held, opcode, stored({1, 0, 1, 2, 1, 2, 4}));
    expect_error("what was held before a configuration", held, opcode, [this] {
      region(0, 0, 3, 4);
      move(HWC_OPCODE_LOAD_REGION, 0, {1, 0, 4, 2, 3, 1, 4});
      bench.sleep_until(HWC_STATUS_IDLE_MASK);
      bench.write(HWC_REGION_LINES, 3);
      move(HWC_OPCODE_STORE_REGION, 0, {1, 0, 4, 2, 3, 1, 4});
    });
    expect_error("an input of a layer", held, HWC_OPCODE_VECTOR, [this] {
      region(0, 0, 2, 6);
      copying(0, 0, HWC_NONE);
      move(HWC_OPCODE_LOAD_REGION, 0, {0, 0, 3, 0, 2, 0, 6});
      copy(0, {0, 0, 4, 0, 2, 0, 6}, HWC_PUSH_TO_MEMORY_MASK);
    });
  });
}

// Two contexts with accumulators in the same bytes.
TEST_F(HwcRegionTest, LosesWhatAnotherContextWritesOver) {
  run([this] {
    const auto accumulate = [this](uint32_t second_base) {
      region(0, 1024, 2, 6);
      for (const uint32_t context : {0u, 1u}) {
        copying(context, 0, HWC_NONE);
        words(HWC_OUTPUT_EXTENT, {1, 4, 1, 2, 6});
        bench.write(HWC_OUTPUT_BUFFER, context == 0 ? 0 : second_base);
      }
      move(HWC_OPCODE_LOAD_REGION, 0, {0, 0, 4, 0, 2, 0, 6});
      copy(0, {0, 0, 4, 0, 2, 0, 6}, 0);
      copy(1, {0, 0, 1, 0, 1, 0, 1}, 0);
      bench.write(HWC_CONTEXT, 0);
      words(HWC_BOX_START, {0, 0, 0, 0, 0});
      words(HWC_BOX_COUNT, {1, 4, 1, 2, 6});
      push_in_order(HWC_OPCODE_STORE_OUTPUT);
    };
    begin();
    accumulate(4 * 48);
    expect_done();
    expect_copied({0, 0, 4, 0, 2, 0, 6});
    expect_error("one element", HWC_ERROR_NOT_IN_BUFFER, HWC_OPCODE_STORE_OUTPUT,
                 [&] { accumulate(4 * 47); });
  });
}

TEST_F(HwcRegionTest, RefusesWrongConfigurations) {
  run([this] {
    const uint32_t bad = HWC_ERROR_BAD_CONFIGURATION;
    const auto load = [this] { move(HWC_OPCODE_LOAD_REGION, 0, {0, 0, 1, 0, 1, 0, 1}); };
    expect_error("context", bad, HWC_CONTEXT, [this] { bench.write(HWC_CONTEXT, 3); });
    EXPECT_EQ(0u, bench.read(HWC_CONTEXT));
    expect_error("region", bad, HWC_REGION, [this] { bench.write(HWC_REGION, 4); });
    EXPECT_EQ(0u, bench.read(HWC_REGION));
    expect_error("no lines", bad, HWC_REGION_LINES, [&] {
      region(1, 0, 0, 6);
      load();
    });
    expect_error("no columns", bad, HWC_REGION_COLUMNS, [&] {
      region(1, 0, 1, 0);
      load();
    });
    expect_error("one in another", bad, HWC_REGION_BASE, [&] {
      region(0, 0, 2, 6);
      region(3, 47, 2, 6);
      load();
    });
    for (const uint32_t base : {kBuffer - 47, 0xffffffffu}) {
      expect_error("past the buffer", HWC_ERROR_BUFFER_OVERFLOW, HWC_BUFFER_BYTES, [&] {
        region(1, base, 2, 6);
        load();
      });
    }
    expect_error("larger than anything", HWC_ERROR_BUFFER_OVERFLOW, HWC_BUFFER_BYTES, [&] {
      region(1, 0, 0xffffffff, 0xffffffff);
      load();
    });
    const auto layer = [this](const std::function<void()>& change) {
      return [this, change] {
        region(0, 0, 2, 6);
        region(1, 48, 2, 6);
        copying(0, 0, 1);
        change();
        copy(0, {0, 0, 1, 0, 1, 0, 1}, HWC_PUSH_TO_BUFFER_MASK);
      };
    };
    const auto written = [&](uint32_t offset, uint32_t value) {
      return layer([this, offset, value] { bench.write(offset, value); });
    };
    expect_error("no such input", bad, HWC_INPUT_REGION, written(HWC_INPUT_REGION, 2));
    expect_error("no such region", bad, HWC_INPUT_REGION, written(HWC_INPUT_REGION, 4));
    expect_error("no such output", bad, HWC_OUTPUT_REGION, written(HWC_OUTPUT_REGION, 3));
    expect_error("a second operand of a copy", bad, HWC_SECOND_REGION, written(HWC_SECOND_REGION, 1));
    expect_error("too many groups", bad, HWC_INPUT_EXTENT, written(HWC_INPUT_EXTENT + 4, 5));
    const auto accumulators = [&](uint32_t at) {
      return layer([this, at] {
        words(HWC_OUTPUT_EXTENT, {1, 1, 1, 1, 1});
        bench.write(HWC_OUTPUT_BUFFER, at);
      });
    };
    expect_error("accumulators in a region", bad, HWC_OUTPUT_BUFFER, accumulators(92));
    expect_error("accumulators off a word", bad, HWC_OUTPUT_BUFFER, accumulators(97));
    expect_error("accumulators past the buffer", HWC_ERROR_BUFFER_OVERFLOW, HWC_BUFFER_BYTES,
                 accumulators(kBuffer));
  });
}

TEST_F(HwcRegionTest, RefusesWrongCommands) {
  run([this] {
    const auto moved = [this](uint32_t opcode, uint32_t number, const Part& part) {
      return [this, opcode, number, part] {
        region(0, 0, 2, 4);
        move(opcode, number, part);
      };
    };
    const uint32_t bad = HWC_ERROR_BAD_COMMAND;
    for (const uint32_t opcode : {HWC_OPCODE_LOAD_REGION, HWC_OPCODE_STORE_REGION}) {
      expect_error("not defined", bad, opcode, moved(opcode, 1, {0, 0, 1, 0, 1, 0, 1}));
      expect_error("too many channels", bad, opcode, moved(opcode, 0, {0, 1, 4, 0, 1, 0, 1}));
      expect_error("too many lines", bad, opcode, moved(opcode, 0, {0, 0, 1, 0, 3, 0, 1}));
      expect_error("too many columns", bad, opcode, moved(opcode, 0, {0, 0, 1, 0, 1, 0, 5}));
      expect_error("nothing", bad, opcode, moved(opcode, 0, {0, 0, 0, 0, 1, 0, 1}));
    }
    const auto copied = [this](uint32_t output_region, const Part& part, uint32_t flags) {
      return [this, output_region, part, flags] {
        region(0, 0, 2, 6);
        region(1, 48, 2, 3);
        copying(0, 0, output_region);
        move(HWC_OPCODE_LOAD_REGION, 0, {0, 0, 4, 0, 2, 0, 6});
        copy(0, part, flags);
      };
    };
    const Part part = {0, 0, 4, 0, 2, 0, 3};
    const uint32_t to_buffer = HWC_PUSH_TO_BUFFER_MASK;
    const uint32_t to_memory = HWC_PUSH_TO_MEMORY_MASK;
    const uint32_t vector = HWC_OPCODE_VECTOR;
    expect_error("no region", bad, vector, copied(HWC_NONE, part, to_buffer));
    expect_error("two destinations", bad, vector, copied(1, part, to_buffer | to_memory));
    expect_error("no accumulators", bad, vector, copied(1, part, 0));
    expect_error("too wide", bad, vector, copied(1, {0, 0, 4, 0, 2, 0, 4}, to_buffer));
    for (const uint32_t flag : {to_buffer, to_memory}) {
      expect_error("a sum that goes on", bad, vector, [&] {
        copied(1, part, flag)();
        push(HWC_OPCODE_VECTOR | flag);
      });
      expect_error("a load", bad, HWC_OPCODE_LOAD_REGION, [&] {
        copied(1, part, to_buffer)();
        push(HWC_OPCODE_LOAD_REGION | flag);
      });
    }
    expect_error("channels past the region's", bad, vector, [this] {
      region(0, 0, 2, 6);
      region(1, 48, 2, 6);
      copying(0, 0, 1);
      bench.write(HWC_OUTPUT_CHANNEL, 1);
      copy(0, {0, 0, 4, 0, 1, 0, 1}, HWC_PUSH_TO_BUFFER_MASK);
    });
    expect_error("a load into slots that a region replaces", bad, HWC_OPCODE_LOAD_INPUT, [this] {
      region(0, 0, 2, 6);
      copying(0, 0, HWC_NONE);
      words(HWC_BOX_COUNT, {1, 1, 1, 1, 1});
      push(HWC_OPCODE_LOAD_INPUT);
    });
  });
}

}  // namespace
}  // namespace hwcvp
