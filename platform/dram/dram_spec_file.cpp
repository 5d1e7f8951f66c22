#include "platform/dram/dram_spec_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "platform/dram/embedded_dram.h"
#include "schedules/json/json.h"
#include "schedules/schema/schema_check.h"
#include "schedules/workload/error.h"

namespace hwcvp {

namespace {

using nlohmann::json;

enum class Rounding { up, down };

struct TimingField {
  const char* name;
  DramCycle DramTiming::*field;
  Rounding rounding = Rounding::up;
};

// The one list of names; what a file leaves out, where the schema allows it, keeps the value of DramTiming.
constexpr TimingField kTimingFields[] = {
    {"CL", &DramTiming::CL},
    {"CWL", &DramTiming::CWL},
    {"tRCD", &DramTiming::tRCD},
    {"tRP", &DramTiming::tRP},
    {"tRPab", &DramTiming::tRPab},
    {"tRAS", &DramTiming::tRAS},
    {"tRC", &DramTiming::tRC},
    {"tCCD_S", &DramTiming::tCCD_S},
    {"tCCD_L", &DramTiming::tCCD_L},
    {"tRRD_S", &DramTiming::tRRD_S},
    {"tRRD_L", &DramTiming::tRRD_L},
    {"tFAW", &DramTiming::tFAW},
    {"tWR", &DramTiming::tWR},
    {"tWTR_S", &DramTiming::tWTR_S},
    {"tWTR_L", &DramTiming::tWTR_L},
    {"tRTP", &DramTiming::tRTP},
    {"tRTW", &DramTiming::tRTW},
    {"tRTRS", &DramTiming::tRTRS},
    {"tPPD", &DramTiming::tPPD},
    {"tDQSCK", &DramTiming::tDQSCK},
    {"tDQSS", &DramTiming::tDQSS},
    {"tRFC", &DramTiming::tRFC},
    {"tREFI", &DramTiming::tREFI, Rounding::down},
    {"tRFCpb", &DramTiming::tRFCpb},
    {"tREFIpb", &DramTiming::tREFIpb, Rounding::down},
    {"tPBR2PBR", &DramTiming::tPBR2PBR},
    {"command_ACT", &DramTiming::command_ACT},
    {"command_CAS", &DramTiming::command_CAS},
    {"command_PRE", &DramTiming::command_PRE},
    {"command_REF", &DramTiming::command_REF},
};

DramCycle cycles_of(const json& duration, double clock_ps, Rounding rounding) {
  const DramCycle least = duration.value("nCK", DramCycle{0});
  const double exact = duration.value("ns", 0.0) * 1000 / clock_ps;
  constexpr double kCorrection = 0.974;
  return std::max(least, static_cast<DramCycle>(
                             std::floor(rounding == Rounding::up ? exact + kCorrection : exact + 1e-9)));
}

DramOrganization read_organization(const json& document) {
  DramOrganization organization;
  document.at("channels").get_to(organization.channels);
  document.at("ranks").get_to(organization.ranks);
  document.at("bank_groups").get_to(organization.bank_groups);
  document.at("banks").get_to(organization.banks);
  document.at("rows").get_to(organization.rows);
  document.at("columns").get_to(organization.columns);
  document.at("device_width_bits").get_to(organization.device_width_bits);
  document.at("devices").get_to(organization.devices);
  document.at("burst_length_beats").get_to(organization.burst_length);
  document.at("data_rate_mt_per_s").get_to(organization.data_rate_mt_per_s);
  return organization;
}

DramRail read_rail(const json& document) {
  DramRail rail;
  document.at("name").get_to(rail.name);
  document.at("volts").get_to(rail.volts);
  document.at("IDD0_mA").get_to(rail.IDD0);
  document.at("IDD2N_mA").get_to(rail.IDD2N);
  document.at("IDD3N_mA").get_to(rail.IDD3N);
  document.at("IDD4R_mA").get_to(rail.IDD4R);
  document.at("IDD4W_mA").get_to(rail.IDD4W);
  document.at("IDD5B_mA").get_to(rail.IDD5B);
  return rail;
}

std::string quoted_names() {
  std::string names;
  for (const EmbeddedDram& dram : embedded_drams()) {
    names += std::string(names.empty() ? "" : ", ") + dram.name;
  }
  return names;
}

}  // namespace

std::vector<std::string> dram_preset_names() {
  std::vector<std::string> names;
  for (const EmbeddedDram& dram : embedded_drams()) names.emplace_back(dram.name);
  return names;
}

DramSpec find_dram_spec(const std::string& name_or_path) {
  for (const EmbeddedDram& dram : embedded_drams()) {
    if (name_or_path == dram.name) return dram_spec_from_json(json::parse(dram.text), dram.name);
  }
  if (!std::filesystem::exists(name_or_path)) {
    throw InputError(
        fmt::format("DRAM {}: expected one of {}, or a file that exists", name_or_path, quoted_names()));
  }
  return dram_spec_from_json(read_json_file(name_or_path), name_or_path);
}

DramSpec dram_spec_from_json(const json& document, const std::string& where) {
  static const json schema = json::parse(dram_schema_text());
  check_schema(schema, document, where);
  DramSpec spec;
  document.at("name").get_to(spec.name);
  spec.organization = read_organization(document.at("organization"));
  for (const TimingField& field : kTimingFields) {
    if (!document.at("timing").contains(field.name)) continue;
    const json& duration = document["timing"][field.name];
    if (!duration.contains("ns") && !duration.contains("nCK")) {
      throw InputError(fmt::format("{}: timing.{}: expected ns, nCK or both", where, field.name));
    }
    spec.timing.*field.field = cycles_of(duration, spec.organization.clock_ps(), field.rounding);
  }
  for (const json& rail : document.at("rails")) spec.rails.push_back(read_rail(rail));
  try {
    spec.validate();
  } catch (const std::invalid_argument& error) {
    throw InputError(fmt::format("{}: {}", where, error.what()));
  }
  return spec;
}

}  // namespace hwcvp
