// Residual networks. A 3x3 pooling of stride 2 follows conv1, the average over the whole image the last
// block. A block's shortcut is a layer, "downsample.0", only where it changes the image's size or its
// channels.
#include <fmt/format.h>

#include <array>

#include "schedules/networks/layer_table.h"
#include "schedules/networks/networks.h"

namespace hwcvp::networks {

namespace {

// Where a block stands: what it reads, how wide its 3x3 convolutions are, and their first stride.
struct Block {
  std::string name;
  int64_t in;
  int64_t size;
  int64_t width;
  int64_t stride;
};

// Adds the layers of a block and returns its output channels.
using AddBlock = int64_t (*)(std::vector<Layer>& layers, const Block& block);

void add_shortcut(std::vector<Layer>& layers, const Block& block, int64_t out) {
  if (block.stride == 1 && block.in == out) return;
  layers.push_back(conv(block.name + "downsample.0", block.in, block.size, out, 1, {block.stride, 0, 1}));
}

// Two 3x3 convolutions.
int64_t add_basic_block(std::vector<Layer>& layers, const Block& block) {
  const int64_t width = block.width;
  layers.push_back(conv(block.name + "conv1", block.in, block.size, width, 3, {block.stride, 1, 1}));
  layers.push_back(conv(block.name + "conv2", width, block.size / block.stride, width, 3, {1, 1, 1}));
  add_shortcut(layers, block, width);
  return width;
}

constexpr int64_t kBottleneckExpansion = 4;

// A 3x3 convolution between two 1x1 ones. The stride is that of the 3x3 convolution (v1.5), where the paper
// has it in the first 1x1.
int64_t add_bottleneck(std::vector<Layer>& layers, const Block& block) {
  const int64_t width = block.width;
  const int64_t out = kBottleneckExpansion * width;
  layers.push_back(pointwise(block.name + "conv1", block.in, block.size, width));
  layers.push_back(conv(block.name + "conv2", width, block.size, width, 3, {block.stride, 1, 1}));
  layers.push_back(pointwise(block.name + "conv3", width, block.size / block.stride, out));
  add_shortcut(layers, block, out);
  return out;
}

// Four stages of blocks[i] blocks each. Every stage doubles the width; all but the first begin with stride 2.
std::vector<Layer> residual_layers(const std::array<int, 4>& blocks, AddBlock add_block) {
  std::vector<Layer> layers = {conv("conv1", 3, 224, 64, 7, {2, 3, 1})};
  int64_t in = 64;
  int64_t size = 56;
  int64_t width = 64;
  for (size_t stage = 0; stage < blocks.size(); ++stage) {
    for (int i = 0; i < blocks[stage]; ++i) {
      const int64_t stride = stage > 0 && i == 0 ? 2 : 1;
      in = add_block(layers, {fmt::format("layer{}.{}.", stage + 1, i), in, size, width, stride});
      size /= stride;
    }
    width *= 2;
  }
  layers.push_back(fully_connected("fc", in, 1000));
  return layers;
}

}  // namespace

Network resnet18() {
  return {"resnet18", "ResNet-18 (He, Zhang, Ren, Sun 2016), 224x224",
          residual_layers({2, 2, 2, 2}, add_basic_block)};
}

Network resnet50() {
  return {"resnet50", "ResNet-50 v1.5, stride in the 3x3 convolutions (He, Zhang, Ren, Sun 2016), 224x224",
          residual_layers({3, 4, 6, 3}, add_bottleneck)};
}

}  // namespace hwcvp::networks
