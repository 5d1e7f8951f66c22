// Values on the command line.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/common/enum_names.h"

namespace hwcvp {

// All of these throw InputError for text that is not wholly a value in range; the line begins with `option`.

// A size in bytes, at least 1, as byte_size() reads it ("65536", "64KiB", "64k").
int64_t parse_size(const std::string& text, const std::string& option);
// Sizes in ascending order, each of them once: between commas, as one size, or as a range A..B that stands
// for A, 2A, 4A and so on below B, and B ("4KiB,16KiB..64KiB").
std::vector<int64_t> parse_sizes(const std::string& text, const std::string& option);
// A decimal integer between `least` and `most`.
uint64_t parse_integer(const std::string& text, const std::string& option, uint64_t least, uint64_t most);
// A decimal number of seconds, more than 0.
double parse_seconds(const std::string& text, const std::string& option);
// A decimal number of percent between 0 and `most`.
double parse_percent(const std::string& text, const std::string& option, double most);
// A time in picoseconds, below 2^64: a decimal number followed by ps, ns, us, ms or s ("2.5us").
uint64_t parse_picoseconds(const std::string& text, const std::string& option);
// The parts of a list between commas, none of them empty.
std::vector<std::string> parse_list(const std::string& text, const std::string& option);
// One of `choices`.
std::string parse_choice(const std::string& text, const std::string& option,
                         const std::vector<std::string>& choices);

// A value of an enumeration that has names.
template <typename Enum>
Enum parse_named(const std::string& text, const std::string& option) {
  return value_named<Enum>(parse_choice(text, option, {kNamesOf<Enum>.begin(), kNamesOf<Enum>.end()}))
      .value();
}

}  // namespace hwcvp
