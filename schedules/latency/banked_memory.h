// A DRAM with banks, in time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "schedules/latency/banked_dram.h"

namespace hwcvp::latency {

// Does not model: accesses that overtake others, the command bus, which never is what holds them up unless
// every access opens a row.
//
// Every access goes to a bank, whose row it may have to open first, and after what the timing parameters ask
// for behind the accesses before it takes the data bus. Refresh comes when it is due. Times are those of
// JESD79-4 and JESD209-4; docs/latency-model.md has the formulas.
class BankedMemory {
 public:
  explicit BankedMemory(const BankedDram& dram);

  // Times in cycles of the memory.
  struct Served {
    int64_t accepted;  // when the last access has found room in its queue
    int64_t end;       // of the last beat
  };
  // A transaction that arrives at `arrival`. `alone`: after all before it have left the queue.
  Served serve(int64_t arrival, int64_t address, int64_t bytes, bool write, bool alone);

 private:
  static constexpr int64_t kLongAgo = -(int64_t{1} << 60);
  static constexpr size_t kActivateWindow = 4;  // rows that tFAW allows

  // The first cycles at which commands may come.
  struct Bank {
    int64_t row = -1;
    int64_t activate = 0, column = 0, precharge = 0;
  };
  struct Group {
    int64_t activate = 0, read = 0, write = 0;
  };
  struct Rank {
    int64_t activate = 0, read = 0, write = 0, precharge = 0, refresh_bank = 0;
    std::array<int64_t, kActivateWindow> activates{kLongAgo, kLongAgo, kLongAgo, kLongAgo};
    size_t oldest = 0;
    int64_t refresh_due = 0;
    int64_t refreshes = 0;
  };
  struct Channel {
    std::vector<Rank> ranks;
    std::vector<Group> groups;     // of all ranks
    std::vector<Bank> banks;       // of all groups
    std::vector<int64_t> columns;  // cycles of the last accesses, a ring of the queue's depth
    size_t oldest = 0;
    size_t waiting = 0;             // of these, that may hold up others
    int64_t last_row_command = 0;   // of all transactions
    int64_t row_commands_from = 0;  // those of this one
    int64_t next_refresh = 0;       // due, of any rank
  };
  // Where an access goes.
  struct Place {
    size_t rank, group, bank;  // of the channel
    int64_t row;
  };

  Place place(int64_t address) const;
  int64_t column(Channel& channel, const Place& at, int64_t arrival, bool write);
  void open_row(Channel& channel, const Place& at, int64_t arrival);
  void note_activate(Rank& rank, Group& group, int64_t cycle) const;
  void note_column(Channel& channel, const Place& at, int64_t cycle, bool write) const;
  void close_behind(Channel& channel, const Place& at, int64_t access, int64_t end) const;
  bool refresh_before(Channel& channel, int64_t cycle) const;
  void refresh_all(Channel& channel, size_t rank) const;
  void refresh_one(Channel& channel, size_t rank) const;

  const BankedDram dram_;
  const size_t groups_per_rank_, banks_per_group_;
  const int64_t read_end_, write_end_;  // from the command to the end of the last beat
  const int64_t read_to_write_, read_to_write_ranks_, write_to_read_ranks_;
  std::vector<Channel> channels_;
};

}  // namespace hwcvp::latency
