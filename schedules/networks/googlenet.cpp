#include "schedules/networks/layer_table.h"
#include "schedules/networks/networks.h"

namespace hwcvp::networks {

namespace {

// An inception module: four branches that read the same image, and whose output channels lie one after the
// other in the next one.
struct Inception {
  const char* name;
  int64_t size;
  int64_t in;
  int64_t out_1x1;
  int64_t reduce_3x3;
  int64_t out_3x3;
  int64_t reduce_5x5;
  int64_t out_5x5;
  int64_t out_pool;  // of the 1x1 convolution after the branch's 3x3 pooling of stride 1
};

constexpr Inception kInceptions[] = {
    {"inception_3a", 28, 192, 64, 96, 128, 16, 32, 32},
    {"inception_3b", 28, 256, 128, 128, 192, 32, 96, 64},
    {"inception_4a", 14, 480, 192, 96, 208, 16, 48, 64},
    {"inception_4b", 14, 512, 160, 112, 224, 24, 64, 64},
    {"inception_4c", 14, 512, 128, 128, 256, 24, 64, 64},
    {"inception_4d", 14, 512, 112, 144, 288, 32, 64, 64},
    {"inception_4e", 14, 528, 256, 160, 320, 32, 128, 128},
    {"inception_5a", 7, 832, 256, 160, 320, 32, 128, 128},
    {"inception_5b", 7, 832, 384, 192, 384, 48, 128, 128},
};

void add_inception(std::vector<Layer>& layers, const Inception& module) {
  const std::string branch = std::string(module.name) + "/";
  const int64_t size = module.size;
  layers.push_back(pointwise(branch + "1x1", module.in, size, module.out_1x1));
  layers.push_back(pointwise(branch + "3x3_reduce", module.in, size, module.reduce_3x3));
  layers.push_back(conv_same(branch + "3x3", module.reduce_3x3, size, module.out_3x3, 3));
  layers.push_back(pointwise(branch + "5x5_reduce", module.in, size, module.reduce_5x5));
  layers.push_back(conv_same(branch + "5x5", module.reduce_5x5, size, module.out_5x5, 5));
  layers.push_back(pointwise(branch + "pool_proj", module.in, size, module.out_pool));
}

}  // namespace

// A 3x3 pooling of stride 2 halves the image after conv1, after conv2 and after modules 3b and 4e; the
// average over the whole image ends module 5b. The two auxiliary classifiers serve training only and are left
// out.
Network googlenet() {
  Network network = {"googlenet",
                     "GoogLeNet, Inception v1 (Szegedy et al. 2015), 224x224",
                     {
                         conv("conv1/7x7_s2", 3, 224, 64, 7, {2, 3, 1}),
                         pointwise("conv2/3x3_reduce", 64, 56, 64),
                         conv_same("conv2/3x3", 64, 56, 192, 3),
                     }};
  for (const Inception& module : kInceptions) add_inception(network.layers, module);
  network.layers.push_back(fully_connected("loss3/classifier", 1024, 1000));
  return network;
}

}  // namespace hwcvp::networks
