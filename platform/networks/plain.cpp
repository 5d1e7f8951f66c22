// Networks whose layers follow one another.
#include <string>

#include "platform/networks/flows.h"

namespace hwcvp::networks {

namespace {

// The fully connected layers: all but the last with an activation.
void classify(GraphBuilder& net, ValueIndex x) {
  x = net.flatten(x, "flatten");
  while (net.has_next()) {
    const std::string name = net.next().name;
    x = net.fully_connected(x, name == "fc8" ? Activation::none : Activation::relu);
  }
  net.output(x);
}

// Convolutions, with a pooling wherever the next layer reads a smaller image, and one before the fully
// connected layers, whose input has `last` rows and columns.
void plain_flow(GraphBuilder& net, Window window, int64_t last) {
  ValueIndex x = net.input();
  int number = 1;
  while (net.next().name.rfind("fc", 0) != 0) {
    const int64_t size = net.next().out_height();
    x = net.convolution(x, Activation::relu);
    const bool ends = net.next().name.rfind("fc", 0) == 0;
    const int64_t next_size = ends ? last : net.next().in_height;
    if (next_size != size) x = net.max_pool(x, "pool" + std::to_string(number++), window, next_size);
  }
  classify(net, x);
}

}  // namespace

void alexnet_flow(GraphBuilder& net) { plain_flow(net, {3, 2}, 6); }
void zfnet_flow(GraphBuilder& net) { plain_flow(net, {3, 2}, 6); }
void vgg16_flow(GraphBuilder& net) { plain_flow(net, {2, 2}, 7); }

}  // namespace hwcvp::networks
