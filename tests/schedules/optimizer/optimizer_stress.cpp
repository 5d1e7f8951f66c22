// Long random-restart local search over the layers of the networks, to look for schedules that move less than
// those of optimize(). Not part of the normal tests: `ctest -C stress` runs it.
//
// Shares nothing with the optimizer but the layers, the schedules and predict_exact(): nests of its own,
// moves of its own, and simulated annealing in place of descent. Fails where it finds less traffic.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <limits>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "schedules/networks/network.h"
#include "schedules/optimizer/optimizer.h"
#include "schedules/traffic/exact_predictor.h"
#include "schedules/workload/error.h"
#include "tests/support/random_case.h"

namespace hwcvp {
namespace {

struct Settings {
  double seconds = 10;  // for each layer and buffer
  uint64_t seed = 0;    // 0: another one every time
  std::vector<std::string> networks = {"alexnet", "vgg16", "resnet50"};
  std::vector<int64_t> buffers = {4096, 16384, 65536, 262144};
  size_t cases = 0;   // at most so many, drawn at random; 0: all
  bool open = false;  // only what optimize() does not prove
};

// Seconds of the processor, so that other work on the machine does not matter.
double now() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

class LocalSearch {
 public:
  LocalSearch(const Layer& layer, int64_t buffer_bytes, uint64_t seed)
      : layer_(layer), extents_(layer.extents()), buffer_bytes_(buffer_bytes), random_(seed) {
    for (const Dim dim : kDims) {
      if (extents_[index(dim)] > 1) dims_.push_back(dim);
    }
  }

  // Restarts until `seconds` are over or something below `limit` bytes is found, in turns from random nests
  // and from a known one, which it leaves less far. The least bytes seen.
  int64_t run(double seconds, int64_t limit, const Schedule& known) {
    constexpr double kHot = 0.2;
    constexpr double kWarm = 0.02;
    const double end = now() + seconds;
    int64_t best = std::numeric_limits<int64_t>::max();
    while (now() < end && best >= limit && !dims_.empty()) {
      const bool warm = restarts++ % 2 == 0;
      best = std::min(best, anneal(end, limit, warm ? known : random_nest(), warm ? kWarm : kHot));
    }
    return best;
  }

  Schedule found;
  int64_t restarts = 0;
  int64_t steps = 0;

 private:
  int64_t pick(int64_t count) {
    return static_cast<int64_t>(random_() % static_cast<uint64_t>(std::max<int64_t>(count, 1)));
  }
  double unit() { return static_cast<double>(random_() >> 11) * 0x1p-53; }

  // Traffic, and a fine for what does not fit, as a logarithm.
  double energy(const Schedule& schedule, int64_t& traffic) const {
    const Prediction prediction = predict_exact(layer_, schedule);
    const double over = static_cast<double>(prediction.buffer.total()) / static_cast<double>(buffer_bytes_);
    traffic = over > 1 ? std::numeric_limits<int64_t>::max() : prediction.traffic.total();
    return std::log(static_cast<double>(prediction.traffic.total())) + (over > 1 ? 0.5 + std::log(over) : 0);
  }

  Schedule random_nest() {
    Schedule nest;
    for (int64_t i = 3 + pick(6); i > 0; --i) insert(nest);
    for (int& level : nest.buffer_level)
      level = static_cast<int>(pick(static_cast<int64_t>(nest.loops.size()) + 1));
    legalize(nest);
    return nest;
  }

  int64_t any_tile(Dim dim) {
    const int64_t extent = extents_[index(dim)];
    if (pick(3) == 0) return 1 + pick(extent);
    const int64_t pieces = 1 + pick(pick(2) == 0 ? 8 : extent);
    return (extent + pieces - 1) / pieces;
  }

  void insert(Schedule& nest) {
    const Dim dim = dims_[static_cast<size_t>(pick(static_cast<int64_t>(dims_.size())))];
    const int64_t place = pick(static_cast<int64_t>(nest.loops.size()) + 1);
    nest.loops.insert(nest.loops.begin() + place, {dim, any_tile(dim)});
    for (int& level : nest.buffer_level) level += level > place || (level == place && pick(2) == 0) ? 1 : 0;
  }

