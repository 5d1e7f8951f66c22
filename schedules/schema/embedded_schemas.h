// The published JSON schemas as text, built into the library so that no file is looked up at run time.
#pragma once

namespace hwcvp {

const char* constraints_schema_text();
const char* layer_schema_text();
const char* schedule_schema_text();

}  // namespace hwcvp
