// The distribution of a latency, for scripts.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "models/common/histogram.h"

namespace hwcvp {

// In nanoseconds: least, mean, quantiles, most, and the buckets that are not empty. A count of the histogram
// takes `ns`.
nlohmann::ordered_json latency_json(const Histogram& latency, double ns);

}  // namespace hwcvp
