// The choices of a DRAM controller, each behind an interface.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "models/dram/controller/request_queue.h"
#include "models/dram/controller/spec.h"

namespace hwcvp {

// Which of the accesses that wait for a bank is the next one.
class DramScheduler {
 public:
  virtual ~DramScheduler() = default;
  // `open_row` is -1 where the bank is closed. The bank has accesses waiting.
  virtual DramRequestQueue::Index pick(const DramRequestQueue& queue, size_t bank,
                                       int64_t open_row) const = 0;

  // "fr_fcfs": accesses to the open row first, the oldest of them; else the oldest. "fcfs": the oldest. In
  // both, banks work side by side and the first command that is ready goes first. Accesses to the same burst
  // never overtake one another. Throws std::invalid_argument for other names.
  static std::unique_ptr<DramScheduler> make(const std::string& name);
};

// When a row is closed that no access asks to be closed.
class DramPagePolicy {
 public:
  virtual ~DramPagePolicy() = default;
  // Whether the column command for `access`, which is no longer in the queue, precharges.
  virtual bool auto_precharge(const DramRequestQueue& queue, const DramAccess& access) const = 0;

  // "open": never. "closed": after the last access to the row that waits. Throws std::invalid_argument for
  // other names.
  static std::unique_ptr<DramPagePolicy> make(const std::string& name);
};

// How often which banks of a rank are refreshed.
class DramRefreshPolicy {
 public:
  virtual ~DramRefreshPolicy() = default;
  // Cycles between two refresh commands of a rank.
  virtual DramCycle interval() const = 0;
  // The bank of the rank that the n-th refresh command concerns; -1: all.
  virtual int bank(uint64_t n) const = 0;

  // "all_bank": REF every tREFI. "per_bank": REFpb every tREFIpb, bank after bank; only where the standard
  // has it. Throws std::invalid_argument otherwise.
  static std::unique_ptr<DramRefreshPolicy> make(const std::string& name, const DramSpec& spec);
};

}  // namespace hwcvp
