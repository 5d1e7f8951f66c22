#include <string>

#include "platform/networks/flows.h"

namespace hwcvp::networks {

namespace {

bool begins_with(const std::string& text, const std::string& start) { return text.rfind(start, 0) == 0; }

// Two or three convolutions, and the shortcut: the block's input, or a convolution of it that the list has
// last.
ValueIndex block(GraphBuilder& net, ValueIndex x, const std::string& name) {
  ValueIndex y = x;
  bool more = true;
  while (more) {
    // The last convolution's activation comes after the addition.
    more = begins_with(net.name_after_next(), name + "conv");
    y = net.convolution(y, more ? Activation::relu : Activation::none);
  }
  const bool resized = net.next().name == name + "downsample.0";
  const ValueIndex shortcut = resized ? net.convolution(x, Activation::none) : x;
  return net.add(y, shortcut, name + "add", Activation::relu);
}

}  // namespace

void residual_flow(GraphBuilder& net) {
  ValueIndex x = net.convolution(net.input(), Activation::relu);
  x = net.padded_max_pool(x, "maxpool", {3, 2}, 1);
  for (std::string layer = net.next().name; layer != "fc"; layer = net.next().name) {
    x = block(net, x, layer.substr(0, layer.rfind('.') + 1));
  }
  x = net.flatten(net.global_average_pool(x, "avgpool"), "flatten");
  net.output(net.fully_connected(x, Activation::none));
}

}  // namespace hwcvp::networks
