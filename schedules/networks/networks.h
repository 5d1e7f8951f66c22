// The built-in networks, for inference on one image. They hold the convolutions and the fully connected
// layers, in the order of computation. What lies between is no layer here: activations and batch
// normalization (part of the requantization that ends a layer), pooling, local response normalization,
// concatenation, addition of shortcuts, dropout and softmax. Each layer states the size of its own input, so
// pooling shows as a size that shrinks from one layer to the next.
#pragma once

#include "schedules/networks/network.h"

namespace hwcvp::networks {

Network alexnet();
Network zfnet();
Network vgg16();
Network googlenet();
Network resnet18();
Network resnet50();
Network squeezenet11();
Network mobilenet_v1();
Network mobilenet_v2();

}  // namespace hwcvp::networks
