// Functions of one 8-bit tensor, worked out for each of its 256 elements.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <unordered_map>

#include "platform/onnx/network/codes.h"

namespace hwcvp::onnx_import {

// By the bits of the element. Each step is worked out in double precision and rounded to single.
using Column = std::array<float, 256>;

class FunctionColumns {
 public:
  FunctionColumns(NodeList& list, const Uses& uses) : list_(list), uses_(uses) {}

  // What becomes of each element on the way to a value; nothing where operators stand between that do not
  // work on single elements, or that read other tensors.
  std::optional<Column> column(const std::string& value) { return column(value, 0); }

  // The one tensor of integers that all comes from; empty where it is all constant.
  const std::string& source() const { return source_; }
  const Code& code() const { return code_; }
  // Whether a value is the source as DequantizeLinear makes it.
  bool is_plain(const std::string& value) const;

 private:
  std::optional<Column> column(const std::string& value, int depth);
  std::optional<Column> make(const std::string& value, int depth);
  std::optional<Column> make_clip(const Node& node, int depth);
  std::optional<Column> dequantize(const Node& node);

  NodeList& list_;
  const Uses& uses_;
  std::string source_;
  Code code_;
  std::unordered_map<std::string, std::optional<Column>> columns_;
};

}  // namespace hwcvp::onnx_import
