#include "tests/models/dram/controller/constraint_checker.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>

namespace hwcvp {
namespace {

using Record = DramCommandRecord;

enum class Kind { activate, precharge, precharge_all, read, write, refresh_all, refresh_bank };
enum class Scope { same_bank, same_group, same_rank, other_rank };

// A command of the trace, or a precharge that the device makes on its own (`implied`).
struct Event {
  Record record;
  Kind kind;
  bool implied = false;
};

struct Rule {
  const char* name;
  Kind first, second;
  Scope scope;
  DramCycle least;
};

// JESD79-3 (DDR3), JESD79-4 (DDR4) and JESD209-4 (LPDDR4), sections on the commands. BL/2 is the burst in
// clock cycles. RL = CL + tDQSCK, WL = CWL; for LPDDR4 WL + 1 is where write data is counted from (tDQSS).
std::vector<Rule> rules_for(const DramSpec& spec) {
  const DramTiming& t = spec.timing;
  const DramCycle half = spec.organization.burst_length / 2;
  const DramCycle rl = t.CL + t.tDQSCK;
  const DramCycle wl = t.CWL + t.tDQSS;
  using K = Kind;
  using S = Scope;
  return {
      {"tRC", K::activate, K::activate, S::same_bank, t.tRC},
      {"tRRD_L", K::activate, K::activate, S::same_group, t.tRRD_L},
      {"tRRD_S", K::activate, K::activate, S::same_rank, t.tRRD_S},
      {"tRCD read", K::activate, K::read, S::same_bank, t.tRCD},
      {"tRCD write", K::activate, K::write, S::same_bank, t.tRCD},
      {"tRAS", K::activate, K::precharge, S::same_bank, t.tRAS},
      {"tRAS all", K::activate, K::precharge_all, S::same_rank, t.tRAS},
      {"tRP", K::precharge, K::activate, S::same_bank, t.tRP},
      {"tRP refresh", K::precharge, K::refresh_all, S::same_rank, t.tRP},
      {"tRP refresh bank", K::precharge, K::refresh_bank, S::same_bank, t.tRP},
      {"tRPab", K::precharge_all, K::activate, S::same_rank, t.tRPab},
      {"tRPab refresh", K::precharge_all, K::refresh_all, S::same_rank, t.tRPab},
      {"tRPab refresh bank", K::precharge_all, K::refresh_bank, S::same_rank, t.tRPab},
      {"tPPD", K::precharge, K::precharge, S::same_rank, t.tPPD},
      {"tPPD all", K::precharge, K::precharge_all, S::same_rank, t.tPPD},
      {"tPPD all first", K::precharge_all, K::precharge, S::same_rank, t.tPPD},
      {"tRTP", K::read, K::precharge, S::same_bank, t.tRTP},
      {"tRTP all", K::read, K::precharge_all, S::same_rank, t.tRTP},
      {"tWR", K::write, K::precharge, S::same_bank, wl + half + t.tWR},
      {"tWR all", K::write, K::precharge_all, S::same_rank, wl + half + t.tWR},
      {"tCCD_L read", K::read, K::read, S::same_group, t.tCCD_L},
      {"tCCD_S read", K::read, K::read, S::same_rank, t.tCCD_S},
      {"tCCD_L write", K::write, K::write, S::same_group, t.tCCD_L},
      {"tCCD_S write", K::write, K::write, S::same_rank, t.tCCD_S},
      {"tWTR_L", K::write, K::read, S::same_group, wl + half + t.tWTR_L},
      {"tWTR_S", K::write, K::read, S::same_rank, wl + half + t.tWTR_S},
      {"read to write", K::read, K::write, S::same_rank, rl + half + t.tRTW - t.CWL},
      {"ranks read", K::read, K::read, S::other_rank, half + t.tRTRS},
      {"ranks write", K::write, K::write, S::other_rank, half + t.tRTRS},
      {"ranks read to write", K::read, K::write, S::other_rank, rl + half + t.tRTRS - wl},
      {"ranks write to read", K::write, K::read, S::other_rank, wl + half + t.tRTRS - rl},
      {"tRFC activate", K::refresh_all, K::activate, S::same_rank, t.tRFC},
      {"tRFC precharge", K::refresh_all, K::precharge, S::same_rank, t.tRFC},
      {"tRFC refresh", K::refresh_all, K::refresh_all, S::same_rank, t.tRFC},
      {"tRFCpb", K::refresh_bank, K::activate, S::same_bank, t.tRFCpb},
      {"tRFCpb refresh", K::refresh_bank, K::refresh_bank, S::same_bank, t.tRFCpb},
      {"tpbR2pbR", K::refresh_bank, K::refresh_bank, S::same_rank, t.tPBR2PBR},
      {"tRRD after refresh", K::refresh_bank, K::activate, S::same_rank, t.tRRD_S},
      {"tRRD before refresh", K::activate, K::refresh_bank, S::same_rank, t.tRRD_S},
      {"tRC refresh", K::activate, K::refresh_bank, S::same_bank, t.tRC},
  };
}

auto rank_of(const Record& r) { return std::make_tuple(r.channel, r.rank); }
auto bank_of(const Record& r) { return std::make_tuple(r.channel, r.rank, r.bank_group, r.bank); }

bool in_scope(Scope scope, const Record& a, const Record& b) {
  if (a.channel != b.channel) return false;
  if (scope == Scope::other_rank) return a.rank != b.rank;
  if (a.rank != b.rank) return false;
  if (scope == Scope::same_rank) return true;
  if (a.bank_group != b.bank_group) return false;
  return scope == Scope::same_group || a.bank == b.bank;
}

std::string text(const Event& e) {
  return fmt::format("{}{} at {} (channel {} rank {} group {} bank {} row {})", e.implied ? "implied " : "",
                     to_string(e.record.command), e.record.cycle, e.record.channel, e.record.rank,
                     e.record.bank_group, e.record.bank, e.record.row);
}

Kind kind_of(DramCommand command) {
  switch (command) {
    case DramCommand::ACT:
      return Kind::activate;
    case DramCommand::PRE:
      return Kind::precharge;
    case DramCommand::PREab:
      return Kind::precharge_all;
    case DramCommand::RD:
    case DramCommand::RDA:
      return Kind::read;
    case DramCommand::WR:
    case DramCommand::WRA:
      return Kind::write;
    case DramCommand::REFab:
      return Kind::refresh_all;
    default:
      return Kind::refresh_bank;
  }
}

class Checker {
 public:
  Checker(const DramSpec& spec, size_t most) : spec_(spec), t_(spec.timing), most_(most) {}

