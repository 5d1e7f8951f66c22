// What a design demands of its schedules besides that they fit, and what their traffic costs.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "schedules/nest/schedule.h"
#include "schedules/traffic/traffic.h"
#include "schedules/workload/layer.h"

namespace hwcvp {

// Price of a byte for each kind of traffic, in any unit, not negative. Integers, so that costs are exact.
struct Prices {
  int64_t input_read = 1;
  int64_t weight_read = 1;
  int64_t output_write = 1;
  int64_t psum_read = 1;
  int64_t psum_write = 1;

  // Bytes times prices. Per-output-channel constants, which no schedule can change, are priced as weights.
  int64_t cost(const Traffic& traffic) const;
  // Costs are bytes.
  bool all_one() const;
};

// A price, and where Prices has it.
struct PriceKind {
  const char* name;  // as in Traffic
  int64_t Prices::*member;
};
inline constexpr std::array<PriceKind, 5> kPriceKinds = {{{"input_read", &Prices::input_read},
                                                          {"weight_read", &Prices::weight_read},
                                                          {"output_write", &Prices::output_write},
                                                          {"psum_read", &Prices::psum_read},
                                                          {"psum_write", &Prices::psum_write}}};
static_assert(sizeof(Prices) == kPriceKinds.size() * sizeof(int64_t), "a price is missing");

// Does not hold the shared buffer capacity nor double buffering, which OptimizerOptions have of their own.
struct Constraints {
  // Bytes of a memory that one tensor's buffer has to itself, double buffering included; 0: no such limit.
  // Beside the shared capacity, not in place of it.
  PerTensor<int64_t> capacity_bytes = {0, 0, 0};

  // Every tile of a loop over the dimension is a multiple of this or equals the tile that is in force there
  // (of the next loop outside over that dimension, or else its whole extent). A piece that remains at the end
  // of a loop may thus have any size; an extent of at most this is never cut.
  PerDim<int64_t> tile_multiple = {1, 1, 1, 1, 1, 1, 1, 1};

  // A schedule begins with these loops, in this order and with these tiles; more may follow.
  std::vector<Loop> outer_loops;

  // Number of loops outside a tensor's buffer, the outer loops above and loops that cut nothing included.
  PerTensor<std::optional<int>> buffer_level;

  Prices prices;

  // Nothing but prices differs from what holds without constraints.
  bool allow_all_nests() const;

  // Throws InputError, with a line that begins with `where` and names the field, where a value is out of its
  // range or the layer: outer loops that are not legal for it or break the tile multiples, prices with which
  // the cost of some schedule of it might overflow 63 bits.
  void validate(const Layer& layer, const std::string& where) const;

  // True where a legal schedule of the layer obeys all constraints, capacities included.
  bool allow(const Layer& layer, const Schedule& schedule) const;
};

bool operator==(const Prices& a, const Prices& b);
bool operator==(const Constraints& a, const Constraints& b);

}  // namespace hwcvp
