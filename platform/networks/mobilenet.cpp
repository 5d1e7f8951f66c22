#include <string>

#include "platform/networks/flows.h"

namespace hwcvp::networks {

namespace {

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

// A block of MobileNetV2, up to the layer that projects. The shortcut is there where the image keeps its size
// and its channels.
ValueIndex inverted_residual(GraphBuilder& net, ValueIndex x) {
  const Layer first = net.next();
  ValueIndex y = x;
  while (!ends_with(net.next().name, "_project")) y = net.convolution(y, Activation::relu6);
  const Layer last = net.next();
  y = net.convolution(y, Activation::none);
  const bool same = last.out_channels == first.in_channels && last.out_height() == first.in_height;
  if (!same) return y;
  return net.add(y, x, last.name.substr(0, last.name.rfind('_')) + "_add", Activation::none);
}

}  // namespace

// The classifier is a convolution of the averages, which keep their four dimensions.
void mobilenet_v1_flow(GraphBuilder& net) {
  ValueIndex x = net.input();
  while (net.next().name != "conv_preds") x = net.convolution(x, Activation::relu6);
  x = net.convolution(net.global_average_pool(x, "global_average_pooling2d"), Activation::none);
  net.output(net.flatten(x, "reshape"));
}

void mobilenet_v2_flow(GraphBuilder& net) {
  ValueIndex x = net.convolution(net.input(), Activation::relu6);
  while (net.next().name != "Conv_1") x = inverted_residual(net, x);
  x = net.convolution(x, Activation::relu6);
  x = net.flatten(net.global_average_pool(x, "global_average_pooling2d"), "flatten");
  net.output(net.fully_connected(x, Activation::none));
}

}  // namespace hwcvp::networks
