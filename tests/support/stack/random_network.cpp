#include "tests/support/stack/random_network.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace hwcvp::stack {

namespace {

class NetworkMaker {
 public:
  NetworkMaker(std::mt19937_64& random, const RandomNetworkLimits& limits)
      : random_(random), limits_(limits) {}

  Network run() {
    network_.batch = between(1, limits_.batch);
    network_.tensors.push_back({"input",
                                between(1, limits_.channels),
                                {between(1, limits_.lines), between(1, limits_.lines)},
                                between(0, 3) == 0 ? 2 : 1});
    const int64_t count = between(2, limits_.operators);
    while (static_cast<int64_t>(network_.operators.size()) < count) add_operator();
    std::vector<bool> read(network_.tensors.size(), false);
    for (const Operator& op : network_.operators) {
      for (const size_t t : op.inputs) read[t] = true;
    }
    for (const Operator& op : network_.operators) {
      if (!read[op.output] || between(0, 9) == 0) network_.outputs.push_back(op.output);
    }
    return std::move(network_);
  }

 private:
  int64_t between(int64_t least, int64_t most) {
    return std::uniform_int_distribution<int64_t>(least, most)(random_);
  }

  // Mostly the latest tensor, so that chains are common.
  size_t some_tensor() {
    const auto last = static_cast<int64_t>(network_.tensors.size()) - 1;
    return static_cast<size_t>(between(0, 3) == 0 ? between(0, last) : last);
  }

  LineMap window(int64_t extent, int64_t& out) {
    LineMap map;
    map.kernel = between(1, 4);
    map.stride = between(0, 2) == 0 ? between(1, 4) : 1;
    map.dilation = between(0, 3) == 0 ? 2 : 1;
    map.pad = between(0, 1) * between(0, map.kernel);
    map.pad_end = between(0, 1) * between(0, map.kernel);
    const int64_t span = (map.kernel - 1) * map.dilation + 1;
    if (extent + map.pad + map.pad_end < span) return window(extent, out);
    out = (extent + map.pad + map.pad_end - span) / map.stride + 1;
    return map;
  }

  void add_product(Operator& op, const Tensor& input, Tensor& output) {
    Product product;
    const int64_t kind = between(0, 2);
    product.groups = kind == 0 && op.type == "conv" ? input.channels : 1;
    product.in_channels = input.channels / product.groups;
    product.out_channels = kind == 0 ? between(1, 2) : between(1, limits_.channels);
    product.weight_bytes = between(1, 2);
    product.accumulator_bytes = between(0, 1) == 0 ? 4 : 2;
    product.params_bytes = between(0, 50);
    for (size_t axis = 0; axis < kAxisCount; ++axis) {
      product.kernel[axis] = op.type == "conv" ? op.maps[axis].kernel : input.lines[axis];
    }
    output.channels = product.groups * product.out_channels;
    op.product = product;
  }

  void add_operator() {
    static const std::vector<std::string> kTypes = {"conv",  "conv",   "conv",        "conv",
                                                    "pool",  "add",    "add",         "concat",
                                                    "table", "resize", "global_pool", "fully_connected"};
    Operator op;
    op.name = "op" + std::to_string(network_.operators.size());
    op.type = kTypes[static_cast<size_t>(between(0, static_cast<int64_t>(kTypes.size()) - 1))];
    op.inputs = {some_tensor()};
    const Tensor input = network_.tensors[op.inputs[0]];
    Tensor output = input;
    output.name = op.name;
    if (op.type == "conv" || op.type == "pool") {
      for (size_t axis = 0; axis < kAxisCount; ++axis) {
        op.maps[axis] = window(input.lines[axis], output.lines[axis]);
      }
    } else if (op.type == "resize") {
      for (size_t axis = 0; axis < kAxisCount; ++axis) {
        op.maps[axis].kind = LineMap::Kind::repeat;
        op.maps[axis].factor = between(1, 2);
        output.lines[axis] *= op.maps[axis].factor;
        if (output.lines[axis] > limits_.lines) return;
      }
    } else if (op.type == "global_pool" || op.type == "fully_connected") {
      if (between(0, 2) != 0) return;
      for (LineMap& map : op.maps) map.kind = LineMap::Kind::all;
      output.lines = {1, 1};
    } else if (op.type == "table") {
      op.constant_bytes = 256;
    } else {
      if (!add_operands(op, output)) return;
    }
    if (op.type == "conv" || op.type == "fully_connected") add_product(op, input, output);
    if (output.channels > 4 * limits_.channels) return;
    op.output = network_.tensors.size();
    network_.tensors.push_back(output);
    network_.operators.push_back(op);
  }

