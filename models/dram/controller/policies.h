// The choices of a DRAM controller, each behind an interface.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "models/dram/controller/request_queue.h"
#include "models/dram/controller/spec.h"

namespace hwcvp::dram {

// Which of the accesses that wait for a bank is the next one.
class Scheduler {
 public:
  virtual ~Scheduler() = default;
  // `open_row` is -1 where the bank is closed. The bank has accesses waiting.
  virtual RequestQueue::Index pick(const RequestQueue& queue, size_t bank, int64_t open_row) const = 0;

  // "fr_fcfs": accesses to the open row first, the oldest of them; else the oldest. "fcfs": the oldest. In
  // both, banks work side by side and the first command that is ready goes first. Accesses to the same burst
  // never overtake one another. Throws std::invalid_argument for other names.
  static std::unique_ptr<Scheduler> make(const std::string& name);
};

// When a row is closed that no access asks to be closed.
class PagePolicy {
 public:
  virtual ~PagePolicy() = default;
  // Whether the column command for `access`, which is no longer in the queue, precharges.
  virtual bool auto_precharge(const RequestQueue& queue, const Access& access) const = 0;

  // "open": never. "closed": after the last access to the row that waits. Throws std::invalid_argument for
  // other names.
  static std::unique_ptr<PagePolicy> make(const std::string& name);
};

// How often which banks of a rank are refreshed.
class RefreshPolicy {
 public:
  virtual ~RefreshPolicy() = default;
  // Cycles between two refresh commands of a rank.
  virtual DramCycle interval() const = 0;
  // The bank of the rank that the n-th refresh command concerns; -1: all.
  virtual int bank(uint64_t n) const = 0;

  // "all_bank": REF every tREFI. "per_bank": REFpb every tREFIpb, bank after bank; only where the standard
  // has it. Throws std::invalid_argument otherwise.
  static std::unique_ptr<RefreshPolicy> make(const std::string& name, const DramSpec& spec);
};

}  // namespace hwcvp::dram
