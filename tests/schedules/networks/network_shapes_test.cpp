// Shapes along the built-in networks: every layer reads what the layers before it leave, pooling,
// concatenation and shortcuts in between included.
#include <gtest/gtest.h>

#include <ostream>
#include <set>
#include <string>

#include "schedules/networks/network.h"

namespace hwcvp {
namespace {

using Names = std::set<std::string>;

// A square image of some channels.
struct Image {
  int64_t channels;
  int64_t size;
};

bool operator==(const Image& a, const Image& b) { return a.channels == b.channels && a.size == b.size; }
std::ostream& operator<<(std::ostream& out, const Image& image) {
  return out << image.channels << "x" << image.size << "x" << image.size;
}

Image input_of(const Layer& layer) {
  EXPECT_EQ(layer.in_height, layer.in_width) << layer.name;
  return {layer.in_channels, layer.in_height};
}

Image output_of(const Layer& layer) {
  EXPECT_EQ(layer.out_height(), layer.out_width()) << layer.name;
  return {layer.out_channels, layer.out_height()};
}

// All poolings inside these networks halve the image and round down: 2x2 or 3x3 windows, stride 2.
Image pooled(const Image& image) { return {image.channels, image.size / 2}; }
Image average(const Image& image) { return {image.channels, 1}; }
Image flattened(const Image& image) { return {image.channels * image.size * image.size, 1}; }

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

// Walks a chain of layers: poolings stand before the layers of `pool_before`; `to_connected` turns the image
// into the input of fully connected layers.
void expect_chain(const std::string& name, int64_t input_size, const Names& pool_before,
                  Image (*to_connected)(const Image&)) {
  SCOPED_TRACE(name);
  Image image = {3, input_size};
  for (const Layer& layer : builtin_network(name).layers) {
    if (pool_before.count(layer.name) != 0) image = pooled(image);
    if (layer.in_height == 1) image = to_connected(image);
    EXPECT_EQ(input_of(layer), image) << layer.name;
    image = output_of(layer);
  }
  EXPECT_EQ(image, (Image{1000, 1}));
}

TEST(NetworkShapes, Chains) {
  expect_chain("alexnet", 227, {"conv2", "conv3", "fc6"}, flattened);
  expect_chain("zfnet", 224, {"conv2", "conv3", "fc6"}, flattened);
  expect_chain("vgg16", 224, {"conv2_1", "conv3_1", "conv4_1", "conv5_1", "fc6"}, flattened);
  expect_chain("mobilenetv1", 224, {}, average);
  expect_chain("mobilenetv2", 224, {}, average);
}

TEST(NetworkShapes, InceptionBranchesReadTheConcatenation) {
  const Network network = builtin_network("googlenet");
  const Names pool_before = {"conv2", "inception_3a", "inception_4a", "inception_5a"};
  Image whole = {3, 224};     // what the branches of the module read
  Image gathered = {0, 224};  // what its branches have left so far
  Image previous = whole;
  std::string module = "conv1";
  for (const Layer& layer : network.layers) {
    const size_t slash = layer.name.find('/');
    ASSERT_NE(slash, std::string::npos) << layer.name;
    const std::string part = layer.name.substr(slash + 1);
    if (layer.name.substr(0, slash) != module) {
      module = layer.name.substr(0, slash);
      whole = pool_before.count(module) != 0 ? pooled(gathered) : gathered;
      gathered = {0, whole.size};
    }
    if (layer.in_height == 1) whole = average(whole);
    const bool inside = part == "3x3" || part == "5x5";
    EXPECT_EQ(input_of(layer), inside ? previous : whole) << layer.name;
    previous = output_of(layer);
    gathered.size = previous.size;
    if (!ends_with(part, "_reduce")) gathered.channels += previous.channels;
  }
  EXPECT_EQ(gathered, (Image{1000, 1}));
}

TEST(NetworkShapes, FiresReadTheConcatenation) {
  const Names pool_before = {"fire2/squeeze1x1", "fire4/squeeze1x1", "fire6/squeeze1x1"};
  Image whole = {3, 224};
  Image squeezed = whole;
  for (const Layer& layer : builtin_network("squeezenet1.1").layers) {
    if (pool_before.count(layer.name) != 0) whole = pooled(whole);
    if (ends_with(layer.name, "/expand1x1")) {
      EXPECT_EQ(input_of(layer), squeezed) << layer.name;
      whole = output_of(layer);
    } else if (ends_with(layer.name, "/expand3x3")) {
      EXPECT_EQ(input_of(layer), squeezed) << layer.name;
      EXPECT_EQ(output_of(layer).size, whole.size) << layer.name;
      whole.channels += output_of(layer).channels;
    } else {
      EXPECT_EQ(input_of(layer), whole) << layer.name;
      (ends_with(layer.name, "/squeeze1x1") ? squeezed : whole) = output_of(layer);
    }
  }
  EXPECT_EQ(whole, (Image{1000, 13}));
}

// Both summands of a block's addition have one shape: its last convolution's output, and what the shortcut
// leaves, a layer or nothing.
void expect_residual(const std::string& name, int64_t last_channels) {
  SCOPED_TRACE(name);
  const Network network = builtin_network(name);
  ASSERT_EQ(network.layers.front().name, "conv1");
  EXPECT_EQ(input_of(network.layers.front()), (Image{3, 224}));
  Image block_output = pooled(output_of(network.layers.front()));
  Image shortcut = block_output;
  Image image = block_output;
  for (size_t i = 1; i < network.layers.size(); ++i) {
    const Layer& layer = network.layers[i];
    if (layer.name == "fc" || ends_with(layer.name, ".conv1")) {  // the block before is complete
      EXPECT_EQ(image, shortcut) << "in front of " << layer.name;
      block_output = shortcut = image;
    }
    if (ends_with(layer.name, ".downsample.0")) {
      EXPECT_EQ(input_of(layer), block_output) << layer.name;
      shortcut = output_of(layer);
    } else {
      EXPECT_EQ(input_of(layer), layer.name == "fc" ? average(image) : image) << layer.name;
      image = output_of(layer);
    }
  }
  EXPECT_EQ(block_output, (Image{last_channels, 7}));
  EXPECT_EQ(image, (Image{1000, 1}));
}

TEST(NetworkShapes, ShortcutsMatchTheirBlocks) {
  expect_residual("resnet18", 512);
  expect_residual("resnet50", 2048);
}

struct Spot {
  const char* network;
  const char* layer;
  int64_t out_size;
};

const Layer& layer_of(const Network& network, const std::string& name) {
  for (const Layer& layer : network.layers) {
    if (layer.name == name) return layer;
  }
  ADD_FAILURE() << network.name << " has no layer " << name;
  return network.layers.front();
}

TEST(NetworkShapes, OutputsHaveThePublishedSizes) {
  constexpr Spot kSpots[] = {
      {"alexnet", "conv1", 55},
      {"alexnet", "conv2", 27},
      {"alexnet", "conv5", 13},
      {"zfnet", "conv1", 110},
      {"zfnet", "conv2", 26},
      {"zfnet", "conv5", 13},
      {"vgg16", "conv1_2", 224},
      {"vgg16", "conv5_3", 14},
      {"googlenet", "conv1/7x7_s2", 112},
      {"googlenet", "conv2/3x3", 56},
      {"googlenet", "inception_3b/5x5", 28},
      {"googlenet", "inception_4e/3x3", 14},
      {"googlenet", "inception_5b/pool_proj", 7},
      {"resnet18", "conv1", 112},
      {"resnet18", "layer1.1.conv2", 56},
      {"resnet18", "layer2.0.conv1", 28},
      {"resnet18", "layer4.0.downsample.0", 7},
      {"resnet50", "layer1.0.downsample.0", 56},
      {"resnet50", "layer3.0.conv1", 28},  // the stride is in the 3x3 convolution that follows
      {"resnet50", "layer3.0.conv2", 14},
      {"resnet50", "layer4.2.conv3", 7},
      {"squeezenet1.1", "conv1", 111},
      {"squeezenet1.1", "fire3/expand3x3", 55},
      {"squeezenet1.1", "fire5/expand1x1", 27},
      {"squeezenet1.1", "conv10", 13},
      {"mobilenetv1", "conv1", 112},
      {"mobilenetv1", "conv_dw_6", 14},
      {"mobilenetv1", "conv_pw_13", 7},
      {"mobilenetv2", "expanded_conv_project", 112},
      {"mobilenetv2", "block_6_depthwise", 14},
      {"mobilenetv2", "block_16_project", 7},
      {"mobilenetv2", "Conv_1", 7},
  };
  for (const Spot& spot : kSpots) {
    EXPECT_EQ(output_of(layer_of(builtin_network(spot.network), spot.layer)).size, spot.out_size)
        << spot.network << " " << spot.layer;
  }
}

TEST(NetworkShapes, PaddingOfMobileNetsIsTensorFlows) {
  for (const char* name : {"mobilenetv1", "mobilenetv2"}) {
    for (const Layer& layer : builtin_network(name).layers) {
      const bool wide = layer.kernel_shape[0] == 3;
      const int64_t before = wide && layer.strides[0] == 1 ? 1 : 0;
      const int64_t after = wide ? 1 : 0;
      EXPECT_EQ(layer.pads, (std::array<int64_t, 4>{before, before, after, after}))
          << name << " " << layer.name;
    }
  }
}

}  // namespace
}  // namespace hwcvp
