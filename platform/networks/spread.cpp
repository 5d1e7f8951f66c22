#include "platform/networks/spread.h"

#include <cmath>

namespace hwcvp::networks {

namespace {

double rounded_to_16_bits(double value) {
  int exponent = 0;
  const double fraction = std::frexp(value, &exponent);
  return std::ldexp(std::round(std::ldexp(fraction, 16)), exponent - 16);
}

}  // namespace

Spread rounded(Spread spread) {
  return {rounded_to_16_bits(spread.mean), rounded_to_16_bits(spread.deviation)};
}

// The moments of a rectified normal distribution.
Spread rectified(Spread x) {
  const double z = x.mean / x.deviation;
  const double positive = 0.5 * std::erfc(-z / std::sqrt(2.0));
  const double density = std::exp(-0.5 * z * z) / std::sqrt(2 * std::acos(-1.0));
  const double mean = x.mean * positive + x.deviation * density;
  const double square =
      (x.mean * x.mean + x.deviation * x.deviation) * positive + x.mean * x.deviation * density;
  return rounded({mean, std::sqrt(square - mean * mean)});
}

Spread sum(Spread a, Spread b) { return rounded({a.mean + b.mean, std::hypot(a.deviation, b.deviation)}); }

// The largest of n normally distributed numbers grows with the root of 2 ln n; that of rectified ones varies
// about as much as they do.
Spread largest(Spread x, int64_t count) {
  const double root = std::sqrt(2 * std::log(static_cast<double>(count)));
  return rounded({x.mean + x.deviation * (root - 0.4), x.deviation});
}

}  // namespace hwcvp::networks
