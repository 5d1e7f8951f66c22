// The libraries for Python: what goes in and comes out are JSON documents, which the package turns into
// dictionaries. Texts are those of the program, with the same checks and messages.
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <atomic>
#include <chrono>
#include <future>
#include <nlohmann/json.hpp>
#include <string>

#include "schedules/json/constraints_json.h"
#include "schedules/json/json.h"
#include "schedules/json/parse_json.h"
#include "schedules/networks/network.h"
#include "schedules/optimizer/optimizer.h"
#include "schedules/predictors/predictor.h"
#include "schedules/stack/predictor.h"
#include "schedules/stack/stack_json.h"
#include "schedules/traffic/bounds.h"
#include "schedules/traffic/nest_text.h"
#include "schedules/workload/error.h"

namespace py = pybind11;

namespace hwcvp {
namespace {

using nlohmann::ordered_json;

Layer layer_of(const std::string& text) { return layer_from_json(parse_json(text, "layer"), "layer"); }

std::string network(const std::string& name) {
  const Network found = builtin_network(name);
  ordered_json layers = ordered_json::array();
  for (const Layer& layer : found.layers) layers.push_back(ordered_json(to_json(layer)));
  return ordered_json{{"name", found.name}, {"description", found.description}, {"layers", layers}}.dump();
}

std::string checked_layer(const std::string& layer) { return to_json(layer_of(layer)).dump(); }

std::string predict(const std::string& layer_text, const std::string& schedule_text,
                    const std::string& model) {
  const Layer layer = layer_of(layer_text);
  const Schedule schedule = schedule_from_json(parse_json(schedule_text, "schedule"), layer, "schedule");
  const Prediction prediction = make_predictor(model)->predict(layer, schedule);
  return ordered_json{
      {"model", model}, {"traffic", to_json(prediction.traffic)}, {"buffer", to_json(prediction.buffer)}}
      .dump();
}

std::string loop_nest(const std::string& layer_text, const std::string& schedule_text) {
  const Layer layer = layer_of(layer_text);
  return to_text(schedule_from_json(parse_json(schedule_text, "schedule"), layer, "schedule"), layer);
}

std::string predict_stack(const std::string& graph_text, const std::string& schedule_text) {
  const stack::Network graph = stack::network_from_json(parse_json(graph_text, "graph"), "graph");
  const stack::Schedule schedule =
      stack::schedule_from_json(parse_json(schedule_text, "schedule"), graph, "schedule");
  stack::validate(graph, schedule, "schedule");
  const std::optional<stack::StackCost> cost = stack::predict(graph, schedule);
  if (!cost) {
    throw InputError(
        "schedule: illegal: lines would have to come back, or lines of an output are left that nobody asks "
        "for");
  }
  return ordered_json{{"traffic", to_json(cost->traffic)},
                      {"buffer",
                       {{"tensors", cost->tensor_bytes},
                        {"resident", cost->resident_bytes},
                        {"working", cost->working_bytes},
                        {"total", cost->buffer_bytes()}}},
                      {"macs", cost->macs},
                      {"commands", cost->commands}}
      .dump();
}

std::string bounds(const std::string& layer_text, int64_t buffer_bytes) {
  const Layer layer = layer_of(layer_text);
  return ordered_json{{"compulsory", compulsory_bytes(layer)},
                      {"published", published_bound_bytes(layer, buffer_bytes)}}
      .dump();
}

// Searches in a thread of its own, without Python's lock; an exception of a signal handler, such as
// KeyboardInterrupt, ends the search and goes on from here.
OptimizerResult search(const Layer& layer, OptimizerOptions options) {
  std::atomic<bool> cancelled{false};
  options.cancel = &cancelled;
  auto found = std::async(std::launch::async, [&] { return optimize(layer, options); });
  for (;;) {
    bool ready = false;
    {
      const py::gil_scoped_release released;
      ready = found.wait_for(std::chrono::milliseconds(50)) == std::future_status::ready;
    }
    if (ready) return found.get();
    if (PyErr_CheckSignals() != 0) {
      cancelled = true;
      const py::gil_scoped_release released;
      found.wait();
      break;
    }
  }
  throw py::error_already_set();
}

std::string optimize_layer(const std::string& layer_text, int64_t buffer_bytes,
                           const std::string& constraints, double time_limit_seconds) {
  const Layer layer = layer_of(layer_text);
  if (buffer_bytes < 1) throw InputError("buffer: expected at least 1 byte");
  if (!(time_limit_seconds >= 0)) throw InputError("time_limit: expected a number of seconds, 0 for none");
  OptimizerOptions options;
  options.buffer_bytes = buffer_bytes;
  options.time_limit_seconds = time_limit_seconds;
  if (!constraints.empty()) {
    const ConstraintsFile file = constraints_from_json(parse_json(constraints, "constraints"), "constraints");
    options.constraints = file.constraints;
    options.constraints.validate(layer, "constraints");
    if (file.double_buffer) options.double_buffer = *file.double_buffer;
  }
  const OptimizerResult found = search(layer, options);
  return ordered_json{{"name", layer.name},
                      {"layer", to_json(layer)},
                      {"schedule", to_json(found.schedule)},
                      {"traffic", to_json(found.prediction.traffic)},
                      {"buffer", to_json(found.prediction.buffer)},
                      {"lower_bound",
                       {{"compulsory", compulsory_bytes(layer)},
                        {"published", published_bound_bytes(layer, buffer_bytes)},
                        {"proven", found.proven_bound}}},
                      {"cost", {{"total", found.cost}, {"proven", found.proven_cost}}},
                      {"optimal", found.optimal},
                      {"proof", found.optimal ? ordered_json(to_string(found.proof)) : ordered_json()},
                      {"evaluated", found.evaluated},
                      {"seconds", found.seconds}}
      .dump();
}

}  // namespace
}  // namespace hwcvp

PYBIND11_MODULE(_native, module) {
  // The base ValueError is what Python's own functions throw for arguments that they cannot take.
  py::register_exception<hwcvp::InputError>(module, "InputError", PyExc_ValueError).attr("__doc__") =
      "What was given cannot be taken: one line that names the field and what was expected.";
  module.def("network_names", &hwcvp::network_names);
  module.def("predictor_names", &hwcvp::predictor_names);
  module.def("network", &hwcvp::network, py::arg("name"));
  module.def("checked_layer", &hwcvp::checked_layer, py::arg("layer"));
  module.def("predict", &hwcvp::predict, py::arg("layer"), py::arg("schedule"), py::arg("model"));
  module.def("loop_nest", &hwcvp::loop_nest, py::arg("layer"), py::arg("schedule"));
  module.def("predict_stack", &hwcvp::predict_stack, py::arg("graph"), py::arg("schedule"));
  module.def("bounds", &hwcvp::bounds, py::arg("layer"), py::arg("buffer_bytes"));
  module.def("optimize", &hwcvp::optimize_layer, py::arg("layer"), py::arg("buffer_bytes"),
             py::arg("constraints"), py::arg("time_limit_seconds"));
}
