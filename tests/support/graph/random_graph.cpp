#include "tests/support/graph/random_graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <random>

#include "platform/tensor/tensor_random.h"

namespace hwcvp {

namespace {

using graph::Graph;
using graph::Operator;
using graph::Value;
using graph::ValueIndex;

class Maker {
 public:
  Maker(uint64_t seed, const RandomGraphOptions& options) : random_(seed), options_(options) {
    graph_.name = fmt::format("random_{}", seed);
  }

  Graph make() {
    type_ = chance(0.5) ? DataType::uint8 : DataType::int8;
    const Shape shape = {chance(0.2) ? 2 : 1, number(1, 9), number(1, 12), number(1, 14)};
    const ValueIndex input = add_value("x", shape, DataType::float32, 1, 0);
    graph_.inputs = {input};
    Value quantized = value_like("x_q", shape, 0.02F * uniform(0.5F, 2));
    add("quantize_x", "QuantizeLinear", {input}, quantized, graph::Quantize{});
    const int wanted = static_cast<int>(number(2, options_.operators));
    for (int tries = 0; static_cast<int>(graph_.operators.size()) <= wanted && tries < 200; ++tries)
      add_operator();
    std::vector<bool> read(graph_.values.size(), false);
    for (const Operator& op : graph_.operators) {
      for (const ValueIndex v : op.inputs) read[v] = true;
    }
    for (ValueIndex v = 0; v < graph_.values.size(); ++v) {
      if (!read[v]) graph_.outputs.push_back(v);
    }
    return std::move(graph_);
  }

 private:
  int64_t number(int64_t least, int64_t most) {
    return std::uniform_int_distribution<int64_t>(least, most)(random_);
  }
  float uniform(float least, float most) {
    return std::uniform_real_distribution<float>(least, most)(random_);
  }
  bool chance(double probability) { return std::bernoulli_distribution(probability)(random_); }

  ValueIndex add_value(const std::string& name, const Shape& shape, DataType type, float scale,
                       int32_t zero) {
    graph_.values.push_back({name, shape, type, scale, zero});
    return graph_.values.size() - 1;
  }

  Value value_like(const std::string& name, const Shape& shape, float scale) {
    const int64_t lowest = type_ == DataType::uint8 ? 0 : -128;
    const int64_t zero = chance(0.3) ? (chance(0.5) ? lowest : lowest + 255) : lowest + number(0, 255);
    return {name, shape, type_, scale, static_cast<int32_t>(zero)};
  }

  ValueIndex add(const std::string& name, const std::string& type, std::vector<ValueIndex> inputs,
                 Value output, graph::Action action) {
    graph_.values.push_back(std::move(output));
    graph_.operators.push_back({name, type, std::move(inputs), graph_.values.size() - 1, std::move(action)});
    return graph_.operators.back().output;
  }

  std::string next_name(const char* kind) const {
    return fmt::format("{}_{}", kind, graph_.operators.size());
  }

  bool is_constant(ValueIndex v) const {
    return std::any_of(graph_.constants.begin(), graph_.constants.end(),
                       [v](const graph::Constant& constant) { return constant.value == v; });
  }

  // Some value that is an image.
  ValueIndex image() {
    std::vector<ValueIndex> images;
    for (ValueIndex v = 0; v < graph_.values.size(); ++v) {
      if (graph_.values[v].shape.size() == 4 && graph_.values[v].type == type_ && !is_constant(v))
        images.push_back(v);
    }
    // The latest ones more often, so that graphs grow deep.
    if (images.size() > 3 && chance(0.6))
      return images[images.size() - 1 - static_cast<size_t>(number(0, 2))];
    return images[static_cast<size_t>(number(0, static_cast<int64_t>(images.size()) - 1))];
  }

  void add_operator() {
    const ValueIndex x = image();
    switch (number(options_.convolutions ? 0 : 3, 14)) {
      case 0:
      case 1:
        convolution(x, std::nullopt);
        break;
      case 2:
        fully_connected(x);
        break;
      case 3:
        pooling(x, graph::Pooling::Kind::max);
        break;
      case 4:
        pooling(x, graph::Pooling::Kind::average);
        break;
      case 5:
        global_average(x);
        break;
      case 6:
      case 7:
        binary(x);
        break;
      case 8:
        if (options_.tables) table(x);
        break;
      case 9:
        concat(x);
        break;
      case 10:
        slice(x);
        break;
      case 11:
        transpose(x);
        break;
      case 12:
        pad(x);
        break;
      case 13:
        resize(x);
        break;
      default:
        broadcast(x);
        break;
    }
  }

