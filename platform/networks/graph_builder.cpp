#include "platform/networks/graph_builder.h"

#include <fmt/format.h>

#include <cmath>
#include <stdexcept>
#include <utility>

#include "platform/networks/random_weights.h"
#include "platform/tensor/tensor_random.h"

namespace hwcvp::networks {

namespace {

// Images normalized by ImageNet's means and deviations lie between -2.12 and 2.64.
constexpr float kInputScale = 0.01865845F;
constexpr int32_t kInputZeroPoint = 114;
constexpr Spread kInputSpread = {0, 1.2};

// Standard deviations that the range of a type covers: on each side of the mean, and above it where an
// activation cuts off what is below zero.
constexpr double kDeviationsAround = 4;
constexpr double kDeviationsAbove = 5;
constexpr int64_t kRandomRange = 1 << 16;

// How far the zero point of a tensor with both signs is from the middle of the type, at most.
constexpr int64_t kZeroPointJitter = 16;

// The average of the elements of a channel varies less than the elements do.
Spread averaged(Spread x) { return {x.mean, x.deviation / 2}; }

// The real numbers that the layer's outputs are to have.
Spread target(Activation activation, int64_t random) {
  const double factor = 0.75 + static_cast<double>(random) / kRandomRange;
  // ReLU6 cuts a normal distribution off at about 2.4 deviations.
  return rounded({0, activation == Activation::relu6 ? 2.5 * (0.75 + factor / 4) : factor});
}

}  // namespace

GraphBuilder::GraphBuilder(const Network& network, const BuiltinGraphOptions& options)
    : options_(options), layers_(network.layers) {
  graph_.name = network.name;
  for (Layer& layer : layers_) {
    layer.batch = options.batch;
    layer.validate(fmt::format("network {}: layer {}", network.name, layer.name));
    layer.input_type = options.activations;
    layer.output_type = options.activations;
  }
}

ValueIndex GraphBuilder::input() {
  const Layer& first = next();
  const ValueIndex x = add_value("input", input_shape(first), DataType::float32);
  graph_.inputs.push_back(x);
  const ValueIndex y = add_value("input_quantized", input_shape(first), options_.activations);
  graph_.values[y].scale = kInputScale;
  graph_.values[y].zero_point = kInputZeroPoint + limits(options_.activations).least;
  spreads_[y] = kInputSpread;
  return add_operator("quantize", "QuantizeLinear", {x}, y, graph::Quantize{});
}

ValueIndex GraphBuilder::convolution(ValueIndex x, Activation activation, const std::string& scale_of) {
  return layer(x, activation, scale_of, output_shape(next()), "Conv");
}

ValueIndex GraphBuilder::fully_connected(ValueIndex x, Activation activation) {
  return layer(x, activation, "", {options_.batch, next().out_channels}, "Gemm");
}

ValueIndex GraphBuilder::layer(ValueIndex x, Activation activation, const std::string& scale_of,
                               Shape out_shape, const std::string& type) {
  graph::Convolution convolution;
  convolution.layer = next();
  ++next_;
  Layer& layer = convolution.layer;
  Shape in_shape = input_shape(layer);
  if (type == "Gemm") in_shape.resize(2);
  if (value(x).shape != in_shape) {
    throw std::logic_error(fmt::format("{}: layer {} reads {}, found {}", graph_.name, layer.name,
                                       to_string(in_shape), to_string(value(x).shape)));
  }
  const Spread before = target(activation, random(scale_of.empty() ? layer.name : scale_of, "deviation"));
  const Spread after = activation == Activation::none ? before : rectified(before);
  const ValueIndex y = add_quantized(layer.name, std::move(out_shape), activation, after);
  layer.input_zero_point = value(x).zero_point;
  layer.output_zero_point = value(y).zero_point;
  if (activation != Activation::none) layer.output_min = value(y).zero_point;
  if (activation == Activation::relu6) layer.output_max = limits(options_.activations).most;
  set_constants(convolution, x, y, before.deviation);
  const std::string name = layer.name;
  return add_operator(name, type, {x}, y, std::move(convolution));
}

// A channel's weights are scaled so that the deviation of its output is the one wanted: that of a sum of
// products with independent numbers is the root of the weights' squares times theirs.
void GraphBuilder::set_constants(graph::Convolution& convolution, ValueIndex x, ValueIndex y,
                                 double deviation) const {
  Layer& layer = convolution.layer;
  convolution.weights = HostTensor(DataType::int8, weight_shape(layer));
  fill_weights(convolution.weights, tensor_seed(options_.seed, layer.name, "weight"));
  const int8_t* const weights = convolution.weights.data<int8_t>();
  const RandomSequence offsets(tensor_seed(options_.seed, layer.name, "bias"));

  const double x_scale = static_cast<double>(value(x).scale);
  const double x_deviation = spreads_[x].deviation;
  const auto x_mean = static_cast<int64_t>(std::lround(spreads_[x].mean / x_scale));
  const int64_t count = layer.weight_elements() / layer.out_channels;
  for (int64_t k = 0; k < layer.out_channels; ++k) {
    const WeightSums sums = weight_sums(weights + k * count, count);
    const double norm = std::sqrt(static_cast<double>(sums.squares));
    const auto scale = static_cast<float>(deviation / (norm * x_deviation));
    layer.scales.push_back(value(x).scale * scale / value(y).scale);
    // The bias takes the mean away and adds up to half a deviation, so that channels differ.
    const auto accumulator_deviation = static_cast<int64_t>(norm * x_deviation / x_scale);
    const auto offset = static_cast<int64_t>(offsets[static_cast<uint64_t>(k)] % kRandomRange);
    const int64_t jitter = accumulator_deviation * (offset - kRandomRange / 2) / kRandomRange;
    convolution.bias.push_back(static_cast<int32_t>(jitter - sums.sum * x_mean));
  }
}

ValueIndex GraphBuilder::max_pool(ValueIndex x, const std::string& name, Window window, int64_t lines) {
  const int64_t over = (lines - 1) * window.stride + window.size - value(x).shape[2];
  const int64_t pad = over > 0 ? over : 0;
  return pool(x, name, window, {0, 0, pad, pad});
}

ValueIndex GraphBuilder::padded_max_pool(ValueIndex x, const std::string& name, Window window, int64_t pad) {
  return pool(x, name, window, {pad, pad, pad, pad});
}

ValueIndex GraphBuilder::pool(ValueIndex x, const std::string& name, Window window,
                              std::array<int64_t, 4> pads) {
  graph::Pooling pooling;
  pooling.kind = graph::Pooling::Kind::max;
  pooling.layer = window_layer(x, name, window);
  pooling.layer.pads = pads;
  pooling.layer.output_zero_point = value(x).zero_point;
  const ValueIndex y = add_like(x, name, output_shape(pooling.layer));
  spreads_[y] = largest(spreads_[x], window.size * window.size);
  return add_operator(name, "MaxPool", {x}, y, std::move(pooling));
}

ValueIndex GraphBuilder::global_average_pool(ValueIndex x, const std::string& name) {
  graph::Pooling pooling;
  pooling.kind = graph::Pooling::Kind::global_average;
  pooling.layer = window_layer(x, name, {value(x).shape[2], 1});
  const ValueIndex y =
      add_quantized(name, output_shape(pooling.layer), Activation::relu, averaged(spreads_[x]));
  pooling.layer.output_zero_point = value(y).zero_point;
  return add_operator(name, "GlobalAveragePool", {x}, y, std::move(pooling));
}

Layer GraphBuilder::window_layer(ValueIndex x, const std::string& name, Window window) const {
  const Shape& shape = value(x).shape;
  Layer layer;
  layer.name = name;
  layer.batch = shape[0];
  layer.in_channels = layer.out_channels = layer.group = shape[1];
  layer.in_height = shape[2];
  layer.in_width = shape[3];
  layer.kernel_shape = {window.size, window.size};
  layer.strides = {window.stride, window.stride};
  layer.input_type = layer.output_type = options_.activations;
  layer.input_zero_point = value(x).zero_point;
  return layer;
}

ValueIndex GraphBuilder::add(ValueIndex a, ValueIndex b, const std::string& name, Activation activation) {
  if (value(a).shape != value(b).shape) {
    throw std::logic_error(fmt::format("{}: {} adds {} and {}", graph_.name, name, to_string(value(a).shape),
                                       to_string(value(b).shape)));
  }
  const Spread before = sum(spreads_[a], spreads_[b]);
  const Spread after = activation == Activation::none ? before : rectified(before);
  const ValueIndex y = add_quantized(name, value(a).shape, activation, after);
  graph::Binary binary;
  binary.kind = graph::Binary::Kind::add;
  if (activation != Activation::none) binary.output_min = value(y).zero_point;
  return add_operator(name, "Add", {a, b}, y, binary);
}

ValueIndex GraphBuilder::concat(const std::vector<ValueIndex>& values, const std::string& name) {
  Shape shape = value(values.front()).shape;
  shape[1] = 0;
  for (const ValueIndex x : values) shape[1] += value(x).shape[1];
  const ValueIndex y = add_like(values.front(), name, std::move(shape));
  return add_operator(name, "Concat", values, y, graph::Concat{1});
}

ValueIndex GraphBuilder::flatten(ValueIndex x, const std::string& name) {
  int64_t elements = 1;
  for (const int64_t extent : value(x).shape) elements *= extent;
  const ValueIndex y = add_like(x, name, {options_.batch, elements / options_.batch});
  return add_operator(name, "Flatten", {x}, y, graph::View{});
}

void GraphBuilder::output(ValueIndex x) {
  const ValueIndex logits = add_value("logits", value(x).shape, DataType::float32);
  add_operator("dequantize", "DequantizeLinear", {x}, logits, graph::Dequantize{});
  const ValueIndex probabilities = add_value("probabilities", value(x).shape, DataType::float32);
  add_operator("softmax", "Softmax", {logits}, probabilities, graph::Softmax{1});
  graph_.outputs.push_back(probabilities);
}

std::string GraphBuilder::name_after_next() const {
  return next_ + 1 < layers_.size() ? layers_[next_ + 1].name : "";
}

graph::Graph GraphBuilder::take() {
  if (has_next() || graph_.outputs.empty()) {
    throw std::logic_error(fmt::format("{}: the flow ends before the network does", graph_.name));
  }
  return std::move(graph_);
}

ValueIndex GraphBuilder::add_value(const std::string& name, Shape shape, DataType type) {
  graph_.values.push_back({name, std::move(shape), type, 1, 0});
  spreads_.emplace_back();
  return graph_.values.size() - 1;
}

ValueIndex GraphBuilder::add_operator(const std::string& name, const std::string& type,
                                      std::vector<ValueIndex> inputs, ValueIndex output,
                                      graph::Action action) {
  graph_.operators.push_back({name, type, std::move(inputs), output, std::move(action)});
  return output;
}

ValueIndex GraphBuilder::add_quantized(const std::string& name, Shape shape, Activation activation,
                                       Spread spread) {
  const ValueIndex y = add_value(name, std::move(shape), options_.activations);
  graph::Value& made = graph_.values[y];
  made.zero_point = limits(options_.activations).least;
  switch (activation) {
    case Activation::none:
      made.scale = static_cast<float>(2 * kDeviationsAround * spread.deviation / 255);
      // The middle of the type is where the mean is; a little beside it, as trained networks have it.
      made.zero_point +=
          static_cast<int32_t>(128 - std::lround(spread.mean / static_cast<double>(made.scale)) +
                               random(name, "zero point") % (2 * kZeroPointJitter + 1) - kZeroPointJitter);
      break;
    case Activation::relu:
      made.scale = static_cast<float>((spread.mean + kDeviationsAbove * spread.deviation) / 255);
      break;
    case Activation::relu6:
      made.scale = 6.0F / 255.0F;
      break;
  }
  spreads_[y] = spread;
  return y;
}

ValueIndex GraphBuilder::add_like(ValueIndex x, const std::string& name, Shape shape) {
  const ValueIndex y = add_value(name, std::move(shape), value(x).type);
  graph_.values[y].scale = value(x).scale;
  graph_.values[y].zero_point = value(x).zero_point;
  spreads_[y] = spreads_[x];
  return y;
}

int64_t GraphBuilder::random(const std::string& name, const std::string& what) const {
  return static_cast<int64_t>(RandomSequence(tensor_seed(options_.seed, name, what))[0] % kRandomRange);
}

}  // namespace hwcvp::networks
