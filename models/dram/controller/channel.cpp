#include "models/dram/controller/channel.h"

#include <algorithm>
#include <array>

namespace hwcvp::dram {

Channel::Channel(const DramSpec& spec, const DramControllerConfig& config, uint32_t index,
                 DramStatistics& statistics)
    : spec_(spec),
      index_(index),
      bypass_limit_(static_cast<uint64_t>(config.bypass_limit)),
      banks_per_rank_(static_cast<size_t>(spec.organization.banks_per_rank())),
      rank_shift_(static_cast<unsigned>(__builtin_ctzll(banks_per_rank_))),
      scheduler_(Scheduler::make(config.scheduler)),
      page_policy_(PagePolicy::make(config.page_policy)),
      refresh_policy_(RefreshPolicy::make(config.refresh, spec)),
      statistics_(statistics),
      timing_(spec),
      queue_(static_cast<size_t>(config.queue_depth),
             static_cast<size_t>(spec.organization.banks_per_channel())),
      banks_(static_cast<size_t>(spec.organization.banks_per_channel())),
      ranks_(static_cast<size_t>(spec.organization.ranks)),
      shared_(timing_.groups()) {
  const auto ranks = static_cast<DramCycle>(ranks_.size());
  for (size_t r = 0; r < ranks_.size(); ++r) {
    // Ranks take turns, so that they are not all busy with refresh at once.
    ranks_[r].refresh_due = refresh_policy_->interval() * (static_cast<DramCycle>(r) + 1) / ranks;
    set_refresh_target(r);
  }
}

void Channel::set_refresh_target(size_t rank) {
  const int bank = refresh_policy_->bank(ranks_[rank].refreshes);
  const size_t first = rank * banks_per_rank_;
  uint64_t target = 0;
  for (size_t i = first; i < first + banks_per_rank_ && i < 64; ++i) {
    if (bank < 0 || i == first + static_cast<size_t>(bank)) target |= uint64_t{1} << i;
  }
  ranks_[rank].refresh_banks = target;
}

void Channel::push(const Access& access) {
  queue_.push(access);
  banks_[access.bank].pick = RequestQueue::kNone;
  chosen_ = false;
}

DramCycle Channel::command_length(DramCommand command) const {
  switch (command) {
    case DramCommand::ACT:
      return spec_.timing.command_ACT;
    case DramCommand::PRE:
    case DramCommand::PREab:
      return spec_.timing.command_PRE;
    case DramCommand::REFab:
    case DramCommand::REFpb:
      return spec_.timing.command_REF;
    default:
      return spec_.timing.command_CAS;
  }
}

// Makes an access the next one of its bank, and works out what it needs; that holds until the bank changes.
void Channel::set_pick(size_t bank, Index index) {
  using Timing = ChannelTiming;
  Bank& b = banks_[bank];
  const Access& access = queue_[index];
  b.pick = index;
  b.need = b.open_row == access.row ? (access.write ? Timing::kWrite : Timing::kRead)
           : b.open_row >= 0        ? Timing::kPrecharge
                                    : Timing::kActivate;
  b.ready = std::max(access.arrival, timing_.own_earliest(bank, b.need));
  b.age = queue_.age(index);
}

// Puts the next command of a bank in the place of `best` if it comes before, unless refresh is due there.
void Channel::consider(size_t bank, Choice& best) const {
  static constexpr std::array<DramCommand, ChannelTiming::kNeeds> kCommands = {
      DramCommand::RD, DramCommand::WR, DramCommand::PRE, DramCommand::ACT};
  const Bank& b = banks_[bank];
  const DramCycle cycle = std::max(b.ready, shared_[timing_.group_of(bank)][b.need]);
  if (cycle > best.cycle) return;
  const Rank& rank = ranks_[bank >> rank_shift_];
  if (cycle >= rank.refresh_due && (rank.refresh_banks >> bank & 1) != 0) return;
  const bool column = b.need <= ChannelTiming::kWrite;
  const Choice choice{cycle, kCommands[b.need], bank, b.pick, column, b.age};
  if (before(choice, best)) best = choice;
}

Channel::Choice Channel::refresh_choice(size_t rank) const {
  Choice choice;
  const Rank& r = ranks_[rank];
  const int target = refresh_policy_->bank(r.refreshes);
  choice.bank = rank * banks_per_rank_ + static_cast<size_t>(std::max(target, 0));
  choice.cycle = std::max(r.refresh_due, last_row_command_);
  bool open = false;
  for (uint64_t banks = r.refresh_banks; banks != 0; banks &= banks - 1) {
    open = open || banks_[static_cast<size_t>(__builtin_ctzll(banks))].open_row >= 0;
  }
  // PREab must not come before the precharge of a bank that precharges on its own.
  for (uint64_t banks = open ? r.refresh_banks : 0; banks != 0; banks &= banks - 1) {
    const auto bank = static_cast<size_t>(__builtin_ctzll(banks));
    choice.cycle = std::max(choice.cycle, timing_.earliest_precharge(bank));
  }
  if (open) {
    choice.command = target < 0 ? DramCommand::PREab : DramCommand::PRE;
  } else if (target < 0) {
    choice.command = DramCommand::REFab;
    choice.cycle = std::max(choice.cycle, timing_.earliest_refresh_all(rank));
  } else {
    choice.command = DramCommand::REFpb;
    choice.cycle = std::max(choice.cycle, timing_.earliest_refresh_bank(choice.bank));
  }
  return choice;
}

void Channel::choose() {
  Choice best;
  best.cycle = kNever;
  for (size_t group = 0; group < shared_.size(); ++group) {
    ChannelTiming::Needs& shared = shared_[group] = timing_.shared_earliest(group);
    for (const auto need : {ChannelTiming::kPrecharge, ChannelTiming::kActivate}) {
      shared[need] = std::max(shared[need], last_row_command_);
    }
  }
  if (bypassed_ >= bypass_limit_) {
    const Index oldest = queue_.oldest();
    const size_t bank = queue_[oldest].bank;
    if (banks_[bank].pick != oldest) set_pick(bank, oldest);
    consider(bank, best);
  } else {
    for (uint64_t busy = queue_.busy_banks(); busy != 0; busy &= busy - 1) {
      const auto bank = static_cast<size_t>(__builtin_ctzll(busy));
      const Bank& b = banks_[bank];
      if (b.pick == RequestQueue::kNone) set_pick(bank, scheduler_->pick(queue_, bank, b.open_row));
      consider(bank, best);
    }
  }
  for (size_t rank = 0; rank < ranks_.size(); ++rank) {
    if (ranks_[rank].refresh_due > best.cycle) continue;
    const Choice refresh = refresh_choice(rank);
    if (before(refresh, best)) best = refresh;
  }
  best.cycle = command_bus_.first_free(best.cycle, command_length(best.command));
  choice_ = best;
  chosen_ = true;
}

Channel::Step Channel::step(const DramTrace& trace) {
  if (!chosen_) choose();
  chosen_ = false;
  Choice choice = choice_;
  command_bus_.take(choice.cycle, command_length(choice.command));
  if (choice.column) {
    const Access access = queue_[choice.access];
    const Step done = column(choice);
    if (trace) tell(trace, choice, access.row, access.burst);
    return done;
  }
  last_row_command_ = choice.cycle;
  switch (choice.command) {
    case DramCommand::ACT:
      activate(choice);
      break;
    case DramCommand::PRE:
      if (choice.access != RequestQueue::kNone) queue_[choice.access].precharged = true;
      precharge(choice.bank, choice.cycle);
      break;
    case DramCommand::PREab:
      precharge_all(choice.bank >> rank_shift_, choice.cycle);
      break;
    default:
      refresh(choice);
      break;
  }
  if (trace) {
    const bool opens = choice.command == DramCommand::ACT;
    tell(trace, choice, opens ? static_cast<uint32_t>(banks_[choice.bank].open_row) : 0, 0);
  }
  Step done;
  done.cycle = choice.cycle;
  return done;
}

void Channel::activate(const Choice& choice) {
  Access& access = queue_[choice.access];
  access.activated = true;
  timing_.activate(choice.bank, choice.cycle);
  banks_[choice.bank] = {};
  banks_[choice.bank].open_row = access.row;
  note_opened(ranks_[choice.bank >> rank_shift_], choice.cycle);
  ++statistics_.activates;
}

void Channel::precharge(size_t bank, DramCycle cycle) {
  timing_.precharge(bank, cycle);
  banks_[bank] = {};
  note_closed(ranks_[bank >> rank_shift_], cycle);
  ++statistics_.precharges;
}

// What the banks of a rank allow has changed.
void Channel::ask_again(size_t rank) {
  for (size_t bank = rank * banks_per_rank_; bank < (rank + 1) * banks_per_rank_; ++bank) {
    banks_[bank].pick = RequestQueue::kNone;
  }
}

void Channel::precharge_all(size_t rank, DramCycle cycle) {
  timing_.precharge_all(rank, cycle);
  ask_again(rank);
  for (size_t bank = rank * banks_per_rank_; bank < (rank + 1) * banks_per_rank_; ++bank) {
    if (banks_[bank].open_row < 0) continue;
    banks_[bank] = {};
    note_closed(ranks_[rank], cycle);
    ++statistics_.precharges;
  }
}

void Channel::refresh(const Choice& choice) {
  const size_t index = choice.bank >> rank_shift_;
  Rank& rank = ranks_[index];
  if (choice.command == DramCommand::REFab) {
    timing_.refresh_all(index, choice.cycle);
    ++statistics_.refreshes_all;
  } else {
    timing_.refresh_bank(choice.bank, choice.cycle);
    ++statistics_.refreshes_bank;
  }
  ask_again(index);
  ++rank.refreshes;
  rank.refresh_due += refresh_policy_->interval();
  set_refresh_target(index);
}

Channel::Step Channel::column(Choice& choice) {
  const Access access = queue_[choice.access];
  if (choice.access == queue_.oldest()) {
    bypassed_ = 0;
  } else {
    ++bypassed_;
  }
  queue_.remove(choice.access);
  banks_[choice.bank].pick = RequestQueue::kNone;
  const bool closes = page_policy_->auto_precharge(queue_, access);
  const auto after = closes ? ChannelTiming::RowAfter::closed : ChannelTiming::RowAfter::open;
  const DramCycle closed = access.write ? timing_.write(choice.bank, choice.cycle, after)
                                        : timing_.read(choice.bank, choice.cycle, after);
  if (closes) {
    choice.command = access.write ? DramCommand::WRA : DramCommand::RDA;
    banks_[choice.bank].open_row = -1;
    note_closed(ranks_[choice.bank >> rank_shift_], closed);
    ++statistics_.precharges;
  }
  ++(access.write ? statistics_.writes : statistics_.reads);
  ++(access.precharged  ? statistics_.row_conflicts
     : access.activated ? statistics_.row_misses
                        : statistics_.row_hits);
  return {true, access.request, choice.cycle, choice.cycle + latency(access.write)};
}

void Channel::note_opened(Rank& rank, DramCycle cycle) {
  // A bank that precharges on its own may still be open.
  if (rank.open_banks++ == 0) rank.active_since = std::max(cycle, rank.closed_at);
}

void Channel::note_closed(Rank& rank, DramCycle cycle) {
  rank.closed_at = std::max(rank.closed_at, cycle);
  if (--rank.open_banks == 0) rank.active_cycles += rank.closed_at - rank.active_since;
}

DramCycle Channel::active_cycles(DramCycle now) const {
  DramCycle sum = 0;
  for (const Rank& rank : ranks_) {
    sum += rank.active_cycles;
    if (rank.open_banks != 0) sum += std::max<DramCycle>(0, now - rank.active_since);
  }
  return sum;
}

void Channel::tell(const DramTrace& trace, const Choice& choice, uint32_t row, uint32_t burst) const {
  const DramOrganization& o = spec_.organization;
  DramCommandRecord record;
  record.cycle = choice.cycle;
  record.command = choice.command;
  record.channel = index_;
  record.rank = static_cast<uint32_t>(choice.bank >> rank_shift_);
  const auto in_rank = static_cast<int64_t>(choice.bank % banks_per_rank_);
  record.bank_group = static_cast<uint32_t>(in_rank / o.banks);
  record.bank = static_cast<uint32_t>(in_rank % o.banks);
  record.row = row;
  record.column = burst * static_cast<uint32_t>(o.burst_length);
  trace(record);
}

}  // namespace hwcvp::dram
