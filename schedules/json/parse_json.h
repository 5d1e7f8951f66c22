// JSON text from outside, read within limits.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace hwcvp {

inline constexpr size_t kMostJsonBytes = size_t{1} << 20;  // of a file
inline constexpr size_t kMostJsonDepth = 64;               // of objects and arrays in one another

// Parses the text; `where` (a file name) begins every message. Throws InputError for what is not JSON, is
// nested deeper than kMostJsonDepth, has a number that a double cannot hold, or a key twice in one object.
// The depth is limited because nlohmann's dump() and the schema check descend by recursion.
nlohmann::json parse_json(std::string_view text, const std::string& where);

}  // namespace hwcvp