  // The geometry of a window over an image; nothing where none fits.
  std::optional<Layer> window(const Value& x, bool dilated) {
    Layer layer;
    layer.batch = x.shape[0];
    layer.in_channels = x.shape[1];
    layer.in_height = x.shape[2];
    layer.in_width = x.shape[3];
    for (size_t axis = 0; axis < 2; ++axis) {
      layer.kernel_shape[axis] = number(1, 3);
      layer.strides[axis] = number(1, 2);
      layer.dilations[axis] = dilated && chance(0.2) ? 2 : 1;
      const int64_t most = std::min<int64_t>(1, layer.kernel_shape[axis] - 1);
      layer.pads[axis] = number(0, most);
      layer.pads[axis + 2] = number(0, most);
      const int64_t span = layer.dilations[axis] * (layer.kernel_shape[axis] - 1) + 1;
      if (span > x.shape[2 + axis] + layer.pads[axis] + layer.pads[axis + 2]) return std::nullopt;
    }
    layer.input_type = layer.output_type = type_;
    layer.input_zero_point = x.zero_point;
    return layer;
  }

  void set_factors(graph::Convolution& convolution, const Value& x, const Value& y, float weight_scale) {
    Layer& layer = convolution.layer;
    layer.output_zero_point = y.zero_point;
    layer.scales.resize(static_cast<size_t>(layer.out_channels));
    const bool per_channel = chance(0.7);
    for (float& factor : layer.scales) {
      const float own = weight_scale * (per_channel ? uniform(0.5F, 1.5F) : 1.0F);
      factor = x.scale * own / y.scale;
    }
    if (chance(0.3)) layer.output_min = std::max(y.zero_point, type_ == DataType::uint8 ? 0 : -128);
    convolution.weights = HostTensor(DataType::int8, weight_shape(layer));
    auto* const weights = convolution.weights.data<int8_t>();
    std::generate(weights, weights + convolution.weights.elements(),
                  [this] { return static_cast<int8_t>(number(-127, 127)); });
    convolution.bias.resize(static_cast<size_t>(layer.out_channels));
    std::generate(convolution.bias.begin(), convolution.bias.end(),
                  [this] { return static_cast<int32_t>(number(-4000, 4000)); });
  }

  ValueIndex convolution(ValueIndex input, const std::optional<Value>& like) {
    const Value x = graph_.values[input];
    auto layer = window(x, true);
    if (!layer) return input;
    const bool depthwise = chance(0.3);
    layer->group = depthwise ? x.shape[1] : 1;
    layer->out_channels = depthwise ? x.shape[1] * number(1, 2) : number(1, 10);
    if (like) {
      // The same lines, so that both can be joined.
      layer->kernel_shape = {1, 1};
      layer->strides = layer->dilations = {1, 1};
      layer->pads = {0, 0, 0, 0};
    }
    const auto terms = static_cast<float>(layer->in_channels / layer->group * layer->kernel_shape[0] *
                                          layer->kernel_shape[1]);
    const std::string name = next_name("conv");
    layer->name = name;
    const float weight_scale = 0.01F * uniform(0.5F, 2);
    Value y =
        value_like(name + "_y", {x.shape[0], layer->out_channels, layer->out_height(), layer->out_width()},
                   x.scale * weight_scale * 60 * std::sqrt(terms) * uniform(0.5F, 2));
    if (like) {
      y.scale = like->scale;
      y.zero_point = like->zero_point;
    }
    graph::Convolution action;
    action.layer = *layer;
    set_factors(action, x, y, weight_scale);
    return add(name, "Conv", {input}, y, std::move(action));
  }

  void fully_connected(ValueIndex input) {
    const Value x = graph_.values[input];
    const int64_t features = x.shape[1] * x.shape[2] * x.shape[3];
    const std::string flat_name = next_name("flatten");
    Value flat = x;
    flat.name = flat_name + "_y";
    flat.shape = {x.shape[0], features};
    const ValueIndex flattened = add(flat_name, "Flatten", {input}, flat, graph::View{});
    const std::string name = next_name("gemm");
    graph::Convolution action;
    action.layer.name = name;
    action.layer.batch = x.shape[0];
    action.layer.in_channels = features;
    action.layer.out_channels = number(1, 12);
    action.layer.input_type = action.layer.output_type = type_;
    action.layer.input_zero_point = x.zero_point;
    const float weight_scale = 0.01F * uniform(0.5F, 2);
    const Value y = value_like(name + "_y", {x.shape[0], action.layer.out_channels},
                               x.scale * weight_scale * 60 * std::sqrt(static_cast<float>(features)));
    set_factors(action, x, y, weight_scale);
    add(name, "Gemm", {flattened}, y, std::move(action));
  }

