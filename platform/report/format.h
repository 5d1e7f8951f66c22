// Numbers for people.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace hwcvp {

// "1,234,567".
std::string grouped(int64_t value);
// With a binary unit, exact where it is whole: "64 KiB", "1.43 MiB", "12 B".
std::string bytes_text(int64_t bytes);
// "4.2 ms", "1.42 s", "3 min 05 s", "1 h 01 min".
std::string duration_text(double seconds);

// "12.3 %" of the whole; "" of nothing.
std::string percent_text(int64_t part, int64_t whole);
// "1 layer", "12 layers".
std::string count_text(size_t count, const std::string& of);

}  // namespace hwcvp
