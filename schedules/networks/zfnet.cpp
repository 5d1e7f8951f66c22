#include "schedules/networks/layer_table.h"
#include "schedules/networks/networks.h"

namespace hwcvp::networks {

// A 3x3 pooling of stride 2, whose last window may be cut off, halves the image after conv1, conv2 and conv5:
// 110 to 55, 26 to 13, 13 to 6.
Network zfnet() {
  return {"zfnet",
          "ZFNet (Zeiler, Fergus 2014), 224x224",
          {
              conv("conv1", 3, 224, 96, 7, {2, 1, 1}),
              conv("conv2", 96, 55, 256, 5, {2, 0, 1}),
              conv_same("conv3", 256, 13, 384, 3),
              conv_same("conv4", 384, 13, 384, 3),
              conv_same("conv5", 384, 13, 256, 3),
              fully_connected("fc6", 9216, 4096),
              fully_connected("fc7", 4096, 4096),
              fully_connected("fc8", 4096, 1000),
          }};
}

}  // namespace hwcvp::networks
