// Prints, as tables in Markdown, the bytes and estimated cycles that networks' convolutions and fully
// connected layers take on the default machine with the schedules of least traffic, of --objective balanced
// and of
// --objective latency, in several buffer sizes: a row for each network and size, or with --layers for each
// different layer as well. Beside them the bound on cycles, and what it were if the array had the mode K x C
// alone: where balanced takes fewer cycles than that, the other modes made the difference. It is the table of
// docs/results/balanced.md. One thread; --cache DIR keeps what is found, for another time and for hwcvp.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "platform/config/config.h"
#include "platform/prediction/platform_timing.h"
#include "schedules/networks/network.h"
#include "schedules/optimizer/cache/result_cache.h"
#include "schedules/optimizer/objectives/balanced.h"
#include "schedules/optimizer/objectives/least_latency.h"
#include "schedules/optimizer/optimizer.h"
#include "schedules/workload/error.h"

namespace hwcvp {
namespace {

struct Point {
  int64_t bytes = 0;
  int64_t cycles = 0;
};

struct Row {
  Point traffic, balanced, latency;
  int64_t bound = 0;
  int64_t bound_kxc = 0;

  void add(const Row& other, int64_t times) {
    const auto add_point = [times](Point& sum, const Point& point) {
      sum.bytes += times * point.bytes;
      sum.cycles += times * point.cycles;
    };
    add_point(traffic, other.traffic);
    add_point(balanced, other.balanced);
    add_point(latency, other.latency);
    bound += times * other.bound;
    bound_kxc += times * other.bound_kxc;
  }
};

using Solver = std::function<OptimizerResult(const Layer& layer, const OptimizerOptions& options)>;

Row solve(const Layer& layer, int64_t buffer_bytes, const MachineTiming& timing, const Solver& solver) {
  OptimizerOptions options;
  options.buffer_bytes = buffer_bytes;
  const auto point = [&](std::shared_ptr<const Objective> objective) {
    options.objective = std::move(objective);
    const OptimizerResult found = solver(layer, options);
    const Traffic& traffic = found.prediction.traffic;
    return Point{traffic.total(), estimate_latency(layer, found.schedule, traffic, timing).cycles};
  };
  Row row;
  row.traffic = point(nullptr);
  row.balanced = point(std::make_shared<Balanced>(timing));
  row.latency = point(std::make_shared<LeastLatency>(timing));
  row.bound = latency_bound(layer, timing);
  MachineTiming kxc = timing;
  kxc.array_modes.fill(false);
  kxc.array_modes[index(ArrayMode::kxc)] = true;
  row.bound_kxc = latency_bound(layer, kxc);
  return row;
}

double ratio(int64_t a, int64_t b) { return static_cast<double>(a) / static_cast<double>(b); }

void print(const std::string& name, int64_t kibibytes, const Row& row) {
  const auto millions = [](int64_t value) { return fmt::format("{:.2f}", static_cast<double>(value) / 1e6); };
  std::cout << fmt::format("| {} | {} | {} | {} | {} | {} | {:.2f} | {} | {} | {:.2f} | {} | {} |\n", name,
                           kibibytes, millions(row.traffic.bytes), millions(row.traffic.cycles),
                           millions(row.balanced.bytes), millions(row.balanced.cycles),
                           ratio(row.balanced.bytes, row.traffic.bytes), millions(row.latency.bytes),
                           millions(row.latency.cycles),
                           ratio(row.balanced.cycles, std::min(row.latency.cycles, row.balanced.cycles)),
                           millions(row.bound), millions(row.bound_kxc))
            << std::flush;
}

void print_network(const std::string& name, int64_t kibibytes, bool each_layer, const MachineTiming& timing,
                   const Solver& solver) {
  const std::vector<Layer> layers = builtin_network(name).layers;
  std::vector<bool> done(layers.size());
  Row sum;
  for (size_t i = 0; i < layers.size(); ++i) {
    if (done[i]) continue;
    int64_t times = 0;
    for (size_t j = i; j < layers.size(); ++j) {
      if (!equal_work(layers[i], layers[j])) continue;
      done[j] = true;
      ++times;
    }
    const Row row = solve(layers[i], kibibytes * 1024, timing, solver);
    if (each_layer) print(layers[i].name, kibibytes, row);
    sum.add(row, times);
  }
  print(name, kibibytes, sum);
}

}  // namespace
}  // namespace hwcvp

int main(int argc, char** argv) {
  std::vector<std::string> networks(argv + 1, argv + argc);
  try {
    bool each_layer = false;
    hwcvp::Solver solver = hwcvp::optimize;
    while (!networks.empty() && networks.front().rfind("--", 0) == 0) {
      if (networks.front() == "--layers") {
        each_layer = true;
      } else if (networks.front() == "--cache" && networks.size() > 1) {
        const auto cache = std::make_shared<hwcvp::ResultCache>(
            networks[1], [](const std::string& line) { std::cerr << line << '\n'; });
        solver = [cache](const hwcvp::Layer& layer, const hwcvp::OptimizerOptions& options) {
          return cache->solve(layer, options);
        };
        networks.erase(networks.begin());
      } else {
        throw hwcvp::InputError("expected [--layers] [--cache DIR] [NETWORK...]");
      }
      networks.erase(networks.begin());
    }
    if (networks.empty()) networks = hwcvp::network_names();
    const hwcvp::MachineTiming timing = hwcvp::machine_timing(hwcvp::PlatformConfig{});
    std::cout << "| layers | buffer, KiB | least MB | its Mcycles | balanced MB | Mcycles | bytes, ratio | "
                 "latency MB | Mcycles | cycles, ratio | bound | bound, K x C alone |\n"
              << "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n";
    for (const std::string& network : networks) {
      for (const int64_t kibibytes : {16, 64, 256}) {
        hwcvp::print_network(network, kibibytes, each_layer, timing, solver);
      }
    }
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 2;
  }
  return 0;
}
