// The column accesses that wait in a channel.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/dram/controller/spec.h"

namespace hwcvp::dram {

// One burst of a request.
struct Access {
  size_t bank = 0;  // of the channel
  uint32_t row = 0;
  uint32_t burst = 0;  // of the row
  bool write = false;
  bool activated = false;   // a row was opened for it
  bool precharged = false;  // another row was closed for it
  DramCycle arrival = 0;    // in the queue
  size_t request = 0;       // that it is a part of
};

// Bounded. Accesses are kept in the order of arrival, for each bank and for all banks together.
class RequestQueue {
 public:
  using Index = int32_t;
  static constexpr Index kNone = -1;

  // `depth` >= 1: accesses of all banks together.
  RequestQueue(size_t depth, size_t banks);

  bool full() const { return first_free_ == kNone; }
  bool empty() const { return oldest_ == kNone; }
  // Not for a full queue.
  Index push(const Access& access);
  void remove(Index index);

  Access& operator[](Index index) { return nodes_[static_cast<size_t>(index)].access; }
  const Access& operator[](Index index) const { return nodes_[static_cast<size_t>(index)].access; }
  // A number that grows with every push: smaller means older.
  uint64_t age(Index index) const { return nodes_[static_cast<size_t>(index)].number; }

  Index oldest() const { return oldest_; }
  Index oldest_of_bank(size_t bank) const { return banks_[bank].first; }
  Index next_of_bank(Index index) const { return nodes_[static_cast<size_t>(index)].bank_next; }
  // The banks that have accesses waiting, bit by bit.
  uint64_t busy_banks() const { return busy_banks_; }

 private:
  struct Node {
    Access access;
    uint64_t number = 0;
    Index previous = kNone, next = kNone;
    Index bank_previous = kNone, bank_next = kNone;
  };
  struct Bank {
    Index first = kNone, last = kNone;
  };

  Node& node(Index index) { return nodes_[static_cast<size_t>(index)]; }

  std::vector<Node> nodes_;
  std::vector<Bank> banks_;
  Index first_free_ = 0;
  Index oldest_ = kNone, youngest_ = kNone;
  uint64_t pushed_ = 0;
  uint64_t busy_banks_ = 0;
};

}  // namespace hwcvp::dram