  void run(const std::vector<Record>& trace, DramCycle end) {
    std::vector<Event> events = with_implied_precharges(trace);
    check_pairs(events);
    check_four_activates(events);
    check_rows(events);
    check_command_bus(trace);
    check_data_bus(trace);
    check_refresh(trace, end);
  }
  std::vector<std::string> violations;

 private:
  void report(std::string line) {
    if (violations.size() < most_) violations.push_back(std::move(line));
  }

  // RDA and WRA close the bank as soon as a PRE would be allowed.
  std::vector<Event> with_implied_precharges(const std::vector<Record>& trace) {
    const DramCycle write_recovery = t_.CWL + t_.tDQSS + spec_.organization.burst_length / 2 + t_.tWR;
    std::vector<Event> events;
    std::map<decltype(bank_of(trace[0])), DramCycle> allowed;
    for (const Record& r : trace) {
      events.push_back({r, kind_of(r.command)});
      DramCycle& precharge = allowed[bank_of(r)];
      if (r.command == DramCommand::ACT) precharge = r.cycle + t_.tRAS;
      if (kind_of(r.command) == Kind::read) precharge = std::max(precharge, r.cycle + t_.tRTP);
      if (kind_of(r.command) == Kind::write) precharge = std::max(precharge, r.cycle + write_recovery);
      if (r.command == DramCommand::RDA || r.command == DramCommand::WRA) {
        Event close{r, Kind::precharge, true};
        close.record.cycle = precharge;
        events.push_back(close);
      }
    }
    std::stable_sort(events.begin(), events.end(),
                     [](const Event& a, const Event& b) { return a.record.cycle < b.record.cycle; });
    return events;
  }

  void check_pairs(const std::vector<Event>& events) {
    constexpr size_t kKinds = 7;
    std::array<std::array<std::vector<Rule>, kKinds>, kKinds> rules;
    DramCycle horizon = 0;
    for (const Rule& rule : rules_for(spec_)) {
      rules[static_cast<size_t>(rule.first)][static_cast<size_t>(rule.second)].push_back(rule);
      horizon = std::max(horizon, rule.least);
    }
    for (size_t j = 0; j < events.size(); ++j) {
      const DramCycle cycle = events[j].record.cycle;
      for (size_t i = j; i-- > 0 && cycle - events[i].record.cycle < horizon;) {
        const auto first = static_cast<size_t>(events[i].kind);
        for (const Rule& rule : rules[first][static_cast<size_t>(events[j].kind)]) {
          check_pair(rule, events[i], events[j]);
        }
      }
    }
  }

  void check_pair(const Rule& rule, const Event& first, const Event& second) {
    const DramCycle distance = second.record.cycle - first.record.cycle;
    if (distance >= rule.least || !in_scope(rule.scope, first.record, second.record)) return;
    // tPPD is about commands.
    if (std::string_view(rule.name).substr(0, 4) == "tPPD" && (first.implied || second.implied)) return;
    report(fmt::format("{}: {} after {}, expected {} cycles, found {}", rule.name, text(second), text(first),
                       rule.least, distance));
  }

  // Refresh of one bank counts as an ACT (LPDDR4).
  void check_four_activates(const std::vector<Event>& events) {
    std::map<decltype(rank_of(events[0].record)), std::vector<DramCycle>> activates;
    for (const Event& e : events) {
      if (e.kind != Kind::activate && e.kind != Kind::refresh_bank) continue;
      std::vector<DramCycle>& cycles = activates[rank_of(e.record)];
      cycles.push_back(e.record.cycle);
      const size_t n = cycles.size();
      if (n > 4 && cycles[n - 1] - cycles[n - 5] < t_.tFAW) {
        report(fmt::format("tFAW: {} is the fifth in {} cycles", text(e), cycles[n - 1] - cycles[n - 5]));
      }
    }
  }

