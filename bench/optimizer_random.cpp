// Prints, as a table in Markdown, what optimize() proves of random layers: small ones, of any strides,
// dilations and pads, in buffers from 24 bytes to such as hold all of it. Published networks have few such
// layers, so that the table of docs/results/optimality.md says little of them.
//
//     optimizer_random [layers [seed]]
//
// A line for each layer whose schedule is not proven, as JSON, then how many of each kind were proven.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>
#include <iostream>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "schedules/geometry/input_axis.h"
#include "schedules/json/json.h"
#include "schedules/optimizer/optimizer.h"
#include "schedules/traffic/bounds.h"

namespace hwcvp {
namespace {

constexpr int64_t kLeastBuffer = 24;

class RandomLayers {
 public:
  explicit RandomLayers(uint64_t seed) : random_(seed) {}

  int64_t pick(int64_t least, int64_t most) {
    return least + static_cast<int64_t>(random_() % static_cast<uint64_t>(most - least + 1));
  }

  Layer next() {
    for (;;) {
      Layer layer;
      layer.in_channels = pick(1, 12);
      layer.out_channels = pick(1, 12);
      layer.in_height = pick(1, 24);
      layer.in_width = pick(1, 24);
      for (size_t axis = 0; axis < 2; ++axis) {
        layer.kernel_shape[axis] = pick(1, 5);
        layer.strides[axis] = pick(0, 1) == 0 ? 1 : pick(2, 3);
        layer.dilations[axis] = pick(0, 2) == 0 ? 2 : 1;
      }
      for (int64_t& pad : layer.pads) pad = pick(0, 1) == 0 ? 0 : pick(1, 4);
      layer.input_type = layer.weight_type = layer.output_type =
          pick(0, 1) == 0 ? DataType::int8 : DataType::int16;
      try {
        layer.validate("random layer");
        return layer;
      } catch (const InputError&) {
      }
    }
  }

  // In even proportions from the least to what holds everything.
  int64_t buffer(const Layer& layer) {
    const double most = std::max<double>(2 * kLeastBuffer, static_cast<double>(compulsory_bytes(layer)));
    const double share = static_cast<double>(pick(0, 1000)) / 1000;
    return static_cast<int64_t>(kLeastBuffer * std::pow(most / kLeastBuffer, share));
  }

 private:
  std::mt19937_64 random_;
};

struct Sums {
  int searches = 0;
  int proven = 0;
  double gaps = 0;  // of those that are not, as a share of their traffic
};

void print_table(int64_t layers, uint64_t seed) {
  RandomLayers random(seed);
  std::array<Sums, 2> sums;  // of layers whose regions have no gaps, and of others
  std::array<int, 3> proofs = {0, 0, 0};
  std::vector<double> seconds;
  for (int64_t i = 0; i < layers; ++i) {
    const Layer layer = random.next();
    OptimizerOptions options;
    options.buffer_bytes = random.buffer(layer);
    const std::clock_t start = std::clock();
    OptimizerResult result;
    try {
      result = optimize(layer, options);
    } catch (const NothingFits&) {
      continue;
    }
    seconds.push_back(static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
    const bool dense = InputAxis(layer, 0).without_gaps() && InputAxis(layer, 1).without_gaps();
    Sums& of = sums[dense ? 0 : 1];
    ++of.searches;
    if (result.optimal) {
      ++of.proven;
      ++proofs[static_cast<size_t>(result.proof)];
      continue;
    }
    const int64_t total = result.prediction.traffic.total();
    const double gap = 1 - static_cast<double>(result.proven_bound) / static_cast<double>(total);
    of.gaps += gap;
    nlohmann::json line = nlohmann::json::parse(to_json(layer).dump());
    std::cout << fmt::format("{{\"layer\": {}, \"buffer_bytes\": {}, \"bytes\": {}, \"bound\": {}}}\n",
                             line.dump(), options.buffer_bytes, total, result.proven_bound)
              << std::flush;
  }
  std::cout << fmt::format("\nseed {}\n\n| regions | layers | proven | share | gap of the others |\n", seed)
            << "| --- | ---: | ---: | ---: | ---: |\n";
  for (size_t kind = 0; kind < 2; ++kind) {
    const Sums& of = sums[kind];
    const int open = of.searches - of.proven;
    std::cout << fmt::format("| {} | {} | {} | {:.1f} % | {:.1f} % |\n",
                             kind == 0 ? "without gaps" : "with gaps", of.searches, of.proven,
                             of.searches == 0 ? 0 : 100.0 * of.proven / of.searches,
                             open == 0 ? 0 : 100 * of.gaps / open);
  }
  std::sort(seconds.begin(), seconds.end());
  if (seconds.empty()) return;
  std::cout << fmt::format("\n{} compulsory, {} residence, {} exhaustive; median {:.3f} s, worst {:.2f} s\n",
                           proofs[0], proofs[1], proofs[2], seconds[seconds.size() / 2], seconds.back());
}

}  // namespace
}  // namespace hwcvp

int main(int argc, char** argv) {
  const std::vector<std::string> given(argv + 1, argv + argc);
  try {
    hwcvp::print_table(given.empty() ? 200 : std::stoll(given[0]),
                       given.size() < 2 ? 1 : std::stoull(given[1]));
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 2;
  }
  return 0;
}
