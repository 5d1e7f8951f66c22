// Names of layers.
#pragma once

#include <onnx/onnx_pb.h>

#include <map>
#include <set>
#include <string>

namespace hwcvp::onnx_import {

// Gives the nodes of a graph names that can be printed, that differ where only letters, digits, '-', '_' and
// '.' count (as in names of files), and that are the same each time the file is read.
class NodeNames {
 public:
  explicit NodeNames(const onnx::GraphProto& graph);

  // The node's own name; "OPERATOR_POSITION" where it has none; with a number at the end where an earlier
  // node has the same. Ask once for each node, in order.
  std::string name(const onnx::NodeProto& node, int position);

 private:
  std::set<std::string> given_;  // by nodes in the file, as names of files
  std::set<std::string> used_;
  std::map<std::string, int> numbers_;  // the last number that a name got
};

}  // namespace hwcvp::onnx_import
