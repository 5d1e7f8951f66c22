// Random changes of whole nests.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "schedules/optimizer/problem/search_context.h"

namespace hwcvp::optimizer {

// Changes compact schedules in random places: loops put in, taken out, moved, cut otherwise; levels moved;
// where buffers may be doubled, also which tensors have two. Always the same changes, one after the other.
class NestChanges {
 public:
  // The context must outlive it.
  NestChanges(const SearchContext& context, bool may_double_buffers);

  // Nothing can be changed.
  bool none() const { return dims_.empty() && !may_double_; }
  // A few changes. False where the nest that they make is none of the space; whether it fits is not looked
  // at.
  bool change(Schedule& schedule);
  // A number to decide by, in the sequence of the changes.
  uint32_t random() { return random_(); }

 private:
  size_t pick(size_t count) { return random_() % count; }
  size_t pick_loop(const std::vector<Loop>& loops);
  int64_t pick_tile(Dim dim);
  void step_tile(Schedule& schedule, bool up);
  void change_once(Schedule& schedule);
  void insert(Schedule& schedule, const Loop& loop);
  bool tidy(Schedule& schedule) const;

  const SearchContext& context_;
  const SearchSpace& space_;
  const size_t outer_;  // fixed outer loops
  const PerDim<int64_t> extents_;
  const bool may_double_;               // buffers that need not be
  std::vector<Dim> dims_;               // that can be cut
  PerDim<std::vector<int64_t>> tiles_;  // one for each number of trips that the extent can be cut into
  std::mt19937 random_;
};

}  // namespace hwcvp::optimizer
