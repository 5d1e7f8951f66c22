// The choices of a DRAM controller, each behind an interface.
#pragma once

#include <cstdint>
#include <memory>

#include "models/dram/controller/config.h"
#include "models/dram/controller/request_queue.h"
#include "models/dram/controller/spec.h"

namespace hwcvp::dram {

// Which of the accesses that wait for a bank is the next one.
class Scheduler {
 public:
  virtual ~Scheduler() = default;
  // `open_row` is -1 where the bank is closed. The bank has accesses waiting.
  virtual RequestQueue::Index pick(const RequestQueue& queue, size_t bank, int64_t open_row) const = 0;

  static std::unique_ptr<Scheduler> make(DramScheduling scheduling);
};

// When a row is closed that no access asks to be closed.
class PagePolicy {
 public:
  virtual ~PagePolicy() = default;
  // Whether the column command for `access`, which is no longer in the queue, precharges.
  virtual bool auto_precharge(const RequestQueue& queue, const Access& access) const = 0;

  static std::unique_ptr<PagePolicy> make(DramPageClosing closing);
};

// How often which banks of a rank are refreshed.
class RefreshPolicy {
 public:
  virtual ~RefreshPolicy() = default;
  // Cycles between two refresh commands of a rank.
  virtual DramCycle interval() const = 0;
  // The bank of the rank that the n-th refresh command concerns; -1: all.
  virtual int bank(uint64_t n) const = 0;

  // Throws std::invalid_argument where the device does not have it.
  static std::unique_ptr<RefreshPolicy> make(DramRefreshing refreshing, const DramSpec& spec);
};

}  // namespace hwcvp::dram
