#include "models/dram/controller/request_queue.h"

namespace hwcvp::dram {

RequestQueue::RequestQueue(size_t depth, size_t banks) : nodes_(depth), banks_(banks) {
  for (size_t i = 0; i + 1 < depth; ++i) nodes_[i].next = static_cast<Index>(i + 1);
}

RequestQueue::Index RequestQueue::push(const Access& access) {
  const Index index = first_free_;
  Node& n = node(index);
  Bank& bank = banks_[access.bank];
  first_free_ = n.next;
  n.access = access;
  n.number = pushed_++;
  n.next = kNone;
  n.previous = youngest_;
  (youngest_ == kNone ? oldest_ : node(youngest_).next) = index;
  youngest_ = index;
  n.bank_next = kNone;
  n.bank_previous = bank.last;
  (bank.last == kNone ? bank.first : node(bank.last).bank_next) = index;
  bank.last = index;
  busy_banks_ |= uint64_t{1} << access.bank;
  return index;
}

void RequestQueue::remove(Index index) {
  Node& n = node(index);
  Bank& bank = banks_[n.access.bank];
  (n.previous == kNone ? oldest_ : node(n.previous).next) = n.next;
  (n.next == kNone ? youngest_ : node(n.next).previous) = n.previous;
  (n.bank_previous == kNone ? bank.first : node(n.bank_previous).bank_next) = n.bank_next;
  (n.bank_next == kNone ? bank.last : node(n.bank_next).bank_previous) = n.bank_previous;
  if (bank.first == kNone) busy_banks_ &= ~(uint64_t{1} << n.access.bank);
  n.next = first_free_;
  first_free_ = index;
}

}  // namespace hwcvp::dram
