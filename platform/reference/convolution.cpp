#include "platform/reference/convolution.h"

#include <algorithm>
#include <atomic>
#include <future>
#include <memory>
#include <stdexcept>
#include <vector>

#include "platform/reference/centered_image.h"
#include "platform/reference/direct_convolution.h"
#include "platform/reference/onednn_convolution.h"
#include "platform/reference/requantize.h"

namespace hwcvp {

namespace {

// A range of output channels, with the input channels that it needs, is a smaller layer whose tensors lie in
// one piece within each image.
struct Part {
  Layer layer;  // of one image
  int64_t first_in_channel = 0;
  int64_t first_out_channel = 0;
};

// Packed weights of a part stay near this size.
constexpr int64_t kPartWeights = 8 << 20;
// Vectors over output channels stay whole.
constexpr int64_t kChannelMultiple = 16;

std::vector<Part> split(const Layer& layer, int threads) {
  const int64_t parts = std::max<int64_t>(threads, layer.weight_elements() / kPartWeights + 1);
  const bool by_group = layer.group > 1;
  const int64_t units = by_group ? layer.group : layer.out_channels;
  int64_t step = (units + parts - 1) / parts;
  if (!by_group) step = (step + kChannelMultiple - 1) / kChannelMultiple * kChannelMultiple;

  std::vector<Part> result;
  for (int64_t first = 0; first < units; first += step) {
    const int64_t count = std::min(step, units - first);
    Part part;
    part.layer = layer;
    part.layer.batch = 1;
    if (by_group) {
      part.layer.group = count;
      part.layer.in_channels = layer.in_channels / layer.group * count;
      part.layer.out_channels = layer.out_channels / layer.group * count;
      part.first_in_channel = layer.in_channels / layer.group * first;
      part.first_out_channel = layer.out_channels / layer.group * first;
    } else {
      part.layer.out_channels = count;
      part.first_out_channel = first;
    }
    result.push_back(part);
  }
  return result;
}

bool tries_onednn(const Layer& layer, ReferenceEngine engine) {
  constexpr int64_t kFewPixels = 64;
  if (bytes(layer.input_type) != 1 || layer.weight_type != DataType::int8) return false;
  if (!CenteredImage::fits(layer)) return false;
  return engine == ReferenceEngine::onednn ||
         (engine == ReferenceEngine::automatic &&
          layer.batch * layer.out_height() * layer.out_width() >= kFewPixels);
}

class ReferenceConvolution {
 public:
  ReferenceConvolution(const Layer& layer, const HostTensor& input, const HostTensor& weights,
                       const LayerParams& params, const ReferenceOptions& options)
      : layer_(layer),
        input_(input),
        weights_(weights),
        params_(params),
        options_(options),
        output_(layer.output_type, output_shape(layer)),
        parts_(split(layer, options.threads)) {}

  ReferenceResult run() {
    // Always on threads of our own: oneDNN is told there to use no more, which must not outlast us in the
    // caller's.
    std::vector<std::future<void>> workers;
    const auto count = std::min(static_cast<size_t>(options_.threads), parts_.size());
    for (size_t i = 0; i < count; ++i) workers.push_back(std::async(std::launch::async, [this] { work(); }));
    for (std::future<void>& worker : workers) worker.wait();
    for (std::future<void>& worker : workers) worker.get();
    return {std::move(output_), direct_was_used_ ? "direct" : "onednn"};
  }

 private:
  void work() {
    use_one_onednn_thread();
    for (size_t i = next_part_++; i < parts_.size(); i = next_part_++) compute(parts_[i]);
  }

  void compute(const Part& part) {
    const int64_t weights_offset =
        part.first_out_channel * (layer_.weight_elements() / layer_.out_channels) * bytes(layer_.weight_type);
    const uint8_t* const weights = weights_.bytes() + weights_offset;
    std::unique_ptr<OneDnnConvolution> onednn;
    std::unique_ptr<DirectConvolution> direct;
    CenteredImage centered(part.layer);
    if (tries_onednn(layer_, options_.engine)) {
      onednn = make_onednn_convolution(centered.layer(), reinterpret_cast<const int8_t*>(weights));
    }
    std::vector<uint32_t> sums(static_cast<size_t>(part.layer.output_elements()));
    for (int64_t b = 0; b < layer_.batch; ++b) {
      const int64_t channel = b * layer_.in_channels + part.first_in_channel;
      const uint8_t* const image =
          input_.bytes() + channel * layer_.in_height * layer_.in_width * bytes(layer_.input_type);
      if (onednn && onednn->run(centered.of(image), reinterpret_cast<int32_t*>(sums.data()))) {
        centered.correct(reinterpret_cast<const int8_t*>(weights), sums.data());
      } else {
        if (!direct) direct = std::make_unique<DirectConvolution>(part.layer, weights);
        direct->run(image, sums.data());
        direct_was_used_ = true;
      }
      store(part, b, sums);
    }
  }

  void store(const Part& part, int64_t b, const std::vector<uint32_t>& sums) {
    const int64_t pixels = layer_.out_height() * layer_.out_width();
    for (int64_t i = 0; i < part.layer.out_channels; ++i) {
      const int64_t channel = part.first_out_channel + i;
      const auto m = static_cast<size_t>(channel);
      ChannelParams params;
      params.bias = params_.bias[m];
      if (layer_.single_precision()) {
        params.scale = params_.scales[m];
      } else if (layer_.output_type != DataType::int32) {
        params.multiplier = params_.multipliers[m];
        params.shift = params_.shifts[m];
      }
      const int64_t offset = (b * layer_.out_channels + channel) * pixels * bytes(layer_.output_type);
      requantize(layer_, params, options_.relu, sums.data() + i * pixels, pixels, output_.bytes() + offset);
    }
  }

  const Layer& layer_;
  const HostTensor& input_;
  const HostTensor& weights_;
  const LayerParams& params_;
  const ReferenceOptions& options_;
  HostTensor output_;
  std::vector<Part> parts_;
  std::atomic<size_t> next_part_{0};
  std::atomic<bool> direct_was_used_{false};
};

void require(const HostTensor& tensor, DataType type, const Shape& shape, const char* name) {
  if (tensor.type() != type || tensor.shape() != shape) {
    throw std::invalid_argument(std::string("reference convolution: expected ") + name + " of " +
                                to_string(shape) + " " + to_string(type));
  }
}

}  // namespace

ReferenceResult reference_convolution(const Layer& layer, const HostTensor& input, const HostTensor& weights,
                                      const LayerParams& params, const ReferenceOptions& options) {
  require(input, layer.input_type, input_shape(layer), "input");
  require(weights, layer.weight_type, weight_shape(layer), "weights");
  validate(params, layer, layer.name);
  if (options.threads < 1) throw std::invalid_argument("reference convolution: expected at least one thread");
  return ReferenceConvolution(layer, input, weights, params, options).run();
}

}  // namespace hwcvp