  void pooling(ValueIndex input, graph::Pooling::Kind kind) {
    const Value x = graph_.values[input];
    auto layer = window(x, kind == graph::Pooling::Kind::max);
    if (!layer) return;
    layer->group = layer->out_channels = layer->in_channels;
    const std::string name = next_name("pool");
    layer->name = name;
    Value y = x;
    y.name = name + "_y";
    y.shape = {x.shape[0], x.shape[1], layer->out_height(), layer->out_width()};
    graph::Pooling action;
    action.kind = kind;
    if (kind == graph::Pooling::Kind::average) {
      y = value_like(y.name, y.shape, x.scale * uniform(0.4F, 1.2F));
      action.count_include_pad = chance(0.5);
    }
    layer->output_zero_point = y.zero_point;
    action.layer = *layer;
    add(name, kind == graph::Pooling::Kind::max ? "MaxPool" : "AveragePool", {input}, y, std::move(action));
  }

  ValueIndex global_average(ValueIndex input) {
    const Value x = graph_.values[input];
    const std::string name = next_name("global");
    graph::Pooling action;
    action.kind = graph::Pooling::Kind::global_average;
    Layer& layer = action.layer;
    layer.name = name;
    layer.batch = x.shape[0];
    layer.in_channels = layer.out_channels = layer.group = x.shape[1];
    layer.in_height = layer.kernel_shape[0] = x.shape[2];
    layer.in_width = layer.kernel_shape[1] = x.shape[3];
    layer.input_type = layer.output_type = type_;
    const Value y = value_like(name + "_y", {x.shape[0], x.shape[1], 1, 1}, x.scale * uniform(0.2F, 1));
    layer.input_zero_point = x.zero_point;
    layer.output_zero_point = y.zero_point;
    return add(name, "GlobalAveragePool", {input}, y, std::move(action));
  }

  static const char* type_of(graph::Binary::Kind kind) {
    return kind == graph::Binary::Kind::add ? "Add" : kind == graph::Binary::Kind::subtract ? "Sub" : "Mul";
  }

  void combine(ValueIndex a, ValueIndex b) {
    graph::Binary action;
    action.kind = static_cast<graph::Binary::Kind>(number(0, 2));
    const Value& va = graph_.values[a];
    const Value& vb = graph_.values[b];
    const float scale = action.kind == graph::Binary::Kind::multiply
                            ? va.scale * vb.scale * 60 * uniform(0.5F, 2)
                            : std::max(va.scale, vb.scale) * uniform(0.7F, 2);
    const std::string name = next_name("binary");
    const Value y = value_like(
        name + "_y",
        va.shape.size() == 4 && va.shape[2] * va.shape[3] >= vb.shape[2] * vb.shape[3] ? va.shape : vb.shape,
        scale);
    add(name, type_of(action.kind), {a, b}, y, action);
  }

  void binary(ValueIndex a) {
    std::vector<ValueIndex> alike;
    for (ValueIndex v = 0; v < graph_.values.size(); ++v) {
      if (graph_.values[v].type == type_ && graph_.values[v].shape == graph_.values[a].shape &&
          !is_constant(v))
        alike.push_back(v);
    }
    combine(a, alike[static_cast<size_t>(number(0, static_cast<int64_t>(alike.size()) - 1))]);
  }

  // Of the shape of `a`, or with one row and column.
  ValueIndex constant_for(ValueIndex a) {
    Shape shape = graph_.values[a].shape;
    if (chance(0.5)) {
      for (size_t axis = 2; axis < shape.size(); ++axis) shape[axis] = 1;
    }
    graph_.values.push_back(value_like(next_name("constant"), shape, 0.02F * uniform(0.5F, 2)));
    HostTensor tensor(type_, shape);
    fill_random(tensor, static_cast<uint64_t>(number(0, 1 << 30)));
    graph_.constants.push_back({graph_.values.size() - 1, std::move(tensor)});
    return graph_.constants.back().value;
  }

  void broadcast(ValueIndex a) {
    const ValueIndex b = chance(0.3) ? constant_for(a) : global_average(a);
    if (chance(0.8)) {
      combine(a, b);
    } else {
      combine(b, a);
    }
  }

