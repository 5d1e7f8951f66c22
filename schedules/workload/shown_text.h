// Text of others, made fit for messages and tables.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hwcvp {

// Bytes of the UTF-8 character at the front of the text, 0 where there is none that prints: a control
// character, an overlong form, a surrogate or what lies past U+10FFFF.
size_t printable_bytes(std::string_view text);

// The text with control characters and what is not UTF-8 as escapes (\n, \x1b); where that takes more than
// `most` bytes, only its beginning, between characters, and "...".
std::string shown(std::string_view text, size_t most = 60);

// The same for a whole line: of one that is too long, beginning and end are left, as the end says what is
// wrong.
std::string shown_line(std::string_view text);

}  // namespace hwcvp
