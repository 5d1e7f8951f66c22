// Numbers and bytes as the GDB remote serial protocol writes them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hwcvp::gdb {

// A number of 1 to 16 digits, most significant first. Nothing where `text` is anything else.
std::optional<uint64_t> parse_hexadecimal(std::string_view text);

// Two digits a byte. Nothing where `text` is anything else.
std::optional<std::string> parse_bytes(std::string_view text);

// Two digits a byte, lower case.
std::string to_hexadecimal(std::string_view bytes);

}  // namespace hwcvp::gdb