  void table(ValueIndex input) {
    const Value x = graph_.values[input];
    const std::string name = next_name("sigmoid");
    const Value y = value_like(name + "_y", x.shape, 1.0F / 255 * uniform(0.8F, 1.5F));
    graph::Table action;
    for (int32_t byte = 0; byte < 256; ++byte) {
      const int32_t q = type_ == DataType::uint8 ? byte : static_cast<int8_t>(static_cast<uint8_t>(byte));
      const double real = static_cast<double>(x.scale) * (q - x.zero_point);
      const double result = 1 / (1 + std::exp(-real));
      const double steps = std::nearbyint(result / static_cast<double>(y.scale)) + y.zero_point;
      const int32_t lowest = type_ == DataType::uint8 ? 0 : -128;
      action.entries[static_cast<size_t>(byte)] =
          static_cast<uint8_t>(std::clamp<int32_t>(static_cast<int32_t>(steps), lowest, lowest + 255));
    }
    add(name, "Sigmoid", {input}, y, action);
  }

  void concat(ValueIndex a) {
    const Value x = graph_.values[a];
    std::vector<ValueIndex> parts = {a};
    if (options_.convolutions) parts.push_back(convolution(a, x));
    if (chance(0.3) || parts.size() == 1) parts.push_back(a);
    if (chance(0.3)) parts.push_back(channels_of(a));
    std::shuffle(parts.begin(), parts.end(), random_);
    Value y = x;
    const std::string name = next_name("concat");
    y.name = name + "_y";
    y.shape[1] = 0;
    for (const ValueIndex part : parts) {
      const Value& value = graph_.values[part];
      if (value.shape[0] != x.shape[0] || value.shape[2] != x.shape[2] || value.shape[3] != x.shape[3])
        return;
      y.shape[1] += value.shape[1];
    }
    add(name, "Concat", parts, y, graph::Concat{1});
  }

  // Some neighbouring channels of an image.
  ValueIndex channels_of(ValueIndex input) {
    Value y = graph_.values[input];
    graph::Slice action;
    action.starts = {0, number(0, y.shape[1] - 1), 0, 0};
    action.steps = {1, 1, 1, 1};
    y.shape[1] = number(1, y.shape[1] - action.starts[1]);
    const std::string name = next_name("channels");
    y.name = name + "_y";
    return add(name, "Slice", {input}, y, action);
  }

  void slice(ValueIndex input) {
    const Value x = graph_.values[input];
    graph::Slice action;
    action.starts = {0, 0, 0, 0};
    action.steps = {1, 1, 1, 1};
    Value y = x;
    for (size_t axis = 1; axis < 4; ++axis) {
      if (chance(0.5)) continue;
      action.steps[axis] = number(1, 2);
      action.starts[axis] = number(0, x.shape[axis] - 1);
      const int64_t most = (x.shape[axis] - action.starts[axis] - 1) / action.steps[axis] + 1;
      y.shape[axis] = number(1, most);
    }
    const std::string name = next_name("slice");
    y.name = name + "_y";
    add(name, "Slice", {input}, y, action);
  }

  void transpose(ValueIndex input) {
    const Value x = graph_.values[input];
    graph::Transpose action;
    action.permutation = {0, 1, 2, 3};
    std::shuffle(action.permutation.begin() + 1, action.permutation.end(), random_);
    Value y = x;
    for (size_t i = 0; i < 4; ++i) y.shape[i] = x.shape[action.permutation[i]];
    const std::string name = next_name("transpose");
    y.name = name + "_y";
    add(name, "Transpose", {input}, y, action);
  }

  void pad(ValueIndex input) {
    const Value x = graph_.values[input];
    graph::Pad action;
    action.before = {0, 0, number(0, 2), number(0, 2)};
    action.value = x.zero_point;
    Value y = x;
    for (size_t axis = 2; axis < 4; ++axis) y.shape[axis] += action.before[axis] + number(0, 2);
    const std::string name = next_name("pad");
    y.name = name + "_y";
    add(name, "Pad", {input}, y, action);
  }

  void resize(ValueIndex input) {
    const Value x = graph_.values[input];
    if (x.shape[2] * x.shape[3] > 100) return;
    const graph::Resize action{number(1, 3), number(1, 3)};
    Value y = x;
    y.shape[2] *= action.rows;
    y.shape[3] *= action.columns;
    const std::string name = next_name("resize");
    y.name = name + "_y";
    add(name, "Resize", {input}, y, action);
  }

  std::mt19937_64 random_;
  const RandomGraphOptions options_;
  DataType type_ = DataType::uint8;
  Graph graph_;
};

}  // namespace

Graph random_graph(uint64_t seed, const RandomGraphOptions& options) { return Maker(seed, options).make(); }

}  // namespace hwcvp
