#include <string>
#include <vector>

#include "platform/networks/flows.h"

namespace hwcvp::networks {

namespace {

// Four branches on one image, whose outputs lie one after the other. The list has the layers of a branch one
// after the other.
ValueIndex inception(GraphBuilder& net, ValueIndex x, const std::string& name) {
  const std::string output = name + "/output";
  std::vector<ValueIndex> branches;
  branches.push_back(net.convolution(x, Activation::relu, output));
  const ValueIndex reduced_3x3 = net.convolution(x, Activation::relu);
  branches.push_back(net.convolution(reduced_3x3, Activation::relu, output));
  const ValueIndex reduced_5x5 = net.convolution(x, Activation::relu);
  branches.push_back(net.convolution(reduced_5x5, Activation::relu, output));
  const ValueIndex pooled = net.padded_max_pool(x, name + "/pool", {3, 1}, 1);
  branches.push_back(net.convolution(pooled, Activation::relu, output));
  return net.concat(branches, output);
}

}  // namespace

void googlenet_flow(GraphBuilder& net) {
  ValueIndex x = net.convolution(net.input(), Activation::relu);
  x = net.max_pool(x, "pool1/3x3_s2", {3, 2}, net.next().in_height);
  x = net.convolution(x, Activation::relu);
  int64_t size = net.next().in_height;
  x = net.convolution(x, Activation::relu);
  int number = 2;
  for (std::string layer = net.next().name; layer.rfind("inception", 0) == 0; layer = net.next().name) {
    if (net.next().in_height != size) {
      size = net.next().in_height;
      x = net.max_pool(x, "pool" + std::to_string(number++) + "/3x3_s2", {3, 2}, size);
    }
    x = inception(net, x, layer.substr(0, layer.find('/')));
  }
  x = net.flatten(net.global_average_pool(x, "pool5/7x7_s1"), "flatten");
  net.output(net.fully_connected(x, Activation::none));
}

}  // namespace hwcvp::networks
