// How the layers of the built-in networks are connected. Sizes are those of the layers: a flow says what
// reads what, and which pooling lies between.
#pragma once

#include "platform/networks/graph_builder.h"

namespace hwcvp::networks {

void alexnet_flow(GraphBuilder& net);
void zfnet_flow(GraphBuilder& net);
void vgg16_flow(GraphBuilder& net);
void googlenet_flow(GraphBuilder& net);
void residual_flow(GraphBuilder& net);  // ResNet-18 and ResNet-50
void squeezenet_flow(GraphBuilder& net);
void mobilenet_v1_flow(GraphBuilder& net);
void mobilenet_v2_flow(GraphBuilder& net);

}  // namespace hwcvp::networks
