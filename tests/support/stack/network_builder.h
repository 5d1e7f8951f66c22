// Small networks by hand.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "schedules/stack/network.h"
#include "schedules/stack/schedule.h"

namespace hwcvp::stack {

// Each function adds an operator and returns its output. Windows of convolutions are padded to give as many
// lines as there were.
class NetworkBuilder {
 public:
  NetworkBuilder(int64_t channels, int64_t rows, int64_t columns, int64_t batch = 1) {
    network.batch = batch;
    network.tensors.push_back({"input", channels, {rows, columns}, 1});
  }

  size_t convolution(size_t input, int64_t channels, int64_t kernel) {
    Operator op = window(kernel, 1, kernel / 2);
    op.type = "conv";
    Product product;
    product.in_channels = network.tensors[input].channels;
    product.out_channels = channels;
    product.kernel = {kernel, kernel};
    op.product = product;
    return add(op, {input}, channels, 1);
  }
  size_t pooling(size_t input) {
    Operator op = window(2, 2, 0);
    op.type = "pool";
    return add(op, {input}, network.tensors[input].channels, 2);
  }
  size_t sum(size_t a, size_t b) {
    Operator op;
    op.type = "add";
    return add(op, {a, b}, network.tensors[a].channels, 1);
  }
  size_t concatenation(size_t a, size_t b) {
    Operator op;
    op.type = "concat";
    return add(op, {a, b}, network.tensors[a].channels + network.tensors[b].channels, 1);
  }
  size_t table(size_t input) {
    Operator op;
    op.type = "table";
    op.constant_bytes = 256;
    return add(op, {input}, network.tensors[input].channels, 1);
  }

  // All operators, with pieces of what is asked, streamed weights and whole portions.
  Schedule schedule(Axis outer, int64_t outer_tile, int64_t inner_tile) const {
    Schedule made;
    made.outer = outer;
    made.outer_tile = outer_tile;
    made.inner_tile = inner_tile;
    for (const Operator& op : network.operators) {
      made.operators.emplace_back();
      if (op.product) made.operators.back().portion = {1, op.product->out_channels, op.product->in_channels};
    }
    return made;
  }

  Network network;

 private:
  static Operator window(int64_t kernel, int64_t stride, int64_t pad) {
    Operator op;
    for (LineMap& map : op.maps) {
      map.kernel = kernel;
      map.stride = stride;
      map.pad = map.pad_end = pad;
    }
    return op;
  }
  size_t add(Operator op, const std::vector<size_t>& inputs, int64_t channels, int64_t divisor) {
    Tensor output = network.tensors[inputs[0]];
    output.name = op.name = op.type + std::to_string(network.operators.size());
    output.channels = channels;
    for (int64_t& lines : output.lines) lines /= divisor;
    op.inputs = inputs;
    op.output = network.tensors.size();
    network.tensors.push_back(output);
    network.operators.push_back(op);
    return op.output;
  }
};

}  // namespace hwcvp::stack
