#include "platform/observation/layer_report.h"

#include <algorithm>

namespace hwcvp {

bool RunReport::agreed() const {
  return std::all_of(layers.begin(), layers.end(), [](const LayerReport& layer) { return layer.agreed(); });
}

}  // namespace hwcvp
