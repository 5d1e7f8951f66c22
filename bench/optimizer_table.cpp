// Prints, as a table in Markdown, what optimize() finds and proves for the convolutions of some networks with
// 8-bit and 16-bit elements in several buffer sizes, one search after the other on one core, with the seconds
// that the processor spent. Each different layer counts once; fully connected layers are left out. It is the
// table of docs/results/optimality.md. With --tile-multiple N tiles of K and C are multiples of N, and the
// buffers are those for which such a design is built.
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <iostream>
#include <string>
#include <vector>

#include "schedules/networks/network.h"
#include "schedules/optimizer/optimizer.h"
#include "schedules/traffic/bounds.h"

namespace hwcvp {
namespace {

std::vector<Layer> different_convolutions(const std::string& network) {
  std::vector<Layer> layers;
  std::vector<Layer> shapes;
  for (const Layer& layer : builtin_network(network).layers) {
    Layer shape = layer;
    shape.name.clear();
    const bool connected = layer.in_height == 1 && layer.in_width == 1;
    if (connected || std::find(shapes.begin(), shapes.end(), shape) != shapes.end()) continue;
    shapes.push_back(shape);
    layers.push_back(layer);
  }
  return layers;
}

struct Sums {
  int searches = 0;
  int proven = 0;
  double gaps = 0;  // of those that are not proven, as a share of their traffic
  std::vector<double> seconds;
};

void print_row(const std::string& network, const Layer& layer, int64_t buffer_bytes, int64_t multiple,
               Sums& sums) {
  OptimizerOptions options;
  options.constraints.tile_multiple[index(Dim::K)] = multiple;
  options.constraints.tile_multiple[index(Dim::C)] = multiple;
  options.buffer_bytes = buffer_bytes;
  const std::clock_t start = std::clock();
  const OptimizerResult result = optimize(layer, options);
  const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  const int64_t total = result.prediction.traffic.total();
  const double gap = 1 - static_cast<double>(result.proven_bound) / static_cast<double>(total);
  ++sums.searches;
  sums.proven += result.optimal ? 1 : 0;
  sums.gaps += result.optimal ? 0 : gap;
  sums.seconds.push_back(seconds);
  std::cout << fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} | {:.2f} |\n", network, layer.name,
                           to_string(layer.input_type), buffer_bytes / 1024, total, result.proven_bound,
                           published_bound_bytes(layer, buffer_bytes),
                           result.optimal ? "optimal" : fmt::format("{:.2f} %", 100 * gap), seconds)
            << std::flush;
}

void print_table(const std::vector<std::string>& networks, int64_t multiple) {
  std::cout << "| network | layer | elements | buffer KiB | bytes | proven bound | published bound | gap | "
               "seconds |\n"
            << "| --- | --- | --- | ---: | ---: | ---: | ---: | --- | ---: |\n";
  Sums sums;
  for (const std::string& network : networks) {
    for (Layer layer : different_convolutions(network)) {
      for (const DataType type : {DataType::int8, DataType::int16}) {
        layer.input_type = layer.weight_type = layer.output_type = type;
        for (const int64_t kibibytes : {4, 16, 64, 256}) {
          if (multiple > 1 && kibibytes < 16) continue;
          print_row(network, layer, kibibytes * 1024, multiple, sums);
        }
      }
    }
  }
  std::sort(sums.seconds.begin(), sums.seconds.end());
  const int open = sums.searches - sums.proven;
  std::cout << fmt::format(
      "\n{} searches, {} proven optimal, the others {:.1f} % above their bound on average; median {:.2f} s, "
      "worst "
      "{:.2f} s\n",
      sums.searches, sums.proven, open == 0 ? 0 : 100 * sums.gaps / open,
      sums.seconds[sums.seconds.size() / 2], sums.seconds.back());
}

}  // namespace
}  // namespace hwcvp

int main(int argc, char** argv) {
  std::vector<std::string> given(argv + 1, argv + argc);
  try {
    int64_t multiple = 1;
    if (given.size() >= 2 && given[0] == "--tile-multiple") {
      multiple = std::stoll(given[1]);
      given.erase(given.begin(), given.begin() + 2);
    }
    if (given.empty()) given = {"alexnet", "vgg16", "resnet50"};
    hwcvp::print_table(given, multiple);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 2;
  }
  return 0;
}
