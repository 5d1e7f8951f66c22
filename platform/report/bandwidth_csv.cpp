#include "platform/report/bandwidth_csv.h"

#include <fmt/format.h>

#include <algorithm>

#include "platform/host/text_field.h"

namespace hwcvp {

namespace {

constexpr TrafficClass kColumns[] = {TrafficClass::input, TrafficClass::weight, TrafficClass::output,
                                     TrafficClass::psum, TrafficClass::params};

void append(OutputFile& file, const std::string& text) { file.append(text.data(), text.size()); }

}  // namespace

BandwidthCsv::BandwidthCsv(const std::string& path) : file_(path) {
  std::string columns = "layer,start_ns,end_ns";
  for (const TrafficClass tensor : kColumns) columns += fmt::format(",{}_bytes", to_string(tensor));
  append(file_, columns + ",control_bytes,observed_gb_per_s,predicted_gb_per_s\n");
}

void BandwidthCsv::write(const std::string& name, double seconds, double predicted_bytes_per_second,
                         const BandwidthSeries& series) {
  const std::string layer = quoted_field(name);
  for (const BandwidthSample& sample : series.samples) {
    // The last window ends with the layer.
    const double begin = static_cast<double>(sample.window) * series.window_seconds;
    const double end = std::max(begin, std::min(begin + series.window_seconds, seconds));
    std::string line = fmt::format("{},{:.3f},{:.3f}", layer, (series.start_seconds + begin) * 1e9,
                                   (series.start_seconds + end) * 1e9);
    for (const TrafficClass tensor : kColumns) {
      line += fmt::format(",{}", sample.tensors[static_cast<size_t>(tensor)]);
    }
    const double bytes_per_second = static_cast<double>(sample.tensor_bytes()) / series.window_seconds;
    append(file_, line + fmt::format(",{},{:.6f},{:.6f}\n", sample.control, bytes_per_second * 1e-9,
                                     predicted_bytes_per_second * 1e-9));
  }
}

}  // namespace hwcvp
