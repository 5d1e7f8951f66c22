#include "platform/calibration/quantize_network.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>

#include "platform/calibration/model_of_nodes.h"
#include "platform/calibration/operator_set.h"
#include "platform/calibration/quantize_nodes.h"
#include "platform/float_reference/float_network.h"
#include "platform/onnx/network/passes.h"
#include "platform/onnx/shapes/model_reader.h"
#include "platform/tensor/npy.h"
#include "platform/tensor/tensor_random.h"
#include "schedules/workload/error.h"

namespace hwcvp {

using namespace onnx_import;  // NOLINT(google-build-using-namespace): the parts of this one function

namespace {

constexpr int kPseudoRandomInputs = 4;

const float* floats(const Array& array) { return reinterpret_cast<const float*>(array.bytes.data()); }

void require_floating_point(const NodeList& list) {
  for (const Node& node : list.nodes) {
    if (node.op_type() == "QuantizeLinear" || node.op_type().rfind("QLinear", 0) == 0) {
      throw InputError(list.where(node) + ": expected a network in floating point");
    }
  }
  if (list.inputs.size() != 1 || list.type(list.inputs[0]).elem_type != onnx::TensorProto::FLOAT ||
      !list.type(list.inputs[0]).dims) {
    throw InputError(fmt::format("{}: inputs: expected one, of float32", list.path));
  }
}

// Averages over rows and columns are GlobalAveragePool, behind which a Flatten takes the axes away.
void rewrite_means(NodeList& list) {
  std::vector<Node> nodes;
  for (Node& node : list.nodes) {
    const auto dims = list.type(node.input_size() > 0 ? node.input(0) : "").dims;
    const bool mean = node.op_type() == "ReduceMean" && node.domain().empty() && dims && dims->size() == 4;
    std::vector<int64_t> axes =
        mean ? list.context(node).attribute_or_input("axes", 1).value_or(std::vector<int64_t>{})
             : std::vector<int64_t>{};
    for (int64_t& axis : axes) axis += axis < 0 ? 4 : 0;
    std::sort(axes.begin(), axes.end());
    if (axes != std::vector<int64_t>{2, 3}) {
      nodes.push_back(node);
      continue;
    }
    const bool kept = Attributes(node, list.where(node)).integer("keepdims", 1) != 0;
    const std::string output = node.output(0);
    const std::string average =
        kept ? output
             : list.new_value(output + "_average",
                              {onnx::TensorProto::FLOAT, Dims{(*dims)[0], (*dims)[1], 1, 1}});
    nodes.push_back(make_node("", "GlobalAveragePool", node.name(), {node.input(0)}, average));
    if (!kept) nodes.push_back(make_node("", "Flatten", node.name() + "_Flatten", {average}, output));
  }
  list.nodes = std::move(nodes);
}

// The node that alone reads the product of rows by a constant matrix, where it adds one number for each
// column.
std::optional<size_t> biased_by(const NodeList& list, const Uses& uses, const Node& node) {
  if (node.op_type() != "MatMul" || !node.domain().empty() || !list.constant(node.input(1))) return {};
  const auto rows = list.type(node.input(0)).dims;
  const auto reader = uses.only_reader(node.output(0));
  if (!rows || rows->size() != 2 || list.constant(node.input(1))->dims.size() != 2 || !reader) return {};
  const Node& next = list.nodes[*reader];
  if (next.op_type() != "Add" || !next.domain().empty()) return {};
  const auto bias = list.constant(next.input(next.input(0) == node.output(0) ? 1 : 0));
  if (!bias || bias->dims != Dims{list.constant(node.input(1))->dims[1]}) return {};
  return reader;
}

// Matrix products with a bias are Gemm, which has it in its accumulators.
void rewrite_biased_products(NodeList& list) {
  const Uses uses(list);
  for (Node& node : list.nodes) {
    const auto reader = biased_by(list, uses, node);
    if (!reader) continue;
    Node& sum = list.nodes[*reader];
    const std::string bias = sum.input(sum.input(0) == node.output(0) ? 1 : 0);
    sum = make_node("", "Gemm", node.name(), {node.input(0), node.input(1), bias}, sum.output(0));
    node.clear_op_type();
  }
  list.remove_unused();
}

Array to_array(const HostTensor& tensor) {
  Array array(onnx::TensorProto::FLOAT, tensor.shape());
  std::memcpy(array.bytes.data(), tensor.bytes(), array.bytes.size());
  return array;
}

// Spread evenly over -2 to 2.
Array pseudo_random(const Dims& dims, uint64_t seed) {
  Array array(onnx::TensorProto::FLOAT, dims);
  const RandomSequence random(seed);
  for (int64_t i = 0; i < array.size(); ++i) {
    array.set(i, std::ldexp(static_cast<double>(random[static_cast<uint64_t>(i)] >> 40), -22) - 2);
  }
  return array;
}

class Inputs {
 public:
  Inputs(const NodeList& list, const QuantizeOptions& options)
      : dims_(*list.type(list.inputs[0]).dims), options_(options) {}

