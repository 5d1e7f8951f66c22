#include "platform/onnx/file/attributes.h"

#include <fmt/format.h>

#include "schedules/workload/error.h"

namespace hwcvp::onnx_import {

const onnx::AttributeProto* Attributes::find(const char* name) const {
  for (const onnx::AttributeProto& attribute : node_.attribute()) {
    if (attribute.name() == name) return &attribute;
  }
  return nullptr;
}

const onnx::AttributeProto* Attributes::find(const char* name,
                                             onnx::AttributeProto::AttributeType type) const {
  const onnx::AttributeProto* const attribute = find(name);
  if (attribute != nullptr && attribute->type() != type) {
    throw InputError(fmt::format("{}: attribute {}: expected type {}, found {}", where_, name,
                                 onnx::AttributeProto::AttributeType_Name(type),
                                 onnx::AttributeProto::AttributeType_Name(attribute->type())));
  }
  return attribute;
}

int64_t Attributes::integer(const char* name, int64_t otherwise) const {
  const auto* const attribute = find(name, onnx::AttributeProto::INT);
  return attribute == nullptr ? otherwise : attribute->i();
}

double Attributes::number(const char* name, double otherwise) const {
  const auto* const attribute = find(name, onnx::AttributeProto::FLOAT);
  return attribute == nullptr ? otherwise : attribute->f();
}

std::string Attributes::text(const char* name, const std::string& otherwise) const {
  const auto* const attribute = find(name, onnx::AttributeProto::STRING);
  return attribute == nullptr ? otherwise : attribute->s();
}

std::vector<int64_t> Attributes::list(const char* name) const {
  const auto* const attribute = find(name, onnx::AttributeProto::INTS);
  if (attribute == nullptr) return {};
  return {attribute->ints().begin(), attribute->ints().end()};
}

const onnx::TensorProto* Attributes::tensor(const char* name) const {
  const auto* const attribute = find(name, onnx::AttributeProto::TENSOR);
  return attribute == nullptr ? nullptr : &attribute->t();
}

std::vector<double> Attributes::number_list(const char* name) const {
  const auto* const attribute = find(name, onnx::AttributeProto::FLOATS);
  if (attribute == nullptr) return {};
  return {attribute->floats().begin(), attribute->floats().end()};
}

std::vector<int64_t> Attributes::integers(const char* name, const std::vector<int64_t>& otherwise) const {
  const auto* const attribute = find(name, onnx::AttributeProto::INTS);
  if (attribute == nullptr) return otherwise;
  if (static_cast<size_t>(attribute->ints_size()) != otherwise.size()) {
    throw InputError(fmt::format("{}: attribute {}: expected {} integers, found {}", where_, name,
                                 otherwise.size(), attribute->ints_size()));
  }
  return {attribute->ints().begin(), attribute->ints().end()};
}

}  // namespace hwcvp::onnx_import
