// One stack of a network: its operators and tensors, and what each tensor is to it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "schedules/stack/network.h"

namespace hwcvp::stack {

// Indices are those of the stack's own lists where nothing else is said.
struct StackTensor {
  size_t tensor = 0;            // of the network
  std::optional<size_t> maker;  // none: an input of the stack, which is loaded
  std::vector<size_t> readers;  // operators of the stack that read it, each once
  bool written = false;         // an output of the stack
};

struct StackOperator {
  size_t op = 0;               // of the network
  std::vector<size_t> inputs;  // tensors in the operator's order, each once
  size_t output = 0;
};

struct Stack {
  const Network* network = nullptr;
  std::vector<StackTensor> tensors;
  std::vector<StackOperator> operators;  // one after the other in the network

  const Tensor& tensor(size_t i) const { return network->tensors[tensors[i].tensor]; }
  const Operator& op(size_t i) const { return network->operators[operators[i].op]; }
  size_t last() const { return operators.size() - 1; }

  // Nothing where the operators can be a stack; else why not: an operator but the last whose output none of
  // them reads.
  std::optional<size_t> unread() const;
};

// Operators `first` to `last`, which the network has.
Stack make_stack(const Network& network, size_t first, size_t last);

}  // namespace hwcvp::stack
