// One channel of a DRAM controller: its queue, its banks, its command bus.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include "models/dram/controller/address_mapping.h"
#include "models/dram/controller/channel_timing.h"
#include "models/dram/controller/command.h"
#include "models/dram/controller/command_bus.h"
#include "models/dram/controller/config.h"
#include "models/dram/controller/policies.h"
#include "models/dram/controller/request_queue.h"
#include "models/dram/controller/statistics.h"

namespace hwcvp::dram {

// Does not model: postponed or advanced refresh, power-down, grouping of writes beyond what the queue shows.
//
// Among the next commands of all banks the one that can be given first is given; of several the column
// command, then the older access. Refresh waits for nothing: once it is due, the banks concerned take no
// other command but the precharge that it needs. An access that `bypass_limit` others have overtaken since it
// became the oldest is served next, alone.
class Channel {
 public:
  static constexpr DramCycle kNever = INT64_MAX;

  // What step() did.
  struct Step {
    bool column = false;   // a column command, which took an access from the queue:
    size_t request = 0;    // whose it was
    DramCycle cycle = 0;   // of the command
    DramCycle finish = 0;  // the first cycle after the last beat
  };

  // `statistics` must outlive the channel.
  Channel(const DramSpec& spec, const DramControllerConfig& config, uint32_t index,
          DramStatistics& statistics);

  bool full() const { return queue_.full(); }
  bool empty() const { return queue_.empty(); }
  // Puts an access into the queue, which is not full.
  void push(const Access& access);

  // The cycle of the next command as things stand; there always is one, as refresh never ends.
  DramCycle next_cycle() {
    if (!chosen_) choose();
    return choice_.cycle;
  }
  // No waiting access ends earlier, as things stand: data moves in the order of the column commands, and the
  // next one is the next command or follows it. kNever where none waits.
  DramCycle next_finish() {
    if (empty()) return kNever;
    const DramCycle cycle = next_cycle();
    if (!choice_.column) return cycle + std::min(spec_.read_latency(), spec_.write_latency());
    return cycle + latency(choice_.command == DramCommand::WR);
  }
  // Gives the next command.
  Step step(const DramTrace& trace);

  // Cycles in which a bank was open until `now`, summed over the ranks.
  DramCycle active_cycles(DramCycle now) const;

 private:
  using Index = RequestQueue::Index;

  struct Choice {
    DramCycle cycle = 0;
    DramCommand command = DramCommand::ACT;
    size_t bank = 0;  // for commands to all banks the first one of the rank
    Index access = RequestQueue::kNone;
    bool column = false;
    uint64_t age = 0;
  };
  struct Bank {
    int64_t open_row = -1;
    Index pick = RequestQueue::kNone;  // the scheduler's; kNone: to be asked again, and what follows
    ChannelTiming::Need need = ChannelTiming::kActivate;  // of it
    DramCycle ready = 0;                                  // the first cycle that access and bank allow for it
    uint64_t age = 0;                                     // of it
  };
  struct Rank {
    DramCycle refresh_due = 0;
    uint64_t refreshes = 0;
    uint64_t refresh_banks = 0;  // of the channel, bit by bit, that the next refresh concerns
    size_t open_banks = 0;
    DramCycle active_since = 0;
    DramCycle closed_at = 0;
    DramCycle active_cycles = 0;
  };

  static bool before(const Choice& a, const Choice& b) {
    if (a.cycle != b.cycle) return a.cycle < b.cycle;
    if (a.column != b.column) return a.column;
    return a.age < b.age;
  }

  // From a column command to the first cycle after its last beat.
  DramCycle latency(bool write) const { return write ? spec_.write_latency() : spec_.read_latency(); }
  void choose();
  void set_pick(size_t bank, Index access);
  void consider(size_t bank, Choice& best) const;
  void ask_again(size_t rank);
  Choice refresh_choice(size_t rank) const;
  DramCycle command_length(DramCommand command) const;
  void set_refresh_target(size_t rank);

  void activate(const Choice& choice);
  void precharge(size_t bank, DramCycle cycle);
  void precharge_all(size_t rank, DramCycle cycle);
  void refresh(const Choice& choice);
  Step column(Choice& choice);
  void note_opened(Rank& rank, DramCycle cycle);
  void note_closed(Rank& rank, DramCycle cycle);
  void tell(const DramTrace& trace, const Choice& choice, uint32_t row, uint32_t burst) const;

  const DramSpec spec_;
  const uint32_t index_;
  const uint64_t bypass_limit_;
  const size_t banks_per_rank_;
  const unsigned rank_shift_;  // bank >> rank_shift_ is the number of its rank
  const std::unique_ptr<Scheduler> scheduler_;
  const std::unique_ptr<PagePolicy> page_policy_;
  const std::unique_ptr<RefreshPolicy> refresh_policy_;
  DramStatistics& statistics_;
  ChannelTiming timing_;
  CommandBus command_bus_;
  RequestQueue queue_;
  std::vector<Bank> banks_;
  std::vector<Rank> ranks_;
  std::vector<ChannelTiming::Needs> shared_;  // of each bank group, as choose() finds it
  DramCycle last_row_command_ = 0;
  uint64_t bypassed_ = 0;  // the oldest access, how often
  bool chosen_ = false;
  Choice choice_;
};

}  // namespace hwcvp::dram
