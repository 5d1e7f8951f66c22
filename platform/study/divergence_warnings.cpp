#include "platform/study/divergence_warnings.h"

#include <fmt/format.h>

#include <systemc>

#include "schedules/workload/shown_text.h"

namespace hwcvp {

void report_divergences(const std::string& layer_name, const std::vector<Divergence>& divergences) {
  for (const Divergence& divergence : divergences) {
    SC_REPORT_WARNING("/hwcvp/monitor",
                      fmt::format("layer {}: {}", shown(layer_name), divergence.text()).c_str());
  }
}

}  // namespace hwcvp
