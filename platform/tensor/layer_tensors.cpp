#include "platform/tensor/layer_tensors.h"

#include "platform/tensor/tensor_random.h"

namespace hwcvp {

LayerTensors random_tensors(const Layer& layer, uint64_t seed) {
  LayerTensors tensors;
  tensors.input = HostTensor(layer.input_type, input_shape(layer));
  tensors.weights = HostTensor(layer.weight_type, weight_shape(layer));
  fill_random(tensors.input, tensor_seed(seed, layer.name, "input"));
  fill_random(tensors.weights, tensor_seed(seed, layer.name, "weight"));
  tensors.params = random_params(layer, seed);
  return tensors;
}

}  // namespace hwcvp
