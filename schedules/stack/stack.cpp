#include "schedules/stack/stack.h"

#include <algorithm>

namespace hwcvp::stack {

namespace {

void add_once(std::vector<size_t>& list, size_t value) {
  if (std::find(list.begin(), list.end(), value) == list.end()) list.push_back(value);
}

}  // namespace

std::optional<size_t> Stack::unread() const {
  for (size_t i = 0; i < last(); ++i) {
    if (tensors[operators[i].output].readers.empty()) return i;
  }
  return std::nullopt;
}

Stack make_stack(const Network& network, size_t first, size_t last) {
  Stack stack;
  stack.network = &network;
  const auto place = [&stack](size_t tensor) {
    size_t i = 0;
    while (i < stack.tensors.size() && stack.tensors[i].tensor != tensor) ++i;
    if (i == stack.tensors.size()) {
      stack.tensors.emplace_back();
      stack.tensors.back().tensor = tensor;
    }
    return i;
  };
  for (size_t op = first; op <= last; ++op) {
    const size_t i = op - first;
    StackOperator member;
    member.op = op;
    for (const size_t input : network.operators[op].inputs) {
      const size_t t = place(input);
      add_once(member.inputs, t);
      add_once(stack.tensors[t].readers, i);
    }
    member.output = place(network.operators[op].output);
    stack.tensors[member.output].maker = i;
    stack.operators.push_back(std::move(member));
  }
  stack.tensors[stack.operators.back().output].written = true;
  const auto write = [&stack](size_t tensor) {
    for (StackTensor& candidate : stack.tensors) {
      if (candidate.tensor == tensor && candidate.maker) candidate.written = true;
    }
  };
  for (const size_t output : network.outputs) write(output);
  for (size_t op = last + 1; op < network.operators.size(); ++op) {
    for (const size_t input : network.operators[op].inputs) write(input);
  }
  return stack;
}

}  // namespace hwcvp::stack
