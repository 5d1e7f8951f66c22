#include "platform/networks/builtin_graph.h"

#include "platform/networks/flows.h"
#include "platform/networks/graph_builder.h"
#include "schedules/networks/network.h"

namespace hwcvp {

namespace {

struct Entry {
  const char* name;
  void (*flow)(networks::GraphBuilder& net);
};

constexpr Entry kFlows[] = {
    {"alexnet", networks::alexnet_flow},
    {"zfnet", networks::zfnet_flow},
    {"vgg16", networks::vgg16_flow},
    {"googlenet", networks::googlenet_flow},
    {"resnet18", networks::residual_flow},
    {"resnet50", networks::residual_flow},
    {"squeezenet1.1", networks::squeezenet_flow},
    {"mobilenetv1", networks::mobilenet_v1_flow},
    {"mobilenetv2", networks::mobilenet_v2_flow},
};

}  // namespace

graph::Graph builtin_graph(const std::string& name, const BuiltinGraphOptions& options) {
  networks::GraphBuilder net(builtin_network(name), options);
  for (const Entry& entry : kFlows) {
    if (name == entry.name) entry.flow(net);
  }
  return net.take();
}

}  // namespace hwcvp
