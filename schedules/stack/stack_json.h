// Networks and schedules of stacks as JSON (field names as in docs/stacks.md).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "schedules/stack/network.h"
#include "schedules/stack/predictor.h"
#include "schedules/stack/schedule.h"

namespace hwcvp::stack {

// A network of one input and operators in order, 8-bit elements and 32-bit accumulators. `where` (a file
// name) begins every message. Throws InputError for unknown keys, types and names, and for sizes that do not
// go together.
Network network_from_json(const nlohmann::json& json, const std::string& where);
nlohmann::ordered_json to_json(const Network& network);

// Fields, names and ranges as validate() wants them. Throws InputError.
Schedule schedule_from_json(const nlohmann::json& json, const Network& network, const std::string& where);
nlohmann::ordered_json to_json(const Network& network, const Schedule& schedule);

}  // namespace hwcvp::stack
