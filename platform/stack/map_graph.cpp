#include "platform/stack/map_graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "schedules/workload/error.h"

namespace hwcvp {

using graph::Graph;
using graph::ValueIndex;
using stack::Axis;
using stack::LineMap;

namespace {

constexpr int64_t kTableBytes = 256;

// What an operator is to stacks, beside its tensors.
struct Form {
  std::string type;
  stack::PerAxis<LineMap> maps;
  std::optional<stack::Product> product;
  int64_t constant_bytes = 0;
  bool stackable = true;
};

class GraphMapper {
 public:
  explicit GraphMapper(const Graph& graph)
      : graph_(graph), roots_(graph.values.size()), tensors_(graph.values.size()) {}

  MappedGraph run() {
    for (ValueIndex v = 0; v < graph_.values.size(); ++v) roots_[v] = v;
    for (const ValueIndex v : graph_.inputs) {
      if (graph_.values[v].type != DataType::float32) note_batch(v);
    }
    for (size_t i = 0; i < graph_.operators.size(); ++i) add(i);
    for (const ValueIndex v : graph_.outputs) add_output(v);
    return std::move(mapped_);
  }

 private:
  void note_batch(ValueIndex v) {
    const Shape& shape = graph_.values[v].shape;
    if (!shape.empty()) mapped_.network.batch = shape[0];
  }

  void add(size_t i) {
    const graph::Operator& op = graph_.operators[i];
    switch (graph::engine_of(op)) {
      case graph::Engine::none:
        roots_[op.output] = roots_[op.inputs[0]];
        return;
      case graph::Engine::host:
        for (const ValueIndex v : op.inputs) {
          if (tensors_[roots_[v]]) add_output(v);
          after_host_.resize(graph_.values.size(), false);
          if (made_by_machine(v)) after_host_[op.output] = true;
        }
        if (mapped_.network.operators.empty()) note_batch(op.output);
        return;
      case graph::Engine::compute:
      case graph::Engine::vector:
        add_operator(i);
        return;
    }
  }

  bool made_by_machine(ValueIndex v) const {
    const std::optional<size_t>& tensor = tensors_[roots_[v]];
    const bool made =
        tensor && std::any_of(mapped_.network.operators.begin(), mapped_.network.operators.end(),
                              [&](const auto& op) { return op.output == *tensor; });
    return made || (v < after_host_.size() && after_host_[v]);
  }

  void add_operator(size_t i) {
    const graph::Operator& from = graph_.operators[i];
    stack::Operator op;
    op.name = from.name;
    for (const ValueIndex v : from.inputs) {
      if (v < after_host_.size() && after_host_[roots_[v]]) {
        throw InputError(fmt::format(
            "operator {}: expected inputs that the host does not make of the machine's", from.name));
      }
      op.inputs.push_back(tensor_of(roots_[v]));
    }
    op.output = tensor_of(from.output);
    Form form = form_of(from);
    op.type = form.type;
    op.maps = form.maps;
    op.product = form.product;
    op.constant_bytes = form.constant_bytes;
    op.stackable = form.stackable && is_image(from.output) && is_small(from.output) &&
                   std::all_of(from.inputs.begin(), from.inputs.end(),
                               [this](ValueIndex v) { return is_image(roots_[v]) && is_small(v); });
    mapped_.network.operators.push_back(std::move(op));
    mapped_.operators.push_back(i);
    // As in JSON, where inputs are named by the operators that make them.
    mapped_.network.tensors[mapped_.network.operators.back().output].name = from.name;
  }

  void add_output(ValueIndex v) {
    const std::optional<size_t>& tensor = tensors_[roots_[v]];
    if (!tensor) return;
    std::vector<size_t>& outputs = mapped_.network.outputs;
    if (std::find(outputs.begin(), outputs.end(), *tensor) == outputs.end()) outputs.push_back(*tensor);
  }

  // {N, C, H, W} or {N, C}, N being the batch.
  bool is_image(ValueIndex v) const {
    const Shape& shape = graph_.values[v].shape;
    return (shape.size() == 4 || shape.size() == 2) && shape[0] == mapped_.network.batch;
  }
  // What the engines of stacks work on.
  bool is_small(ValueIndex v) const { return bytes(graph_.values[v].type) == 1; }

  size_t tensor_of(ValueIndex v) {
    if (tensors_[v]) return *tensors_[v];
    const graph::Value& value = graph_.values[v];
    stack::Tensor tensor;
    tensor.name = mapped_.network.operators.empty() && mapped_.network.tensors.empty() ? "input" : value.name;
    tensor.element_bytes = bytes(value.type);
    if (is_image(v)) {
      tensor.channels = value.shape[1];
      if (value.shape.size() == 4) tensor.lines = {value.shape[2], value.shape[3]};
    } else {
      tensor.channels = element_count(value.shape) / mapped_.network.batch;
    }
    tensors_[v] = mapped_.network.tensors.size();
    mapped_.network.tensors.push_back(std::move(tensor));
    mapped_.values.push_back(v);
    return *tensors_[v];
  }

  const stack::Tensor& tensor(ValueIndex v) { return mapped_.network.tensors[tensor_of(roots_[v])]; }

  Form form_of(const graph::Operator& op) {
    return std::visit([&](const auto& action) { return form(op, action); }, op.action);
  }

