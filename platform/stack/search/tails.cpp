#include "platform/stack/search/tails.h"

#include <algorithm>
#include <optional>

#include "platform/search/network_search.h"
#include "schedules/optimizer/optimizer.h"

namespace hwcvp {

namespace {

using stack::Network;

bool is_elementwise(const stack::Operator& op) {
  return op.type == "add" || op.type == "subtract" || op.type == "mul" || op.type == "table";
}
bool is_pooling_without_overlap(const stack::Operator& op) {
  if (op.type != "pool") return false;
  return std::all_of(op.maps.begin(), op.maps.end(), [](const stack::LineMap& map) {
    return map.kernel == map.stride && map.dilation == 1 && map.pad == 0 && map.pad_end == 0;
  });
}

// Whether only the operator reads the tensor.
bool only_reader(const Network& network, size_t tensor, size_t op) {
  if (std::find(network.outputs.begin(), network.outputs.end(), tensor) != network.outputs.end())
    return false;
  for (size_t i = 0; i < network.operators.size(); ++i) {
    const auto& inputs = network.operators[i].inputs;
    const auto count = std::count(inputs.begin(), inputs.end(), tensor);
    if (count != (i == op ? 1 : 0)) return false;
  }
  return true;
}

// What a tail makes of a convolution's traffic, and how it restricts its schedules.
struct Tail {
  size_t last = 0;
  int64_t operands = 0;                     // bytes that come beside
  int64_t constants = 0;                    // tables
  stack::PerAxis<int64_t> window = {1, 1};  // convolution's lines for one of the tail's

  bool pools() const { return window[0] * window[1] > 1; }
};

// The tails of a convolution, each one operator longer than the one before.
std::vector<Tail> tails_of(const Network& network, size_t convolution) {
  std::vector<Tail> found;
  Tail tail;
  for (size_t op = convolution + 1; op < network.operators.size(); ++op) {
    const stack::Operator& next = network.operators[op];
    const size_t before = network.operators[op - 1].output;
    const bool elementwise = is_elementwise(next);
    if (!next.stackable || !(elementwise || is_pooling_without_overlap(next))) break;
    if (!only_reader(network, before, op)) break;
    for (const size_t input : next.inputs) {
      if (input != before) tail.operands += network.tensor_bytes(input);
    }
    for (size_t axis = 0; axis < stack::kAxisCount; ++axis) {
      if (!elementwise) tail.window[axis] *= next.maps[axis].kernel;
    }
    tail.constants += next.constant_bytes;
    tail.last = op;
    found.push_back(tail);
  }
  return found;
}

// The convolution with no more output lines than pooling reads. Nothing where these lie in padding alone.
std::optional<Layer> read_part(Layer layer, const stack::Tensor& output,
                               const stack::PerAxis<int64_t>& window) {
  const std::array<int64_t*, 2> extents = {&layer.in_height, &layer.in_width};
  for (size_t axis = 0; axis < stack::kAxisCount; ++axis) {
    const int64_t lines = output.lines[axis] * window[axis];
    const int64_t span = layer.dilations[axis] * (layer.kernel_shape[axis] - 1) + 1;
    const int64_t needed = (lines - 1) * layer.strides[axis] + span - layer.pads[axis];
    if (needed < 1) return std::nullopt;
    layer.pads[axis + 2] = std::max<int64_t>(0, needed - *extents[axis]);
    *extents[axis] = std::min(*extents[axis], needed);
  }
  return layer;
}

class TailSearch {
 public:
  TailSearch(const graph::Graph& graph, const MappedGraph& mapped, const std::vector<Candidate>& singles,
             const LayerSearch& search, WorkerPool& pool)
      : graph_(graph), mapped_(mapped), singles_(singles), search_(search), pool_(pool) {}

  std::vector<Candidate> run() {
    const Network& network = mapped_.network;
    for (size_t i = 0; i < network.operators.size(); ++i) {
      if (!network.operators[i].product) continue;
      for (const Tail& tail : tails_of(network, i)) {
        if (tail.pools()) {
          add_pooling(i, tail);
        } else {
          add(i, tail, *singles_[i].layer, *singles_[i].nest, singles_[i].prediction, singles_[i].proven);
        }
      }
    }
    return std::move(found_);
  }

 private:
  void add(size_t op, const Tail& tail, const Layer& layer, const Schedule& nest, Prediction prediction,
           int64_t proven) {
    Candidate candidate;
    candidate.first = op;
    candidate.last = tail.last;
    candidate.layer = layer;
    candidate.nest = nest;
    const int64_t alone = prediction.traffic.total();
    prediction.traffic.output_write =
        mapped_.network.tensor_bytes(mapped_.network.operators[tail.last].output);
    prediction.traffic.input_read += tail.operands;
    prediction.traffic.params_read += tail.constants;
    candidate.prediction = prediction;
    candidate.proven = proven + prediction.traffic.total() - alone;
    found_.push_back(candidate);
  }

  void add_pooling(size_t op, const Tail& tail) {
    const auto& convolution = std::get<graph::Convolution>(graph_.operators[mapped_.operators[op]].action);
    const Network& network = mapped_.network;
    const std::optional<Layer> layer =
        read_part(convolution.layer, network.tensors[network.operators[tail.last].output], tail.window);
    if (!layer) return;
    std::vector<OptimizerResult> results;  // all nests, and those that the windows allow
    for (const bool aligned : {false, true}) {
      LayerSearch search = search_;
      if (aligned) {
        search.options.constraints.tile_multiple[index(Dim::OY)] = tail.window[0];
        search.options.constraints.tile_multiple[index(Dim::OX)] = tail.window[1];
      }
      try {
        optimize_layers({*layer}, search, pool_,
                        [&](size_t, const OptimizerResult& result) { results.push_back(result); });
      } catch (const NothingFits&) {
        return;
      }
    }
    add(op, tail, *layer, results[1].schedule, results[1].prediction,
        results[0].optimal ? results[0].prediction.traffic.total() : results[0].proven_bound);
  }

  const graph::Graph& graph_;
  const MappedGraph& mapped_;
  const std::vector<Candidate>& singles_;
  const LayerSearch& search_;
  WorkerPool& pool_;
  std::vector<Candidate> found_;
};

}  // namespace

std::vector<Candidate> tails(const graph::Graph& graph, const MappedGraph& mapped,
                             const std::vector<Candidate>& singles, const LayerSearch& search,
                             WorkerPool& pool) {
  return TailSearch(graph, mapped, singles, search, pool).run();
}

}  // namespace hwcvp
