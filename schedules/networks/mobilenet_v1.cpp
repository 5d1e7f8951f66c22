#include <string>

#include "schedules/networks/layer_table.h"
#include "schedules/networks/networks.h"

namespace hwcvp::networks {

namespace {

// A depthwise convolution, which may have a stride, and a pointwise one.
struct SeparableBlock {
  int64_t stride;
  int64_t out;
};

constexpr SeparableBlock kBlocks[] = {{1, 64},  {2, 128}, {1, 128}, {2, 256}, {1, 256},  {2, 512}, {1, 512},
                                      {1, 512}, {1, 512}, {1, 512}, {1, 512}, {2, 1024}, {1, 1024}};

}  // namespace

// Padding is TensorFlow's SAME: a convolution of stride 2 pads one line below and on the right only. The
// average over the whole image precedes the fully connected layer.
Network mobilenet_v1() {
  Network network = {"mobilenetv1",
                     "MobileNetV1, width 1.0 (Howard et al. 2017), 224x224",
                     {conv_same("conv1", 3, 224, 32, 3, 2)}};
  std::vector<Layer>& layers = network.layers;
  int number = 1;
  for (const SeparableBlock& block : kBlocks) {
    const std::string suffix = std::to_string(number++);
    const Layer before = layers.back();
    layers.push_back(depthwise("conv_dw_" + suffix, before.out_channels, before.out_height(), block.stride));
    layers.push_back(
        pointwise("conv_pw_" + suffix, before.out_channels, layers.back().out_height(), block.out));
  }
  layers.push_back(fully_connected("conv_preds", layers.back().out_channels, 1000));
  return network;
}

}  // namespace hwcvp::networks
