// What the monitors told of a run, for people and for scripts.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <ostream>

#include "platform/observation/layer_report.h"

namespace hwcvp {

// The bandwidth of each layer, observed against predicted, and what each initiator moved of each tensor in
// all layers together.
void print_monitors(std::ostream& out, const RunReport& report);

// The "initiators" of a layer, and the "bandwidth" and "divergences", as docs/command-line.md describes them.
nlohmann::ordered_json initiators_json(const std::vector<InitiatorObservation>& initiators, double seconds,
                                       int64_t cycles);
nlohmann::ordered_json to_json(const BandwidthComparison& bandwidth);
nlohmann::ordered_json to_json(const std::vector<Divergence>& divergences);

}  // namespace hwcvp
