#include "tests/support/random_layouts.h"

#include <array>

#include "schedules/workload/error.h"

namespace hwcvp {

namespace {

TensorLayout draw(std::mt19937_64& random) {
  constexpr std::array<int64_t, 6> kBlocks = {2, 3, 4, 6, 8, 16};
  switch (random() % 3) {
    case 0:
      return {};
    case 1:
      return {TensorLayout::Order::nhwc, 0};
    default:
      return {TensorLayout::Order::nchwc, kBlocks[random() % kBlocks.size()]};
  }
}

}  // namespace

TensorLayouts random_layouts(std::mt19937_64& random, const Layer& layer) {
  TensorLayouts layouts;
  for (const Tensor tensor : kTensors) {
    for (bool allowed = false; !allowed;) {
      layouts[index(tensor)] = draw(random);
      try {
        tensor_strides(layer, tensor, 1, layouts[index(tensor)], "random");
        allowed = true;
      } catch (const InputError&) {  // blocks that fall across groups
      }
    }
  }
  return layouts;
}

std::string to_text(const TensorLayouts& layouts) {
  std::string text;
  for (const Tensor tensor : kTensors) {
    if (!text.empty()) text += ", ";
    text += std::string(to_string(tensor)) + " " + to_string(layouts[index(tensor)]);
  }
  return text;
}

}  // namespace hwcvp
