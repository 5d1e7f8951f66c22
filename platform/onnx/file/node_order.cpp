#include "platform/onnx/file/node_order.h"

#include <fmt/format.h>

#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "platform/onnx/file/text.h"
#include "schedules/workload/error.h"

namespace hwcvp::onnx_import {

namespace {

// The values that a subgraph takes from the graphs around it.
void add_captured(const onnx::GraphProto& graph, std::unordered_set<std::string> inner,
                  std::vector<std::string>& captured) {
  for (const onnx::ValueInfoProto& input : graph.input()) inner.insert(input.name());
  for (const onnx::TensorProto& tensor : graph.initializer()) inner.insert(tensor.name());
  for (const onnx::NodeProto& node : graph.node()) inner.insert(node.output().begin(), node.output().end());
  const auto add = [&](const std::string& value) {
    if (!value.empty() && inner.count(value) == 0) captured.push_back(value);
  };
  for (const onnx::NodeProto& node : graph.node()) {
    for (const std::string& input : node.input()) add(input);
    for (const onnx::AttributeProto& attribute : node.attribute()) {
      if (attribute.has_g()) add_captured(attribute.g(), inner, captured);
      for (const onnx::GraphProto& nested : attribute.graphs()) add_captured(nested, inner, captured);
    }
  }
  for (const onnx::ValueInfoProto& output : graph.output()) add(output.name());
}

class Order {
 public:
  explicit Order(const ModelFile& file) : file_(file), graph_(file.model.graph()) {
    for (const onnx::ValueInfoProto& input : graph_.input()) given_.insert(input.name());
    for (const onnx::TensorProto& tensor : graph_.initializer()) given_.insert(tensor.name());
    for (int i = 0; i < graph_.node_size(); ++i) {
      for (const std::string& output : graph_.node(i).output()) {
        if (output.empty()) continue;
        if (given_.count(output) != 0 || !makers_.emplace(output, i).second) {
          throw InputError(fmt::format("{}: output \"{}\": expected a value that nothing else makes",
                                       where(i), printable(output)));
        }
      }
    }
    visited_.resize(static_cast<size_t>(graph_.node_size()), State::fresh);
  }

  std::vector<int> sorted() {
    for (int i = 0; i < graph_.node_size(); ++i) visit(i);
    for (const onnx::ValueInfoProto& output : graph_.output()) {
      if (given_.count(output.name()) == 0 && makers_.count(output.name()) == 0) {
        throw InputError(fmt::format("{}: output \"{}\": expected a value that a node makes, found none",
                                     file_.path, printable(output.name())));
      }
    }
    return order_;
  }

 private:
  enum class State : uint8_t { fresh, waiting, done };
  struct Visit {
    int node;
    std::vector<int> before;  // nodes that make what it reads
    size_t next = 0;
  };

  // With a stack of its own: chains of nodes are longer than the program's stack is deep.
  void visit(int first) {
    std::vector<Visit> stack;
    const auto enter = [&](int i) {
      State& state = visited_[static_cast<size_t>(i)];
      if (state == State::done) return;
      if (state == State::waiting) {
        throw InputError(
            fmt::format("{}: expected nodes that can run one after another, found one that waits "
                        "for its own output",
                        where(i)));
      }
      state = State::waiting;
      stack.push_back({i, makers_of(i)});
    };
    enter(first);
    while (!stack.empty()) {
      Visit& top = stack.back();
      if (top.next < top.before.size()) {
        enter(top.before[top.next++]);
        continue;
      }
      visited_[static_cast<size_t>(top.node)] = State::done;
      order_.push_back(top.node);
      stack.pop_back();
    }
  }

  std::vector<int> makers_of(int i) const {
    const onnx::NodeProto& node = graph_.node(i);
    std::vector<std::string> values(node.input().begin(), node.input().end());
    for (const onnx::AttributeProto& attribute : node.attribute()) {
      if (attribute.has_g()) add_captured(attribute.g(), {}, values);
      for (const onnx::GraphProto& inner : attribute.graphs()) add_captured(inner, {}, values);
    }
    std::vector<int> makers;
    for (const std::string& value : values) {
      if (value.empty() || given_.count(value) != 0) continue;
      const auto maker = makers_.find(value);
      if (maker == makers_.end()) {
        throw InputError(
            fmt::format("{}: input \"{}\": expected a value of the graph, found none of that name", where(i),
                        printable(value)));
      }
      makers.push_back(maker->second);
    }
    return makers;
  }

  std::string where(int i) const {
    return fmt::format("{}: node \"{}\" ({})", file_.path, printable(graph_.node(i).name()),
                       printable(graph_.node(i).op_type()));
  }

  const ModelFile& file_;
  const onnx::GraphProto& graph_;
  std::unordered_set<std::string> given_;
  std::unordered_map<std::string, int> makers_;
  std::vector<State> visited_;
  std::vector<int> order_;
};

}  // namespace

void sort_nodes(ModelFile& file) {
  const std::vector<int> order = Order(file).sorted();
  bool sorted = true;
  for (size_t i = 0; i < order.size(); ++i) sorted = sorted && order[i] == static_cast<int>(i);
  if (sorted) return;
  google::protobuf::RepeatedPtrField<onnx::NodeProto> unsorted;
  unsorted.Swap(file.model.mutable_graph()->mutable_node());
  for (const int i : order) file.model.mutable_graph()->add_node()->Swap(unsorted.Mutable(i));
}

}  // namespace hwcvp::onnx_import
