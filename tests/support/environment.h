// What a run of the tests is asked for by the environment: seeds, and how many cases.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>

namespace hwcvp {

inline int64_t from_environment(const char* name, int64_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::stoll(text);
}

}  // namespace hwcvp
