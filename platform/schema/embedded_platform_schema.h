// The published JSON schema of platform files as text, built into the program.
#pragma once

namespace hwcvp {

const char* platform_schema_text();

}  // namespace hwcvp
