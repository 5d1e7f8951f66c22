// DRAM files: the presets, the rounding of durations, and what is refused.
#include "platform/dram/dram_spec_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "platform/dram/embedded_dram.h"
#include "schedules/workload/error.h"

namespace hwcvp {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

json preset(const std::string& name) {
  for (const EmbeddedDram& dram : embedded_drams()) {
    if (name == dram.name) return json::parse(dram.text);
  }
  return {};
}

TEST(DramSpecFileTest, PresetsAreTheirNamesSay) {
  const struct {
    const char* name;
    double peak;        // 10^9 B/s: data rate times width of all channels
    uint64_t capacity;  // bytes
    DramCycle CL, tRCD, tRP, tRAS, tRFC, tREFI;
  } kExpected[] = {
      {"ddr3-1600", 12.8, uint64_t{4} << 30, 11, 11, 11, 28, 208, 6240},
      {"ddr4-2400", 19.2, uint64_t{8} << 30, 16, 16, 16, 39, 420, 9360},
      {"ddr4-3200", 25.6, uint64_t{8} << 30, 22, 22, 22, 52, 560, 12480},
      {"lpddr4-3200", 12.8, uint64_t{4} << 30, 28, 29, 29, 68, 448, 6246},
  };
  ASSERT_EQ(std::size(kExpected), dram_preset_names().size());
  for (const auto& e : kExpected) {
    SCOPED_TRACE(e.name);
    const DramSpec spec = find_dram_spec(e.name);
    EXPECT_EQ(e.name, spec.name);
    EXPECT_DOUBLE_EQ(e.peak * 1e9, spec.peak_bytes_per_second());
    EXPECT_EQ(e.capacity, spec.organization.capacity_bytes());
    EXPECT_EQ(e.CL, spec.timing.CL);
    EXPECT_EQ(e.tRCD, spec.timing.tRCD);
    EXPECT_EQ(e.tRP, spec.timing.tRP);
    EXPECT_EQ(e.tRAS, spec.timing.tRAS);
    EXPECT_EQ(e.tRFC, spec.timing.tRFC);
    EXPECT_EQ(e.tREFI, spec.timing.tREFI);
  }
}

TEST(DramSpecFileTest, DurationsBecomeClockCycles) {
  const auto tRTP = [](const json& duration) {
    json document = preset("ddr4-3200");  // 0.625 ns
    document["timing"]["tRTP"] = duration;
    document["timing"]["tRTP"]["source"] = "test";
    return dram_spec_from_json(document, "x").timing.tRTP;
  };
  EXPECT_EQ(12, tRTP({{"ns", 7.5}}));
  EXPECT_EQ(13, tRTP({{"ns", 7.6}})) << "12.16 is rounded up";
  EXPECT_EQ(12, tRTP({{"ns", 7.51}})) << "12.016 is 12, by the rounding of JESD79-4";
  EXPECT_EQ(4, tRTP({{"nCK", 4}}));
  EXPECT_EQ(4, tRTP({{"nCK", 4}, {"ns", 1.0}})) << "the larger counts";
  EXPECT_EQ(12, tRTP({{"nCK", 4}, {"ns", 7.5}}));
}

TEST(DramSpecFileTest, EveryFigureHasASource) {
  for (const EmbeddedDram& dram : embedded_drams()) {
    const json document = json::parse(dram.text);
    for (const auto& duration : document["timing"].items()) {
      json other = document;
      other["timing"][duration.key()].erase("source");
      EXPECT_THROW(dram_spec_from_json(other, dram.name), InputError) << duration.key();
    }
  }
}

TEST(DramSpecFileTest, RefusesWithOneLine) {
  const struct {
    const char* pointer;
    json value;  // null: the field is removed
    const char* message;
  } kCases[] = {
      {"/extra", 1, "x.json: \"extra\": unknown key"},
      {"/organization/extra", 1, "organization.\"extra\": unknown key"},
      {"/timing/tXYZ", {{"ns", 1}, {"source", "a"}}, "timing.\"tXYZ\": unknown key"},
      {"/timing/tRCD/ms", 1, "timing.tRCD.\"ms\": unknown key"},
      {"/timing/tRCD", nullptr, "timing.tRCD: missing; expected an object"},
      {"/timing/tRCD/source", nullptr, "timing.tRCD.source: missing"},
      {"/timing/tRCD/ns", nullptr, "timing.tRCD: expected ns, nCK or both"},
      {"/timing/tRCD/ns", "fast", "timing.tRCD.ns: expected a number between 0"},
      {"/timing/tRCD/ns", -1, "timing.tRCD.ns: expected a number between 0"},
      {"/timing/tRCD/ns", 0, "timing.tRCD: expected at least 1 clock cycles, found 0"},
      {"/timing/tRCD", 13, "timing.tRCD: expected an object"},
      {"/timing/tRAS/ns", 1, "timing.tRAS: expected at least 16 clock cycles"},
      {"/timing/tCCD_L/ns", 1e9, "timing.tCCD_L.ns: expected a number between 0 and 1000000"},
      {"/timing/tREFI/ns", 100, "timing.tREFI: expected at least"},
      {"/timing/command_CAS",
       {{"nCK", 65}, {"source", "a"}},
       "timing.command_CAS: expected at most 64 clock cycles, found 65"},
      {"/organization/banks", 3, "organization.banks: expected a power of two between 1 and 64, found 3"},
      {"/organization/banks", 64, "organization.banks: expected at most 64 banks in a channel"},
      {"/organization/rows", 0, "organization.rows: expected an integer between 1"},
      {"/organization/burst_length_beats", 1, "organization.burst_length: expected at least 2"},
      {"/organization/channels", 2.5, "organization.channels: expected an integer"},
      {"/rails", json::array(), "rails: expected an array of 1 to 8 values"},
      {"/rails/0/IDD0_mA", nullptr, "rails[0].IDD0_mA: missing"},
      {"/rails/0/volts", "1.2 V", "rails[0].volts: expected a number"},
      {"/name", "", "name: expected a string of 1 to"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.pointer);
    json document = preset("ddr4-2400");
    const json::json_pointer pointer(c.pointer);
    if (c.value.is_null()) {
      document[pointer.parent_pointer()].erase(pointer.back());
    } else {
      document[pointer] = c.value;
    }
    try {
      dram_spec_from_json(document, "x.json");
      ADD_FAILURE() << "accepted";
    } catch (const InputError& error) {
      EXPECT_THAT(error.what(), HasSubstr(c.message));
      EXPECT_EQ(std::string::npos, std::string(error.what()).find('\n'));
    }
  }
}

TEST(DramSpecFileTest, RefusesNamesThatAreNeitherPresetNorFile) {
  try {
    find_dram_spec("ddr9");
    ADD_FAILURE() << "accepted";
  } catch (const InputError& error) {
    EXPECT_STREQ(
        "DRAM ddr9: expected one of ddr3-1600, ddr4-2400, ddr4-3200, lpddr4-3200, or a file that exists",
        error.what());
  }
}

}  // namespace
}  // namespace hwcvp
