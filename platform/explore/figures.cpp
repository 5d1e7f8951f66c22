#include "platform/explore/figures.h"

#include <cstdint>
#include <nlohmann/json.hpp>

namespace hwcvp {

namespace {

using nlohmann::json;

// What stands at the place, where it has that type.
template <typename Value>
std::optional<Value> at(const json& document, const char* place) {
  const json::json_pointer pointer(place);
  if (!document.contains(pointer)) return std::nullopt;
  const json& value = document.at(pointer);
  if (std::is_same_v<Value, bool> ? !value.is_boolean() : !value.is_number_integer()) return std::nullopt;
  return value.get<Value>();
}

// Over all parts; none where one does not have it.
std::optional<int64_t> sum(const json& parts, const char* place) {
  int64_t total = 0;
  for (const json& part : parts) {
    const std::optional<int64_t> value = at<int64_t>(part, place);
    if (!value) return std::nullopt;
    total += *value;
  }
  return total;
}

std::optional<bool> all(const json& parts, const char* place) {
  bool result = true;
  for (const json& part : parts) {
    const std::optional<bool> value = at<bool>(part, place);
    if (!value) return std::nullopt;
    result = result && *value;
  }
  return result;
}

template <typename Value>
void otherwise(std::optional<Value>& value, const std::optional<Value>& other) {
  if (!value) value = other;
}

}  // namespace

Figures figures_of(const json& document) {
  const json totals = document.value("totals", json::object());
  Figures figures;
  figures.predicted_bytes = at<int64_t>(totals, "/predicted/traffic/total");
  otherwise(figures.predicted_bytes, at<int64_t>(totals, "/traffic/total"));
  figures.observed_bytes = at<int64_t>(totals, "/observed/traffic/total");
  figures.bound_bytes = at<int64_t>(totals, "/proven");
  figures.predicted_cycles = at<int64_t>(totals, "/predicted/cycles");
  figures.observed_cycles = at<int64_t>(totals, "/observed/cycles");
  figures.macs = at<int64_t>(totals, "/macs");
  figures.optimal = at<bool>(totals, "/optimal");
  figures.match = at<bool>(totals, "/match");
  figures.verified = at<bool>(totals, "/verified");
  if (const json layers = document.value("layers", json::array()); !layers.empty()) {
    otherwise(figures.predicted_bytes, sum(layers, "/traffic/total"));
    otherwise(figures.bound_bytes, sum(layers, "/lower_bound/proven"));
    otherwise(figures.predicted_cycles, sum(layers, "/latency/cycles"));
    otherwise(figures.optimal, all(layers, "/optimal"));
  }
  return figures;
}

const std::vector<std::string>& figure_names() {
  static const std::vector<std::string> names = {"predicted_bytes",  "observed_bytes",  "bound_bytes",
                                                 "predicted_cycles", "observed_cycles", "macs",
                                                 "optimal",          "match",           "verified"};
  return names;
}

std::vector<std::optional<int64_t>> values(const Figures& figures) {
  return {figures.predicted_bytes,  figures.observed_bytes,  figures.bound_bytes,
          figures.predicted_cycles, figures.observed_cycles, figures.macs,
          figures.optimal,          figures.match,           figures.verified};
}

}  // namespace hwcvp
