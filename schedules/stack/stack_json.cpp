#include "schedules/stack/stack_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "schedules/math/division.h"
#include "schedules/schema/schema_check.h"
#include "schedules/workload/error.h"

namespace hwcvp::stack {

using nlohmann::json;
using nlohmann::ordered_json;

namespace {

constexpr int64_t kMostSize = 2147483647;
constexpr int64_t kMostOperators = 10000;
constexpr int64_t kMostLines = 1 << 20;  // of a tensor along an axis: costs grow with them
// Of a tensor's elements and of an operator's multiplications, so that no count overflows.
constexpr double kMostElements = 1e12;
constexpr double kMostMacs = 1e15;

json integer(int64_t least, int64_t most = kMostSize) {
  return {{"type", "integer"}, {"minimum", least}, {"maximum", most}};
}
json list_of(const json& item, int64_t least, int64_t most) {
  return {{"type", "array"}, {"items", item}, {"minItems", least}, {"maxItems", most}};
}
json text() { return {{"type", "string"}, {"minLength", 1}, {"maxLength", 200}}; }
json one_of(const json& values) { return {{"enum", values}}; }
json object_of(const json& properties, const std::vector<std::string>& required) {
  return {{"type", "object"},
          {"additionalProperties", false},
          {"properties", properties},
          {"required", required}};
}

// What an operator of the type has beside name, type and inputs; null: unknown.
json fields_of(const std::string& type) {
  const json pair = list_of(integer(1), 2, 2);
  const json pads = list_of(integer(0), 4, 4);
  if (type == "conv") {
    return {{"out_channels", integer(1)}, {"group", integer(1)}, {"kernel_shape", pair}, {"strides", pair},
            {"dilations", pair},          {"pads", pads}};
  }
  if (type == "pool") return {{"kernel_shape", pair}, {"strides", pair}, {"pads", pads}};
  if (type == "fully_connected") return {{"out_channels", integer(1)}};
  if (type == "resize") return {{"factors", pair}};
  if (type == "global_pool" || type == "add" || type == "mul" || type == "table" || type == "concat") {
    return json::object();
  }
  return nullptr;
}

const std::vector<std::string> kTypes = {"conv", "pool",  "global_pool", "fully_connected", "add",
                                         "mul",  "table", "concat",      "resize"};

class NetworkReader {
 public:
  NetworkReader(const json& document, const std::string& where) : document_(document), where_(where) {}

  Network run() {
    const json size = integer(1);
    const json input =
        object_of({{"channels", size}, {"height", size}, {"width", size}}, {"channels", "height", "width"});
    check_schema(object_of({{"batch", size},
                            {"input", input},
                            {"ops", list_of({{"type", "object"}}, 1, kMostOperators)},
                            {"outputs", list_of(text(), 1, kMostOperators)}},
                           {"input", "ops", "outputs"}),
                 document_, where_);
    network_.batch = document_.value("batch", int64_t{1});
    const json& first = document_["input"];
    add_tensor("input", first["channels"], {first["height"], first["width"]}, where_ + ": input");
    for (size_t i = 0; i < document_["ops"].size(); ++i) {
      read_operator(document_["ops"][i], fmt::format("{}: ops[{}]", where_, i));
    }
    for (const json& name : document_["outputs"]) {
      network_.outputs.push_back(find(name, fmt::format("{}: outputs", where_)));
    }
    return std::move(network_);
  }

 private:
  void add_tensor(const std::string& name, int64_t channels, PerAxis<int64_t> lines,
                  const std::string& where) {
    if (lines[0] > kMostLines || lines[1] > kMostLines) {
      throw InputError(fmt::format("{}: expected at most {} lines of a tensor", where, kMostLines));
    }
    if (elements(channels, lines) > kMostElements) {
      throw InputError(fmt::format("{}: expected at most {} elements of a tensor", where, kMostElements));
    }
    names_.emplace(name, network_.tensors.size());
    network_.tensors.push_back({name, channels, lines, 1});
  }

  double elements(int64_t channels, PerAxis<int64_t> lines) const {
    return static_cast<double>(network_.batch) * static_cast<double>(channels) *
           static_cast<double>(lines[0]) * static_cast<double>(lines[1]);
  }

