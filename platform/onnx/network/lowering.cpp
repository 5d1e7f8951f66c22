#include "platform/onnx/network/lowering.h"

#include <fmt/format.h>

#include "platform/onnx/file/tensor_elements.h"
#include "platform/onnx/file/text.h"

namespace hwcvp::onnx_import {

using graph::ValueIndex;

DataType machine_type_of(int32_t elem_type) {
  switch (elem_type) {
    case onnx::TensorProto::INT8:
      return DataType::int8;
    case onnx::TensorProto::UINT8:
      return DataType::uint8;
    case onnx::TensorProto::INT32:
      return DataType::int32;
    case onnx::TensorProto::FLOAT:
      return DataType::float32;
    default:
      throw CannotLower(
          fmt::format("expected int8, uint8, int32 or float32, found {}", type_name(elem_type)));
  }
}

ValueIndex Lowering::input(const Node& node, int i) {
  if (!has_input(node, i)) throw CannotLower(fmt::format("input {} is absent", i));
  const std::string& name = node.input(i);
  const auto found = values_.find(name);
  if (found != values_.end()) return found->second;
  if (list_.is_constant(name))
    throw CannotLower(fmt::format("operand \"{}\" is a constant", printable(name)));
  throw CannotLower(fmt::format("needs \"{}\", which is missing", printable(name)));
}

ValueIndex Lowering::input_or_constant(const Node& node, int i) {
  if (!has_input(node, i) || !list_.is_constant(node.input(i)) || has_value(node.input(i)))
    return input(node, i);
  const std::string& name = node.input(i);
  const Array& array = constant(node, i, "operand");
  if (!is_eight_bits(array.elem_type)) throw CannotLower("expected constants of int8 or uint8");
  const Code code = output_code(node, i + 1, array.elem_type);
  if (code.elem_type != array.elem_type) throw CannotLower("expected a zero point of its operand's type");
  const ValueIndex value = add_value(name, array.dims, machine_type_of(code.elem_type), code.step, code.zero);
  HostTensor tensor(graph_.values[value].type, array.dims);
  for (int64_t e = 0; e < array.size(); ++e) tensor.bytes()[e] = static_cast<uint8_t>(array.integer(e));
  graph_.constants.push_back({value, std::move(tensor)});
  return value;
}

Shape Lowering::shape(const std::string& name) const {
  const auto dims = list_.type(name).dims;
  if (!dims) throw CannotLower(fmt::format("the shape of \"{}\" cannot be inferred", printable(name)));
  const auto count = element_product(*dims);
  if (!count || *count < 1 || *count > INT32_MAX) {
    throw CannotLower(fmt::format("\"{}\" has no elements, or 2^31 and more", printable(name)));
  }
  return *dims;
}

ValueIndex Lowering::add_value(const std::string& name, const Shape& shape, DataType type, float scale,
                               int32_t zero_point) {
  graph::Value value;
  value.name = printable(name);
  value.shape = shape;
  value.type = type;
  value.scale = scale;
  value.zero_point = zero_point;
  graph_.values.push_back(std::move(value));
  values_[name] = graph_.values.size() - 1;
  return graph_.values.size() - 1;
}

ValueIndex Lowering::add_value(const std::string& name, DataType type, float scale, int32_t zero_point) {
  return add_value(name, shape(name), type, scale, zero_point);
}

ValueIndex Lowering::add_value(const std::string& name, const Code& code) {
  return add_value(name, machine_type_of(code.elem_type), code.step, code.zero);
}

ValueIndex Lowering::add_like(const std::string& name, ValueIndex like) {
  const graph::Value other = value(like);
  return add_value(name, other.type, other.scale, other.zero_point);
}

void Lowering::add_operator(const Node& node, std::vector<ValueIndex> inputs, ValueIndex output,
                            graph::Action action, const std::string& suffix) {
  graph::Operator op;
  op.name = node.name() + suffix;
  for (int i = 2; !names_.insert(op.name).second; ++i)
    op.name = fmt::format("{}{}_{}", node.name(), suffix, i);
  op.type = printable(node.op_type());
  op.inputs = std::move(inputs);
  op.output = output;
  op.action = std::move(action);
  graph_.operators.push_back(std::move(op));
}

Code Lowering::output_code(const Node& node, int scale, int32_t elem_type) {
  const auto code = read_code(list_, node, scale, elem_type);
  if (!code) {
    throw CannotLower(
        "expected a constant scale above 0 and a zero point of int8 or uint8, one for all of a "
        "tensor");
  }
  return *code;
}

Code Lowering::code(const Node& node, int scale, ValueIndex operand) {
  const graph::Value& made = value(operand);
  Code code = output_code(node, scale,
                          made.type == DataType::int8 ? onnx::TensorProto::INT8 : onnx::TensorProto::UINT8);
  if (machine_type_of(code.elem_type) != made.type || code.step != made.scale ||
      code.zero != made.zero_point) {
    throw CannotLower(
        fmt::format("reads \"{}\" with another scale or zero point than it is written with", made.name));
  }
  return code;
}

const Array& Lowering::constant(const Node& node, int i, const char* what) {
  if (!has_input(node, i)) throw CannotLower(fmt::format("has no {}", what));
  if (!list_.is_constant(node.input(i))) throw CannotLower(fmt::format("{}: not constant", what));
  const auto array = list_.constant(node.input(i));
  if (array == nullptr) throw CannotLower(fmt::format("{}: not in the file", what));
  return *array;
}

}  // namespace hwcvp::onnx_import
