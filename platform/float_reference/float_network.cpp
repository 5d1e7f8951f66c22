#include "platform/float_reference/float_network.h"

#include <fmt/format.h>

#include "platform/float_reference/float_operators.h"
#include "schedules/workload/error.h"

namespace hwcvp::onnx_import {

namespace {

class Run {
 public:
  Run(const NodeList& list, const SeeValue& see) : list_(list), see_(see) {
    for (size_t i = 0; i < list.nodes.size(); ++i) {
      for (const std::string& input : list.nodes[i].input()) last_reader_[input] = i;
    }
  }

  void add(const std::string& value, Array array) {
    see_(value, array);
    values_[value] = std::make_shared<const Array>(std::move(array));
  }

  void run(size_t i) {
    const Node& node = list_.nodes[i];
    const NodeContext context(
        node, list_.operator_set, list_.where(node),
        [this](const std::string& value) { return list_.type(value); },
        [this](const std::string& value) { return find(value); });
    OutputTypes types;
    for (const std::string& output : node.output()) types.push_back(list_.type(output));
    std::vector<Array> outputs = float_outputs(context, types, list_.where(node));
    for (int k = 0; k < node.output_size(); ++k) {
      if (!node.output(k).empty()) add(node.output(k), std::move(outputs.at(static_cast<size_t>(k))));
    }
    for (const std::string& input : node.input()) {
      if (last_reader_.at(input) == i) values_.erase(input);
    }
  }

 private:
  std::shared_ptr<const Array> find(const std::string& value) const {
    const auto found = values_.find(value);
    return found == values_.end() ? list_.constant(value) : found->second;
  }

  const NodeList& list_;
  const SeeValue& see_;
  std::unordered_map<std::string, size_t> last_reader_;
  std::unordered_map<std::string, std::shared_ptr<const Array>> values_;
};

}  // namespace

void run_float(const NodeList& list, const std::map<std::string, Array>& inputs, const SeeValue& see) {
  Run run(list, see);
  for (const std::string& input : list.inputs) {
    const auto found = inputs.find(input);
    if (found == inputs.end()) throw InputError(fmt::format("{}: input {}: not given", list.path, input));
    run.add(input, found->second);
  }
  for (size_t i = 0; i < list.nodes.size(); ++i) run.run(i);
}

}  // namespace hwcvp::onnx_import
