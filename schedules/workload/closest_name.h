// Names that a misspelt one may have meant.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hwcvp {

// Characters to insert, delete, replace, or exchange with the next to make one text of the other (optimal
// string alignment). The time grows with the product of the lengths.
size_t edit_distance(std::string_view a, std::string_view b);

// The first of the names that take the fewest edits; none where all take more than a third of the text's
// characters (and more than one). Texts longer than any name can be stand for nothing.
std::optional<std::string> closest_name(std::string_view text, const std::vector<std::string>& names);

// "; did you mean NAME?" for the end of a message, `prefix` before the name; empty where no name is close.
std::string did_you_mean(std::string_view text, const std::vector<std::string>& names,
                         std::string_view prefix = "");

}  // namespace hwcvp
