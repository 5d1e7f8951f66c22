#include "platform/report/engine_report.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "platform/report/format.h"
#include "platform/report/table.h"

namespace hwcvp {

namespace {

using nlohmann::ordered_json;

// Clock cycles, which may be parts of one where clocks differ.
struct EngineCycles {
  double busy = 0;
  double stalled_on_memory = 0;
  double stalled_on_engines = 0;
  double idle = 0;

  EngineCycles& operator+=(const EngineCycles& other) {
    busy += other.busy;
    stalled_on_memory += other.stalled_on_memory;
    stalled_on_engines += other.stalled_on_engines;
    idle += other.idle;
    return *this;
  }
  double stalled() const { return stalled_on_memory + stalled_on_engines; }
  double total() const { return busy + stalled() + idle; }
};

using AllEngines = std::array<EngineCycles, kEngineCount>;

AllEngines in_cycles(const JobObservation& observed) {
  const double hz = observed.seconds > 0 ? static_cast<double>(observed.cycles) / observed.seconds : 0;
  AllEngines cycles;
  for (size_t i = 0; i < kEngineCount; ++i) {
    const EngineObservation& time = observed.engines[i];
    cycles[i] = {time.busy_seconds * hz, time.stalled_on_memory_seconds * hz,
                 time.stalled_on_engines_seconds * hz, time.idle_seconds * hz};
  }
  return cycles;
}

AllEngines total(const RunReport& report) {
  AllEngines total{};
  for (const LayerReport& layer : report.layers) {
    const AllEngines cycles = in_cycles(layer.observed);
    for (size_t i = 0; i < kEngineCount; ++i) total[i] += cycles[i];
  }
  return total;
}

ordered_json to_json(const AllEngines& engines) {
  ordered_json object;
  for (const Engine engine : kEngines) {
    const EngineCycles& cycles = engines[index(engine)];
    object[to_string(engine)] = {
        {"busy_cycles", cycles.busy},
        {"stalled_cycles", cycles.stalled()},
        {"idle_cycles", cycles.idle},
        {"stalled_on",
         {{"memory_cycles", cycles.stalled_on_memory}, {"engines_cycles", cycles.stalled_on_engines}}}};
  }
  return object;
}

}  // namespace

void print_engines(std::ostream& out, const RunReport& report) {
  Table table({{"layer", Table::Align::left},
               {"engine", Table::Align::left},
               {"busy cycles"},
               {"stalled on memory"},
               {"stalled on engines"},
               {"idle"},
               {"total cycles"},
               {"busy"},
               {"stalled"}});
  // The vector engine has a line only where it worked.
  const bool has_vector = total(report)[index(Engine::vector)].busy > 0;
  const auto add = [&table, has_vector](std::string name, const AllEngines& engines) {
    for (const Engine engine : kEngines) {
      if (engine == Engine::vector && !has_vector) continue;
      const EngineCycles& cycles = engines[index(engine)];
      const int64_t busy = std::llround(cycles.busy);
      const int64_t on_memory = std::llround(cycles.stalled_on_memory);
      const int64_t on_engines = std::llround(cycles.stalled_on_engines);
      const int64_t whole = std::llround(cycles.total());
      const auto percent = [&cycles](double part) {
        return fmt::format("{:.1f} %", cycles.total() > 0 ? 100 * part / cycles.total() : 0.0);
      };
      // Idle takes what rounding leaves, so that each line adds up.
      table.add({name, to_string(engine), grouped(busy), grouped(on_memory), grouped(on_engines),
                 grouped(whole - busy - on_memory - on_engines), grouped(whole), percent(cycles.busy),
                 percent(cycles.stalled())});
      name.clear();
    }
  };
  for (const LayerReport& layer : report.layers) add(layer.layer.name, in_cycles(layer.observed));
  if (report.layers.size() > 1) {
    table.add_rule();
    add("total", total(report));
  }
  table.print(out);
}

ordered_json engines_json(const JobObservation& observed) { return to_json(in_cycles(observed)); }

ordered_json engines_json(const RunReport& report) { return to_json(total(report)); }

}  // namespace hwcvp
