#include "common/traffic.h"

#include <cstdio>

#include "schedules/optimizer/optimizer.h"

namespace example {

using hwcvp::Traffic;
using hwcvp::TrafficClass;
using hwcvp::TrafficCounter;

hwcvp::Schedule best_schedule(const hwcvp::Layer& layer, int64_t buffer_bytes) {
  hwcvp::OptimizerOptions options;
  options.buffer_bytes = buffer_bytes;
  return hwcvp::optimize(layer, options).schedule;
}

void add_windows(TrafficCounter& counter, const Placement& placement, uint64_t offset) {
  const auto add = [&](TrafficClass traffic_class, uint64_t first, uint64_t end) {
    counter.add_window(traffic_class, first - offset, end - first);
  };
  add(TrafficClass::input, placement.input, placement.weight);
  add(TrafficClass::weight, placement.weight, placement.output);
  add(TrafficClass::output, placement.output, placement.psum);
  add(TrafficClass::psum, placement.psum, placement.params);
  add(TrafficClass::params, placement.params, placement.end);
}

Traffic observed(const TrafficCounter& counter) {
  const auto read = [&](TrafficClass c) { return static_cast<int64_t>(counter[c].read_bytes); };
  const auto written = [&](TrafficClass c) { return static_cast<int64_t>(counter[c].write_bytes); };
  Traffic traffic;
  traffic.input_read = read(TrafficClass::input);
  traffic.weight_read = read(TrafficClass::weight);
  traffic.output_write = written(TrafficClass::output);
  traffic.psum_read = read(TrafficClass::psum);
  traffic.psum_write = written(TrafficClass::psum);
  traffic.params_read = read(TrafficClass::params);
  return traffic;
}

bool matches(const std::string& name, const Traffic& predicted, const TrafficCounter& counter) {
  uint64_t bytes = 0;  // in either direction, wherever
  for (size_t c = 0; c < hwcvp::kTrafficClassCount; ++c) {
    const hwcvp::TrafficCount& count = counter[static_cast<TrafficClass>(c)];
    bytes += count.read_bytes + count.write_bytes;
  }
  const Traffic seen = observed(counter);
  const auto print = [&](const char* what, const Traffic& t) {
    std::printf(
        "%-8s %-9s %8lld B input %8lld B weight %8lld B output %8lld B psum %6lld B params %9lld B total\n",
        name.c_str(), what, static_cast<long long>(t.input_read), static_cast<long long>(t.weight_read),
        static_cast<long long>(t.output_write), static_cast<long long>(t.psum_read + t.psum_write),
        static_cast<long long>(t.params_read), static_cast<long long>(t.total()));
  };
  print("predicted", predicted);
  print("observed", seen);
  return seen == predicted && static_cast<uint64_t>(seen.total()) == bytes && counter.failed() == 0;
}

bool run_and_check(FirmwareHost& host, const Convolution& convolution, const hwcvp::Schedule& schedule,
                   uint64_t registers) {
  const Placement& at = convolution.placement();
  const std::vector<int32_t> expected = convolution.expected();
  host.store(at.input, convolution.input());
  host.store(at.weight, convolution.weight());
  host.store(at.params, convolution.bias());
  host.store(at.output, std::vector<int32_t>(expected.size(), 0x5a5a5a5a));
  if (!host.run(convolution.job(schedule, registers))) return false;
  const std::vector<int32_t> outputs = host.fetch<int32_t>(at.output, expected.size());
  size_t wrong = 0;
  for (size_t i = 0; i < outputs.size(); ++i) wrong += outputs[i] != expected[i];
  std::printf("%-8s %zu of %zu outputs wrong, done at %s\n", convolution.layer().name.c_str(), wrong,
              outputs.size(), sc_core::sc_time_stamp().to_string().c_str());
  return wrong == 0;
}

}  // namespace example