  void check_rows(const std::vector<Event>& events) {
    std::map<decltype(bank_of(events[0].record)), int64_t> open;  // absent: closed
    for (const Event& e : events) {
      const Record& r = e.record;
      const auto bank = bank_of(r);
      const bool is_open = open.count(bank) != 0;
      const auto any_open = [&] {
        return std::any_of(open.begin(), open.end(), [&](const auto& entry) {
          return std::get<0>(entry.first) == r.channel && std::get<1>(entry.first) == r.rank;
        });
      };
      switch (e.kind) {
        case Kind::activate:
          if (is_open) report("row: bank is open: " + text(e));
          open[bank] = r.row;
          break;
        case Kind::precharge:
          open.erase(bank);
          break;
        case Kind::precharge_all:
          for (auto it = open.begin(); it != open.end();) {
            const bool here = std::get<0>(it->first) == r.channel && std::get<1>(it->first) == r.rank;
            it = here ? open.erase(it) : std::next(it);
          }
          break;
        case Kind::read:
        case Kind::write:
          if (!is_open || open[bank] != r.row) report("row: another row or none is open: " + text(e));
          break;
        case Kind::refresh_all:
          if (any_open()) report("row: a bank is open: " + text(e));
          break;
        case Kind::refresh_bank:
          if (is_open) report("row: the bank is open: " + text(e));
          break;
      }
    }
  }

  // A command occupies the cycles up to and with its own.
  void check_command_bus(const std::vector<Record>& trace) {
    std::map<uint32_t, DramCycle> last;
    for (const Record& r : trace) {
      const Kind kind = kind_of(r.command);
      const DramCycle length = kind == Kind::activate                                   ? t_.command_ACT
                               : kind == Kind::read || kind == Kind::write              ? t_.command_CAS
                               : kind == Kind::precharge || kind == Kind::precharge_all ? t_.command_PRE
                                                                                        : t_.command_REF;
      const auto found = last.find(r.channel);
      if (found != last.end() && r.cycle - length < found->second) {
        report(fmt::format("command bus: {} overlaps the command at {}", text({r, kind}), found->second));
      }
      last[r.channel] = r.cycle;
    }
  }

  void check_data_bus(const std::vector<Record>& trace) {
    std::map<uint32_t, std::vector<std::pair<DramCycle, DramCycle>>> bursts;
    for (const Record& r : trace) {
      const Kind kind = kind_of(r.command);
      if (kind != Kind::read && kind != Kind::write) continue;
      const DramCycle begin = r.cycle + (kind == Kind::read ? t_.CL + t_.tDQSCK : t_.CWL + t_.tDQSS);
      bursts[r.channel].emplace_back(begin, begin + spec_.organization.burst_length / 2);
    }
    for (auto& [channel, spans] : bursts) {
      std::sort(spans.begin(), spans.end());
      for (size_t i = 1; i < spans.size(); ++i) {
        if (spans[i].first >= spans[i - 1].second) continue;
        report(fmt::format("data bus: bursts of channel {} overlap at {}", channel, spans[i].first));
      }
    }
  }

  // As many refreshes as intervals, but for the one that is due; a rank may be refreshed bank by bank.
  void check_refresh(const std::vector<Record>& trace, DramCycle end) {
    std::map<decltype(rank_of(trace[0])), int64_t> eighths;
    const int64_t banks = spec_.organization.bank_groups * spec_.organization.banks;
    for (int64_t c = 0; c < spec_.organization.channels; ++c) {
      for (int64_t r = 0; r < spec_.organization.ranks; ++r) {
        eighths[{static_cast<uint32_t>(c), static_cast<uint32_t>(r)}] = 0;
      }
    }
    for (const Record& r : trace) {
      if (r.command == DramCommand::REFab) eighths[rank_of(r)] += banks;
      if (r.command == DramCommand::REFpb) eighths[rank_of(r)] += 1;
    }
    for (const auto& [rank, count] : eighths) {
      const int64_t expected = end / t_.tREFI - 1;
      if (count < expected * banks) {
        report(fmt::format("tREFI: channel {} rank {} was refreshed {} times, expected {} in {} cycles",
                           std::get<0>(rank), std::get<1>(rank), count / banks, expected, end));
      }
    }
  }

  const DramSpec& spec_;
  const DramTiming& t_;
  const size_t most_;
};

}  // namespace

std::vector<std::string> find_violations(const DramSpec& spec, std::vector<DramCommandRecord> trace,
                                         DramCycle end, size_t most) {
  std::stable_sort(trace.begin(), trace.end(),
                   [](const Record& a, const Record& b) { return a.cycle < b.cycle; });
  Checker checker(spec, most);
  if (!trace.empty()) checker.run(trace, end);
  return checker.violations;
}

}  // namespace hwcvp
