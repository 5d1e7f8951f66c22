#include "schedules/networks/layer_table.h"
#include "schedules/networks/networks.h"

namespace hwcvp::networks {

Network alexnet() {
  return {"alexnet",
          "AlexNet with grouped convolutions (Krizhevsky, Sutskever, Hinton 2012), 227x227",
          {
              conv("conv1", 3, 227, 96, 11, {4, 0, 1}),
              conv("conv2", 96, 27, 256, 5, {1, 2, 2}),
              conv("conv3", 256, 13, 384, 3, {1, 1, 1}),
              conv("conv4", 384, 13, 384, 3, {1, 1, 2}),
              conv("conv5", 384, 13, 256, 3, {1, 1, 2}),
              fully_connected("fc6", 9216, 4096),
              fully_connected("fc7", 4096, 4096),
              fully_connected("fc8", 4096, 1000),
          }};
}

}  // namespace hwcvp::networks
