#include "platform/onnx/network/codes.h"
#include "platform/onnx/network/passes.h"
#include "platform/onnx/shapes/moves.h"
#include "platform/onnx/shapes/shape_rules.h"

namespace hwcvp::onnx_import {

namespace {

// What a Pad node fills with; nothing where it is not constant.
std::optional<double> fill_of(const NodeList& list, const Node& node) {
  const Attributes attributes(node, list.where(node));
  if (attributes.text("mode", "constant") != "constant") return {};
  if (!has_input(node, 2)) return attributes.number("value", 0);
  const auto value = list.constant(node.input(2));
  if (value == nullptr || value->size() != 1) return {};
  return value->number(0);
}

// The number that padding of a convolution counts as.
std::optional<double> own_fill(const NodeList& list, const Node& node) {
  const std::string name = operator_name(node);
  if (name == "Conv") return 0;
  if (name != "QLinearConv") return {};
  const auto code = find_code(list, node, 1, list.type(node.input(0)).elem_type);
  if (!code) return {};
  return code->zero;
}

}  // namespace

void merge_pads(NodeList& list) {
  const Uses uses(list);
  for (Node& pad : list.nodes) {
    if (operator_name(pad) != "Pad" || pad.output_size() != 1 || !has_input(pad, 0)) continue;
    const auto reader = uses.only_reader(pad.output(0));
    const auto fill = fill_of(list, pad);
    if (!reader || !fill || list.nodes[*reader].input(0) != pad.output(0)) continue;
    Node& node = list.nodes[*reader];
    const auto input = list.type(pad.input(0)).dims;
    if (!input || input->size() < 3 || own_fill(list, node) != fill) continue;
    const auto added = read_pad(list.context(pad), input->size());
    const Attributes attributes(node, list.where(node));
    if (!added || attributes.text("auto_pad", "NOTSET") != "NOTSET") continue;
    const size_t rank = input->size(), axes = rank - 2;
    bool fits = (*added)[0] == 0 && (*added)[1] == 0 && (*added)[rank] == 0 && (*added)[rank + 1] == 0;
    Dims pads = attributes.list("pads");
    if (pads.empty()) pads = Dims(2 * axes, 0);
    fits = fits && pads.size() == 2 * axes;
    for (size_t i = 0; fits && i < axes; ++i) {
      fits = (*added)[i + 2] >= 0 && (*added)[rank + i + 2] >= 0;
      pads[i] += (*added)[i + 2];
      pads[i + axes] += (*added)[rank + i + 2];
    }
    if (!fits) continue;
    for (int i = node.attribute_size(); i-- > 0;) {
      if (node.attribute(i).name() == "pads") node.mutable_attribute()->DeleteSubrange(i, 1);
    }
    onnx::AttributeProto& attribute = *node.add_attribute();
    attribute.set_name("pads");
    attribute.set_type(onnx::AttributeProto::INTS);
    for (const int64_t amount : pads) attribute.add_ints(amount);
    node.set_input(0, pad.input(0));
  }
  list.remove_unused();
}

}  // namespace hwcvp::onnx_import
