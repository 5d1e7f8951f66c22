// How the real numbers of a tensor are spread, as far as it can be said without running the network. Scales
// are chosen from it.
//
// Not a simulation: elements count as independent and normally distributed before an activation.
#pragma once

#include <cstdint>

namespace hwcvp::networks {

// Of all elements together. Both are rounded to 16 bits, so that the last bits of the host's mathematical
// functions do not show in a graph.
struct Spread {
  double mean = 0;
  double deviation = 1;  // standard deviation
};

Spread rounded(Spread spread);

// After max(x, 0).
Spread rectified(Spread x);
// Of a + b.
Spread sum(Spread a, Spread b);
// Of the largest of `count` rectified elements, more than one.
Spread largest(Spread x, int64_t count);

}  // namespace hwcvp::networks
