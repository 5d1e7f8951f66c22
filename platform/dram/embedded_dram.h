// The DRAM presets and the schema of their files as text, built into the program.
#pragma once

#include <vector>

namespace hwcvp {

struct EmbeddedDram {
  const char* name;
  const char* text;
};

const std::vector<EmbeddedDram>& embedded_drams();
const char* dram_schema_text();

}  // namespace hwcvp
