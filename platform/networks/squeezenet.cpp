#include <string>

#include "platform/networks/flows.h"

namespace hwcvp::networks {

namespace {

// A squeezing convolution, and two that read its output.
ValueIndex fire(GraphBuilder& net, ValueIndex x, const std::string& name) {
  const std::string output = name + "/concat";
  const ValueIndex squeezed = net.convolution(x, Activation::relu);
  const ValueIndex expanded_1x1 = net.convolution(squeezed, Activation::relu, output);
  const ValueIndex expanded_3x3 = net.convolution(squeezed, Activation::relu, output);
  return net.concat({expanded_1x1, expanded_3x3}, output);
}

}  // namespace

void squeezenet_flow(GraphBuilder& net) {
  int64_t size = net.next().out_height();
  ValueIndex x = net.convolution(net.input(), Activation::relu);
  for (std::string layer = net.next().name; layer != "conv10"; layer = net.next().name) {
    const std::string name = layer.substr(0, layer.find('/'));
    if (net.next().in_height != size) {
      size = net.next().in_height;
      x = net.max_pool(x, name + "/pool", {3, 2}, size);
    }
    x = fire(net, x, name);
  }
  x = net.convolution(x, Activation::relu);
  net.output(net.flatten(net.global_average_pool(x, "pool10"), "flatten"));
}

}  // namespace hwcvp::networks
