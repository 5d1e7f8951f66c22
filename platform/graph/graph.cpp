#include "platform/graph/graph.h"

namespace hwcvp::graph {

namespace {

struct EngineOf {
  Engine operator()(const Convolution&) const { return Engine::compute; }
  Engine operator()(const View&) const { return Engine::none; }
  Engine operator()(const Quantize&) const { return Engine::host; }
  Engine operator()(const Dequantize&) const { return Engine::host; }
  Engine operator()(const Softmax&) const { return Engine::host; }
  template <typename OnVectors>
  Engine operator()(const OnVectors&) const {
    return Engine::vector;
  }
};

}  // namespace

Engine engine_of(const Operator& op) { return std::visit(EngineOf{}, op.action); }

const char* to_string(Engine engine) {
  switch (engine) {
    case Engine::compute:
      return "compute";
    case Engine::vector:
      return "vector";
    case Engine::host:
      return "host";
    case Engine::none:
      return "none";
  }
  return "";
}

std::vector<size_t> convolutions(const Graph& graph) {
  std::vector<size_t> found;
  for (size_t i = 0; i < graph.operators.size(); ++i) {
    if (std::holds_alternative<Convolution>(graph.operators[i].action)) found.push_back(i);
  }
  return found;
}

}  // namespace hwcvp::graph