  void erase(Schedule& nest, int64_t place) {
    nest.loops.erase(nest.loops.begin() + place);
    for (int& level : nest.buffer_level) level -= level > place ? 1 : 0;
  }

  void mutate(Schedule& nest) {
    const auto loops = static_cast<int64_t>(nest.loops.size());
    switch (pick(6)) {
      case 0:
        return insert(nest);
      case 1:
        if (loops > 0) erase(nest, pick(loops));
        return;
      case 2: {
        if (loops == 0) return;
        Loop& loop = nest.loops[static_cast<size_t>(pick(loops))];
        loop.tile = pick(2) == 0 ? any_tile(loop.dim) : loop.tile + pick(7) - 3;
        return;
      }
      case 3:
        if (loops > 1) {
          const auto place = static_cast<size_t>(pick(loops - 1));
          std::swap(nest.loops[place], nest.loops[place + 1]);
        }
        return;
      case 4: {
        if (loops < 2) return;  // any two loops change places
        std::swap(nest.loops[static_cast<size_t>(pick(loops))], nest.loops[static_cast<size_t>(pick(loops))]);
        return;
      }
      default: {
        int& level = nest.buffer_level[static_cast<size_t>(pick(kTensorCount))];
        level = static_cast<int>(pick(2) == 0 ? pick(loops + 1) : level + pick(3) - 1);
      }
    }
  }

  // Tiles that grow take the tile in force; loops that cut nothing go.
  void legalize(Schedule& nest) {
    PerDim<int64_t> tile = extents_;
    for (int64_t i = 0; i < static_cast<int64_t>(nest.loops.size());) {
      Loop& loop = nest.loops[static_cast<size_t>(i)];
      int64_t& in_force = tile[index(loop.dim)];
      loop.tile = std::clamp<int64_t>(loop.tile, 1, in_force);
      if (loop.tile == in_force) {
        erase(nest, i);
      } else {
        in_force = loop.tile;
        ++i;
      }
    }
    for (int& level : nest.buffer_level) level = std::clamp(level, 0, static_cast<int>(nest.loops.size()));
  }

  int64_t anneal(double end, int64_t limit, Schedule here, double hottest) {
    constexpr int kSteps = 30000;
    constexpr size_t kMostLoops = 14;
    int64_t best = std::numeric_limits<int64_t>::max();
    int64_t traffic = 0;
    double energy_here = energy(here, traffic);
    for (int step = 0; step < kSteps && best >= limit && (step % 64 != 0 || now() < end); ++step, ++steps) {
      const double temperature = hottest * std::pow(1e-4, static_cast<double>(step) / kSteps);
      Schedule next = here;
      do {
        mutate(next);
      } while (pick(3) == 0);
      legalize(next);
      if (next.loops.size() > kMostLoops) continue;
      const double energy_next = energy(next, traffic);
      if (energy_next > energy_here && unit() > std::exp((energy_here - energy_next) / temperature)) continue;
      here = next;
      energy_here = energy_next;
      if (traffic < best) {
        best = traffic;
        found = here;
      }
    }
    return best;
  }

