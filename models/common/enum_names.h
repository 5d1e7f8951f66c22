// The names of an enumeration's values.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <type_traits>

namespace hwcvp {

// One table, for reading, writing and messages, to be specialised beside an enumeration whose values count
// from 0: template <> inline constexpr std::array kNamesOf<Arbitration> = {"round_robin", "fixed_priority"};
template <typename Enum>
inline constexpr std::nullptr_t kNamesOf = nullptr;

template <typename Enum>
inline constexpr bool kHasNames =
    !std::is_same_v<std::remove_const_t<decltype(kNamesOf<Enum>)>, std::nullptr_t>;

template <typename Enum>
constexpr const char* name_of(Enum value) {
  return kNamesOf<Enum>[static_cast<size_t>(value)];
}

// The value of that name, if there is one.
template <typename Enum>
std::optional<Enum> value_named(const std::string& name) {
  for (size_t i = 0; i < kNamesOf<Enum>.size(); ++i) {
    if (name == kNamesOf<Enum>[i]) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace hwcvp
