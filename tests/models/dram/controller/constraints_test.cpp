// Every command that the controller gives obeys the standard, by a checker that knows nothing of it.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "tests/models/dram/controller/constraint_checker.h"
#include "tests/models/dram/controller/load.h"

namespace hwcvp {
namespace {

struct Recording {
  std::vector<DramCommandRecord> trace;
  DramCycle end = 0;
  DramStatistics statistics;
};

Recording record(const DramSpec& spec, const DramControllerConfig& config, const DramLoad& load,
                 uint64_t requests, uint64_t seed) {
  Recording recording;
  DramController controller(spec, config);
  controller.trace = [&](const DramCommandRecord& r) { recording.trace.push_back(r); };
  recording.end = run_load(controller, DramLoadGenerator(load, controller.spec(), seed), requests);
  controller.advance(recording.end);
  recording.statistics = controller.statistics(recording.end);
  return recording;
}

std::string lines(const std::vector<std::string>& violations) {
  std::string all;
  for (const std::string& line : violations) all += line + "\n";
  return all;
}

std::vector<DramControllerConfig> configurations(const DramSpec& spec) {
  std::vector<DramControllerConfig> configs(4);
  configs[1].page_policy = DramPageClosing::closed;
  configs[2].scheduler = DramScheduling::fcfs;
  configs[2].queue_depth = 8;
  configs[2].mapping = DramFieldOrder("row-column-rank-bank-bank_group-channel");
  configs[3].queue_depth = 64;
  configs[3].bypass_limit = 4;
  configs[3].mapping = DramFieldOrder("rank-bank-bank_group-row-channel-column");
  if (spec.timing.tRFCpb > 0) {
    for (size_t i = 0; i < 4; i += 2) {
      configs.push_back(configs[i]);
      configs.back().refresh = DramRefreshing::per_bank;
    }
    configs.push_back(configs[1]);
    configs.back().refresh = DramRefreshing::per_bank;
  }
  return configs;
}

class EveryDram : public ::testing::TestWithParam<std::string> {};

TEST_P(EveryDram, ObeysTheStandardUnderEveryLoad) {
  DramSpec spec = find_dram_spec(GetParam());
  for (const int64_t ranks : {1, 2, 4}) {
    spec.organization.ranks = ranks;
    for (const DramControllerConfig& config : configurations(spec)) {
      for (const DramLoad& load : all_loads()) {
        const uint64_t seed = 20 + static_cast<uint64_t>(ranks);
        SCOPED_TRACE(std::string(load.name) + ", " + config.mapping.name() + ", " +
                     name_of(config.page_policy) + ", " + name_of(config.refresh) + ", ranks " +
                     std::to_string(ranks) + ", seed " + std::to_string(seed));
        const Recording recording = record(spec, config, load, 120, seed);
        EXPECT_EQ("", lines(find_violations(spec, recording.trace, recording.end)));
        const DramStatistics& s = recording.statistics;
        EXPECT_EQ(s.accesses(), s.row_hits + s.row_misses + s.row_conflicts);
        EXPECT_EQ(120u, s.requests);
        if (HasFailure()) return;
      }
    }
  }
}

// Long enough for many refreshes under load.
TEST_P(EveryDram, ObeysTheStandardThroughRefreshes) {
  const DramSpec spec = find_dram_spec(GetParam());
  for (const DramControllerConfig& config : configurations(spec)) {
    SCOPED_TRACE(config.mapping.name() + ", " + name_of(config.page_policy) + ", " + name_of(config.refresh));
    const Recording recording = record(spec, config, {"mixed", 0, 0.35, 10, DramLoad::mixed}, 4000, 5);
    EXPECT_GE(recording.end, 4 * spec.timing.tREFI);
    EXPECT_EQ("", lines(find_violations(spec, recording.trace, recording.end)));
  }
}

// Whatever is moved to an earlier cycle than the rules allow must be found.
TEST_P(EveryDram, CheckerFindsCommandsThatComeTooEarly) {
  const DramSpec spec = find_dram_spec(GetParam());
  for (const DramLoad& load : {all_loads()[0], all_loads()[5], all_loads()[8]}) {
    SCOPED_TRACE(load.name);
    const Recording recording = record(spec, {}, load, 60, 3);
    ASSERT_EQ("", lines(find_violations(spec, recording.trace, recording.end)));
    size_t column_commands = 0;
    size_t found = 0;
    for (size_t i = 0; i < recording.trace.size(); ++i) {
      if (recording.trace[i].command != DramCommand::RD && recording.trace[i].command != DramCommand::WR)
        continue;
      // The queue is never empty: a column command waits for a constraint, or for one cycle of the bus.
      std::vector<DramCommandRecord> tampered = recording.trace;
      tampered[i].cycle -= 3;
      ++column_commands;
      found += find_violations(spec, tampered, recording.end).empty() ? 0 : 1;
    }
    EXPECT_GE(column_commands, 60u);
    EXPECT_GE(static_cast<double>(found), 0.9 * static_cast<double>(column_commands));
  }
}

// A controller that takes one constraint to be shorter than the standard has it must be found, whichever it
// is.
struct Shortened {
  const char* rule;  // that the first violation names, as far as there are several
  DramCycle DramTiming::*field;
  DramCycle by = 1;
  bool per_bank_refresh = false;
  int64_t ranks = 1;
};

const Shortened kShortened[] = {
    {"tRCD", &DramTiming::tRCD},
    {"tRP", &DramTiming::tRP},
    {"tRPab", &DramTiming::tRPab},
    {"tRAS", &DramTiming::tRAS},
    {"tRC", &DramTiming::tRC, 2},  // LPDDR4: tRAS and tRP, each rounded up, are 1 longer
    {"tCCD_S", &DramTiming::tCCD_S},
    {"tCCD_L", &DramTiming::tCCD_L},
    {"tRRD_S", &DramTiming::tRRD_S},
    {"tRRD_L", &DramTiming::tRRD_L},
    {"tFAW", &DramTiming::tFAW},
    {"tWR", &DramTiming::tWR},
    {"tWTR_S", &DramTiming::tWTR_S},
    {"tWTR_L", &DramTiming::tWTR_L},
    {"tRTP", &DramTiming::tRTP},
    {"read to write", &DramTiming::tRTW},
    {"read to write", &DramTiming::CL},
    {"tWTR", &DramTiming::CWL},
    {"ranks", &DramTiming::tRTRS, 1, false, 2},
    {"tRFC", &DramTiming::tRFC},
    {"command bus", &DramTiming::command_CAS}};
const Shortened kShortenedPerBank[] = {{"tPPD", &DramTiming::tPPD},
                                       {"tRFCpb", &DramTiming::tRFCpb, 1, true},
                                       {"tpbR2pbR", &DramTiming::tPBR2PBR, 700, true}};

void expect_found(const std::string& preset, const Shortened& shortened) {
  DramSpec spec = find_dram_spec(preset);
  spec.organization.ranks = shortened.ranks;
  DramSpec standard = spec;
  standard.timing.*shortened.field += shortened.by;
  DramControllerConfig config;
  if (shortened.per_bank_refresh) config.refresh = DramRefreshing::per_bank;
  for (const DramLoad& load : all_loads()) {
    if (load.gap > 1000) continue;
    const Recording recording = record(spec, config, load, 1500, 11);
    for (const std::string& line : find_violations(standard, recording.trace, recording.end)) {
      if (line.rfind(shortened.rule, 0) == 0) return;
    }
  }
  ADD_FAILURE() << preset << ": " << shortened.rule << " shorter by " << shortened.by << " was not found";
}

TEST_P(EveryDram, EachShortenedConstraintIsFound) {
  for (const Shortened& shortened : kShortened) expect_found(GetParam(), shortened);
  if (find_dram_spec(GetParam()).timing.tRFCpb == 0) return;
  for (const Shortened& shortened : kShortenedPerBank) expect_found(GetParam(), shortened);
}

// Refresh that comes half as often as it must.
TEST_P(EveryDram, RareRefreshIsFound) {
  const DramSpec spec = find_dram_spec(GetParam());
  DramSpec standard = spec;
  standard.timing.tREFI /= 2;
  const Recording recording = record(spec, {}, {"random", 64, 0, 0, DramLoad::random}, 8000, 11);
  EXPECT_NE(std::string::npos,
            lines(find_violations(standard, recording.trace, recording.end)).find("tREFI"));
}

INSTANTIATE_TEST_SUITE_P(Presets, EveryDram, ::testing::ValuesIn(dram_preset_names()),
                         [](const auto& preset) {
                           std::string name = preset.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

// One rule after the other: the closest legal distance passes, one cycle less does not.
class OneRule : public ::testing::Test {
 protected:
  using R = DramCommandRecord;
  using C = DramCommand;
  const DramSpec spec = find_dram_spec("ddr4-2400");

  static R at(DramCycle cycle, C command, uint32_t group = 0, uint32_t bank = 0, uint32_t row = 0) {
    return {cycle, command, 0, 0, group, bank, row, 0};
  }
  // Tries `before` and then `last` at its cycle, and one earlier.
  void expect_tight(const char* rule, std::vector<R> before, R last) {
    SCOPED_TRACE(rule);
    before.push_back(last);
    EXPECT_EQ("", lines(find_violations(spec, before, last.cycle)));
    --before.back().cycle;
    const std::string found = lines(find_violations(spec, before, last.cycle));
    EXPECT_NE(std::string::npos, found.find(rule)) << found;
  }
};

TEST_F(OneRule, IsTight) {
  // DDR4-2400: tRCD 16, tRP 16, tRAS 39, tRC 55, tRRD 4/6, tFAW 26, tCCD 4/6, tRTP 9, CL 16, CWL 12, tWR 18,
  // tWTR 3/9, tRFC 420, BL/2 4.
  expect_tight("tRCD read", {at(10, C::ACT)}, at(26, C::RD));
  expect_tight("tRCD write", {at(10, C::ACT)}, at(26, C::WR));
  expect_tight("tRAS", {at(10, C::ACT)}, at(49, C::PRE));
  expect_tight("tRC", {at(10, C::ACT), at(48 + 1, C::PRE)}, at(65, C::ACT, 0, 0, 5));
  expect_tight("tRP", {at(10, C::ACT), at(60, C::PRE)}, at(76, C::ACT, 0, 0, 5));
  expect_tight("tRRD_S", {at(10, C::ACT)}, at(14, C::ACT, 1));
  expect_tight("tRRD_L", {at(10, C::ACT)}, at(16, C::ACT, 0, 1));
  expect_tight("tFAW", {at(10, C::ACT, 0), at(14, C::ACT, 1), at(18, C::ACT, 2), at(22, C::ACT, 3)},
               at(36, C::ACT, 0, 1));
  const std::vector<R> two_open = {at(10, C::ACT), at(14, C::ACT, 1), at(40, C::RD)};
  std::vector<R> then = two_open;
  expect_tight("tCCD_S read", then, at(44, C::RD, 1));
  expect_tight("tCCD_L read", then, at(46, C::RD));
  expect_tight("read to write", then, at(40 + 16 + 4 + 2 - 12, C::WR, 1));
  then.back().command = C::WR;
  expect_tight("tWTR_S", then, at(40 + 12 + 4 + 3, C::RD, 1));
  expect_tight("tWTR_L", then, at(40 + 12 + 4 + 9, C::RD));
  expect_tight("tWR", then, at(40 + 12 + 4 + 18, C::PRE));
  expect_tight("tRTP", {at(10, C::ACT), at(60, C::RD)}, at(69, C::PRE));
  expect_tight("tRP refresh", {at(10, C::ACT), at(60, C::PRE)}, at(76, C::REFab));
  expect_tight("tRFC activate", {at(10, C::REFab)}, at(430, C::ACT));
  expect_tight("tRAS all", {at(10, C::ACT)}, at(49, C::PREab));
  // The device precharges on its own at 10 + 39 (tRAS) here, and is closed 16 later.
  expect_tight("tRP", {at(10, C::ACT), at(30, C::RDA)}, at(65, C::ACT, 0, 0, 5));
  expect_tight("tRP", {at(10, C::ACT), at(30, C::WRA)}, at(30 + 12 + 4 + 18 + 16, C::ACT, 0, 0, 5));
}

TEST_F(OneRule, RowsAndBusesAndRefresh) {
  const auto first = [this](const std::vector<R>& trace, DramCycle end) {
    const std::vector<std::string> found = find_violations(spec, trace, end);
    return found.empty() ? std::string() : found.front().substr(0, found.front().find(':'));
  };
  EXPECT_EQ("row", first({at(10, C::RD)}, 100)) << "no row is open";
  EXPECT_EQ("row", first({at(10, C::ACT, 0, 0, 1), at(100, C::RD, 0, 0, 2)}, 200)) << "another row is open";
  EXPECT_EQ("row", first({at(10, C::ACT, 0, 0, 1), at(100, C::ACT, 0, 0, 2)}, 200))
      << "a bank is opened twice";
  EXPECT_EQ("row", first({at(10, C::ACT), at(100, C::REFab)}, 200)) << "refresh of an open bank";
  EXPECT_EQ("command bus", first({at(10, C::ACT), at(10, C::PRE, 3, 3)}, 200));
  EXPECT_EQ("tREFI", first({at(10, C::ACT)}, 3 * spec.timing.tREFI)) << "refresh was forgotten";
}

}  // namespace
}  // namespace hwcvp
