// What can be set on the simulated machine, as the schema of platform files describes it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "platform/config/config.h"

namespace hwcvp {

struct PlatformProperty {
  std::string path;         // "hwc.clock_mhz", of
  std::string section;      // "hwc" and
  std::string key;          // "clock_mhz"
  std::string type;         // integer, number, string or boolean
  std::string unit;         // "none" for names and switches
  std::string description;  // and what else a value means
  std::string expected;     // "a number between 0.001 and 100000"
  std::string initial;      // the default, as JSON
};

// All of them, by path.
const std::vector<PlatformProperty>& platform_properties();

// Throws InputError, with the closest path there is, unless `path` is a property; `where` begins the line.
const PlatformProperty& find_property(const std::string& path, const std::string& where);

// The default.
nlohmann::json default_of(const PlatformProperty& property);

// A value as it stands on a command line: for properties in bytes also with KiB, MiB or GiB. What cannot be
// read is handed on as text, and change_platform() says what the property expects.
nlohmann::json property_value(const PlatformProperty& property, const std::string& text);

// The value that a machine has; null where the property does not apply, as the DRAM's timing is another.
nlohmann::json property_of(const PlatformConfig& config, const PlatformProperty& property);

}  // namespace hwcvp
