#include "platform/onnx/shapes/node_context.h"

#include <utility>

namespace hwcvp::onnx_import {

NodeContext::NodeContext(const onnx::NodeProto& node, int64_t operator_set, const std::string& where,
                         TypeOf type_of, ConstantOf constant_of)
    : node_(node),
      attributes_(node, where),
      operator_set_(operator_set),
      type_of_(std::move(type_of)),
      constant_of_(std::move(constant_of)) {}

ValueType NodeContext::type(int i) const { return has(i) ? type_of_(node_.input(i)) : ValueType{}; }

std::shared_ptr<const Array> NodeContext::constant(int i) const {
  return has(i) ? constant_of_(node_.input(i)) : nullptr;
}

std::optional<std::vector<int64_t>> NodeContext::integers(int i) const {
  const auto array = constant(i);
  if (array == nullptr || !is_integer_type(array->elem_type)) return {};
  std::vector<int64_t> values;
  for (int64_t k = 0; k < array->size(); ++k) values.push_back(array->integer(k));
  return values;
}

std::optional<std::vector<double>> NodeContext::numbers(int i) const {
  const auto array = constant(i);
  if (array == nullptr) return {};
  std::vector<double> values;
  for (int64_t k = 0; k < array->size(); ++k) values.push_back(array->number(k));
  return values;
}

std::optional<std::vector<int64_t>> NodeContext::attribute_or_input(const char* name, int i) const {
  if (has(i)) return integers(i);
  if (attributes_.has(name)) return attributes_.list(name);
  return {};
}

std::optional<size_t> front_axis(int64_t axis, size_t rank) {
  const auto extent = static_cast<int64_t>(rank);
  if (axis < -extent || axis >= extent) return {};
  return static_cast<size_t>(axis < 0 ? axis + extent : axis);
}

}  // namespace hwcvp::onnx_import