  static stack::PerAxis<LineMap> windows(const Layer& layer) {
    stack::PerAxis<LineMap> maps;
    for (size_t axis = 0; axis < stack::kAxisCount; ++axis) {
      maps[axis].kernel = layer.kernel_shape[axis];
      maps[axis].stride = layer.strides[axis];
      maps[axis].dilation = layer.dilations[axis];
      maps[axis].pad = layer.pads[axis];
      maps[axis].pad_end = layer.pads[axis + 2];
    }
    return maps;
  }
  static stack::PerAxis<LineMap> everything() {
    stack::PerAxis<LineMap> maps;
    for (LineMap& map : maps) map.kind = LineMap::Kind::all;
    return maps;
  }

  Form form(const graph::Operator& op, const graph::Convolution& convolution) {
    const Layer& layer = convolution.layer;
    const stack::Tensor& input = tensor(op.inputs[0]);
    const stack::Tensor& output = tensor(op.output);
    Form form;
    stack::Product product;
    product.groups = layer.group;
    product.out_channels = layer.out_channels / layer.group;
    product.in_channels = layer.in_channels / layer.group;
    product.kernel = layer.kernel_shape;
    product.weight_bytes = bytes(layer.weight_type);
    product.accumulator_bytes = bytes(layer.accumulator_type);
    product.params_bytes = layer.params_bytes();
    const stack::PerAxis<int64_t> lines = {layer.in_height, layer.in_width};
    const stack::PerAxis<int64_t> one = {1, 1};
    const bool single = lines == one && layer.kernel_shape == lines && output.lines == one;
    const bool flat = input.channels * input.lines[0] * input.lines[1] == layer.in_channels;
    form.stackable = layer.batch == mapped_.network.batch && output.channels == layer.out_channels;
    if (single && flat && layer.group == 1) {
      // All of an image at once, however many lines it has: its channels follow one another.
      form.type = "fully_connected";
      form.maps = everything();
      product.in_channels = input.channels;
      product.kernel = input.lines;
    } else {
      form.type = "conv";
      form.maps = windows(layer);
      form.stackable = form.stackable && input.channels == layer.in_channels && input.lines == lines;
    }
    form.product = product;
    return form;
  }

  Form form(const graph::Operator& op, const graph::Pooling& pooling) {
    Form form;
    const stack::Tensor& input = tensor(op.inputs[0]);
    form.stackable = pooling.layer.batch == mapped_.network.batch &&
                     input.channels == pooling.layer.in_channels &&
                     input.lines == stack::PerAxis<int64_t>{pooling.layer.in_height, pooling.layer.in_width};
    const bool global = pooling.kind == graph::Pooling::Kind::global_average;
    form.type = global ? "global_pool" : "pool";
    form.maps = global ? everything() : windows(pooling.layer);
    return form;
  }

  Form form(const graph::Operator& op, const graph::Binary& binary) {
    Form form;
    using Kind = graph::Binary::Kind;
    form.type = binary.kind == Kind::multiply ? "mul" : binary.kind == Kind::add ? "add" : "subtract";
    form.stackable = std::all_of(op.inputs.begin(), op.inputs.end(), [&](ValueIndex v) {
      return graph_.values[v].shape == graph_.values[op.output].shape;
    });
    return form;
  }

  Form form(const graph::Operator&, const graph::Table&) {
    Form form;
    form.type = "table";
    form.constant_bytes = kTableBytes;
    return form;
  }

  Form form(const graph::Operator& op, const graph::Concat& concat) {
    Form form;
    form.type = "concat";
    form.stackable = concat.axis == 1 && graph_.values[op.output].shape.size() == 4;
    return form;
  }

  Form form(const graph::Operator& op, const graph::Resize& resize) {
    Form form;
    form.type = "resize";
    const stack::PerAxis<int64_t> factors = {resize.rows, resize.columns};
    for (size_t axis = 0; axis < stack::kAxisCount; ++axis) {
      form.maps[axis].kind = LineMap::Kind::repeat;
      form.maps[axis].factor = factors[axis];
      const bool whole = tensor(op.output).lines[axis] == factors[axis] * tensor(op.inputs[0]).lines[axis];
      form.stackable = form.stackable && whole;
    }
    return form;
  }

  static Form other(const char* type) {
    Form form;
    form.type = type;
    form.stackable = false;
    return form;
  }
  Form form(const graph::Operator&, const graph::Slice&) { return other("slice"); }
  Form form(const graph::Operator&, const graph::Transpose&) { return other("transpose"); }
  Form form(const graph::Operator&, const graph::Pad&) { return other("pad"); }
  // These never become operators of the network.
  Form form(const graph::Operator&, const graph::View&) { return other("view"); }
  Form form(const graph::Operator&, const graph::Quantize&) { return other("quantize"); }
  Form form(const graph::Operator&, const graph::Dequantize&) { return other("dequantize"); }
  Form form(const graph::Operator&, const graph::Softmax&) { return other("softmax"); }

  const Graph& graph_;
  std::vector<ValueIndex> roots_;
  std::vector<std::optional<size_t>> tensors_;  // of values that are roots
  std::vector<bool> after_host_;                // made by the host of what the machine made
  MappedGraph mapped_;
};

}  // namespace

MappedGraph map_graph(const Graph& graph) { return GraphMapper(graph).run(); }

}  // namespace hwcvp
