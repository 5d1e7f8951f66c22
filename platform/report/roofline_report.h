// Positions under the roofline, for people and for scripts.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "platform/observation/layer_report.h"
#include "platform/report/table.h"
#include "schedules/latency/roofline.h"

namespace hwcvp {

// Columns for a position, and the cells for them.
std::vector<Table::Column> roofline_columns();
std::vector<std::string> roofline_cells(const RooflinePosition& position);

// As observed of each layer.
void print_roofline(std::ostream& out, const RunReport& report);

// The "roofline" of docs/command-line.md.
nlohmann::ordered_json to_json(const RooflinePosition& position);

}  // namespace hwcvp
