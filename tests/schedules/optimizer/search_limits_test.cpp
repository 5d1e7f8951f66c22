// Searches that are ended by a time limit or an interrupt, wherever they are: they end at once, and what they
// return is legal and no worse than what the quickest start finds.
//
// Counts what the thread of the search itself spends of the processor, so that other work on the machine does
// not matter. HWCVP_LIMITS sets how many searches are made, HWCVP_SEED which.
#include <gtest/gtest.h>
#include <pthread.h>
#include <time.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <ctime>
#include <iostream>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <thread>

#include "schedules/bursts/burst_model.h"
#include "schedules/optimizer/objectives/balanced.h"
#include "schedules/optimizer/objectives/front.h"
#include "schedules/optimizer/objectives/least_bus_bytes.h"
#include "schedules/optimizer/objectives/least_latency.h"
#include "schedules/optimizer/objectives/least_traffic.h"
#include "schedules/optimizer/optimizer.h"
#include "schedules/traffic/exact_predictor.h"
#include "tests/support/environment.h"
#include "tests/support/random_case.h"

namespace hwcvp {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr double kSlower = 10;
#else
constexpr double kSlower = 1;
#endif
constexpr double kAllowed = 0.2 * kSlower;  // seconds of the processor beyond the end

double seconds_of(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

// Cancels a search once the thread that made it has spent some time, and notes when.
class Interrupt {
 public:
  explicit Interrupt(double after) {
    clockid_t clock{};
    pthread_getcpuclockid(pthread_self(), &clock);
    const double at = seconds_of(clock) + after;
    thread_ = std::thread([this, clock, at] {
      while (!over_ && seconds_of(clock) < at) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      spent_ = seconds_of(clock);
      cancel = true;
    });
  }
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;
  ~Interrupt() {
    if (thread_.joinable()) thread_.join();
  }

  // Ends the watch; when the search was cancelled, on the clock of the thread that was watched.
  double spent() {
    over_ = true;
    thread_.join();
    return spent_;
  }

  std::atomic<bool> cancel{false};

 private:
  std::atomic<bool> over_{false};
  double spent_ = 0;
  std::thread thread_;
};

std::shared_ptr<const Objective> bus_bytes() {
  BusCounter counter;
  counter.cost = [](const Layer& layer, const Schedule& schedule) -> std::optional<BusCost> {
    if (burst_steps(layer, schedule) > 1 << 20) return std::nullopt;
    const TensorLayout layout = parse_layout("nhwc", "test");
    const TensorBases bases = {0, int64_t{1} << 58, int64_t{2} << 58, int64_t{3} << 58, int64_t{4} << 58};
    const BurstCounts counts =
        predict_bursts(layer, schedule, {layout, layout, layout}, bases, {256, false, 16});
    const BusTraffic bus = bus_traffic(counts, 16);
    return BusCost{bus.bus_bytes.total(), bus.bursts.total()};
  };
  counter.machine = "test";
  return std::make_shared<LeastBusBytes>(counter);
}

// Layers of all shapes, some with a very long axis or very many channels.
class Draws {
 public:
  explicit Draws(uint64_t seed) : random_(seed) {}

  bool one_in(int64_t count) { return pick(0, count - 1) == 0; }
  int64_t pick(int64_t least, int64_t most) {
    return std::uniform_int_distribution<int64_t>(least, most)(random_);
  }
  // In even proportions.
  double between(double least, double most) {
    return least * std::exp(std::uniform_real_distribution<double>(0, std::log(most / least))(random_));
  }
  int64_t size(int64_t most) {
    return static_cast<int64_t>(std::llround(between(1, static_cast<double>(most))));
  }

  Layer layer() {
    constexpr int64_t kLongest = 10'000'000;
    Layer layer;
    layer.name = "drawn";
    layer.batch = one_in(4) ? size(16) : 1;
    layer.in_channels = size(1024);
    layer.out_channels = size(1024);
    layer.kernel_shape = {size(11), size(11)};
    layer.in_height = layer.kernel_shape[0] + size(300);
    layer.in_width = layer.kernel_shape[1] + size(300);
    for (size_t axis = 0; axis < 2; ++axis) {
      layer.strides[axis] = one_in(3) ? pick(1, 4) : 1;
      layer.dilations[axis] = one_in(5) ? pick(1, 3) : 1;
      const int64_t reach = (layer.kernel_shape[axis] - 1) * layer.dilations[axis];
      (axis == 0 ? layer.in_height : layer.in_width) += reach;
      layer.pads[axis] = pick(0, std::min(reach, int64_t{5}));
      layer.pads[axis + 2] = pick(0, std::min(reach, int64_t{5}));
    }
    switch (pick(0, 9)) {
      case 0:
        layer.in_width = size(kLongest) + layer.in_width;
        break;
      case 1:
        layer.in_height = size(kLongest) + layer.in_height;
        break;
      case 2:
        layer.in_channels = size(kLongest);
        break;
      case 3:
        layer.out_channels = size(kLongest);
        break;
      case 4:
        layer.group = layer.in_channels = layer.out_channels = size(4096);
        break;
      case 5:
        layer.kernel_shape[1] = size(2000);
        layer.in_width += layer.kernel_shape[1] * layer.dilations[1];
        break;
      default:
        break;
    }
    return layer;
  }

 private:
  std::mt19937_64 random_;
};

struct Ended {
  std::optional<OptimizerResult> result;  // none where there is no schedule, or nothing is known of any
  double late = 0;                        // seconds of the processor beyond the end
  bool fits = true;
};

Ended search(const Layer& layer, OptimizerOptions options, bool interrupted, double seconds) {
  Ended ended;
  std::optional<Interrupt> interrupt;
  if (interrupted) {
    options.cancel = &interrupt.emplace(seconds).cancel;
  } else {
    options.time_limit_seconds = seconds;
  }
  const double start = seconds_of(CLOCK_THREAD_CPUTIME_ID);
  try {
    ended.result = optimize(layer, options);
  } catch (const NothingFits&) {
    ended.fits = false;
  } catch (const InputError&) {
  }
  const double end = seconds_of(CLOCK_THREAD_CPUTIME_ID);
  ended.late = end - (interrupt ? interrupt->spent() : start + seconds);
  return ended;
}

// What the search returns that is cancelled before it begins.
Ended quickest(const Layer& layer, OptimizerOptions options) {
  const std::atomic<bool> cancel{true};
  options.cancel = &cancel;
  Ended ended;
  try {
    ended.result = optimize(layer, options);
  } catch (const NothingFits&) {
    ended.fits = false;
  } catch (const InputError&) {
  }
  return ended;
}

TEST(SearchLimits, AreObeyedWhereverTheSearchIs) {
  const auto seed = static_cast<uint64_t>(from_environment("HWCVP_SEED", 20261201));
  const int64_t searches = from_environment("HWCVP_LIMITS", 40);
  // A long search now and then, where there are many.
  const double longest = searches > 100 ? 5 : 0.6;
  std::cout << "seed " << seed << std::endl;
  Draws draws(seed);
  const auto latency = std::make_shared<LeastLatency>(MachineTiming{});
  const auto balanced = std::make_shared<Balanced>(MachineTiming{});
  const std::shared_ptr<const Objective> bus = bus_bytes();
  const std::vector<std::shared_ptr<const Objective>> objectives = {
      nullptr,  std::make_shared<LeastTraffic>(),        latency, bus,
      balanced, std::make_shared<Front>(MachineTiming{})};
  double latest = 0;
  int64_t ended_early = 0;
  int64_t unknown = 0;
  for (int64_t i = 0; i < searches; ++i) {
    const Layer layer = draws.layer();
    OptimizerOptions options;
    options.buffer_bytes = static_cast<int64_t>(draws.between(4, 1 << 24));
    options.objective = objectives[static_cast<size_t>(draws.pick(0, 5))];
    if (draws.one_in(4)) options.double_buffer = {draws.one_in(2), draws.one_in(2), draws.one_in(2)};
    if (draws.one_in(4)) {
      options.constraints.tile_multiple[index(Dim::K)] = draws.pick(1, 32);
      options.constraints.tile_multiple[index(Dim::C)] = draws.pick(1, 32);
    }
    if (draws.one_in(8))
      options.constraints.buffer_level[draws.pick(0, 2)] = static_cast<int>(draws.pick(0, 4));
    const double seconds = draws.between(0.05, longest);
    const bool interrupted = draws.one_in(2);
    SCOPED_TRACE(to_json_text({layer, {}}) + " in " + std::to_string(options.buffer_bytes));
    try {
      layer.validate("test");
      options.constraints.validate(layer, "test");
    } catch (const InputError&) {
      continue;
    }
    const Ended ended = search(layer, options, interrupted, seconds);
    latest = std::max(latest, ended.late);
    EXPECT_LE(ended.late, kAllowed) << (interrupted ? "interrupted after " : "limit of ") << seconds << " s, "
                                    << (options.objective ? options.objective->name() : "none");
    if (!ended.result) {
      unknown += ended.fits ? 1 : 0;
      continue;
    }
    const OptimizerResult& result = *ended.result;
    ended_early += result.finished ? 0 : 1;
    result.schedule.validate(layer, "test");
    EXPECT_TRUE(options.constraints.allow(layer, result.schedule));
    EXPECT_EQ(result.prediction.traffic, predict_exact(layer, result.schedule).traffic);
    EXPECT_LE(result.prediction.buffer.total(), options.buffer_bytes);
    EXPECT_LE(result.proven_cost, result.cost);
    const Ended start = quickest(layer, options);
    if (!start.result) continue;
    if (options.objective == latency) {
      EXPECT_LE(result.latency.cycles, start.result->latency.cycles);
    } else if (options.objective == balanced) {
      // One of fewer bytes and one of fewer cycles are both no worse.
      EXPECT_TRUE(result.cost <= start.result->cost || result.latency.cycles <= start.result->latency.cycles);
    } else if (options.objective == bus) {
      EXPECT_LE(result.bus.bus_bytes, start.result->bus.bus_bytes);
    } else {
      EXPECT_LE(result.cost, start.result->cost);
    }
  }
  // The model of cycles may take longer for the quickest schedule than a search has.
  EXPECT_LE(unknown, searches / 4);
  std::cout << searches << " searches, " << ended_early << " ended early, of " << unknown
            << " no schedule's value was known in time; at most " << latest << " s late" << std::endl;
  EXPECT_GT(ended_early, searches / 8);
}

}  // namespace
}  // namespace hwcvp
