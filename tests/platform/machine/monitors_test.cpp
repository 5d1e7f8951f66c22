// The monitors of the machine, and what is made of them: figures by initiator and tensor, bandwidth over
// time, and where observed and predicted part.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "platform/job/layer_simulator.h"
#include "platform/observation/divergence.h"
#include "platform/study/divergence_warnings.h"
#include "schedules/traffic/exact_predictor.h"
#include "tests/support/random_case.h"
#include "tests/support/systemc/systemc_test.h"

namespace hwcvp {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr uint64_t kSeed = 77;
constexpr int64_t kExpectedCycles = 10'000'000;

PlatformConfig machine(const std::string& dram, const std::string& transport) {
  PlatformConfig config;
  config.control_processor.kind = ControlProcessorKind::native;
  config.hwc.buffer_bytes = 16 << 20;
  config.hwc.memory_transport = value_named<MemoryTransport>(transport).value();
  config.dram.timing = DramTimingModel(dram);
  config.monitor.window_ns = 500;
  config.monitor.histogram_steps = 4;
  return config;
}

class MonitorsTest : public SystemcTest {
 protected:
  static LayerSimulation run(LayerSimulator& simulator, const RandomCase& random_case) {
    return simulator.run(random_case.layer, random_case.schedule, random_tensors(random_case.layer, kSeed),
                         false, kExpectedCycles);
  }

  // What must hold of every job: parts add up to wholes.
  static void check(const JobObservation& observed, const BandwidthSeries& series) {
    int64_t tensor_bytes = 0;
    int64_t control_bytes = 0;
    for (const InitiatorObservation& initiator : observed.initiators) {
      int64_t bytes = 0;
      int64_t transactions = 0;
      double busy = 0;
      for (const InitiatorObservation::Part& part : initiator.parts) {
        bytes += part.stream.bytes();
        transactions += part.stream.transactions();
        busy += part.stream.busy_seconds;
        EXPECT_EQ(part.stream.transactions(), part.stream.latency_ps.count()) << part.name;
        EXPECT_LE(part.stream.busy_seconds, observed.seconds * 1.000001) << part.name;
        EXPECT_GE(initiator.total.busy_seconds, part.stream.busy_seconds * 0.999999) << part.name;
        EXPECT_GE(initiator.total.peak_bytes_per_second, part.stream.peak_bytes_per_second * 0.999999);
      }
      EXPECT_EQ(bytes, initiator.total.bytes()) << initiator.name;
      EXPECT_EQ(transactions, initiator.total.transactions()) << initiator.name;
      EXPECT_EQ(transactions, initiator.total.latency_ps.count()) << initiator.name;
      EXPECT_LE(initiator.total.busy_seconds, busy * 1.000001) << initiator.name;
      EXPECT_GE(initiator.total.peak_bytes_per_second,
                static_cast<double>(bytes) / observed.seconds * 0.999999);
      (initiator.name == JobMonitors::kProcessor ? control_bytes : tensor_bytes) += bytes;
    }
    EXPECT_EQ(observed.traffic.total(), tensor_bytes);
    EXPECT_EQ(observed.control_read_bytes + observed.control_write_bytes, control_bytes);
    for (const BandwidthSample& sample : series.samples) {
      tensor_bytes -= static_cast<int64_t>(sample.tensor_bytes());
      control_bytes -= static_cast<int64_t>(sample.control);
      // The processor goes on after it has told the end.
      EXPECT_TRUE(sample.tensor_bytes() == 0 ||
                  static_cast<double>(sample.window) * series.window_seconds <= observed.seconds);
    }
    EXPECT_EQ(0, tensor_bytes) << "bytes are in one window each";
    EXPECT_EQ(0, control_bytes);
  }
};

TEST_F(MonitorsTest, InitiatorsTogetherAskTheDramForWhatItServes) {
  LayerSimulator lt(machine("ddr4-2400", "lt"), {}, "lt");
  LayerSimulator at(machine("lpddr4-3200", "at"), {}, "at");
  for (LayerSimulator* const simulator : {&lt, &at}) {
    std::mt19937_64 random(kSeed);
    SCOPED_TRACE(testing::Message() << "seed " << kSeed);
    uint64_t requests = 0;
    uint64_t bytes = 0;
    for (int i = 0; i < 20 && !HasFailure(); ++i) {
      const JobObservation observed = run(*simulator, random_case(random)).observed;
      check(observed, simulator->runner().bandwidth());
      for (const InitiatorObservation& initiator : observed.initiators) {
        for (const InitiatorObservation::Part& part : initiator.parts) {
          if (part.name == "registers") continue;
          requests += static_cast<uint64_t>(part.stream.transactions());
          bytes += static_cast<uint64_t>(part.stream.bytes());
        }
      }
      const DramStatistics dram = simulator->soc().timed_dram()->statistics();
      EXPECT_EQ(bytes, dram.request_bytes);
      EXPECT_EQ(requests, dram.requests);
    }
  }
}

TEST_F(MonitorsTest, WindowsAndStepsChangeNothingButTheirFigures) {
  PlatformConfig coarse = machine("simple", "lt");
  coarse.monitor.window_ns = 1e9;
  coarse.monitor.histogram_steps = 1;
  LayerSimulator a(machine("simple", "lt"), {}, "a");
  LayerSimulator b(coarse, {}, "b");
  std::mt19937_64 random(kSeed + 1);
  const RandomCase random_case = hwcvp::random_case(random);
  const JobObservation fine = run(a, random_case).observed;
  const JobObservation rough = run(b, random_case).observed;
  EXPECT_EQ(fine.traffic, rough.traffic);
  EXPECT_THAT(b.runner().bandwidth().samples, SizeIs(1));
  EXPECT_GE(fine.initiators[0].total.latency_ps.buckets().size(),
            rough.initiators[0].total.latency_ps.buckets().size());
  EXPECT_EQ(fine.initiators[0].total.latency_ps.most(), rough.initiators[0].total.latency_ps.most());
  EXPECT_GT(fine.peak_bytes_per_second, rough.peak_bytes_per_second);
  EXPECT_DOUBLE_EQ(rough.peak_bytes_per_second, static_cast<double>(rough.traffic.total()) / rough.seconds)
      << "the window is longer than the job";
}

Traffic traffic_of(int64_t bytes) {
  Traffic traffic;
  traffic.input_read = bytes;
  return traffic;
}

// One sample a microsecond.
BandwidthSeries series_of(const std::vector<uint64_t>& bytes) {
  BandwidthSeries series;
  series.window_seconds = 1e-6;
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] == 0) continue;
    BandwidthSample& sample = series.samples.emplace_back();
    sample.window = i;
    sample.tensors[0] = bytes[i];
  }
  return series;
}