  size_t find(const std::string& name, const std::string& where) const {
    const auto found = names_.find(name);
    if (found != names_.end()) return found->second;
    throw InputError(
        fmt::format("{}: expected \"input\" or an operator before it, found \"{}\"", where, name));
  }

  void read_operator(const json& object, const std::string& where) {
    const std::string type = object.contains("type") && object["type"].is_string()
                                 ? object["type"].get<std::string>()
                                 : std::string();
    json fields = fields_of(type);
    const bool known = !fields.is_null();
    if (!known) fields = json::object();
    std::vector<std::string> required;
    for (const auto& field : fields.items()) {
      if (field.key() != "dilations" && field.key() != "group") required.push_back(field.key());
    }
    fields["type"] = one_of(kTypes);
    fields["name"] = text();
    fields["inputs"] = list_of(text(), 1, kMostOperators);
    required.insert(required.end(), {"type", "name", "inputs"});
    if (!known && object.contains("type")) {
      throw InputError(fmt::format("{}.type: expected {}, found {}", where,
                                   schema_expectation(fields["type"]), object["type"].dump()));
    }
    check_schema(object_of(fields, required), object, where);

    Operator op;
    op.name = object["name"];
    op.type = type;
    if (names_.count(op.name) != 0) {
      throw InputError(
          fmt::format("{}.name: expected a name of its own, found \"{}\" again", where, op.name));
    }
    for (const json& name : object["inputs"]) op.inputs.push_back(find(name, where + ".inputs"));
    op.output = network_.tensors.size();
    const Tensor made = output_of(object, op, where);
    add_tensor(op.name, made.channels, made.lines, where);
    if (op.product) {
      double macs = elements(made.channels, made.lines) * static_cast<double>(op.product->in_channels);
      for (const int64_t lines : op.product->kernel) macs *= static_cast<double>(lines);
      if (macs > kMostMacs) {
        throw InputError(fmt::format("{}: expected at most {} multiplications", where, kMostMacs));
      }
    }
    network_.operators.push_back(std::move(op));
  }

  // Also fills in the operator's maps and weights.
  Tensor output_of(const json& object, Operator& op, const std::string& where) {
    const Tensor& input = network_.tensors[op.inputs[0]];
    Tensor output = input;
    const bool joins = op.type == "add" || op.type == "mul" || op.type == "concat";
    if (!joins && op.inputs.size() != 1) {
      throw InputError(fmt::format("{}.inputs: expected 1 name, found {}", where, op.inputs.size()));
    }
    for (size_t i = 1; i < op.inputs.size(); ++i) {
      const Tensor& next = network_.tensors[op.inputs[i]];
      const bool channels = op.type == "concat" || next.channels == input.channels;
      if (next.lines != input.lines || !channels) {
        throw InputError(fmt::format("{}.inputs: expected tensors of one shape, found {} and {}", where,
                                     input.name, next.name));
      }
      if (op.type == "concat") output.channels += next.channels;
    }
    if (op.type == "conv" || op.type == "pool") {
      read_windows(object, op, where);
      for (size_t axis = 0; axis < kAxisCount; ++axis) {
        const LineMap& map = op.maps[axis];
        const int64_t span = (map.kernel - 1) * map.dilation + 1;
        const int64_t padded = input.lines[axis] + map.pad + map.pad_end;
        if (span > padded) {
          throw InputError(fmt::format("{}.kernel_shape: expected a kernel inside the padded input", where));
        }
        output.lines[axis] = (padded - span) / map.stride + 1;
      }
    } else if (op.type == "global_pool" || op.type == "fully_connected") {
      for (LineMap& map : op.maps) map.kind = LineMap::Kind::all;
      output.lines = {1, 1};
    } else if (op.type == "resize") {
      for (size_t axis = 0; axis < kAxisCount; ++axis) {
        op.maps[axis].kind = LineMap::Kind::repeat;
        op.maps[axis].factor = object["factors"][axis];
        output.lines[axis] *= op.maps[axis].factor;
      }
    }
    if (op.type == "conv" || op.type == "fully_connected") {
      Product product;
      output.channels = object["out_channels"];
      product.groups = object.value("group", int64_t{1});
      if (input.channels % product.groups != 0 || output.channels % product.groups != 0) {
        throw InputError(fmt::format("{}.group: expected a divisor of {} and {} channels, found {}", where,
                                     input.channels, output.channels, product.groups));
      }
      product.out_channels = output.channels / product.groups;
      product.in_channels = input.channels / product.groups;
      for (size_t axis = 0; axis < kAxisCount; ++axis) {
        product.kernel[axis] = op.type == "conv" ? op.maps[axis].kernel : input.lines[axis];
      }
      op.product = product;
    }
    return output;
  }

