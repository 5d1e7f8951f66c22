#include "schedules/json/network_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "schedules/json/json.h"
#include "schedules/workload/error.h"
#include "schedules/workload/shown_text.h"

namespace hwcvp {

namespace {

// What `hwcvp networks NAME-or-FILE.onnx --json` prints beside name and layers.
constexpr std::array<const char*, 5> kNotRead = {"graph", "operators", "complete", "not_simulated", "notes"};

}  // namespace

Network read_network(const std::string& path) {
  const nlohmann::json document = read_json_file(path);
  if (!document.is_object()) throw InputError(path + ": expected an object with name and layers");
  for (const auto& [key, value] : document.items()) {
    const bool known = key == "name" || key == "description" || key == "layers" ||
                       std::find(kNotRead.begin(), kNotRead.end(), key) != kNotRead.end();
    if (!known)
      throw InputError(
          fmt::format("{}: {}: unknown key of a network; one layer goes behind --layer", path, shown(key)));
    if ((key == "name" || key == "description") && !value.is_string()) {
      throw InputError(fmt::format("{}: {}: expected a string", path, key));
    }
  }
  const auto layers = document.find("layers");
  if (layers == document.end() || !layers->is_array() || layers->empty()) {
    throw InputError(path + ": layers: expected a list of one layer or more");
  }
  Network network = {document.value("name", path), document.value("description", ""), {}};
  for (size_t i = 0; i < layers->size(); ++i) {
    network.layers.push_back(layer_from_json((*layers)[i], fmt::format("{}: layers[{}]", path, i)));
  }
  return network;
}

}  // namespace hwcvp
