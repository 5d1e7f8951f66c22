#include <string>

#include "schedules/networks/layer_table.h"
#include "schedules/networks/networks.h"

namespace hwcvp::networks {

namespace {

// Blocks of the same kind in a row, as the paper lists them. Only the first has the stride.
struct InvertedResiduals {
  int64_t expansion;
  int64_t out;
  int count;
  int64_t stride;
};

constexpr InvertedResiduals kStages[] = {{1, 16, 1, 1}, {6, 24, 2, 2},  {6, 32, 3, 2}, {6, 64, 4, 2},
                                         {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};

// An inverted residual block: a pointwise convolution that expands the channels, a depthwise one, and a
// pointwise one that projects them to `out`. Without expansion there are the last two only.
void add_block(std::vector<Layer>& layers, const std::string& name, int64_t expansion, int64_t stride,
               int64_t out) {
  const int64_t in = layers.back().out_channels;
  const int64_t size = layers.back().out_height();
  const int64_t expanded = expansion * in;
  if (expansion > 1) layers.push_back(pointwise(name + "_expand", in, size, expanded));
  layers.push_back(depthwise(name + "_depthwise", expanded, size, stride));
  layers.push_back(pointwise(name + "_project", expanded, layers.back().out_height(), out));
}

}  // namespace

// Padding is TensorFlow's SAME: a convolution of stride 2 pads one line below and on the right only. The
// average over the whole image precedes the fully connected layer; shortcuts have no layers.
Network mobilenet_v2() {
  Network network = {"mobilenetv2",
                     "MobileNetV2, width 1.0 (Sandler et al. 2018), 224x224",
                     {conv_same("Conv1", 3, 224, 32, 3, 2)}};
  std::vector<Layer>& layers = network.layers;
  int number = 0;
  for (const InvertedResiduals& stage : kStages) {
    for (int i = 0; i < stage.count; ++i, ++number) {
      const std::string name = number == 0 ? "expanded_conv" : "block_" + std::to_string(number);
      add_block(layers, name, stage.expansion, i == 0 ? stage.stride : 1, stage.out);
    }
  }
  layers.push_back(pointwise("Conv_1", layers.back().out_channels, layers.back().out_height(), 1280));
  layers.push_back(fully_connected("predictions", 1280, 1000));
  return network;
}

}  // namespace hwcvp::networks
