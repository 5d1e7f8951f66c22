#include "platform/report/monitor_report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "platform/report/format.h"
#include "platform/report/latency_json.h"
#include "platform/report/table.h"

namespace hwcvp {

namespace {

using nlohmann::ordered_json;

constexpr double kNsPerPs = 1e-3;

double ratio(double part, double whole) { return whole > 0 ? part / whole : 0; }

std::string percent(double value) { return fmt::format("{:+.1f}%", value); }

std::string gigabytes(double bytes_per_second) { return fmt::format("{:.2f}", bytes_per_second * 1e-9); }

std::string bandwidth_note(const LayerReport& layer) {
  std::string note;
  for (const Divergence& divergence : layer.divergences) {
    if (!note.empty()) note += ", ";
    note += divergence.quantity;
  }
  return note;
}

void print_bandwidth(std::ostream& out, const RunReport& report) {
  Table table({{"layer", Table::Align::left},
               {"GB/s predicted"},
               {"observed"},
               {"difference"},
               {"peak"},
               {"drift, at most"},
               {"parts in", Table::Align::left}});
  for (const LayerReport& layer : report.layers) {
    const BandwidthComparison& bandwidth = layer.bandwidth;
    table.add({layer.layer.name, gigabytes(bandwidth.predicted_bytes_per_second),
               gigabytes(bandwidth.observed_bytes_per_second), percent(bandwidth.difference_percent()),
               gigabytes(layer.observed.peak_bytes_per_second), percent(bandwidth.drift_percent),
               bandwidth_note(layer)});
  }
  table.print(out);
}

void print_initiators(std::ostream& out, const std::vector<InitiatorObservation>& initiators,
                      double seconds) {
  Table table({{"initiator", Table::Align::left},
               {"", Table::Align::left},
               {"read bytes"},
               {"write bytes"},
               {"transactions"},
               {"busy"},
               {"GB/s"},
               {"peak"},
               {"latency ns, mean"},
               {"median"},
               {"99%"},
               {"most"}});
  const auto add = [&](const std::string& initiator, const std::string& part, const StreamObservation& s) {
    const auto ns = [](double ps) { return fmt::format("{:.1f}", ps * kNsPerPs); };
    const auto quantile = [&](double q) { return ns(static_cast<double>(s.latency_ps.quantile(q))); };
    table.add({initiator, part, grouped(static_cast<int64_t>(s.count.read_bytes)),
               grouped(static_cast<int64_t>(s.count.write_bytes)), grouped(s.transactions()),
               fmt::format("{:.1f}%", 100 * ratio(s.busy_seconds, seconds)),
               gigabytes(ratio(static_cast<double>(s.bytes()), seconds)), gigabytes(s.peak_bytes_per_second),
               ns(s.latency_ps.mean()), quantile(0.5), quantile(0.99),
               ns(static_cast<double>(s.latency_ps.most()))});
  };
  for (const InitiatorObservation& initiator : initiators) {
    std::string name = initiator.name;
    for (const InitiatorObservation::Part& part : initiator.parts) {
      add(name, part.name, part.stream);
      name.clear();
    }
    if (initiator.parts.size() > 1) add("", "total", initiator.total);
  }
  table.print(out);
}

ordered_json stream_json(const StreamObservation& stream, double seconds, double hz) {
  return {{"read_bytes", stream.count.read_bytes},
          {"write_bytes", stream.count.write_bytes},
          {"reads", stream.count.reads},
          {"writes", stream.count.writes},
          {"busy_cycles", stream.busy_seconds * hz},
          {"average_gb_per_s", ratio(static_cast<double>(stream.bytes()), seconds) * 1e-9},
          {"peak_gb_per_s", stream.peak_bytes_per_second * 1e-9},
          {"latency_ns", latency_json(stream.latency_ps, kNsPerPs)}};
}

}  // namespace

void print_monitors(std::ostream& out, const RunReport& report) {
  std::vector<InitiatorObservation> initiators;
  double seconds = 0;
  for (const LayerReport& layer : report.layers) {
    add(initiators, layer.observed.initiators);
    seconds += layer.observed.seconds;
  }
  print_bandwidth(out, report);
  out << '\n';
  print_initiators(out, initiators, seconds);
}

ordered_json initiators_json(const std::vector<InitiatorObservation>& initiators, double seconds,
                             int64_t cycles) {
  const double hz = ratio(static_cast<double>(cycles), seconds);
  ordered_json list = ordered_json::array();
  for (const InitiatorObservation& initiator : initiators) {
    ordered_json entry = {{"name", initiator.name}};
    entry.update(stream_json(initiator.total, seconds, hz));
    for (const InitiatorObservation::Part& part : initiator.parts) {
      entry["tensors"][part.name] = stream_json(part.stream, seconds, hz);
    }
    list.push_back(std::move(entry));
  }
  return list;
}

ordered_json to_json(const BandwidthComparison& bandwidth) {
  return {{"predicted_gb_per_s", bandwidth.predicted_bytes_per_second * 1e-9},
          {"observed_gb_per_s", bandwidth.observed_bytes_per_second * 1e-9},
          {"difference_percent", bandwidth.difference_percent()},
          {"drift_percent", bandwidth.drift_percent},
          {"drift_at_seconds", bandwidth.drift_seconds}};
}

ordered_json to_json(const std::vector<Divergence>& divergences) {
  ordered_json list = ordered_json::array();
  for (const Divergence& divergence : divergences) {
    list.push_back({{"quantity", divergence.quantity},
                    {"unit", divergence.unit},
                    {"predicted", divergence.predicted},
                    {"observed", divergence.observed},
                    {"allowed_percent", divergence.allowed_percent},
                    {"text", divergence.text()}});
  }
  return list;
}

}  // namespace hwcvp
