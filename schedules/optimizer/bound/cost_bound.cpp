#include "schedules/optimizer/bound/cost_bound.h"

#include <algorithm>

#include "schedules/traffic/bounds.h"

namespace hwcvp::optimizer {

int64_t cost_bound(const Layer& layer, const Prices& prices, int64_t bytes) {
  const int64_t compulsory = compulsory_bytes(layer);
  Traffic traffic;
  traffic.weight_read = layer.weight_elements() * hwcvp::bytes(layer.weight_type);
  traffic.output_write = layer.output_elements() * hwcvp::bytes(layer.output_type);
  traffic.params_read = layer.params_bytes();
  traffic.input_read = compulsory - traffic.total();
  const int64_t beyond = std::max<int64_t>(bytes - compulsory, 0);
  // Of two bytes, the least price; partial sums come in pairs of one read and one written.
  const int64_t pair =
      std::min(2 * std::min(prices.input_read, prices.weight_read), prices.psum_read + prices.psum_write);
  return prices.cost(traffic) + beyond / 2 * pair + beyond % 2 * pair / 2;
}

}  // namespace hwcvp::optimizer
