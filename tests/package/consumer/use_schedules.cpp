// Predicts the traffic of a layer that stays in the buffers: 4 x 8 x 8 inputs, 6 x 4 x 3 x 3 weights of a
// byte.
#include <iostream>

#include "schedules/traffic/exact_predictor.h"

#ifdef EXPECTED_CPLUSPLUS
static_assert(__cplusplus == EXPECTED_CPLUSPLUS, "the package has changed the C++ standard of its user");
#endif

int main() {
  hwcvp::Layer layer;
  layer.in_channels = 4;
  layer.in_height = layer.in_width = 8;
  layer.out_channels = 6;
  layer.kernel_shape = {3, 3};
  const hwcvp::Traffic traffic = hwcvp::predict_exact(layer, {}).traffic;
  std::cout << traffic.input_read << " + " << traffic.weight_read << " bytes\n";
  return traffic.input_read == 256 && traffic.weight_read == 216 ? 0 : 1;
}