  int64_t count() const {
    return options_.data.empty() ? kPseudoRandomInputs : static_cast<int64_t>(options_.data.size());
  }
  Array operator[](int64_t i) const {
    if (options_.data.empty()) return pseudo_random(dims_, options_.seed + static_cast<uint64_t>(i));
    return to_array(read_npy(options_.data[static_cast<size_t>(i)], DataType::float32, dims_));
  }

 private:
  Dims dims_;
  const QuantizeOptions& options_;
};

// Powers of a signal and of what differs from it.
struct Powers {
  double signal = 0, noise = 0;

  void add(const float* signals, const float* others, int64_t count) {
    for (int64_t i = 0; i < count; ++i) {
      const double s = static_cast<double>(signals[i]), n = static_cast<double>(others[i]) - s;
      signal += s * s;
      noise += n * n;
    }
  }
  double decibels() const {
    return noise == 0 ? std::numeric_limits<double>::infinity() : 10 * std::log10(signal / noise);
  }
};

std::map<std::string, Powers> compare(const NodeList& real, const NodeList& quantized,
                                      const ValueCodes& codes, const Inputs& inputs) {
  std::map<std::string, std::string> value_of;  // by the name of what DequantizeLinear makes
  for (const auto& [value, code] : codes) value_of[code.real] = value;
  std::map<std::string, Powers> powers;
  for (int64_t i = 0; i < inputs.count(); ++i) {
    const Array input = inputs[i];
    std::map<std::string, Array> signals;
    run_float(real, {{real.inputs[0], input}}, [&](const std::string& value, const Array& array) {
      if (codes.count(value) != 0) signals[value] = array;
    });
    run_float(quantized, {{quantized.inputs[0], input}}, [&](const std::string& name, const Array& array) {
      const auto value = value_of.find(name);
      if (value == value_of.end()) return;
      powers[value->second].add(floats(signals.at(value->second)), floats(array), array.size());
    });
  }
  return powers;
}

}  // namespace

QuantizeReport quantize_network(const std::string& path, const std::string& out_path,
                                const QuantizeOptions& options) {
  ModelFile file;
  read_model(path, options.dimensions, file);
  NodeList list(file);
  require_floating_point(list);
  remove_identities(list);
  bring_to_operator_set_13(list);
  fold_into_convolutions(list);
  rewrite_means(list);
  rewrite_biased_products(list);

  const Inputs inputs(list, options);
  std::map<std::string, ValueRange> ranges;
  for (int64_t i = 0; i < inputs.count(); ++i) {
    run_float(list, {{list.inputs[0], inputs[i]}}, [&](const std::string& value, const Array& array) {
      if (array.elem_type == onnx::TensorProto::FLOAT) ranges[value].see(floats(array), array.size());
    });
  }
  const CodePlan plan(list);
  const IntegerType type = {options.activations == DataType::int8 ? onnx::TensorProto::INT8
                                                                  : onnx::TensorProto::UINT8};
  ValueCodes codes = choose_codes(list, plan, ranges, options.percent, type);
  NodeList quantized = list;
  quantize_nodes(quantized, plan, codes, type);
  write_nodes(quantized, out_path);

  QuantizeReport report;
  report.inputs = inputs.count();
  report.pseudo_random = options.data.empty();
  const std::map<std::string, Powers> powers = compare(list, quantized, codes, inputs);
  const auto add = [&](const std::string& value) {
    const auto code = codes.find(value);
    if (code == codes.end()) return;
    report.tensors.push_back({value, code->second.scale, code->second.zero_point, code->second.least,
                              code->second.most, powers.at(value).decibels()});
  };
  for (const std::string& input : list.inputs) add(input);
  for (size_t i = 0; i < list.nodes.size(); ++i) {
    for (const std::string& output : list.nodes[i].output()) add(output);
    if (plan.kind(i) == NodeKind::other) {
      report.floating_point.push_back(list.nodes[i].op_type() + " " + list.nodes[i].name());
    }
  }
  return report;
}

}  // namespace hwcvp