  // Tensors of the same lines, and for additions the same channels.
  bool add_operands(Operator& op, Tensor& output) {
    std::vector<size_t> fitting;
    for (size_t t = 0; t < network_.tensors.size(); ++t) {
      const Tensor& other = network_.tensors[t];
      if (other.lines != output.lines || other.element_bytes != output.element_bytes) continue;
      if (op.type == "concat" || other.channels == output.channels) fitting.push_back(t);
    }
    if (fitting.size() < 2) return false;
    const int64_t more = op.type == "concat" ? between(1, 2) : 1;
    for (int64_t i = 0; i < more; ++i) {
      const size_t t = fitting[static_cast<size_t>(between(0, static_cast<int64_t>(fitting.size()) - 1))];
      op.inputs.push_back(t);
      if (op.type == "concat") output.channels += network_.tensors[t].channels;
    }
    std::shuffle(op.inputs.begin(), op.inputs.end(), random_);
    return true;
  }

  std::mt19937_64& random_;
  const RandomNetworkLimits& limits_;
  Network network_;
};

bool all_read(const Network& network, size_t first, size_t last) {
  for (size_t op = first; op < last; ++op) {
    bool read = false;
    for (size_t reader = op + 1; reader <= last; ++reader) {
      const auto& inputs = network.operators[reader].inputs;
      read = read || std::count(inputs.begin(), inputs.end(), network.operators[op].output) > 0;
    }
    if (!read) return false;
  }
  return true;
}

}  // namespace

Network random_network(std::mt19937_64& random, const RandomNetworkLimits& limits) {
  return NetworkMaker(random, limits).run();
}

bool random_schedule(std::mt19937_64& random, const Network& network, Schedule& schedule) {
  const auto between = [&random](int64_t least, int64_t most) {
    return std::uniform_int_distribution<int64_t>(least, most)(random);
  };
  std::vector<std::pair<size_t, size_t>> spans;
  for (size_t first = 0; first < network.operators.size(); ++first) {
    for (size_t last = first + 1; last < network.operators.size(); ++last) {
      if (all_read(network, first, last)) spans.emplace_back(first, last);
    }
  }
  if (spans.empty()) return false;
  const auto [first, last] = spans[static_cast<size_t>(between(0, static_cast<int64_t>(spans.size()) - 1))];
  schedule = Schedule{};
  schedule.first = first;
  schedule.outer = between(0, 1) == 0 ? Axis::rows : Axis::columns;
  const Tensor& output = network.tensors[network.operators[last].output];
  schedule.outer_tile = between(1, output.lines[index(schedule.outer)]);
  schedule.inner_tile = between(1, output.lines[index(other(schedule.outer))]);
  for (size_t op = first; op <= last; ++op) {
    OperatorSchedule chosen;
    if (op < last) chosen.piece = between(0, 4);
    if (const auto& product = network.operators[op].product) {
      chosen.resident = between(0, 1) == 0;
      chosen.portion = {between(1, product->groups), between(1, product->out_channels),
                        between(1, product->in_channels)};
    }
    schedule.operators.push_back(chosen);
  }
  return true;
}

}  // namespace hwcvp::stack
