// Whole layers on the HWC, bit for bit, whatever the tiles, the order of the loops, the buffers and the
// layout in memory.
#include <gtest/gtest.h>

#include <iostream>

#include "registers/hwc.h"
#include "tests/support/accelerators/layer_driver.h"
#include "tests/support/systemc/systemc_test.h"

namespace hwcvp {
namespace {

class HwcLayerTest : public SystemcTest {
 protected:
  // Runs `count` random layers one after the other on one machine.
  static void run_random(uint64_t seed, int count, Hwc::Properties properties,
                         LayerRun (*draw)(std::mt19937_64&) = random_run) {
    std::cout << "seed " << seed << '\n';
    std::mt19937_64 random(seed);
    properties.buffer_bytes = 1 << 20;
    HwcBench bench("bench", properties);
    ASSERT_TRUE(bench.run([&] {
      for (int i = 0; i < count && !HasFailure(); ++i) {
        const LayerRun run = draw(random);
        const LayerData data = random_data(run, random);
        SCOPED_TRACE(to_text(run));
        ASSERT_EQ(direct_outputs(run, data), run_layer(bench, run, data));
      }
    }));
  }
};

TEST_F(HwcLayerTest, RandomLayersAreExact) { run_random(1, 300, {}); }

TEST_F(HwcLayerTest, RandomLayersInSinglePrecisionAreExact) {
  run_random(5, 400, {}, random_single_precision_run);
}

TEST_F(HwcLayerTest, RandomLayersAreExactWithSmallBurstsAndFifos) {
  Hwc::Properties properties;
  properties.max_burst_bytes = 8;
  properties.fifo_depth = 1;
  properties.outstanding = 1;
  run_random(2, 100, properties);
}

TEST_F(HwcLayerTest, RandomLayersAreExactOverNonblockingTransport) {
  Hwc::Properties properties;
  properties.memory_transport = MemoryTransport::approximately_timed;
  run_random(3, 100, properties);
}

TEST_F(HwcLayerTest, RandomLayersAreExactWithSmallBurstsOverNonblockingTransport) {
  Hwc::Properties properties;
  properties.memory_transport = MemoryTransport::approximately_timed;
  properties.max_burst_bytes = 8;
  properties.fifo_depth = 1;
  properties.outstanding = 3;
  run_random(4, 30, properties);
}

}  // namespace
}  // namespace hwcvp
