#include "schedules/networks/layer_table.h"
#include "schedules/networks/networks.h"

namespace hwcvp::networks {

// A 2x2 pooling of stride 2 ends each of the five groups of convolutions.
Network vgg16() {
  return {"vgg16",
          "VGG-16, configuration D (Simonyan, Zisserman 2015), 224x224",
          {
              conv_same("conv1_1", 3, 224, 64, 3),
              conv_same("conv1_2", 64, 224, 64, 3),
              conv_same("conv2_1", 64, 112, 128, 3),
              conv_same("conv2_2", 128, 112, 128, 3),
              conv_same("conv3_1", 128, 56, 256, 3),
              conv_same("conv3_2", 256, 56, 256, 3),
              conv_same("conv3_3", 256, 56, 256, 3),
              conv_same("conv4_1", 256, 28, 512, 3),
              conv_same("conv4_2", 512, 28, 512, 3),
              conv_same("conv4_3", 512, 28, 512, 3),
              conv_same("conv5_1", 512, 14, 512, 3),
              conv_same("conv5_2", 512, 14, 512, 3),
              conv_same("conv5_3", 512, 14, 512, 3),
              fully_connected("fc6", 25088, 4096),
              fully_connected("fc7", 4096, 4096),
              fully_connected("fc8", 4096, 1000),
          }};
}

}  // namespace hwcvp::networks
