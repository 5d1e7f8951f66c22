#include "schedules/latency/banked_memory.h"

#include <algorithm>
#include <limits>

namespace hwcvp::latency {

namespace {

constexpr int64_t kRefreshesSeen = 2;

void raise(int64_t& cycle, int64_t least) { cycle = std::max(cycle, least); }

}  // namespace

BankedMemory::BankedMemory(const BankedDram& dram)
    : dram_(dram),
      groups_per_rank_(static_cast<size_t>(dram.bank_group.count)),
      banks_per_group_(static_cast<size_t>(dram.bank.count)),
      read_end_(dram.CL + dram.tDQSCK + dram.burst_cycles),
      write_end_(dram.CWL + dram.tDQSS + dram.burst_cycles),
      read_to_write_(std::max<int64_t>(1, read_end_ + dram.tRTW - dram.CWL)),
      read_to_write_ranks_(std::max<int64_t>(1, read_end_ + dram.tRTRS - dram.CWL - dram.tDQSS)),
      write_to_read_ranks_(std::max<int64_t>(1, write_end_ + dram.tRTRS - dram.CL - dram.tDQSCK)) {
  Channel channel;
  channel.ranks.resize(static_cast<size_t>(dram.rank.count));
  channel.groups.resize(channel.ranks.size() * groups_per_rank_);
  channel.banks.resize(channel.groups.size() * banks_per_group_);
  channel.columns.assign(static_cast<size_t>(dram.queue_depth), kLongAgo);
  for (size_t i = 0; i < channel.ranks.size(); ++i) {  // which take turns
    channel.ranks[i].refresh_due = dram.refresh_interval * static_cast<int64_t>(i + 1) / dram.rank.count;
  }
  channel.next_refresh = channel.ranks.front().refresh_due;
  channels_.assign(static_cast<size_t>(dram.channel.count), channel);
}

BankedMemory::Place BankedMemory::place(int64_t address) const {
  const auto rank = static_cast<size_t>(dram_.rank.of(address));
  const size_t group = rank * groups_per_rank_ + static_cast<size_t>(dram_.bank_group.of(address));
  const size_t bank = group * banks_per_group_ + static_cast<size_t>(dram_.bank.of(address));
  return {rank, group, bank, dram_.row.of(address)};
}

BankedMemory::Served BankedMemory::serve(int64_t arrival, int64_t address, int64_t bytes, bool write,
                                         bool alone) {
  Served served = {arrival, arrival};
  for (Channel& channel : channels_) {
    channel.row_commands_from = alone ? channel.last_row_command : 0;
    if (alone) channel.waiting = 0;
  }
  const int64_t step = dram_.access_bytes;
  const int64_t end = address + bytes;
  for (int64_t access = address & -step; access < end; access += step) {
    Channel& channel = channels_[static_cast<size_t>(dram_.channel.of(access))];
    if (channel.waiting == channel.columns.size()) {
      raise(served.accepted, channel.columns[channel.oldest]);
    } else {
      ++channel.waiting;
    }
    const Place at = place(access);
    const int64_t cycle = column(channel, at, served.accepted, write);
    channel.columns[channel.oldest] = cycle;
    if (++channel.oldest == channel.columns.size()) channel.oldest = 0;
    raise(served.end, cycle + (write ? write_end_ : read_end_));
    if (dram_.closed_page) close_behind(channel, at, access, end);
  }
  return served;
}

// Gives the access its column command, and the row commands before it; returns the former's cycle.
int64_t BankedMemory::column(Channel& channel, const Place& at, int64_t arrival, bool write) {
  const Bank& bank = channel.banks[at.bank];
  const Group& group = channel.groups[at.group];
  const Rank& rank = channel.ranks[at.rank];
  for (;;) {
    if (bank.row != at.row) {
      open_row(channel, at, arrival);
      continue;
    }
    const int64_t shared = write ? std::max(group.write, rank.write) : std::max(group.read, rank.read);
    const int64_t cycle = std::max({arrival, bank.column, shared});
    if (refresh_before(channel, cycle)) continue;
    note_column(channel, at, cycle, write);
    return cycle;
  }
}

// Goes on by one row command, or a refresh, towards the row of an access.
void BankedMemory::open_row(Channel& channel, const Place& at, int64_t arrival) {
  Bank& bank = channel.banks[at.bank];
  Group& group = channel.groups[at.group];
  Rank& rank = channel.ranks[at.rank];
  const int64_t from = std::max(arrival, channel.row_commands_from);
  if (bank.row >= 0) {
    const int64_t cycle = std::max({from, bank.precharge, rank.precharge});
    if (refresh_before(channel, cycle)) return;
    bank.row = -1;
    raise(bank.activate, cycle + dram_.tRP);
    raise(rank.precharge, cycle + dram_.tPPD);
    raise(channel.last_row_command, cycle);
    return;
  }
  const int64_t window = rank.activates[rank.oldest] + dram_.tFAW;
  const int64_t cycle = std::max({from, bank.activate, group.activate, rank.activate, window});
  if (refresh_before(channel, cycle)) return;
  bank.row = at.row;
  bank.column = cycle + dram_.tRCD;
  raise(bank.precharge, cycle + dram_.tRAS);
  raise(bank.activate, cycle + dram_.tRC);
  note_activate(rank, group, cycle);
  raise(channel.last_row_command, cycle);
}

void BankedMemory::note_activate(Rank& rank, Group& group, int64_t cycle) const {
  raise(group.activate, cycle + dram_.tRRD_L);
  raise(rank.activate, cycle + dram_.tRRD_S);
  rank.activates[rank.oldest] = cycle;
  rank.oldest = (rank.oldest + 1) % kActivateWindow;
}

void BankedMemory::note_column(Channel& channel, const Place& at, int64_t cycle, bool write) const {
  Bank& bank = channel.banks[at.bank];
  Group& group = channel.groups[at.group];
  Rank& rank = channel.ranks[at.rank];
  for (Rank& other : channel.ranks) {
    if (&other == &rank) continue;
    const int64_t same_kind = cycle + dram_.burst_cycles + dram_.tRTRS;
    raise(other.read, write ? cycle + write_to_read_ranks_ : same_kind);
    raise(other.write, write ? same_kind : cycle + read_to_write_ranks_);
  }
  if (write) {
    raise(rank.write, cycle + dram_.tCCD_S);
    raise(group.write, cycle + dram_.tCCD_L);
    raise(rank.read, cycle + write_end_ + dram_.tWTR_S);
    raise(group.read, cycle + write_end_ + dram_.tWTR_L);
    raise(bank.precharge, cycle + write_end_ + dram_.tWR);
  } else {
    raise(rank.read, cycle + dram_.tCCD_S);
    raise(group.read, cycle + dram_.tCCD_L);
    raise(rank.write, cycle + read_to_write_);
    raise(bank.precharge, cycle + dram_.tRTP);
  }
}

// Closes the row of an access unless others of its transaction that wait go to the same row.
void BankedMemory::close_behind(Channel& channel, const Place& at, int64_t access, int64_t end) const {
  const int64_t step = dram_.access_bytes;
  for (int64_t next = access + step, waiting = 1; next < end && waiting < dram_.queue_depth; next += step) {
    if (dram_.channel.of(next) != dram_.channel.of(access)) continue;
    ++waiting;
    const Place other = place(next);
    if (other.bank == at.bank && other.row == at.row) return;
  }
  Bank& bank = channel.banks[at.bank];
  bank.row = -1;
  raise(bank.activate, bank.precharge + dram_.tRP);
}

// Refreshes what is due by a cycle; returns whether anything was.
bool BankedMemory::refresh_before(Channel& channel, int64_t cycle) const {
  if (cycle < channel.next_refresh) return false;
  channel.next_refresh = std::numeric_limits<int64_t>::max();
  for (size_t i = 0; i < channel.ranks.size(); ++i) {
    Rank& rank = channel.ranks[i];
    // Of those that came while nothing moved, the last ones are what is left to see.
    const int64_t missed = (cycle - rank.refresh_due) / dram_.refresh_interval - kRefreshesSeen;
    if (missed > 0) {
      rank.refreshes += missed;
      rank.refresh_due += missed * dram_.refresh_interval;
    }
    while (rank.refresh_due <= cycle) {
      if (dram_.refresh_each_bank) {
        refresh_one(channel, i);
      } else {
        refresh_all(channel, i);
      }
      ++rank.refreshes;
      rank.refresh_due += dram_.refresh_interval;
    }
    channel.next_refresh = std::min(channel.next_refresh, rank.refresh_due);
  }
  return true;
}

void BankedMemory::refresh_all(Channel& channel, size_t index) const {
  Rank& rank = channel.ranks[index];
  const size_t banks = groups_per_rank_ * banks_per_group_;
  const auto first = channel.banks.begin() + static_cast<std::ptrdiff_t>(index * banks);
  const auto last = first + static_cast<std::ptrdiff_t>(banks);
  int64_t cycle = std::max(rank.refresh_due, channel.last_row_command);
  const bool open = std::any_of(first, last, [](const Bank& bank) { return bank.row >= 0; });
  if (open) {
    raise(cycle, rank.precharge);
    std::for_each(first, last, [&cycle](const Bank& bank) { raise(cycle, bank.precharge); });
  }
  std::for_each(first, last, [&](Bank& bank) {
    if (open) raise(bank.activate, cycle + dram_.tRPab);
    bank.row = -1;
  });
  raise(cycle, rank.activate);
  std::for_each(first, last, [&cycle](const Bank& bank) { raise(cycle, bank.activate); });
  std::for_each(first, last, [&](Bank& bank) { raise(bank.activate, cycle + dram_.tRFC); });
  raise(channel.last_row_command, cycle);
}

void BankedMemory::refresh_one(Channel& channel, size_t index) const {
  Rank& rank = channel.ranks[index];
  const size_t banks = groups_per_rank_ * banks_per_group_;
  const size_t target = index * banks + static_cast<size_t>(rank.refreshes) % banks;
  Bank& bank = channel.banks[target];
  Group& group = channel.groups[target / banks_per_group_];
  int64_t cycle = std::max(rank.refresh_due, channel.last_row_command);
  if (bank.row >= 0) {
    raise(cycle, std::max(bank.precharge, rank.precharge));
    raise(bank.activate, cycle + dram_.tRP);
    bank.row = -1;
  }
  const int64_t window = rank.activates[rank.oldest] + dram_.tFAW;
  cycle = std::max({cycle, bank.activate, group.activate, rank.activate, window, rank.refresh_bank});
  raise(bank.activate, cycle + dram_.tRFC);
  raise(rank.refresh_bank, cycle + dram_.tPBR2PBR);
  note_activate(rank, group, cycle);
  raise(channel.last_row_command, cycle);
}

}  // namespace hwcvp::latency
