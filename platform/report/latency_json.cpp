#include "platform/report/latency_json.h"

#include <nlohmann/json.hpp>

namespace hwcvp {

using nlohmann::ordered_json;

ordered_json latency_json(const Histogram& latency, double ns) {
  const auto time = [ns](uint64_t count) { return static_cast<double>(count) * ns; };
  ordered_json from = ordered_json::array();
  ordered_json to = ordered_json::array();
  ordered_json count = ordered_json::array();
  for (const Histogram::Bucket& bucket : latency.buckets()) {
    from.push_back(time(bucket.first));
    to.push_back(time(bucket.last));
    count.push_back(bucket.count);
  }
  return {{"min", time(latency.least())},
          {"mean", latency.mean() * ns},
          {"p50", time(latency.quantile(0.5))},
          {"p95", time(latency.quantile(0.95))},
          {"p99", time(latency.quantile(0.99))},
          {"max", time(latency.most())},
          {"histogram", {{"from", from}, {"to", to}, {"count", count}}}};
}

}  // namespace hwcvp