TEST(DivergenceTest, ComparesBandwidthOverTime) {
  // Predicted: 1000 bytes in 10 us, 100 a window. Observed in 10 us, all in the first two windows.
  const BandwidthComparison early =
      compare_bandwidth(traffic_of(1000), 10e-6, traffic_of(1000), 10e-6, series_of({500, 500}), {});
  EXPECT_NEAR(early.predicted_bytes_per_second, 1e8, 1);
  EXPECT_NEAR(early.difference_percent(), 0, 1e-9);
  EXPECT_NEAR(early.drift_percent, 80, 1e-9) << "1000 less 200 after 2 us";
  EXPECT_NEAR(early.drift_seconds, 2e-6, 1e-12);
  // Little but in the last window: 800 behind when it begins.
  const BandwidthComparison late = compare_bandwidth(traffic_of(1000), 10e-6, traffic_of(1000), 10e-6,
                                                     series_of({100, 0, 0, 0, 0, 0, 0, 0, 0, 900}), {});
  EXPECT_NEAR(late.drift_percent, -80, 1e-9);
  EXPECT_NEAR(late.drift_seconds, 9e-6, 1e-12);
  // As predicted, but in twice the time: half the bandwidth, half behind when all was to be over.
  const BandwidthComparison slow = compare_bandwidth(traffic_of(1000), 10e-6, traffic_of(1000), 20e-6,
                                                     series_of(std::vector<uint64_t>(20, 50)), {});
  EXPECT_NEAR(slow.difference_percent(), -50, 1e-9);
  EXPECT_NEAR(slow.drift_percent, -50, 1e-9);
  EXPECT_NEAR(slow.drift_seconds, 10e-6, 1e-12);
  // The last window ends with the layer: 2.5 us, not 3.
  const BandwidthComparison whole =
      compare_bandwidth(traffic_of(250), 2.5e-6, traffic_of(250), 2.5e-6, series_of({100, 100, 50}), {});
  EXPECT_NEAR(whole.drift_percent, 0, 1e-9);
  // The prediction begins with the first transfer: 1000 bytes from 8 us on.
  const BandwidthComparison begun = compare_bandwidth(traffic_of(1000), 10e-6, traffic_of(1000), 10e-6,
                                                      series_of({0, 0, 0, 0, 0, 0, 0, 0, 500, 500}), {});
  EXPECT_NEAR(begun.drift_percent, 0, 1e-9);
  // What the buffers hold may be ahead, or behind.
  BufferUse buffer;
  buffer.bytes = {300, 200, 650};
  const BandwidthComparison fetched =
      compare_bandwidth(traffic_of(1000), 10e-6, traffic_of(1000), 10e-6, series_of({500, 500}), buffer);
  EXPECT_NEAR(fetched.drift_percent, 30, 1e-9);
  EXPECT_NEAR(fetched.drift_predicted_percent, 20, 1e-9);
  const BandwidthComparison kept = compare_bandwidth(traffic_of(1000), 10e-6, traffic_of(1000), 10e-6,
                                                     series_of({100, 0, 0, 0, 0, 0, 0, 0, 0, 900}), buffer);
  EXPECT_NEAR(kept.drift_percent, -15, 1e-9);
}