  const Layer& layer_;
  const PerDim<int64_t> extents_;
  const int64_t buffer_bytes_;
  std::mt19937_64 random_;
  std::vector<Dim> dims_;
};

struct Case {
  Layer layer;
  int64_t buffer_bytes;
};

// Layers of different shape, int8 and int16, at all buffer sizes, in an order that the seed decides.
std::vector<Case> make_cases(const Settings& settings) {
  std::vector<Case> cases;
  std::set<std::string> seen;
  for (const std::string& network : settings.networks) {
    for (const Layer& layer : builtin_network(network).layers) {
      for (const DataType type : {DataType::int8, DataType::int16}) {
        Layer typed = layer;
        typed.name.clear();
        typed.input_type = typed.weight_type = typed.output_type = type;
        if (!seen.insert(to_json_text({typed, {}})).second) continue;
        typed.name = network + "/" + layer.name + "/" + to_string(type);
        for (const int64_t buffer : settings.buffers) cases.push_back({typed, buffer});
      }
    }
  }
  std::mt19937_64 random(settings.seed);
  std::shuffle(cases.begin(), cases.end(), random);
  if (settings.cases > 0 && settings.cases < cases.size()) cases.resize(settings.cases);
  return cases;
}

// The number of cases in which the local search won.
int stress(const Settings& settings) {
  int beaten = 0;
  int equal = 0;
  const std::vector<Case> cases = make_cases(settings);
  std::cout << fmt::format("seed {}, {} cases, {} s each\n", settings.seed, cases.size(), settings.seconds);
  for (size_t i = 0; i < cases.size(); ++i) {
    const auto& [layer, buffer_bytes] = cases[i];
    OptimizerOptions options;
    options.buffer_bytes = buffer_bytes;
    const OptimizerResult result = optimize(layer, options);
    if (settings.open && result.optimal) continue;
    const int64_t traffic = result.prediction.traffic.total();
    LocalSearch search(layer, buffer_bytes, settings.seed + i);
    const int64_t found = search.run(settings.seconds, traffic, result.schedule);
    equal += found == traffic ? 1 : 0;
    std::cout << fmt::format(
        "{} in {} bytes: optimize() {} bytes{}, local search {} bytes after {} restarts, {} steps\n",
        layer.name, buffer_bytes, traffic, result.optimal ? " (optimal)" : "", found, search.restarts,
        search.steps);
    if (found < traffic) {
      ++beaten;
      std::cout << "  LESS TRAFFIC: " << to_json_text({layer, search.found}) << '\n';
    }
    std::cout.flush();
  }
  std::cout << fmt::format("{} cases: {} equal, {} beaten\n", cases.size(), equal, beaten);
  return beaten;
}

double number(const std::string& text) {
  size_t end = 0;
  const double value = std::stod(text, &end);
  if (end != text.size() || !(value >= 0)) throw std::invalid_argument(text);
  return value;
}

constexpr const char* kUsage =
    "usage: optimizer_stress [--seconds S] [--seed N] [--cases N] [--open 0|1] [--network NAME]... [--buffer "
    "BYTES]...\n";

Settings parse(const std::vector<std::string>& arguments) {
  Settings settings;
  bool own_networks = false;
  bool own_buffers = false;
  if (arguments.size() % 2 != 0) throw std::invalid_argument(arguments.back());
  for (size_t i = 0; i < arguments.size(); i += 2) {
    const std::string& name = arguments[i];
    const std::string& value = arguments[i + 1];
    if (name == "--seconds") {
      settings.seconds = number(value);
    } else if (name == "--seed") {
      settings.seed = static_cast<uint64_t>(number(value));
    } else if (name == "--cases") {
      settings.cases = static_cast<size_t>(number(value));
    } else if (name == "--open") {
      settings.open = number(value) > 0;
    } else if (name == "--network") {
      if (!own_networks) settings.networks.clear();
      own_networks = true;
      settings.networks.push_back(value);
    } else if (name == "--buffer") {
      if (!own_buffers) settings.buffers.clear();
      own_buffers = true;
      settings.buffers.push_back(static_cast<int64_t>(number(value)));
    } else {
      throw std::invalid_argument(name);
    }
  }
  if (settings.seed == 0) settings.seed = std::random_device()();
  return settings;
}

}  // namespace
}  // namespace hwcvp

int main(int argc, char** argv) {
  try {
    return hwcvp::stress(hwcvp::parse({argv + 1, argv + argc})) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
  } catch (const hwcvp::InputError& error) {
    std::cerr << error.what() << '\n';
  } catch (const std::logic_error& error) {
    std::cerr << "not understood: " << error.what() << '\n' << hwcvp::kUsage;
  }
  return 2;
}
