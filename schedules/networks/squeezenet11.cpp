#include "schedules/networks/layer_table.h"
#include "schedules/networks/networks.h"

namespace hwcvp::networks {

namespace {

// A fire module: a 1x1 convolution that squeezes the channels, and a 1x1 and a 3x3 one that both read its
// output and expand it, each to `expand` channels. These lie one after the other in the next layer's input.
struct Fire {
  const char* name;
  int64_t size;
  int64_t in;
  int64_t squeeze;
  int64_t expand;
};

constexpr Fire kFires[] = {
    {"fire2", 55, 64, 16, 64},   {"fire3", 55, 128, 16, 64},  {"fire4", 27, 128, 32, 128},
    {"fire5", 27, 256, 32, 128}, {"fire6", 13, 256, 48, 192}, {"fire7", 13, 384, 48, 192},
    {"fire8", 13, 384, 64, 256}, {"fire9", 13, 512, 64, 256},
};

void add_fire(std::vector<Layer>& layers, const Fire& fire) {
  const std::string part = std::string(fire.name) + "/";
  layers.push_back(pointwise(part + "squeeze1x1", fire.in, fire.size, fire.squeeze));
  layers.push_back(pointwise(part + "expand1x1", fire.squeeze, fire.size, fire.expand));
  layers.push_back(conv_same(part + "expand3x3", fire.squeeze, fire.size, fire.expand, 3));
}

}  // namespace

// A 3x3 pooling of stride 2 halves the image, rounding down, after conv1, fire3 and fire5. The average over
// the whole image ends the network, which has no fully connected layer.
Network squeezenet11() {
  Network network = {"squeezenet1.1",
                     "SqueezeNet 1.1 (Iandola et al. 2016), 224x224",
                     {conv("conv1", 3, 224, 64, 3, {2, 0, 1})}};
  for (const Fire& fire : kFires) add_fire(network.layers, fire);
  network.layers.push_back(pointwise("conv10", 512, 13, 1000));
  return network;
}

}  // namespace hwcvp::networks
