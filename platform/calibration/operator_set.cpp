#include "platform/calibration/operator_set.h"

#include <set>

#include "schedules/workload/error.h"

namespace hwcvp::onnx_import {

namespace {

constexpr int64_t kOperatorSet = 13;

// Operators that mean the same in sets 7 to 13, but for types.
const std::set<std::string>& unchanged_operators() {
  static const std::set<std::string> names = {"Abs",
                                              "Add",
                                              "AveragePool",
                                              "BatchNormalization",
                                              "Cast",
                                              "Concat",
                                              "Conv",
                                              "Div",
                                              "Elu",
                                              "Exp",
                                              "Flatten",
                                              "Gemm",
                                              "Identity",
                                              "Log",
                                              "LRN",
                                              "GlobalAveragePool",
                                              "GlobalMaxPool",
                                              "HardSigmoid",
                                              "LeakyRelu",
                                              "MatMul",
                                              "MaxPool",
                                              "Mul",
                                              "Neg",
                                              "PRelu",
                                              "Pow",
                                              "Relu",
                                              "ReduceMean",
                                              "DepthToSpace",
                                              "SpaceToDepth",
                                              "Reshape",
                                              "Selu",
                                              "Sigmoid",
                                              "Softplus",
                                              "Softsign",
                                              "Sqrt",
                                              "Sub",
                                              "Sum",
                                              "Tanh",
                                              "Transpose",
                                              "Gather",
                                              "Shape",
                                              "Constant",
                                              "Expand",
                                              "ConvTranspose",
                                              "Dropout",
                                              "Where",
                                              "InstanceNormalization",
                                              "Erf",
                                              "Floor",
                                              "Ceil"};
  return names;
}

void remove_attribute(Node& node, const std::string& name) {
  for (int i = node.attribute_size(); i-- > 0;) {
    if (node.attribute(i).name() == name) node.mutable_attribute()->DeleteSubrange(i, 1);
  }
}

class Mover {
 public:
  Mover(NodeList& list, Node& node)
      : list_(list), node_(node), original_(node), attributes_(original_, list.where(node)) {}

  // Attributes become inputs from the second on; those that are absent stay so.
  void move(const std::vector<std::string>& names, bool floats) {
    for (size_t i = 0; i < names.size(); ++i) {
      if (!attributes_.has(names[i].c_str())) continue;
      while (node_.input_size() < static_cast<int>(i) + 2) node_.add_input("");
      node_.set_input(static_cast<int>(i) + 1, floats ? number(names[i]) : integers(names[i]));
    }
    for (const std::string& name : names) remove_attribute(node_, name);
  }
  const Attributes& attributes() const { return attributes_; }

 private:
  std::string number(const std::string& name) {
    return list_.add_scalar(node_.name() + "_" + name, onnx::TensorProto::FLOAT,
                            attributes_.number(name.c_str(), 0));
  }
  std::string integers(const std::string& name) {
    const std::vector<int64_t> values = attributes_.list(name.c_str());
    Array array(onnx::TensorProto::INT64, {static_cast<int64_t>(values.size())});
    for (int64_t i = 0; i < array.size(); ++i) array.set_integer(i, values[static_cast<size_t>(i)]);
    return list_.add_constant(node_.name() + "_" + name, std::move(array));
  }

  NodeList& list_;
  Node& node_;
  const Node original_;
  Attributes attributes_;
};

// Softmax took all axes from its own on as one; with the last axis alone that is the same.
bool is_over_last_axis(const NodeList& list, const Node& node) {
  const auto dims = list.type(node.input(0)).dims;
  const int64_t axis = Attributes(node, list.where(node)).integer("axis", 1);
  return dims && (axis == -1 || axis + 1 == static_cast<int64_t>(dims->size()));
}

void bring(NodeList& list, Node& node) {
  if (!node.domain().empty() || unchanged_operators().count(node.op_type()) != 0) return;
  const Node original = node;
  Mover mover(list, node);
  const std::string& name = node.op_type();
  if (name == "Squeeze" || name == "Unsqueeze") {
    mover.move({"axes"}, false);
  } else if (name == "Split") {
    mover.move({"split"}, false);
  } else if (name == "Clip") {
    mover.move({"min", "max"}, true);
  } else if (name == "Slice") {
    mover.move({"starts", "ends", "axes"}, false);
  } else if (name == "Pad") {
    mover.move({"pads"}, false);
    if (mover.attributes().has("value")) {
      while (node.input_size() < 3) node.add_input("");
      node.set_input(2, list.add_scalar(node.name() + "_value", onnx::TensorProto::FLOAT,
                                        mover.attributes().number("value", 0)));
      remove_attribute(node, "value");
    }
  } else if (name == "Softmax" && is_over_last_axis(list, original)) {
    set_integer(node, "axis", -1);
  } else if (name != "Resize" || list.operator_set < 11) {
    throw InputError(list.where(original) + ": expected an operator that means the same in operator set 13");
  }
}

}  // namespace

void bring_to_operator_set_13(NodeList& list) {
  if (list.operator_set >= kOperatorSet) return;
  for (Node& node : list.nodes) bring(list, node);
  list.operator_set = kOperatorSet;
}

}  // namespace hwcvp::onnx_import
