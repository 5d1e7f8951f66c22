// Layouts, bursts and bus bytes, as tables and as JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <ostream>
#include <string>

#include "platform/observation/layer_report.h"
#include "platform/report/table.h"
#include "schedules/bursts/tensor_layout.h"
#include "schedules/traffic/traffic.h"

namespace hwcvp {

// One name where all tensors lie alike, else those of input, weight and output: "nhwc, nchw, nchw8c".
std::string summary_text(const TensorLayouts& layouts);
// {"input": "nchw", "weight": "nchw", "output": "nchw"}
nlohmann::ordered_json to_json(const TensorLayouts& layouts);

// Why there are none.
inline constexpr const char* kBusNotCounted =
    "bursts and bus bytes not predicted: the schedule has too many different regions to count";

// Adds "bursts" and "bus_bytes" to an object, each by what it carries; null where there are none.
void add_bus_traffic(nlohmann::ordered_json& object, const std::optional<BusTraffic>& bus);

// Bursts and bus bytes by tensor, with the part of these that is useful.
void print_bus_traffic(std::ostream& out, const Traffic& useful, const std::optional<BusTraffic>& counted);

// Bursts and bus bytes of layers that were run, predicted and observed.
void print_bus_traffic(std::ostream& out, const RunReport& report);

}  // namespace hwcvp
