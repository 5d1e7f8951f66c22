#include "schedules/json/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "schedules/json/parse_json.h"
#include "schedules/schema/embedded_schemas.h"
#include "schedules/schema/schema_check.h"
#include "schedules/workload/error.h"

namespace hwcvp {

namespace {

using nlohmann::json;

const json& layer_schema() {
  static const json schema = json::parse(layer_schema_text());
  return schema;
}

const json& schedule_schema() {
  static const json schema = json::parse(schedule_schema_text());
  return schema;
}

// The schema has checked the names by the time these are used.
DataType type_from(const json& value) {
  const auto& name = value.get_ref<const std::string&>();
  for (const DataType type : {DataType::int8, DataType::int16, DataType::uint8}) {
    if (name == to_string(type)) return type;
  }
  return DataType::int32;
}

Dim dim_from(const json& value) {
  const auto& name = value.get_ref<const std::string&>();
  for (const Dim dim : kDims) {
    if (name == to_string(dim)) return dim;
  }
  throw InputError("unknown dimension " + name);
}

void read_if_present(const json& object, const char* key, DataType& type) {
  if (object.contains(key)) type = type_from(object[key]);
}

template <typename T>
void read_if_present(const json& object, const char* key, T& value) {
  if (object.contains(key)) object[key].get_to(value);
}

template <typename T>
void read_if_present(const json& object, const char* key, std::optional<T>& value) {
  if (object.contains(key)) value = object[key].get<T>();
}

// One number stands for all channels.
void read_scales(const json& object, Layer& layer, const std::string& where) {
  if (!object.contains("scales")) return;
  const json& scales = object["scales"];
  if (scales.is_array()) {
    scales.get_to(layer.scales);
    return;
  }
  const auto most = layer_schema()["properties"]["scales"]["maxItems"].get<int64_t>();
  if (layer.out_channels > most) {
    throw InputError(fmt::format("{}: out_channels: expected at most {} with scales, found {}", where, most,
                                 layer.out_channels));
  }
  layer.scales.assign(static_cast<size_t>(layer.out_channels), scales.get<float>());
}

json scales_json(const std::vector<float>& scales) {
  const bool one = std::all_of(scales.begin(), scales.end(), [&](float scale) { return scale == scales[0]; });
  return one ? json(scales[0]) : json(scales);
}

}  // namespace

Layer layer_from_json(const json& json, const std::string& where) {
  check_schema(layer_schema(), json, where);
  Layer layer;
  read_if_present(json, "name", layer.name);
  read_if_present(json, "batch", layer.batch);
  read_if_present(json, "in_channels", layer.in_channels);
  read_if_present(json, "in_height", layer.in_height);
  read_if_present(json, "in_width", layer.in_width);
  read_if_present(json, "out_channels", layer.out_channels);
  read_if_present(json, "kernel_shape", layer.kernel_shape);
  read_if_present(json, "strides", layer.strides);
  read_if_present(json, "dilations", layer.dilations);
  read_if_present(json, "pads", layer.pads);
  read_if_present(json, "group", layer.group);
  read_if_present(json, "input_type", layer.input_type);
  read_if_present(json, "weight_type", layer.weight_type);
  read_if_present(json, "output_type", layer.output_type);
  read_if_present(json, "accumulator_type", layer.accumulator_type);
  read_if_present(json, "input_zero_point", layer.input_zero_point);
  read_scales(json, layer, where);
  read_if_present(json, "output_zero_point", layer.output_zero_point);
  read_if_present(json, "output_min", layer.output_min);
  read_if_present(json, "output_max", layer.output_max);
  layer.validate(where);
  return layer;
}

Schedule schedule_from_json(const json& json, const Layer& layer, const std::string& where) {
  check_schema(schedule_schema(), json, where);
  Schedule schedule;
  for (const auto& loop : json["loops"]) {
    schedule.loops.push_back({dim_from(loop["dim"]), loop["tile"].get<int64_t>()});
  }
  for (const Tensor tensor : kTensors) {
    json["buffer_level"][to_string(tensor)].get_to(schedule.buffer_level[index(tensor)]);
    if (json.contains("double_buffer")) {
      read_if_present(json["double_buffer"], to_string(tensor), schedule.double_buffer[index(tensor)]);
    }
  }
  if (json.contains("input_reuse")) {
    schedule.input_reuse = json["input_reuse"] == "reload" ? InputReuse::reload : InputReuse::sliding;
  }
  schedule.validate(layer, where);
  return schedule;
}

json to_json(const Layer& layer) {
  nlohmann::json object = {{"name", layer.name},
                           {"batch", layer.batch},
                           {"in_channels", layer.in_channels},
                           {"in_height", layer.in_height},
                           {"in_width", layer.in_width},
                           {"out_channels", layer.out_channels},
                           {"kernel_shape", layer.kernel_shape},
                           {"strides", layer.strides},
                           {"dilations", layer.dilations},
                           {"pads", layer.pads},
                           {"group", layer.group},
                           {"input_type", to_string(layer.input_type)},
                           {"weight_type", to_string(layer.weight_type)},
                           {"output_type", to_string(layer.output_type)},
                           {"accumulator_type", to_string(layer.accumulator_type)}};
  if (layer.input_zero_point != 0) object["input_zero_point"] = layer.input_zero_point;
  if (layer.single_precision()) object["scales"] = scales_json(layer.scales);
  if (layer.output_zero_point != 0) object["output_zero_point"] = layer.output_zero_point;
  if (layer.output_min) object["output_min"] = *layer.output_min;
  if (layer.output_max) object["output_max"] = *layer.output_max;
  return object;
}

json to_json(const Schedule& schedule) {
  json loops = json::array();
  for (const Loop& loop : schedule.loops)
    loops.push_back({{"dim", to_string(loop.dim)}, {"tile", loop.tile}});
  json levels = json::object();
  json doubled = json::object();
  for (const Tensor tensor : kTensors) {
    levels[to_string(tensor)] = schedule.buffer_level[index(tensor)];
    doubled[to_string(tensor)] = schedule.double_buffer[index(tensor)];
  }
  return {{"loops", loops},
          {"buffer_level", levels},
          {"double_buffer", doubled},
          {"input_reuse", to_string(schedule.input_reuse)}};
}

json to_json(const Traffic& traffic) {
  json object = {{"total", traffic.total()}};
  for (const TrafficKind& kind : kTrafficKinds) object[kind.name] = traffic.*kind.member;
  return object;
}

json to_json(const BufferUse& buffer) {
  json object = {{"total", buffer.total()}};
  for (const Tensor tensor : kTensors) object[to_string(tensor)] = buffer.bytes[index(tensor)];
  return object;
}

json read_json_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw InputError(path + ": cannot be opened");
  std::string text(kMostJsonBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) throw InputError(path + ": cannot be read");
  text.resize(static_cast<size_t>(file.gcount()));
  if (text.empty()) throw InputError(path + ": empty");
  if (text.size() > kMostJsonBytes) {
    throw InputError(fmt::format("{}: expected at most {} bytes of JSON, found more", path, kMostJsonBytes));
  }
  json document = parse_json(text, path);
  const auto schema = document.is_object() ? document.find("$schema") : document.end();
  if (schema != document.end()) {
    if (!schema->is_string()) throw InputError(path + ": $schema: expected a string");
    document.erase(schema);
  }
  return document;
}

Layer read_layer(const std::string& path) { return layer_from_json(read_json_file(path), path); }

Schedule read_schedule(const std::string& path, const Layer& layer) {
  return schedule_from_json(read_json_file(path), layer, path);
}

}  // namespace hwcvp
