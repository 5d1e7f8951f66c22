#include "platform/study/divergence_warnings.h"

#include <fmt/format.h>

#include <systemc>

namespace hwcvp {

void report_divergences(const std::string& layer_name, const std::vector<Divergence>& divergences) {
  for (const Divergence& divergence : divergences) {
    SC_REPORT_WARNING("/hwcvp/monitor", fmt::format("layer {}: {}", layer_name, divergence.text()).c_str());
  }
}

}  // namespace hwcvp
