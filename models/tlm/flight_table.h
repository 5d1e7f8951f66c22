// What a module knows of each transaction that is in flight through it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <tlm>
#include <utility>
#include <vector>

namespace hwcvp::tlm_support {

// A map from payloads to T, for phases that come by the million: nothing is allocated once it has grown to
// the most that are in flight. Does not keep its entries in place: pointers and references to them hold until
// the next insert() or erase(), so not over a call to another module.
template <typename T>
class FlightTable {
 public:
  using Payload = tlm::tlm_generic_payload;

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  // nullptr for one that is not there.
  T* find(const Payload& payload) {
    for (size_t slot = home(&payload); slots_[slot].first != nullptr; slot = next(slot)) {
      if (slots_[slot].first == &payload) return &slots_[slot].second;
    }
    return nullptr;
  }
  // Replaces what is known of a payload that is there.
  T& insert(const Payload& payload, T value) {
    if (T* const known = find(payload)) return *known = std::move(value);
    if (2 * (size_ + 1) > slots_.size()) grow();
    ++size_;
    return place(&payload, std::move(value));
  }
  // Of a payload that is there.
  T take(const Payload& payload) {
    size_t hole = home(&payload);
    while (slots_[hole].first != &payload) hole = next(hole);
    T value = std::move(slots_[hole].second);
    // Entries behind move up where their way from home leads over the hole.
    for (size_t slot = next(hole); slots_[slot].first != nullptr; slot = next(slot)) {
      const size_t from_home = (slot - home(slots_[slot].first)) & mask();
      if (from_home < ((slot - hole) & mask())) continue;
      slots_[hole] = std::move(slots_[slot]);
      hole = slot;
    }
    slots_[hole] = {};
    --size_;
    return value;
  }
  // Calls visit(payload, known) for each, in no order.
  template <typename Visit>
  void for_each(const Visit& visit) const {
    for (const Slot& slot : slots_) {
      if (slot.first != nullptr) visit(*slot.first, slot.second);
    }
  }
  void clear() {
    for (Slot& slot : slots_) slot = {};
    size_ = 0;
  }

 private:
  using Slot = std::pair<const Payload*, T>;

  size_t mask() const { return slots_.size() - 1; }
  size_t next(size_t slot) const { return (slot + 1) & mask(); }
  size_t home(const Payload* payload) const {
    const uint64_t mixed = reinterpret_cast<uintptr_t>(payload) * 0x9e3779b97f4a7c15;
    return static_cast<size_t>(mixed >> 32) & mask();
  }
  T& place(const Payload* payload, T value) {
    size_t slot = home(payload);
    while (slots_[slot].first != nullptr) slot = next(slot);
    slots_[slot] = {payload, std::move(value)};
    return slots_[slot].second;
  }
  void grow() {
    std::vector<Slot> old(2 * slots_.size());
    old.swap(slots_);
    for (Slot& slot : old) {
      if (slot.first != nullptr) place(slot.first, std::move(slot.second));
    }
  }

  std::vector<Slot> slots_ = std::vector<Slot>(16);  // a power of two; empty ones have no payload
  size_t size_ = 0;
};

}  // namespace hwcvp::tlm_support
