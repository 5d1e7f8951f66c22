#include "models/dram/controller/channel_timing.h"

namespace hwcvp::dram {

namespace {

unsigned log2_of(int64_t power) {
  return static_cast<unsigned>(__builtin_ctzll(static_cast<uint64_t>(power)));
}

void raise(DramCycle& cycle, DramCycle least) { cycle = std::max(cycle, least); }

}  // namespace

ChannelTiming::ChannelTiming(const DramSpec& spec)
    : timing_(spec.timing),
      read_to_write_(std::max<DramCycle>(1, spec.read_latency() + timing_.tRTW - timing_.CWL)),
      read_to_write_ranks_(
          std::max<DramCycle>(1, spec.read_latency() + timing_.tRTRS - timing_.CWL - timing_.tDQSS)),
      write_to_read_S_(spec.write_latency() + timing_.tWTR_S),
      write_to_read_L_(spec.write_latency() + timing_.tWTR_L),
      write_to_read_ranks_(
          std::max<DramCycle>(1, spec.write_latency() + timing_.tRTRS - timing_.CL - timing_.tDQSCK)),
      same_kind_ranks_(spec.burst_cycles() + timing_.tRTRS),
      write_to_precharge_(spec.write_latency() + timing_.tWR),
      banks_per_rank_(static_cast<size_t>(spec.organization.banks_per_rank())),
      group_shift_(log2_of(spec.organization.banks)),
      rank_shift_(log2_of(spec.organization.banks_per_rank())),
      banks_(static_cast<size_t>(spec.organization.banks_per_channel())),
      groups_(banks_.size() >> group_shift_),
      ranks_(banks_.size() >> rank_shift_) {}

DramCycle ChannelTiming::earliest_refresh_all(size_t rank) const {
  DramCycle earliest = ranks_[rank].activate;
  for (size_t i = 0; i < banks_per_rank_; ++i) {
    raise(earliest, banks_[rank * banks_per_rank_ + i].activate);
  }
  return earliest;
}

void ChannelTiming::note_row_opened(size_t bank, DramCycle cycle) {
  Rank& rank = ranks_[bank >> rank_shift_];
  raise(groups_[bank >> group_shift_].activate, cycle + timing_.tRRD_L);
  raise(rank.activate, cycle + timing_.tRRD_S);
  rank.last_activates[rank.oldest_activate] = cycle;
  rank.oldest_activate = (rank.oldest_activate + 1) % rank.last_activates.size();
}

void ChannelTiming::activate(size_t bank, DramCycle cycle) {
  Bank& b = banks_[bank];
  b.column = cycle + timing_.tRCD;
  raise(b.precharge, cycle + timing_.tRAS);
  raise(b.activate, cycle + timing_.tRC);
  note_row_opened(bank, cycle);
}

void ChannelTiming::precharge(size_t bank, DramCycle cycle) {
  raise(banks_[bank].activate, cycle + timing_.tRP);
  raise(ranks_[bank >> rank_shift_].precharge, cycle + timing_.tPPD);
}

void ChannelTiming::precharge_all(size_t rank, DramCycle cycle) {
  for (size_t i = 0; i < banks_per_rank_; ++i) {
    raise(banks_[rank * banks_per_rank_ + i].activate, cycle + timing_.tRPab);
  }
  raise(ranks_[rank].precharge, cycle + timing_.tPPD);
}

DramCycle ChannelTiming::close(Bank& bank, RowAfter after) const {
  if (after == RowAfter::closed) raise(bank.activate, bank.precharge + timing_.tRP);
  return bank.precharge;
}

DramCycle ChannelTiming::read(size_t bank, DramCycle cycle, RowAfter after) {
  Rank& own = ranks_[bank >> rank_shift_];
  Group& group = groups_[bank >> group_shift_];
  for (Rank& other : ranks_) {
    if (&other == &own) continue;
    raise(other.read, cycle + same_kind_ranks_);
    raise(other.write, cycle + read_to_write_ranks_);
  }
  raise(own.read, cycle + timing_.tCCD_S);
  raise(own.write, cycle + read_to_write_);
  raise(group.read, cycle + timing_.tCCD_L);
  raise(banks_[bank].precharge, cycle + timing_.tRTP);
  return close(banks_[bank], after);
}

DramCycle ChannelTiming::write(size_t bank, DramCycle cycle, RowAfter after) {
  Rank& own = ranks_[bank >> rank_shift_];
  Group& group = groups_[bank >> group_shift_];
  for (Rank& other : ranks_) {
    if (&other == &own) continue;
    raise(other.write, cycle + same_kind_ranks_);
    raise(other.read, cycle + write_to_read_ranks_);
  }
  raise(own.write, cycle + timing_.tCCD_S);
  raise(own.read, cycle + write_to_read_S_);
  raise(group.write, cycle + timing_.tCCD_L);
  raise(group.read, cycle + write_to_read_L_);
  raise(banks_[bank].precharge, cycle + write_to_precharge_);
  return close(banks_[bank], after);
}

void ChannelTiming::refresh_all(size_t rank, DramCycle cycle) {
  for (size_t i = 0; i < banks_per_rank_; ++i) {
    raise(banks_[rank * banks_per_rank_ + i].activate, cycle + timing_.tRFC);
  }
  raise(ranks_[rank].precharge, cycle + timing_.tRFC);
}

void ChannelTiming::refresh_bank(size_t bank, DramCycle cycle) {
  raise(banks_[bank].activate, cycle + timing_.tRFCpb);
  raise(ranks_[bank >> rank_shift_].refresh_bank, cycle + timing_.tPBR2PBR);
  note_row_opened(bank, cycle);
}

}  // namespace hwcvp::dram
