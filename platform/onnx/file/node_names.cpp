#include "platform/onnx/file/node_names.h"

#include <algorithm>
#include <cctype>

#include "platform/onnx/file/text.h"

namespace hwcvp::onnx_import {

namespace {

std::string file_name(std::string name) {
  for (char& c : name) {
    const bool kept = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.';
    c = kept ? static_cast<char>(std::tolower(static_cast<unsigned char>(c))) : '_';
  }
  return name;
}

}  // namespace

NodeNames::NodeNames(const onnx::GraphProto& graph) {
  for (const onnx::NodeProto& node : graph.node()) given_.insert(file_name(printable(node.name())));
}

std::string NodeNames::name(const onnx::NodeProto& node, int position) {
  const std::string own = printable(node.name());
  const std::string stem = own.empty() ? printable(node.op_type()) + "_" + std::to_string(position) : own;
  std::string name = stem;
  // A name that is made up must not be one that another node has.
  bool made_up = own.empty();
  while (used_.count(file_name(name)) != 0 || (made_up && given_.count(file_name(name)) != 0)) {
    int& number = numbers_[file_name(stem)];
    number = std::max(number + 1, 2);
    name = stem + "_" + std::to_string(number);
    made_up = true;
  }
  used_.insert(file_name(name));
  return name;
}

}  // namespace hwcvp::onnx_import
