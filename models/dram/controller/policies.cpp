#include "models/dram/controller/policies.h"

#include <stdexcept>
#include <string>

namespace hwcvp::dram {

namespace {

using Index = RequestQueue::Index;

class Fcfs : public Scheduler {
 public:
  Index pick(const RequestQueue& queue, size_t bank, int64_t /*open_row*/) const override {
    return queue.oldest_of_bank(bank);
  }
};

class FrFcfs : public Scheduler {
 public:
  Index pick(const RequestQueue& queue, size_t bank, int64_t open_row) const override {
    const Index oldest = queue.oldest_of_bank(bank);
    if (open_row < 0) return oldest;
    for (Index i = oldest; i != RequestQueue::kNone; i = queue.next_of_bank(i)) {
      if (queue[i].row == open_row) return i;
    }
    return oldest;
  }
};

class OpenPage : public PagePolicy {
 public:
  bool auto_precharge(const RequestQueue& /*queue*/, const Access& /*access*/) const override {
    return false;
  }
};

class ClosedPage : public PagePolicy {
 public:
  bool auto_precharge(const RequestQueue& queue, const Access& access) const override {
    for (Index i = queue.oldest_of_bank(access.bank); i != RequestQueue::kNone; i = queue.next_of_bank(i)) {
      if (queue[i].row == access.row) return false;
    }
    return true;
  }
};

class AllBankRefresh : public RefreshPolicy {
 public:
  explicit AllBankRefresh(const DramSpec& spec) : interval_(spec.timing.tREFI) {}
  DramCycle interval() const override { return interval_; }
  int bank(uint64_t /*n*/) const override { return -1; }

 private:
  const DramCycle interval_;
};

class PerBankRefresh : public RefreshPolicy {
 public:
  explicit PerBankRefresh(const DramSpec& spec)
      : interval_(spec.timing.tREFIpb), banks_(static_cast<uint64_t>(spec.organization.banks_per_rank())) {}
  DramCycle interval() const override { return interval_; }
  int bank(uint64_t n) const override { return static_cast<int>(n % banks_); }

 private:
  const DramCycle interval_;
  const uint64_t banks_;
};

}  // namespace

std::unique_ptr<Scheduler> Scheduler::make(DramScheduling scheduling) {
  if (scheduling == DramScheduling::fcfs) return std::make_unique<Fcfs>();
  return std::make_unique<FrFcfs>();
}

std::unique_ptr<PagePolicy> PagePolicy::make(DramPageClosing closing) {
  if (closing == DramPageClosing::closed) return std::make_unique<ClosedPage>();
  return std::make_unique<OpenPage>();
}

std::unique_ptr<RefreshPolicy> RefreshPolicy::make(DramRefreshing refreshing, const DramSpec& spec) {
  if (refreshing == DramRefreshing::all_bank) return std::make_unique<AllBankRefresh>(spec);
  if (spec.timing.tRFCpb > 0) return std::make_unique<PerBankRefresh>(spec);
  throw std::invalid_argument(
      std::string("refresh: expected all_bank, as the device has no REFpb, found \"") + name_of(refreshing) +
      "\"");
}

}  // namespace hwcvp::dram
