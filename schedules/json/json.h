// Layers, schedules and results as JSON (field names as published in docs/command-line.md).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "schedules/nest/schedule.h"
#include "schedules/traffic/traffic.h"
#include "schedules/workload/layer.h"

namespace hwcvp {

// Read one layer or schedule; `where` (a file name) begins every message. Checks types, ranges and unknown
// keys against the published JSON schema, then legality. Throws InputError.
Layer layer_from_json(const nlohmann::json& json, const std::string& where);
Schedule schedule_from_json(const nlohmann::json& json, const Layer& layer, const std::string& where);

nlohmann::json to_json(const Layer& layer);
nlohmann::json to_json(const Schedule& schedule);
nlohmann::json to_json(const Traffic& traffic);   // with "total"
nlohmann::json to_json(const BufferUse& buffer);  // with "total"

// Reads and parses a file of at most 1 MiB and 64 levels of objects and arrays. Throws InputError naming the
// file, and the place or the field of what it cannot take.
nlohmann::json read_json_file(const std::string& path);
Layer read_layer(const std::string& path);
Schedule read_schedule(const std::string& path, const Layer& layer);

}  // namespace hwcvp
