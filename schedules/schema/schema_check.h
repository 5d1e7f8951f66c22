// Checks JSON against a published schema, with messages for people.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace hwcvp {

// Throws InputError unless the document obeys the JSON schema. The line names `where`, the path of the first
// offending value (such as loops[2].tile), what the schema expects there and what was found.
void check_schema(const nlohmann::json& schema, const nlohmann::json& document, const std::string& where);

// What a node of a schema admits, as a noun phrase: "an integer between 1 and 64".
std::string schema_expectation(const nlohmann::json& node);

}  // namespace hwcvp