  static void read_windows(const json& object, Operator& op, const std::string&) {
    for (size_t axis = 0; axis < kAxisCount; ++axis) {
      LineMap& map = op.maps[axis];
      map.kernel = object["kernel_shape"][axis];
      map.stride = object["strides"][axis];
      if (object.contains("dilations")) map.dilation = object["dilations"][axis];
      map.pad = object["pads"][axis];
      map.pad_end = object["pads"][axis + kAxisCount];
    }
  }

  const json& document_;
  const std::string& where_;
  Network network_;
  std::map<std::string, size_t> names_;
};

class ScheduleReader {
 public:
  ScheduleReader(const json& document, const Network& network, const std::string& where)
      : document_(document), network_(network), where_(where) {}

  Schedule run() {
    read_operators();
    check_schema(schema(), document_, where_);
    schedule_.outer = document_["outer"]["axis"] == "OY" ? Axis::rows : Axis::columns;
    if (document_["inner"]["axis"] == document_["outer"]["axis"]) {
      throw InputError(
          fmt::format("{}: inner.axis: expected the other axis than {}", where_, to_string(schedule_.outer)));
    }
    schedule_.outer_tile = document_["outer"]["tile"];
    schedule_.inner_tile = document_["inner"]["tile"];
    for (size_t i = 0; i < schedule_.operators.size(); ++i) {
      OperatorSchedule& chosen = schedule_.operators[i];
      const Operator& op = network_.operators[schedule_.first + i];
      if (const json* piece = entry("piece", op.name)) chosen.piece = *piece;
      if (const json* weights = entry("weights", op.name)) chosen.resident = *weights == "resident";
      if (!op.product) continue;
      chosen.portion = {op.product->groups, op.product->out_channels, op.product->in_channels};
      if (const json* tile = entry("tile", op.name)) {
        chosen.portion = {tile->value("G", chosen.portion.groups),
                          tile->value("K", chosen.portion.out_channels),
                          tile->value("C", chosen.portion.in_channels)};
      }
    }
    validate(network_, schedule_, where_);
    return std::move(schedule_);
  }

 private:
  void read_operators() {
    if (!document_.is_object() || !document_.contains("ops") || !document_["ops"].is_array() ||
        document_["ops"].size() < 2) {
      throw InputError(where_ + ": ops: expected an array of two or more names of operators");
    }
    const json& names = document_["ops"];
    const auto& operators = network_.operators;
    const auto first = std::find_if(operators.begin(), operators.end(),
                                    [&names](const Operator& op) { return names[0] == op.name; });
    schedule_.first = static_cast<size_t>(first - operators.begin());
    for (size_t i = 0; i < names.size(); ++i) {
      const size_t op = schedule_.first + i;
      if (op < operators.size() && names[i] == operators[op].name) continue;
      throw InputError(fmt::format("{}: ops[{}]: expected {}, found {}", where_, i,
                                   i == 0 ? std::string("an operator of the network")
                                   : op < operators.size()
                                       ? fmt::format("\"{}\", which follows", operators[op].name)
                                       : std::string("no more, the network ends"),
                                   names[i].dump()));
    }
    schedule_.operators.resize(names.size());
  }

  json schema() const {
    json pieces = json::object();
    json weights = json::object();
    json tiles = json::object();
    const json tile = object_of({{"G", integer(1)}, {"K", integer(1)}, {"C", integer(1)}}, {});
    for (size_t i = 0; i < schedule_.operators.size(); ++i) {
      const Operator& op = network_.operators[schedule_.first + i];
      if (i + 1 < schedule_.operators.size()) pieces[op.name] = integer(0);
      if (!op.product) continue;
      weights[op.name] = one_of({"resident", "streamed"});
      tiles[op.name] = tile;
    }
    const json axis = object_of({{"axis", one_of({"OY", "OX"})}, {"tile", integer(1)}}, {"axis", "tile"});
    return object_of({{"ops", list_of(text(), 1, kMostOperators)},
                      {"outer", axis},
                      {"inner", axis},
                      {"piece", object_of(pieces, {})},
                      {"weights", object_of(weights, {})},
                      {"tile", object_of(tiles, {})}},
                     {"ops", "outer", "inner"});
  }