TEST(DivergenceTest, ToleranceDecidesWhatParts) {
  BandwidthComparison bandwidth;
  bandwidth.predicted_bytes_per_second = 8e9;
  bandwidth.observed_bytes_per_second = 7e9;  // 12.5% less
  bandwidth.drift_percent = -30;
  bandwidth.drift_seconds = 1e-6;
  bandwidth.drift_predicted_percent = 50;
  bandwidth.observed_seconds = 1;
  MonitorConfig config;
  config.bandwidth_tolerance_percent = 12.6;
  config.drift_tolerance_percent = 30.1;
  EXPECT_THAT(find_divergences(traffic_of(16000), traffic_of(16000), bandwidth, config), IsEmpty());
  config.bandwidth_tolerance_percent = 12.4;
  auto found = find_divergences(traffic_of(16000), traffic_of(16000), bandwidth, config);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ("bandwidth: predicted 8.00 GB/s, observed 7.00 GB/s, allowed: 12.4%", found[0].text());
  config.drift_tolerance_percent = 29.9;
  found = find_divergences(traffic_of(16000), traffic_of(16000), bandwidth, config);
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_EQ(
      "bandwidth over time: predicted 50.00 % of the bytes, observed 20.00 % of the bytes 1.000 us after the "
      "start, allowed: 29.9%",
      found[1].text());
  // Less than ten windows are not judged.
  bandwidth.observed_seconds = 9.9 * config.window_ns * 1e-9;
  EXPECT_THAT(find_divergences(traffic_of(16000), traffic_of(16000), bandwidth, config), IsEmpty());
  // Of traffic nothing is tolerated.
  Traffic observed = traffic_of(16000);
  observed.psum_read = 4;
  ++observed.input_read;
  found = find_divergences(traffic_of(16000), observed, bandwidth, config);
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_EQ("traffic.input_read: predicted 16000 B, observed 16001 B, allowed: 0%", found[0].text());
  EXPECT_EQ("traffic.psum_read", found[1].quantity);
}

class DivergenceReportTest : public SystemcTest {};

TEST_F(DivergenceReportTest, IsAWarning) {
  expect_report("/hwcvp/monitor");
  report_divergences("conv2", {});
  EXPECT_THAT(reports(), IsEmpty());
  report_divergences("conv2", {{"traffic.input_read", "B", 5, 6, 0, ""}});
  EXPECT_THAT(reports(),
              ElementsAre(HasSubstr("layer conv2: traffic.input_read: predicted 5 B, observed 6 B")));
}

}  // namespace
}  // namespace hwcvp
