// When the standard allows the next commands on a channel.
#pragma once

#include <algorithm>
#include <array>
#include <vector>

#include "models/dram/controller/spec.h"

namespace hwcvp::dram {

// Banks of a channel are numbered rank by rank, bank group by bank group.
//
// Does not model: power-down, self refresh, write CRC, masked writes (they take their time as writes), on-die
// termination.
//
// Keeps, for bank, bank group, rank and channel, the first cycle for each kind of command; a command may be
// given at the latest of those that concern it. Formulas: JESD79-3 (DDR3), JESD79-4 (DDR4) and JESD209-4
// (LPDDR4), whose differences are values of DramTiming.
class ChannelTiming {
 public:
  explicit ChannelTiming(const DramSpec& spec);

  // What the first cycle of a command that an access needs depends on.
  enum Need : size_t { kRead, kWrite, kPrecharge, kActivate, kNeeds };
  using Needs = std::array<DramCycle, kNeeds>;

  // The first cycle for a command as far as it depends on earlier ones is the later of two: what the bank
  // itself allows, and what all banks of its bank group share. Whether the command makes sense (a row is
  // open, another one is closed) is the caller's business.
  DramCycle own_earliest(size_t bank, Need need) const {
    const Bank& b = banks_[bank];
    return need == kActivate ? b.activate : need == kPrecharge ? b.precharge : b.column;
  }
  Needs shared_earliest(size_t group) const {
    const Group& g = groups_[group];
    const Rank& rank = ranks_[group >> (rank_shift_ - group_shift_)];
    return {std::max(g.read, rank.read), std::max(g.write, rank.write), rank.precharge,
            std::max({g.activate, rank.activate, rank.last_activates[rank.oldest_activate] + timing_.tFAW})};
  }
  size_t group_of(size_t bank) const { return bank >> group_shift_; }
  size_t groups() const { return groups_.size(); }

  DramCycle earliest_activate(size_t bank) const {
    return std::max(own_earliest(bank, kActivate), shared_earliest(group_of(bank))[kActivate]);
  }
  DramCycle earliest_precharge(size_t bank) const {
    return std::max(own_earliest(bank, kPrecharge), shared_earliest(group_of(bank))[kPrecharge]);
  }
  DramCycle earliest_refresh_all(size_t rank) const;
  DramCycle earliest_refresh_bank(size_t bank) const {
    return std::max(earliest_activate(bank), ranks_[bank >> rank_shift_].refresh_bank);
  }

  // What a column command leaves of its row: auto-precharge closes it.
  enum class RowAfter { open, closed };

  // Take note of a command at a cycle. The column commands return when the bank is closed if they precharge
  // on their own; it counts only then.
  void activate(size_t bank, DramCycle cycle);
  void precharge(size_t bank, DramCycle cycle);
  void precharge_all(size_t rank, DramCycle cycle);
  DramCycle read(size_t bank, DramCycle cycle, RowAfter after);
  DramCycle write(size_t bank, DramCycle cycle, RowAfter after);
  void refresh_all(size_t rank, DramCycle cycle);
  void refresh_bank(size_t bank, DramCycle cycle);

 private:
  static constexpr DramCycle kLongAgo = -(DramCycle{1} << 40);

  struct Bank {
    DramCycle activate = 0, column = 0, precharge = 0;
  };
  struct Group {
    DramCycle activate = 0, read = 0, write = 0;
  };
  struct Rank {
    DramCycle activate = 0, read = 0, write = 0, precharge = 0, refresh_bank = 0;
    std::array<DramCycle, 4> last_activates = {kLongAgo, kLongAgo, kLongAgo, kLongAgo};
    size_t oldest_activate = 0;
  };

  void note_row_opened(size_t bank, DramCycle cycle);
  DramCycle close(Bank& bank, RowAfter after) const;

  const DramTiming timing_;
  const DramCycle read_to_write_;        // same rank
  const DramCycle read_to_write_ranks_;  // another rank
  const DramCycle write_to_read_S_;
  const DramCycle write_to_read_L_;
  const DramCycle write_to_read_ranks_;
  const DramCycle same_kind_ranks_;
  const DramCycle write_to_precharge_;
  const size_t banks_per_rank_;
  const unsigned group_shift_;  // bank >> shift is the number of its bank group, and of its rank
  const unsigned rank_shift_;
  std::vector<Bank> banks_;
  std::vector<Group> groups_;
  std::vector<Rank> ranks_;
};

}  // namespace hwcvp::dram