  const json* entry(const char* field, const std::string& name) const {
    const auto object = document_.find(field);
    if (object == document_.end()) return nullptr;
    const auto found = object->find(name);
    return found == object->end() ? nullptr : &*found;
  }

  const json& document_;
  const Network& network_;
  const std::string& where_;
  Schedule schedule_;
};

ordered_json operator_json(const Network& network, const Operator& op) {
  ordered_json object = {{"name", op.name}, {"type", op.type}, {"inputs", json::array()}};
  for (const size_t input : op.inputs) object["inputs"].push_back(network.tensors[input].name);
  const Tensor& output = network.tensors[op.output];
  const auto pair = [&op](int64_t LineMap::*field) { return json{op.maps[0].*field, op.maps[1].*field}; };
  if (op.product) object["out_channels"] = output.channels;
  if (op.type == "conv") object["group"] = op.product->groups;
  if (op.type == "conv" || op.type == "pool") {
    object["kernel_shape"] = pair(&LineMap::kernel);
    object["strides"] = pair(&LineMap::stride);
    if (op.type == "conv") object["dilations"] = pair(&LineMap::dilation);
    object["pads"] = {op.maps[0].pad, op.maps[1].pad, op.maps[0].pad_end, op.maps[1].pad_end};
  }
  if (op.type == "resize") object["factors"] = pair(&LineMap::factor);
  // What takes part in no stack need not have a form that gives its shape.
  if (!op.stackable) {
    object["output"] = {
        {"channels", output.channels}, {"height", output.lines[0]}, {"width", output.lines[1]}};
  }
  return object;
}

}  // namespace

Network network_from_json(const json& document, const std::string& where) {
  return NetworkReader(document, where).run();
}

ordered_json to_json(const Network& network) {
  std::set<size_t> made;
  ordered_json ops = ordered_json::array();
  for (const Operator& op : network.operators) {
    made.insert(op.output);
    ops.push_back(operator_json(network, op));
  }
  ordered_json object = {{"batch", network.batch}};
  for (size_t t = 0; t < network.tensors.size(); ++t) {
    const Tensor& tensor = network.tensors[t];
    if (made.count(t) != 0 || object.contains("input")) continue;
    object["input"] = {
        {"channels", tensor.channels}, {"height", tensor.lines[0]}, {"width", tensor.lines[1]}};
  }
  object["ops"] = ops;
  object["outputs"] = json::array();
  for (const size_t output : network.outputs) object["outputs"].push_back(network.tensors[output].name);
  return object;
}

Schedule schedule_from_json(const json& document, const Network& network, const std::string& where) {
  return ScheduleReader(document, network, where).run();
}

ordered_json to_json(const Network& network, const Schedule& schedule) {
  ordered_json ops = ordered_json::array();
  ordered_json pieces = ordered_json::object();
  ordered_json weights = ordered_json::object();
  ordered_json tiles = ordered_json::object();
  for (size_t i = 0; i < schedule.operators.size(); ++i) {
    const Operator& op = network.operators[schedule.first + i];
    const OperatorSchedule& chosen = schedule.operators[i];
    ops.push_back(op.name);
    if (i + 1 < schedule.operators.size()) pieces[op.name] = chosen.piece;
    if (!op.product) continue;
    weights[op.name] = chosen.resident ? "resident" : "streamed";
    tiles[op.name] = {
        {"G", chosen.portion.groups}, {"K", chosen.portion.out_channels}, {"C", chosen.portion.in_channels}};
  }
  return {{"ops", ops},
          {"outer", {{"axis", to_string(schedule.outer)}, {"tile", schedule.outer_tile}}},
          {"inner", {{"axis", to_string(other(schedule.outer))}, {"tile", schedule.inner_tile}}},
          {"piece", pieces},
          {"weights", weights},
          {"tile", tiles}};
}

}  // namespace hwcvp::stack
