#include "platform/config/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "platform/config/properties.h"
#include "schedules/workload/error.h"

namespace hwcvp {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

std::string refusal(const std::string& text) {
  try {
    platform_from_json(json::parse(text), "machine.json");
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(ConfigTest, AnEmptyFileGivesTheBuiltInMachine) {
  EXPECT_EQ(to_json(platform_from_json(json::object(), "machine.json")), to_json(PlatformConfig{}));
}

TEST(ConfigTest, WhatIsPrintedIsReadBack) {
  PlatformConfig config;
  config.control_processor.kind = ControlProcessorKind::native;
  config.hwc.buffer_bytes = 12345;
  config.bus.width_bytes = 4;
  config.dram.latency_ns = 12.5;
  const json printed = json::parse(to_json(config).dump());
  EXPECT_EQ(to_json(platform_from_json(printed, "machine.json")), to_json(config));
}

// Every field that is printed is read: no name is accepted and ignored.
TEST(ConfigTest, EveryFieldIsRead) {
  const json printed = json::parse(to_json(PlatformConfig{}).dump());
  for (const auto& section : printed.items()) {
    for (const auto& field : section.value().items()) {
      if (field.key() == "timing") continue;  // decides which other fields there are
      const json other = field.key() == "kind"                  ? json("native")
                         : field.key() == "memory_transport"    ? json("at")
                         : field.key() == "array_modes"         ? json("kxc+pxt")
                         : field.value().is_boolean()           ? json(!field.value().get<bool>())
                         : field.key() == "arbitration"         ? json("fixed_priority")
                         : field.key() == "size_bytes"          ? json(4 << 20)
                         : field.key() == "instructions"        ? json(2000)
                         : field.key() == "interrupt"           ? json("lost")
                         : field.key() == "bus_error_initiator" ? json("hwce")
                         : section.key() == "faults" && field.value().is_string() ? json("mailbox")
                         : section.key() == "layout" ? field.value().is_string() ? json("nchw8c") : json(64)
                         : field.value() == json(16) ? json(32)
                         : field.value().is_number_integer() ? json(2)
                         : field.key() == "window_ns"        ? json(250.5)
                                                             : json(0.5);
      json document = json::object();
      document[section.key()][field.key()] =
          field.key() == "max_burst_bytes" || field.key() == "width_bytes" ? json(64) : other;
      json expected = printed;
      expected[section.key()][field.key()] = document[section.key()][field.key()];
      EXPECT_EQ(json::parse(to_json(platform_from_json(document, "machine.json")).dump()), expected)
          << section.key() << "." << field.key();
    }
  }
}

// The schema says what a file need not name, and the structs say what the machine then has.
TEST(ConfigTest, DefaultsOfTheSchemaAreThoseOfTheMachine) {
  PlatformConfig timed;
  timed.dram.timing = DramTimingModel("ddr4-2400");
  size_t printed = 0;
  const auto document = to_json(PlatformConfig{});
  for (const auto& section : document.items()) printed += section.value().size();
  size_t simple = 0;
  for (const PlatformProperty& property : platform_properties()) {
    const json built_in = property_of(PlatformConfig{}, property);
    simple += built_in.is_null() ? 0 : 1;
    EXPECT_EQ(default_of(property), built_in.is_null() ? property_of(timed, property) : built_in)
        << property.path;
    EXPECT_FALSE(property.unit.empty()) << property.path;
    EXPECT_FALSE(property.description.empty()) << property.path;
  }
  EXPECT_EQ(simple, printed) << "a field of the machine that the schema does not have";
}

TEST(ConfigTest, ValuesOfPropertiesAreReadFromText) {
  const struct {
    const char* path;
    const char* text;
    json value;
  } kCases[] = {
      {"hwc.clock_mhz", "0.5", 0.5},
      {"hwc.clock_mhz", "1e3", 1000.0},
      {"hwc.clock_mhz", "inf", "inf"},
      {"hwc.clock_mhz", "12 ", "12 "},
      {"hwc.buffer_bytes", "128KiB", 131072},
      {"hwc.buffer_bytes", "-1KiB", -1024},
      {"hwc.buffer_bytes", "KiB", "KiB"},
      {"hwc.buffer_bytes", "9223372036854775807GiB", "9223372036854775807GiB"},
      {"hwc.buffer_bytes", "99999999999999999999", "99999999999999999999"},
      {"hwc.mac_rows", "1KiB", "1KiB"},
      {"hwc.aligned_bursts", "true", true},
      {"hwc.aligned_bursts", "1", "1"},
      {"bus.arbitration", "true", "true"},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(property_value(find_property(c.path, "--set"), c.text), c.value) << c.path << "=" << c.text;
  }
}

TEST(ConfigTest, SuggestsTheClosestProperty) {
  const struct {
    const char* path;
    const char* closest;
  } kCases[] = {{"hwc.clok_mhz", "hwc.clock_mhz"},
                {"dram.latency", "dram.latency_ns"},
                {"hwc.mac_row", "hwc.mac_rows"},
                {"buffer_bytes", "hwc.buffer_bytes"}};
  for (const auto& c : kCases) {
    try {
      find_property(c.path, "--set");
      ADD_FAILURE() << c.path << ": expected an InputError";
    } catch (const InputError& error) {
      EXPECT_EQ(error.what(), std::string("--set: ") + c.path + ": unknown property; the closest is " +
                                  c.closest + " (`hwcvp properties` lists all)");
    }
  }
}

TEST(ConfigTest, DramFieldsDependOnItsTiming) {
  const json document = {{"dram",
                          {{"size_bytes", 4 << 20},
                           {"secded", true},
                           {"timing", "lpddr4-3200"},
                           {"queue_depth", 9},
                           {"scheduler", "fcfs"},
                           {"bypass_limit", 7},
                           {"page_policy", "closed"},
                           {"refresh", "per_bank"},
                           {"mapping", "rank-row-bank-column-bank_group-channel"}}}};
  const PlatformConfig config = platform_from_json(document, "machine.json");
  EXPECT_EQ(document["dram"], json::parse(to_json(config).dump())["dram"])
      << "all are read, and printed again";
  for (const char* key : {"latency_ns", "bandwidth_gb_per_s"}) {
    json other = document;
    other["dram"][key] = 10;
    EXPECT_THAT(refusal(other.dump()), HasSubstr(std::string("machine.json: dram.") + key +
                                                 ": expected only with timing \"simple\", found"));
  }
  for (const char* key : {"queue_depth", "bypass_limit"}) {
    const json other = {{"dram", {{key, 10}}}};
    EXPECT_THAT(refusal(other.dump()), HasSubstr(": expected only with timing other than \"simple\""));
  }
}

TEST(ConfigTest, RefusesDramsThatCannotBeMade) {
  const struct {
    const char* text;
    const char* message;
  } kCases[] = {
      {R"({"dram": {"timing": "ddr9"}})",
       "machine.json: dram: DRAM ddr9: expected one of ddr3-1600, ddr4-2400"},
      {R"({"dram": {"timing": ""}})", "dram.timing: expected a string of 1 to"},
      {R"({"dram": {"timing": "ddr4-2400", "refresh": "per_bank"}})",
       "dram: refresh: expected all_bank, as the device has no REFpb"},
      {R"({"dram": {"timing": "ddr4-2400", "mapping": "row"}})", "dram: mapping: expected row, rank"},
      {R"({"dram": {"timing": "ddr4-2400", "scheduler": "best"}})", "dram.scheduler: expected one of"},
      {R"({"dram": {"timing": "ddr4-2400", "queue_depth": 0}})",
       "dram.queue_depth: expected an integer between"},
      {R"({"dram": {"timing": "ddr3-1600", "size_bytes": 8589934592}})",
       "dram: size_bytes: expected at most the capacity of ddr3-1600, 4294967296, found 8589934592"},
  };
  for (const auto& c : kCases) EXPECT_THAT(refusal(c.text), HasSubstr(c.message));
}

TEST(ConfigTest, RefusesWhatTheSchemaDoesNotAllow) {
  const struct {
    const char* text;
    const char* message;
  } kCases[] = {
      {R"([])", "machine.json: expected an object, found []"},
      {R"({"hcw": {}})", "machine.json: \"hcw\": unknown key; expected one of"},
      {R"({"hwc": {"clock": 1}})", "machine.json: hwc.\"clock\": unknown key; expected one of"},
      {R"({"hwc": []})", "machine.json: hwc: expected an object, found []"},
      {R"({"hwc": {"clock_mhz": "fast"}})", "hwc.clock_mhz: expected a number between 0.001 and 100000"},
      {R"({"hwc": {"clock_mhz": 0}})", "hwc.clock_mhz: expected a number between 0.001 and 100000, found 0"},
      {R"({"hwc": {"buffer_bytes": 0}})", "hwc.buffer_bytes: expected an integer between 1 and 2147483647"},
      {R"({"hwc": {"buffer_bytes": 2147483648}})", "hwc.buffer_bytes: expected an integer between 1"},
      {R"({"hwc": {"buffer_bytes": 65536.5}})", "hwc.buffer_bytes: expected an integer"},
      {R"({"hwc": {"buffer_bytes": "64KiB"}})", "hwc.buffer_bytes: expected an integer"},
      {R"({"hwc": {"fifo_depth": 0}})", "hwc.fifo_depth: expected an integer between 1"},
      {R"({"hwc": {"mac_rows": -1}})", "hwc.mac_rows: expected an integer between 1"},
      {R"({"hwc": {"array_modes": "kxq"}})",
       "machine.json: hwc.array_modes: expected one or more of kxc, pxc, kxp and pxt joined by \"+\", each "
       "once, "
       "such as kxc+pxt, found \"kxq\""},
      {R"({"hwc": {"array_modes": "kxc+kxc"}})", "hwc.array_modes: expected one or more of kxc, pxc"},
      {R"({"hwc": {"array_modes": "kx"}})", "hwc.array_modes: expected a string of 3 to 15 characters"},
      {R"({"hwc": {"array_modes": ["kxc"]}})", "hwc.array_modes: expected a string of 3 to 15 characters"},
      {R"({"hwc": {"input_port_bytes": -1}})", "hwc.input_port_bytes: expected an integer between 0"},
      {R"({"hwc": {"max_burst_bytes": 48}})", "hwc.max_burst_bytes: expected one of 4, 8, 16"},
      {R"({"hwc": {"memory_transport": "AT"}})", "hwc.memory_transport: expected one of \"lt\", \"at\""},
      {R"({"hwc": {"outstanding": 0}})", "hwc.outstanding: expected an integer between 1"},
      {R"({"control_processor": {"kind": "arm"}})",
       "control_processor.kind: expected one of \"riscv\", \"native\""},
      {R"({"control_processor": {"quantum_ns": -1}})",
       "control_processor.quantum_ns: expected a number between 0"},
      {R"({"bus": {"width_bytes": 3}})", "bus.width_bytes: expected one of 1, 2, 4"},
      {R"({"bus": {"arbitration": "lottery"}})",
       "bus.arbitration: expected one of \"round_robin\", \"fixed_priority\""},
      {R"({"bus": {"clock_mhz": null}})", "bus.clock_mhz: expected a number"},
      {R"({"dram": {"size_bytes": 4096}})", "dram.size_bytes: expected an integer between 2097152"},
      {R"({"dram": {"size_bytes": 2097153}})",
       "dram.size_bytes: expected an integer between 2097152 and "
       "70368744177664, a multiple of 4096, found 2097153"},
      {R"({"dram": {"size_bytes": 99999999999999999999}})", "dram.size_bytes: expected an integer"},
      {R"({"dram": {"bandwidth_gb_per_s": 0}})", "dram.bandwidth_gb_per_s: expected a number between 0.001"},
      {R"({"dram": {"latency_ns": true}})", "dram.latency_ns: expected a number between 0"},
      {R"({"layout": {"input": "chwn"}})",
       "machine.json: layout.input: expected nchw, nhwc, or blocks of 2 to 256 channels such as nchw8c, "
       "found \"chwn\""},
      {R"({"layout": {"weight": "nchw1c"}})", "layout.weight: expected nchw, nhwc, or blocks of 2"},
      {R"({"layout": {"output": "nchw257c"}})", "layout.output: expected nchw, nhwc, or blocks of 2"},
      {R"({"layout": {"output": "nchw08c"}})", "layout.output: expected nchw, nhwc, or blocks of 2"},
      {R"({"layout": {"psum": "nchw"}})", "layout.\"psum\": unknown key"},
      {R"({"layout": {"alignment_bytes": 48}})", "layout.alignment_bytes: expected one of 4, 8, 16"},
  };
  for (const auto& c : kCases) EXPECT_THAT(refusal(c.text), HasSubstr(c.message)) << c.text;
}

TEST(ConfigTest, NamesTheFile) {
  try {
    read_platform("no/such/machine.json");
    FAIL() << "expected an InputError";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("no/such/machine.json"));
  }
}

}  // namespace
}  // namespace hwcvp
